# SPDX-License-Identifier: Apache-2.0
"""The user database on a booted host: what userdbctl, logins and nss-systemd are told, each name once,
and that nothing waits for who does not answer."""

import contextlib
import json
import re
import subprocess
import sys
import time

import pytest

from tests.rig.host import Host
from tests.rig.iamd import CONFIG
from tests.rig.people import PeopledHost
from tests.rig.rough import NO_CALLS, knock

UNITS = ["iamd-lookup.socket", "iamd-auth.socket", "iamd-admin.socket", "iam-sudoers.path",
         "iam-userdb.socket", "iamd.service"]
PROGRAM = "/usr/libexec/iam/iam-userdb"
USERDBD = ["systemd-userdbd.socket", "systemd-userdbd.service"]
# As that user of the host, from outside: the folder leads there.
FLOOD = """
import os, socket, sys
os.chdir(sys.argv[1])
os.setgroups([])
os.setgid(int(sys.argv[2]))
os.setuid(int(sys.argv[2]))
held = [socket.socket(socket.AF_UNIX) for _ in range(400)]
for one in held:
    one.connect("org.iamd")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def people():
    with Host("userdb") as host:
        host.run(["useradd", "--create-home", "localuser"])
        host.run(["systemd-sysusers"])
        host.run(["systemd-tmpfiles", "--create"])
        host.path("/etc/iam/iamd.conf").write_text(CONFIG.format(realm="example"))
        host.run(["systemctl", "daemon-reload"])
        host.run(["systemctl", "enable", "--now", *UNITS])
        people = PeopledHost(host)
        people.make_alice()
        people.ctl("group", "create", "devs", "--posix")
        people.ctl("group", "add", "devs", "alice")
        people.ctl("wait")
        people.before = lines(host, "userdbctl", "--no-legend", "user", "alice")
        people.let_host_ask()
        yield people


def lines(host: Host, *words: str) -> list[str]:
    """None of them may wait for anybody: 45 seconds is what systemd's clients would."""
    began = time.monotonic()
    done = host.run(["env", "PAGER=cat", *words], check=False)
    assert time.monotonic() - began < 8, f"{words} waited"
    return done.stdout.splitlines()


def record(host: Host, *words: str) -> dict:
    return json.loads("\n".join(lines(host, "userdbctl", "--output=json", *words)) or "{}")


def status(host: Host, code: int) -> dict:
    done = host.run(["iamctl", "status", "--json"], check=False)
    assert done.returncode == code, done.stdout
    return {row["check"]: row for row in json.loads(done.stdout)["checks"]}


def count(found: list[str], name: str) -> int:
    """As what a line is about, not as a member."""
    return sum(name in line.replace(":", " ").split()[:2] for line in found)


def test_until_the_host_is_switched_on_nobody_is_known(people):
    assert people.before == []


def test_a_user_and_a_group_are_told_as_nss_tells_them(people):
    alice = lines(people.host, "getent", "passwd", "alice")[0].split(":")
    told = record(people.host, "user", "alice")
    assert told == {"userName": "alice", "uid": int(alice[2]), "gid": int(alice[3]),
                    "realName": alice[4], "homeDirectory": alice[5], "shell": alice[6],
                    "disposition": "regular", "service": "org.iamd"}
    assert record(people.host, "user", alice[2]) == told
    devs = lines(people.host, "getent", "group", "devs")[0].split(":")
    assert record(people.host, "group", "devs") == {
        "groupName": "devs", "gid": int(devs[2]), "disposition": "regular", "service": "org.iamd"}


@pytest.mark.parametrize("with_userdbd", [True, False])
def test_each_name_is_listed_once(people, with_userdbd):
    host = people.host
    host.run(["systemctl", "start" if with_userdbd else "stop", *USERDBD])
    for words, name in ((("userdbctl", "user"), "alice"), (("userdbctl", "group"), "devs"),
                        (("userdbctl", "group"), "alice"), (("getent", "passwd"), "alice"),
                        (("getent", "group"), "alice"), (("getent", "group"), "devs"),
                        (("userdbctl", "groups-of-user", "alice"), "devs"),
                        (("userdbctl", "users-in-group", "devs"), "alice")):
        assert count(lines(host, *words), name) == 1, (words, name)
    assert lines(host, "userdbctl", "group", "devs").count("     Members: alice") == 1
    assert count(lines(host, "id", "-nG", "alice"), "devs") == 1
    host.run(["systemctl", "start", USERDBD[0]])


def test_iamd_may_be_stopped_or_hang(people):
    host = people.host
    told = record(host, "user", "alice")
    host.run(["systemctl", "kill", "--signal=STOP", "--kill-who=main", "iamd.service"])
    assert record(host, "user", "alice") == told
    host.run(["systemctl", "kill", "--signal=CONT", "--kill-who=main", "iamd.service"])
    host.run(["systemctl", "stop", "iamd.service"])
    assert record(host, "user", "alice") == told
    began = time.monotonic()
    host.run(["systemctl", "stop", "iam-userdb.service"])
    # systemd looks for the groups of the user iam, and so asks who is not running either.
    host.run(["systemctl", "start", "iamd.service"])
    assert time.monotonic() - began < 5


