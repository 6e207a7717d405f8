# SPDX-License-Identifier: Apache-2.0
"""The rig itself: what it says about iamd is worth nothing if it cannot see, or leaves traces."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.conftest import LOCAL_PASSWORD
from tests.rig import build
from tests.rig.host import Host, base
from tests.rig.paths import ROOT, RigError
from tests.rig.process import wait_until
from tests.rig.sandbox import Sandbox, processes_in

PASSWORD_PROMPT = "Password: "


def fingerprint_of_etc() -> str:
    """Names, owners, modes and contents of all of the machine's configuration."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk("/etc"):
        folders.sort()
        for name in sorted(folders + files):
            path = Path(folder, name)
            info = path.lstat()
            digest.update(f"{path} {info.st_mode:o} {info.st_uid}:{info.st_gid}\n".encode())
            if path.is_symlink():
                digest.update(os.readlink(path).encode())
            elif path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()


def test_a_sandbox_leaves_no_trace_on_the_machine():
    etc, mounts = fingerprint_of_etc(), Path("/proc/self/mountinfo").read_text()
    with Sandbox("no-trace") as box:
        space = box.namespace()
        box.add_local_user("localuser", LOCAL_PASSWORD)
        for folder in ("/etc", "/usr/lib", "/var/lib", "/home", "/run", "/tmp", "/root", "/dev"):
            box.write(f"{folder}/rig-was-here", "x")
        # One that nobody waits for and that ignores every polite request.
        box.run(["sh", "-c", "trap '' TERM HUP INT; setsid sleep 1000 >/dev/null 2>&1 &"])
        assert len(processes_in(space)) >= 3
    assert processes_in(space) == []
    assert fingerprint_of_etc() == etc
    assert Path("/proc/self/mountinfo").read_text() == mounts
    assert not list(Path("/").glob("*/rig-was-here"))


# Ctrl-C counts there even if these tests run in the background, where shells let it be ignored.
HOLDER = """
import signal
from tests.rig.sandbox import Sandbox
signal.signal(signal.SIGINT, signal.default_int_handler)
with Sandbox("orphan") as box:
    box.start(["sleep", "1000"], "sleep")
    print(box.namespace(), flush=True)
    input()
"""


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_rig_that_is_killed_takes_its_sandbox_with_it(blow):
    rig = subprocess.Popen([sys.executable, "-c", HOLDER], cwd=ROOT, stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    space = rig.stdout.readline().strip()
    assert len(processes_in(space)) >= 2
    rig.send_signal(blow)
    rig.wait(20)
    wait_until(lambda: not processes_in(space), 10, "end of the sandbox")


FIRST = """
import os, subprocess, time
from tests.rig.process import let_another_be_process_1
from tests.rig.sandbox import Sandbox
assert os.getpid() == 1
let_another_be_process_1()
with Sandbox("first") as box:
    entry = subprocess.Popen(box.command(["sleep", "1000"]))
    time.sleep(0.5)
    entry.kill()
    entry.wait()
"""


def test_a_sandbox_ends_where_the_rig_itself_was_process_1():
    """As in a chroot that `unshare --pid` entered: the orphaned sleep has nobody else."""
    done = subprocess.run(["unshare", "-mpf", "--mount-proc", sys.executable, "-c", FIRST],
                          cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_what_is_built_lies_in_the_sandbox_where_a_package_would_put_it(box):
    installed = [path for path in build.stage().rglob("*") if path.is_file()]
    assert installed, "nothing is installed by the build"
    for path in installed:
        inside = box.path("/" + str(path.relative_to(build.stage())))
        assert inside.read_bytes() == path.read_bytes()


def test_a_program_that_ends_at_once_is_reported_with_its_log(box):
    with pytest.raises(RigError, match="short-lived.log"):
        process = box.start(["sh", "-c", "echo no such luck; exit 3"], "short-lived")
        process.wait_for_log("never said", 5)


def test_a_line_sent_to_syslog_and_one_sent_to_the_journal_are_both_seen(box):
    box.run(["logger", "-t", "rigtest", "by syslog"])
    box.run(["logger", "--journald"], input="MESSAGE=by journal\nSYSLOG_IDENTIFIER=rigtest\n")
    box.journal.wait_for_log("rigtest: by syslog")
    box.journal.wait_for_log("rigtest: by journal")


def test_a_local_user_logs_in_by_keyboard_interactive_and_by_password(sshd):
    for method, prompt in (("keyboard-interactive", PASSWORD_PROMPT), ("password", "password: ")):
        outcome = sshd.login("localuser", {prompt: LOCAL_PASSWORD}, "id -un; exit 7", method)
        assert outcome.status == 7, outcome
        assert "localuser" in outcome.output
        assert outcome.prompts == [prompt]


def test_a_wrong_password_opens_no_door(sshd):
    outcome = sshd.login("localuser", {PASSWORD_PROMPT: "not it"})
    assert outcome.status == 255
    assert "Permission denied" in outcome.output


def test_a_key_opens_the_account_it_was_made_for_and_no_other(sshd):
    key = sshd.make_key("localuser")
    assert sshd.login("localuser", key=key).ok
    assert sshd.login("root", key=key).status == 255


def test_sudo_asks_a_local_user_once_and_remembers(sshd):
    with sshd.session("localuser", {PASSWORD_PROMPT: LOCAL_PASSWORD}) as shell:
        assert shell.run("sudo -n id -u").status == 1
        first = shell.run("sudo id -u", {r"\[sudo\] password for localuser: ": LOCAL_PASSWORD})
        assert first.ok and first.output.split()[-1] == "0"
        assert shell.run("sudo -n id -u").ok


def test_the_browser_sees_an_apache_page_and_keeps_cookies_apart(apache, driver):
    with driver.open() as one, driver.open() as other:
        one.open(apache.sites[0].protected)
        assert one.title == "Protected"
        assert "REMOTE_USER" in one.text("dl")
        one.call("POST", "/cookie", {"cookie": {"name": "mine", "value": "1"}})
        other.open(apache.sites[1].protected)
        assert "mine" in one.cookies() and "mine" not in other.cookies()
        one.save_evidence("protected")
        assert (apache.box.logs / "browser-protected.png").stat().st_size > 1000


def test_a_host_boots_with_systemd_in_good_health_and_powers_off():
    cgroups = sorted(str(path) for path in Path("/sys/fs/cgroup").glob("**/"))
    mounts = Path("/proc/self/mountinfo").read_text()
    with Host("rig") as host:
        assert host.run(["cat", "/proc/1/comm"]).stdout == "systemd\n"
        assert host.run(["systemctl", "is-active", "dbus.service"]).stdout == "active\n"
        assert host.run(["sh", "-c", "exit 7"], check=False).returncode == 7
        host.run(["systemd-run", "--wait", "--quiet", "-p", "DynamicUser=yes",
                  "sh", "-c", "echo seen by the journal; test $(id -u) != 0"])
        assert "seen by the journal" in host.journal()
        host.path("/etc/rig-was-here").write_text("x")
    assert not (base() / "etc/rig-was-here").exists()
    assert Path("/proc/self/mountinfo").read_text() == mounts
    assert sorted(str(path) for path in Path("/sys/fs/cgroup").glob("**/")) == cgroups
