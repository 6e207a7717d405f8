# SPDX-License-Identifier: Apache-2.0
"""sudo where a rule wants a fresh factor: asked for by sudo itself, whatever else it would let pass."""

import itertools
import time

import pytest

from tests.integration.conftest import LOCAL_PASSWORD
from tests.rig.demo import make_person
from tests.rig.doors import CODE_PROMPT, PASSWORD_PROMPT, terminal_answers
from tests.rig.process import wait_until

CONF = "/etc/sudo.conf"
PLUGIN = "/usr/libexec/sudo/iam_approval.so"
NOPASSWD = "/etc/sudoers.d/zz-no-password"
ID = "/usr/bin/id"
FRESH = 4  # seconds
MOMENT = 10  # seconds for which sudo's own question serves the command it was asked for
CODE, PASSWORD = "One-time code: ", "Password: "
MUTE = "sudo: a fresh factor is needed, and -n lets nobody be asked\n"


@pytest.fixture(scope="module", autouse=True)
def rules(demo):
    """Two roles that may do all by sudo; for `id` a factor must be fresh, or be given each time."""
    ctl = demo.iamd.ctl
    before = demo.box.read(CONF)
    demo.box.write(CONF, before + demo.box.read("/usr/share/iam/sudo.conf"))
    for role, seconds in (("careful", FRESH), ("wary", 0)):
        ctl("role", "create", role, "--realm", "demo")
        ctl("host", "allow", "--realm", "demo", "--role", role)
        ctl("role", "sudo", "add", role, "--realm", "demo", "--run-as", "root", "--command", "ALL")
        ctl("role", "sudo", "add", role, "--realm", "demo", "--run-as", "root", "--command", ID,
            "--fresh-factor", str(seconds))
    yield
    for role in ("careful", "wary"):
        ctl("role", "delete", role, "--realm", "demo")
    demo.box.write(CONF, before)


@pytest.fixture(scope="module")
def person(demo):
    """Somebody new with a phone of his own, and a key that opens his account without a factor."""
    count = itertools.count(1)

    def make(role: str = "careful", totp: bool = True):
        name = f"sudoer{next(count)}"
        made = make_person(demo.iamd, name, "Somebody Else", totp)
        demo.iamd.ctl("role", "assign", role, "--realm", "demo", "--user", name)
        demo.iamd.ctl("wait")
        uid = demo.box.run(["id", "-u", name]).stdout.strip()
        wait_until(lambda: f"#{uid} " in demo.box.read("/etc/sudoers.d/iam"), 5, "the rules")
        made.key = demo.sshd.make_key(name)
        return made

    return make


@pytest.fixture
def no_password(demo):
    """sudo asks nobody for anything."""
    demo.box.write(NOPASSWD, "ALL ALL=(ALL) NOPASSWD: ALL\n", 0o440)
    yield
    demo.box.path(NOPASSWD).unlink()


def session(demo, someone):
    return demo.sshd.session(someone.name, key=someone.key)


def test_a_code_is_asked_for_and_remembered_until_it_is_stale_whatever_nopasswd_says(
        demo, person, no_password):
    alice = person()
    with session(demo, alice) as shell:
        muted = shell.run("sudo -n id -u")
        assert muted.status == 1 and muted.output == MUTE, muted
        done = shell.run("sudo id -u", {CODE: alice.totp.fresh})
        assert done.ok and done.output.endswith("\n0\n") and done.prompts == [CODE], done
        again = shell.run("sudo -n id -u")
        assert again.ok and again.output == "0\n", again
        time.sleep(FRESH)
        stale = shell.run("sudo -n id -u")
        assert stale.status == 1 and stale.output == MUTE, stale
        # The code that was good once, and two that never were.
        wrong = shell.run("sudo id -u", {CODE: alice.totp.used})
        assert wrong.status == 1 and wrong.prompts == [CODE] * 3, wrong
        assert wrong.output.endswith("sudo: that did not match\n"), wrong
        assert shell.run("sudo -n true").ok, "a command that no rule is careful about"


def test_what_was_refused_and_proven_is_in_the_audit_trail(demo, person, no_password):
    alice = person()
    with session(demo, alice) as shell:
        assert not shell.run("sudo -n id -u").ok
        assert shell.run("sudo id -u", {CODE: alice.totp.fresh}).ok
    wanted = ["sudo.rejected", "confirm.success", "sudo.accepted", "sudo.finished"]

    def found() -> list[dict]:
        events = demo.iamd.ask("audit", "list", "--realm", "demo")["events"]
        return [event for event in events
                if event.get("actor") == alice.name and event["event"] in wanted]
    events = wait_until(lambda: len(e := found()) == len(wanted) and e, 5, "the events")
    assert [event["event"] for event in events] == wanted
    assert "a fresh factor is needed" in events[0]["details"]
    added = demo.iamd.ask("audit", "list", "--realm", "demo", "--event", "sudo-rule.added")["events"]
    assert f'"freshFactor":{FRESH}' in added[-2]["details"] + added[-3]["details"], added


