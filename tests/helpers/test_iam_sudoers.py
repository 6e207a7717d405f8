#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""iam-sudoers with the real visudo: what it writes, what it refuses, and that a refusal changes
nothing.  test_iam_sudoers.py PROGRAM [unittest's arguments]"""
import json
import os
import stat
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
PASSWD = "root:x:0:0:root:/root:/bin/sh\nlocal:x:1001:1001::/:/bin/sh\nold:x:70009:70009::/:/bin/sh\n"
ROW = {"uid": 70001, "user": "alice", "runAs": "root", "command": "/usr/bin/id -u"}


def rules(*rows, **head):
    lines = [{"format": "iam-sudo-rules", "version": 1, "rows": len(rows), **head}, *rows]
    return "".join(line + "\n" if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)


def row(**changes):
    return {name: value for name, value in {**ROW, **changes}.items() if value is not None}


class Helper(unittest.TestCase):
    def setUp(self):
        self.top = tempfile.TemporaryDirectory(prefix="iam-sudoers-")
        self.addCleanup(self.top.cleanup)
        self.rules, self.output, self.passwd = (f"{self.top.name}/{name}" for name in
                                                ("sudo.rules", "iam", "passwd"))
        with open(self.passwd, "w", encoding="ascii") as file:
            file.write(PASSWD)

    def write(self, text):
        with open(self.rules, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(self.rules, 0o600)

    def run_helper(self, *more):
        return subprocess.run([PROGRAM, "--rules", self.rules, "--output", self.output, "--passwd",
                               self.passwd, *more], capture_output=True, text=True, timeout=60,
                              check=False)

    def lines(self):
        with open(self.output, encoding="ascii") as file:
            return [line for line in file.read().splitlines() if not line.startswith("# ")]

    def accept(self, text):
        self.write(text)
        done = self.run_helper()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return self.lines()

    def refuse(self, text, why):
        self.accept(rules(ROW))
        self.write(text)
        done = self.run_helper()
        self.assertNotEqual(done.returncode, 0, text)
        self.assertIn(why, done.stderr)
        self.assertIn("the old rules stay", done.stderr)
        self.assertEqual(self.lines(), ["#70001 ALL=(root) /usr/bin/id -u"])
        self.assertEqual(sorted(os.listdir(self.top.name)), ["iam", "passwd", "sudo.rules"])

    def test_rows_become_lines_that_visudo_takes(self):
        lines = self.accept(rules(row(), row(runAs="ALL", command="ALL"),
                                  row(uid=70002, user="bob", runAs="www-data",
                                      command="/usr/bin/env A=b,c:d /x")))
        self.assertEqual(lines, ["#70001 ALL=(root) /usr/bin/id -u", "#70001 ALL=(ALL) ALL",
                                 r"#70002 ALL=(www-data) /usr/bin/env A\=b\,c\:d /x"])
        info = os.stat(self.output)
        self.assertEqual(stat.S_IMODE(info.st_mode), 0o440)
        self.assertEqual((info.st_uid, info.st_gid), (os.geteuid(), os.getegid()))

    def test_sudo_reads_back_what_the_role_says(self):
        commands = ["/usr/bin/env A=b,c:d /x", "/opt/a+b/x@y%z -o=1", "/usr/bin/id \"\"", "ALL"]
        self.accept(rules(*(row(command=command) for command in commands)))
        seen = json.loads(subprocess.run(["cvtsudoers", "-f", "json", self.output],
                                         capture_output=True, check=True).stdout)
        got = [(spec["User_List"], entry["runasusers"], entry["Commands"])
               for spec in seen["User_Specs"] for entry in spec["Cmnd_Specs"]]
        self.assertEqual(got, [([{"userid": 70001}], [{"username": "root"}], [{"command": command}])
                               for command in commands])

    def test_no_rows_leave_a_file_of_comments(self):
        self.accept(rules(ROW))
        self.assertEqual(self.accept(rules()), [])
        self.assertGreater(os.path.getsize(self.output), 0)

    def test_absent_rules_change_nothing(self):
        self.assertEqual(self.run_helper().returncode, 0)
        self.assertFalse(os.path.exists(self.output))
        self.accept(rules(ROW))
        os.unlink(self.rules)
        self.assertEqual(self.run_helper().returncode, 0)
        self.assertEqual(len(self.lines()), 1)

    def test_hostile_rows_refuse_the_whole_file(self):
        for changes, why in [
                ({"uid": 0}, "uid"), ({"uid": 27}, "uid"), ({"uid": 999}, "uid"),
                ({"uid": -1}, "uid"), ({"uid": 4294967295}, "uid"), ({"uid": 4294967296}, "uid"),
                ({"uid": 65534}, "uid"), ({"uid": "70001"}, "uid"), ({"uid": 70001.5}, "JSON"),
                ({"uid": 70009}, "local"), ({"user": "local"}, "local"),
                ({"user": "root"}, "user"), ({"user": "al\nice"}, "user"), ({"user": ""}, "user"),
                ({"user": "sudo"}, "user"), ({"user": "a\u0000b"}, "JSON"), ({"user": 1}, "user"),
                ({"runAs": "root) ALL, (ALL"}, "runAs"), ({"runAs": "#0"}, "runAs"),
                ({"runAs": "%wheel"}, "runAs"), ({"runAs": "OPS"}, "runAs"),
                ({"runAs": "root:root"}, "runAs"), ({"runAs": "!root"}, "runAs"),
                ({"command": "/bin/sh\n#0 ALL=(ALL) ALL"}, "command"),
                ({"command": "/bin/sh\\"}, "command"),
                ({"command": "NOPASSWD: ALL"}, "command"), ({"command": "!/bin/sh"}, "command"),
                ({"command": "/bin/*"}, "command"), ({"command": "/bin/less /var/*"}, "command"),
                ({"command": "/bin/../bin/sh"}, "command"), ({"command": "/bin/"}, "command"),
                ({"command": "sh"}, "command"), ({"command": "/bin/sh #x"}, "command"),
                ({"command": "/bin/sh \u00e9"}, "command"), ({"command": "/" + "a" * 1500}, "command"),
                ({"command": "/" + "a" * 5000}, "long"), ({"command": None}, "exactly"),
                ({"extra": 1}, "exactly"), ({"command": None, "extra": "ALL"}, "command")]:
            with self.subTest(changes):
                self.refuse(rules(ROW, row(**changes)), why)

    def test_files_that_are_not_rules_are_refused(self):
        good = rules(ROW)
        for text, why in [
                ("", "line 1 refused: there is no first line"), ("\n", "line 1 refused: the line is not JSON"),
                ("#0 ALL=(ALL) ALL\n", "JSON"), (rules("[]"), "line 2 refused"),
                (good[:-1], "does not end"), (good + good, "more rows"), (good + "\n", "more rows"),
                (rules(ROW, rows=2), "fewer"), (rules(ROW, rows=0), "more rows"),
                (rules(ROW, rows=10**9), "rows"), (rules(ROW, version=2), "version"),
                (rules(ROW, format="sudoers"), "format"), (rules(ROW, extra=1), "head"),
                (rules("[]"), "exactly"), (rules('{"uid":1,"uid":2,"user":"a","runAs":"b"}'), "JSON")]:
            with self.subTest(text[:80]):
                self.refuse(text, why)

    def test_a_file_that_others_could_have_made_is_refused(self):
        def writable():
            os.chmod(self.rules, 0o620)

        def linked():
            os.rename(self.rules, self.top.name + "/elsewhere")
            os.symlink(self.top.name + "/elsewhere", self.rules)

        def hard_linked():
            os.link(self.rules, self.top.name + "/elsewhere")

        def fifo():
            os.unlink(self.rules)
            os.mkfifo(self.rules, 0o600)

        def foreign():
            os.chown(self.rules, 12345, 12345)

        def too_large():
            os.truncate(self.rules, (32 << 20) + 1)

        cases = [writable, linked, hard_linked, fifo, too_large]
        for spoil in cases + [foreign] * (os.geteuid() == 0):
            with self.subTest(spoil.__name__):
                self.accept(rules(ROW))
                spoil()
                done = self.run_helper()
                self.assertNotEqual(done.returncode, 0)
                self.assertEqual(len(self.lines()), 1)
                for name in os.listdir(self.top.name):
                    if name != "passwd":
                        os.unlink(f"{self.top.name}/{name}")

    def test_without_the_local_accounts_nothing_is_written(self):
        self.accept(rules(ROW))
        os.unlink(self.passwd)
        self.write(rules())
        done = self.run_helper()
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(self.lines()), 1)

    def test_a_temporary_file_left_by_a_crash_is_no_hindrance(self):
        os.symlink("/nonexistent", self.top.name + "/.iam.new")
        self.assertEqual(len(self.accept(rules(ROW))), 1)

    def test_stray_arguments_are_refused(self):
        self.write(rules(ROW))
        self.assertEqual(self.run_helper("now").returncode, 64)
        self.assertFalse(os.path.exists(self.output))

    def test_many_rows(self):
        many = [row(uid=70000 + i, user=f"u{i}") for i in range(10000) if i != 9]
        self.assertEqual(len(self.accept(rules(*many))), len(many))


if __name__ == "__main__":
    unittest.main()