def test_it_keeps_no_power_and_is_shut_in(people):
    host = people.host
    record(host, "user", "alice")
    status = host.run(["sh", "-c", "cat /proc/$(pidof iam-userdb)/status"]).stdout
    fields = {name: value.split() for name, _, value in
              (line.partition(":") for line in status.splitlines())}
    own = host.run(["id", "-u", "iam-userdb"]).stdout.strip()
    assert own != "0" and fields["Uid"] == [own] * 4
    assert fields["CapEff"] == fields["CapPrm"] == ["0" * 16] and fields["Groups"] == []
    exposure = host.run(["systemd-analyze", "--no-pager", "security", "iam-userdb.service"]).stdout
    assert float(exposure.rsplit("iam-userdb.service: ", 1)[1].split()[0]) <= 2.0


def test_one_user_cannot_keep_the_others_from_it(people):
    host = people.host
    uid = host.run(["id", "-u", "localuser"]).stdout.strip()
    with subprocess.Popen([sys.executable, "-c", FLOOD, host.path("/run/systemd/userdb"), uid],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as flood:
        assert flood.stdout.readline() == "held\n"
        assert record(host, "user", "alice")["service"] == "org.iamd"
        flood.stdin.close()


def test_what_is_no_call_is_hung_up_on_at_once_and_hurts_nobody(people):
    host = people.host
    pid = host.run(["pidof", "iam-userdb"]).stdout
    for what, data in {**NO_CALLS, "70,000 bytes without an end": b"x" * 70000}.items():
        with knock(host, "org.iamd", folder="/run/systemd/userdb") as channel:
            channel.settimeout(5)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                channel.sendall(data)
                assert channel.recv(65536) == b"", what
    assert record(host, "user", "alice")["service"] == "org.iamd"
    assert host.run(["pidof", "iam-userdb"]).stdout == pid


def test_a_hanging_one_is_replaced_and_a_login_goes_on_meanwhile(people):
    host = people.host
    record(host, "user", "alice")
    before = host.run(["pidof", "iam-userdb"]).stdout
    host.run(["systemctl", "kill", "--signal=STOP", "--kill-who=main", "iam-userdb.service"])
    began = time.monotonic()
    assert host.run(["su", "localuser", "-c", "id -un"]).stdout == "localuser\n"
    assert lines(host, "getent", "passwd", "nosuch") == []
    assert time.monotonic() - began < 8
    assert record(host, "user", "alice")["service"] == "org.iamd"
    assert host.run(["pidof", "iam-userdb"]).stdout != before


def test_one_that_cannot_start_is_given_up_and_nss_alone_answers(people):
    host = people.host
    host.run(["systemctl", "stop", "iam-userdb.service"])
    host.run(["mv", PROGRAM, PROGRAM + ".away"])
    lines(host, "getent", "passwd", "nosuch")
    assert host.run(["su", "localuser", "-c", "id -un"]).stdout == "localuser\n"
    assert record(host, "user", "alice")["userName"] == "alice"
    assert host.run(["systemctl", "is-failed", "iam-userdb.socket"]).stdout == "failed\n"
    assert people.ssh("id -un").ok
    unwell = status(host, 5)
    assert unwell["units"]["state"] == "bad"
    assert {"iam-userdb.service", "iam-userdb.socket"} <= set(re.findall(r"[\w.-]+", unwell["units"]["detail"]))
    host.run(["mv", PROGRAM + ".away", PROGRAM])
    host.run(["systemctl", "reset-failed", "iam-userdb.service", "iam-userdb.socket"])
    host.run(["systemctl", "start", "iam-userdb.socket"])
    assert record(host, "user", "alice")["service"] == "org.iamd"
    assert status(host, 0)["units"]["state"] == "ok"


def test_the_status_tells_of_a_missing_plugin_and_of_rules_that_sudo_does_not_have(people):
    host = people.host
    assert status(host, 0)["sudo"]["state"] == "ok"
    plugin = "/usr/libexec/sudo/iam_audit.so"
    host.run(["mv", plugin, plugin + ".away"])
    missing = status(host, 5)["sudo"]
    host.run(["mv", plugin + ".away", plugin])
    assert missing["state"] == "bad" and "iam_audit.so, which /etc/sudo.conf names" in missing["detail"]
    host.run(["systemctl", "stop", "iam-sudoers.path"])
    host.run(["touch", "-d", "1 hour ago", "/etc/sudoers.d/iam"])
    late = status(host, 5)["sudo"]
    host.run(["systemctl", "start", "iam-sudoers.path"])
    host.run(["systemctl", "start", "iam-sudoers.service"])
    assert late["state"] == "bad" and "older than the rules" in late["detail"]
    assert status(host, 0)["sudo"]["state"] == "ok"