def test_a_timestamp_of_sudo_does_not_stand_in_for_a_fresh_factor(demo, person):
    bob = person(totp=False)
    with session(demo, bob) as shell:
        assert shell.run("sudo -v", {PASSWORD_PROMPT: bob.password}).ok
        time.sleep(MOMENT)
        assert shell.run("sudo -n true").ok, "sudo's own timestamp is valid"
        muted = shell.run("sudo -n id -u")
        assert muted.status == 1 and muted.output == MUTE, muted
        done = shell.run("sudo id -u", {PASSWORD: bob.password})
        assert done.ok and done.prompts == [PASSWORD], done


def test_the_code_that_sudo_asked_for_itself_serves_its_command_and_no_other(demo, person):
    alice = person("wary")
    with session(demo, alice) as shell:
        done = shell.run("sudo id -u", terminal_answers(alice))
        assert done.ok and done.prompts == [PASSWORD_PROMPT, CODE_PROMPT], done
        muted = shell.run("sudo -n id -u")
        assert muted.status == 1 and muted.output == MUTE, muted


def test_the_code_of_the_login_is_fresh_at_first(demo, person, no_password):
    alice = person()
    with demo.sshd.session(alice.name, terminal_answers(alice)) as shell:
        done = shell.run("sudo -n id -u")
        assert done.ok and done.output == "0\n", done
        time.sleep(FRESH)
        assert shell.run("sudo -n id -u").output == MUTE


def test_who_has_no_terminal_is_refused_with_words(demo, person, no_password):
    alice = person()
    refused = demo.box.run(["setsid", "sudo", "id", "-u"], user=alice.name, check=False)
    assert refused.returncode == 1 and refused.stdout == "", refused
    assert "a fresh factor is needed, and nobody can be asked" in refused.stderr, refused
    good = demo.box.run(["setsid", "sudo", "-S", "id", "-u"], user=alice.name,
                        input=alice.totp.fresh() + "\n")
    assert good.stdout == "0\n"


def test_without_iamd_realm_users_are_denied_and_others_are_not_asked(demo, person, no_password):
    alice = person()
    pam = demo.box.read("/etc/pam.d/sudo")
    with session(demo, alice) as shell:
        demo.iamd.kill()
        try:
            assert not shell.run("sudo -n true").ok, "PAM's account phase"
            # Nor when nothing but the plugin is in the way.
            demo.box.write("/etc/pam.d/sudo", "".join(
                f"{kind} required pam_permit.so\n" for kind in ("auth", "account", "session")))
            denied = shell.run("sudo true")
            assert denied.status == 1, denied
            assert denied.output == "sudo: iamd does not answer, so nothing is approved\n", denied
            assert demo.box.run(["sudo", "id", "-u"], user="localuser").stdout == "0\n"
            assert demo.box.run(["sudo", "id", "-u"]).stdout == "0\n"
        finally:
            demo.box.write("/etc/pam.d/sudo", pam)
            demo.iamd.start()
        assert shell.run("sudo -n true").ok


def test_a_silent_iamd_is_not_waited_for_long(demo, person, no_password):
    alice = person()
    pam = demo.box.read("/etc/pam.d/sudo")
    with session(demo, alice) as shell:
        demo.box.write("/etc/pam.d/sudo", "".join(
            f"{kind} required pam_permit.so\n" for kind in ("auth", "account", "session")))
        demo.iamd.freeze()
        try:
            began = time.monotonic()
            assert shell.run("sudo true").status == 1
            assert time.monotonic() - began < 10
        finally:
            demo.iamd.thaw()
            demo.box.write("/etc/pam.d/sudo", pam)


def test_root_mends_by_su_a_sudo_whose_plugin_is_missing(demo, person, no_password):
    alice = person()
    demo.box.run(["mv", PLUGIN, PLUGIN + ".away"])
    try:
        with session(demo, alice) as shell:
            assert "unable to load plugins" in shell.run("sudo -n true").output
        for user in ("localuser", None):
            broken = demo.box.run(["sudo", "-n", "id", "-u"], user=user, check=False)
            assert broken.returncode == 1 and "unable to load plugins" in broken.stderr
        conf = demo.box.read(CONF)
        demo.box.run(["su", "-c", f"sed -i '/iam_/d' {CONF}"], user="localuser",
                     input=LOCAL_PASSWORD + "\n")
        assert demo.box.run(["sudo", "-n", "id", "-u"], user="localuser").stdout == "0\n"
        demo.box.write(CONF, conf)
    finally:
        demo.box.run(["mv", PLUGIN + ".away", PLUGIN])
    assert demo.box.run(["sudo", "-n", "id", "-u"], user="localuser").stdout == "0\n"
