# SPDX-License-Identifier: Apache-2.0
"""`iamctl host enable` and `host disable` on a booted host: all or nothing, proved, and undone to the
byte."""

import re
import time

import pexpect
import pytest

from tests.rig.dialogue import spawn
from tests.rig.host import Host
from tests.rig.iamd import CONFIG
from tests.rig.people import TERMINAL, PeopledHost
from tests.rig.process import wait_until

UNITS = ["iamd-lookup.socket", "iamd-auth.socket", "iamd-admin.socket", "iamd-http.socket",
         "iam-sudoers.path", "iamd.service"]
WATCHED = ["/etc/nsswitch.conf", "/etc/sudoers", "/etc/sudo.conf", "/etc/ssh", "/etc/pam.d",
           "/var/lib/pam"]
APPROVAL = "/usr/libexec/sudo/iam_approval.so"
RECORD = "/var/lib/iam/host.json"


@pytest.fixture(scope="module")
def people():
    with Host("switch") as host:
        host.run(["systemd-sysusers"])
        host.run(["systemd-tmpfiles", "--create"])
        host.path("/etc/iam/iamd.conf").write_text(CONFIG.format(realm="example"))
        host.run(["systemctl", "daemon-reload"])
        host.run(["systemctl", "enable", "--now", *UNITS])
        host.run(["useradd", "--create-home", "localuser"])
        people = PeopledHost(host)
        people.make_alice()
        yield people


@pytest.fixture
def before(people) -> str:
    """The machine does not ask iamd, and shall be so again."""
    people.ctl("host", "disable", "--yes")
    state = state_of(people.host)
    yield state
    people.ctl("host", "disable", "--yes")


def state_of(host: Host) -> str:
    """Names, owners, modes and content of all that may be touched."""
    files = host.run(["find", *WATCHED, "-printf", "%p %M %u %g\n"]).stdout
    sums = host.run(["find", *WATCHED, "-type", "f", "-exec", "md5sum", "{}", "+"]).stdout
    return "\n".join(sorted(files.splitlines() + sums.splitlines()))


def test_it_shows_what_it_would_change_and_changes_nothing(people, before):
    shown = people.ctl("host", "enable", "--dry-run")
    for line in ("+passwd:         files iam", "+++ /etc/ssh/sshd_config.d/10-iam.conf",
                 "+KbdInteractiveAuthentication yes", "+++ /etc/pam.d/common-auth",
                 "+Plugin iam_approval iam_approval.so"):
        assert line in shown, f"{line} is not shown in:\n{shown}"
    assert re.search(r"(?m)^\+auth\t.*pam_iam.so", shown)
    assert state_of(people.host) == before


def test_a_login_that_is_not_believed_leaves_all_as_it_was(people, before):
    wrong = people.host.run(["iamctl", "host", "enable", "--prove", "alice", "--yes", "--stdin"],
                            input="not the password\n000000\n", check=False)
    assert wrong.returncode == 1 and "all is as it was" in wrong.stderr
    assert state_of(people.host) == before
    assert not people.host.path(RECORD).exists()


def test_a_local_account_proves_nothing(people, before):
    refused = people.host.run(
        ["iamctl", "host", "enable", "--prove", "localuser", "--yes", "--stdin"],
        input="x\n", check=False)
    assert refused.returncode == 1 and "is a local account" in refused.stderr
    assert state_of(people.host) == before


def test_what_would_lock_root_out_is_undone(people, before):
    module = "/usr/lib/x86_64-linux-gnu/security/pam_iam.so"
    people.host.run(["mv", module, module + ".away"])
    refused = people.host.run(["iamctl", "host", "enable", "--unproved", "--yes"], check=False)
    people.host.run(["mv", module + ".away", module])
    assert refused.returncode == 1 and "root or a local account" in refused.stderr
    assert state_of(people.host) == before


def test_an_sshd_that_would_not_ask_is_found_and_all_undone(people, before):
    first = people.host.path("/etc/ssh/sshd_config.d/00-other.conf")
    first.write_text("KbdInteractiveAuthentication no\n")
    refused = people.host.run(["iamctl", "host", "enable", "--unproved", "--yes"], check=False)
    first.unlink()
    assert refused.returncode == 1 and "another of its files sets it" in refused.stderr
    assert state_of(people.host) == before


