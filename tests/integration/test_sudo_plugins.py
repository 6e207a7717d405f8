# SPDX-License-Identifier: Apache-2.0
"""sudo with the plugins of iamd, as /usr/share/iam/sudo.conf loads them."""

import time

import pytest

from tests.integration.conftest import LOCAL_PASSWORD
from tests.rig.doors import terminal_answers
from tests.rig.process import wait_until

CONF = "/etc/sudo.conf"


@pytest.fixture(scope="module", autouse=True)
def plugins(demo):
    before = demo.box.read(CONF)
    demo.box.write(CONF, before + demo.box.read("/usr/share/iam/sudo.conf"))
    yield
    demo.box.write(CONF, before)


def events_of(demo, since: int, kind: str = "sudo") -> list[dict]:
    events = demo.iamd.ask("audit", "list", "--realm", "demo", "--event", kind)["events"]
    return [event for event in events if event["at"] >= since]


def now() -> int:
    return int(time.time() * 1e6)


# -- what was done is noted

def test_a_command_is_in_the_audit_trail_with_its_end_and_its_login(demo):
    since = now()
    with demo.sshd.session("alice", terminal_answers(demo.alice)) as shell:
        login = [row["id"] for row in demo.iamd.ask("session", "list", "--realm", "demo",
                                                    "--user", "alice")["sessions"]
                 if row["kind"] == "host"]
        done = shell.run("cd /tmp; sudo sh -c 'exit 7' 'two words'", terminal_answers(demo.alice))
        assert done.status == 7, done
        begun, ended = wait_until(lambda: len(e := events_of(demo, since, "sudo.")) == 2 and e, 5,
                                  "both events")
    assert [begun["event"], ended["event"]] == ["sudo.accepted", "sudo.finished"]
    assert begun["actor"] == "alice" and begun["success"] and not ended["success"]
    details = begun["details"]
    for part in ('"command":"/usr/bin/sh -c exit 7 two words"', '"runAs":"root"', '"cwd":"/tmp"',
                 '"tty":"/dev/pts/', f'"hostLogin":"{login[0]}"'):
        assert part in details, details
    assert '"status":7' in ended["details"]


def test_a_refusal_of_sudo_itself_is_in_the_audit_trail(demo):
    since = now()
    with demo.sshd.session("bob", terminal_answers(demo.bob)) as shell:
        assert not shell.run("sudo id -u", terminal_answers(demo.bob)).ok
    events = wait_until(lambda: events_of(demo, since, "sudo."), 5, "the event")
    assert {event["event"] for event in events} == {"sudo.rejected"}
    assert events[0]["actor"] == "bob" and "id -u" in events[0]["details"]


def test_local_accounts_are_not_noted(demo):
    since = now()
    done = demo.box.run(["sudo", "-S", "id", "-u"], user="localuser",
                        input=LOCAL_PASSWORD + "\n")
    assert done.stdout == "0\n"
    assert demo.box.run(["sudo", "id", "-u"]).stdout == "0\n"
    assert not events_of(demo, since, "sudo.")