def test_a_sudo_that_would_not_run_is_found_and_all_undone(people, before):
    people.host.run(["mv", APPROVAL, APPROVAL + ".away"])
    refused = people.host.run(["iamctl", "host", "enable", "--unproved", "--yes"], check=False)
    people.host.run(["mv", APPROVAL + ".away", APPROVAL])
    assert refused.returncode == 1 and "unable to load plugins" in refused.stderr
    assert state_of(people.host) == before


def test_disabling_mends_a_sudo_whose_plugin_is_gone(people, before):
    people.ctl("host", "enable", "--unproved", "--yes")
    sudo = ["runuser", "-u", "localuser", "--", "sudo", "-n", "-l"]
    people.host.run(["mv", APPROVAL, APPROVAL + ".away"])
    broken = people.host.run(sudo, check=False)
    people.ctl("host", "disable", "--yes")
    mended = people.host.run(sudo, check=False)
    people.host.run(["mv", APPROVAL + ".away", APPROVAL])
    assert "unable to load plugins" in broken.stderr
    assert "password is required" in mended.stderr, mended.stderr
    assert state_of(people.host) == before


def test_a_person_is_asked_and_may_say_no(people, before):
    child = spawn(people.host.command(["script", "-qec", "iamctl host enable --unproved", "/dev/null"]),
                  TERMINAL)
    child.expect(r"Change these files\? \[y/N\] ")
    child.sendline("n")
    child.expect("nothing was changed")
    child.expect(pexpect.EOF)
    assert state_of(people.host) == before


def test_a_run_that_is_killed_half_way_is_undone_by_the_next(people, before):
    child = spawn(people.host.command(
        ["script", "-qec", "iamctl host enable --yes --prove alice", "/dev/null"]), TERMINAL)
    child.expect("Password: ")
    assert "iam" in people.host.path("/etc/nsswitch.conf").read_text(), "nothing to undo yet"
    people.host.run(["sh", "-c", "kill -9 $(pidof iamctl)"])
    child.expect(pexpect.EOF)
    assert state_of(people.host) != before
    next_run = people.host.run(["iamctl", "host", "disable", "--yes"])
    assert "an earlier run was interrupted; undone" in next_run.stderr
    assert state_of(people.host) == before


def test_alice_proves_it_and_then_gets_in_by_ssh_and_sudo(people, before):
    done = people.let_host_ask()
    assert "alice can log in here" in done.stdout
    rules = people.host.path("/etc/sudoers.d/iam")
    wait_until(rules.exists, 5, "the rendered rules")
    outcome = people.ssh("id -un; sudo id -u")
    assert outcome.ok and outcome.output.split()[-1] == "0", outcome.output
    again = people.host.run(["iamctl", "host", "enable", "--unproved", "--yes"])
    assert "nothing to change" in again.stderr
    people.ctl("host", "disable", "--yes")
    assert state_of(people.host) == before
    assert not people.host.path(RECORD).exists()
    assert people.host.run(["getent", "passwd", "alice"], check=False).returncode == 2


def test_what_others_changed_meanwhile_stays(people, before):
    names, sshd, sudo = (people.host.path(path) for path in
                         ("/etc/nsswitch.conf", "/etc/ssh/sshd_config.d/10-iam.conf",
                          "/etc/sudo.conf"))
    sudo_before = sudo.read_text()
    people.ctl("host", "enable", "--unproved", "--yes")
    names.write_text(names.read_text().replace("hosts:          files", "hosts: files"))
    sshd.write_text(sshd.read_text() + "MaxAuthTries 3\n")
    sudo.write_text(sudo.read_text() + "Set disable_coredump false\n")
    people.ctl("host", "disable", "--yes")
    text = names.read_text()
    assert "iam" not in text and "hosts: files" in text
    assert sshd.read_text() == "MaxAuthTries 3\n"
    sshd.unlink()
    assert sudo.read_text() == sudo_before + "Set disable_coredump false\n"
    sudo.write_text(sudo_before)
    names.write_text(text.replace("hosts: files", "hosts:          files"))
    assert state_of(people.host) == before


def test_it_is_fast_enough_to_try(people, before):
    began = time.monotonic()
    people.ctl("host", "enable", "--unproved", "--yes")
    assert time.monotonic() - began < 10
