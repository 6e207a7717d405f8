# SPDX-License-Identifier: Apache-2.0
"""One person, three doors: browser, ssh and sudo with the same password and the same code."""

import contextlib
import time

import pytest

from tests.rig import doors
from tests.rig.demo import ISSUER
from tests.rig.doors import CODE_PROMPT, PASSWORD_PROMPT, terminal_answers
from tests.rig.process import wait_until

REFUSAL = "Permission denied"


def refusal_of(outcome) -> str:
    """The words of a refusal, without what depends on who was refused."""
    lines = [line for line in outcome.output.splitlines() if REFUSAL in line]
    return lines[-1].split(": ", 1)[-1] if lines else ""


# -- browser

def test_one_sign_in_serves_two_apps_and_one_sign_out_ends_both(demo, windows):
    doors.browser(demo, windows)


def test_a_wrong_password_keeps_the_page_and_tells_nothing_about_the_name(demo, windows):
    seen = []
    for name in ("alice", "nobody-of-that-name"):
        with windows.open() as window:
            window.open(demo.sites[0].protected)
            window.fill(doors.NAME_FIELD, name)
            window.fill(doors.PASSWORD_FIELD, "not the password")
            window.submit()
            window.wait_for("the notice", lambda: "did not match" in window.text())
            seen.append((window.title, window.text(), window.has_field(doors.PASSWORD_FIELD)))
    assert seen[0] == seen[1]


# -- ssh

def test_ssh_asks_alice_for_both_factors_and_gives_her_a_shell_of_her_own(demo):
    uid = demo.iamd.ask("user", "show", "alice", "--realm", "demo")["uid"]
    outcome = demo.sshd.login("alice", terminal_answers(demo.alice),
                              "id -u; id -un; id -Gn; pwd; stat -c %U:%a .; exit 7")
    assert outcome.prompts == [PASSWORD_PROMPT, CODE_PROMPT], outcome
    assert outcome.status == 7
    assert outcome.output.split("\n")[-6:-1] == [
        str(uid), "alice", "alice team", "/home/alice", "alice:700"]


def test_bob_without_a_second_factor_is_asked_for_the_password_alone(demo):
    outcome = demo.sshd.login("bob", terminal_answers(demo.bob))
    assert outcome.ok and outcome.prompts == [PASSWORD_PROMPT]


def test_every_wrong_answer_is_refused_with_the_same_words(demo, windows):
    alice = demo.alice
    with windows.open() as window:
        doors.sign_in_at(window, demo.sites[0].protected, alice)
    attempts = {
        "a wrong password": {PASSWORD_PROMPT: "not the password"},
        "a wrong code": {PASSWORD_PROMPT: alice.password, CODE_PROMPT: "000000"},
        "a code used in the browser":
            {PASSWORD_PROMPT: alice.password, CODE_PROMPT: alice.totp.used},
        "a name that exists nowhere": {PASSWORD_PROMPT: "not the password"},
    }
    words = {}
    for what, answers in attempts.items():
        user = "nobody-of-that-name" if "nowhere" in what else "alice"
        outcome = demo.sshd.login(user, answers)
        assert outcome.status == 255, f"{what}: {outcome}"
        assert list(dict.fromkeys(outcome.prompts)) == list(answers), f"{what}: {outcome}"
        words[what] = refusal_of(outcome)
    assert len(set(words.values())) == 1 and all(words.values()), words


def test_a_code_used_at_ssh_is_refused_in_the_browser_with_the_words_for_a_wrong_one(
        demo, windows):
    alice = demo.alice
    assert demo.sshd.login("alice", terminal_answers(alice)).ok
    notices = []
    for code in (alice.totp.used(), "000000"):
        with windows.open() as window:
            window.open(demo.sites[0].protected)
            window.fill(doors.NAME_FIELD, alice.name)
            window.fill(doors.PASSWORD_FIELD, alice.password)
            window.submit()
            window.wait_for("the field for the code", lambda: window.has_field(doors.CODE_FIELD))
            asked = window.text()
            window.fill(doors.CODE_FIELD, code)
            window.submit()
            window.wait_for("the notice", lambda: window.text() != asked)
            assert window.url.startswith(ISSUER), "the app let her in"
            notices.append(window.text())
    assert notices[0] == notices[1]


@contextlib.contextmanager
def changed(demo, do: list[str], undo: list[str]):
    demo.iamd.ctl(*do, "--realm", "demo")
    demo.iamd.ctl("wait")
    try:
        yield
    finally:
        demo.iamd.ctl(*undo, "--realm", "demo")
        demo.iamd.ctl("wait")


def test_a_key_opens_no_account_that_is_disabled(demo):
    key = demo.sshd.make_key("bob")
    assert demo.sshd.login("bob", key=key).ok
    with changed(demo, ["user", "disable", "bob"], ["user", "enable", "bob"]):
        assert demo.sshd.login("bob", key=key).status != 0
    assert demo.sshd.login("bob", key=key).ok


def test_a_key_opens_no_account_without_access_to_hosts(demo):
    key = demo.sshd.make_key("bob")
    with changed(demo, ["role", "unassign", "staff", "--user", "bob"],
                 ["role", "assign", "staff", "--user", "bob"]):
        assert demo.sshd.login("bob", key=key).status != 0
        explanation = demo.iamd.ask("why", "bob", "login", "host", "--realm", "demo")
        assert explanation["allowed"] is False


def test_the_password_method_serves_bob_and_refuses_alice_saying_why_in_the_journal(demo):
    assert demo.sshd.login("bob", terminal_answers(demo.bob), method="password").ok
    outcome = demo.sshd.login("alice", {PASSWORD_PROMPT: demo.alice.password}, method="password")
    assert outcome.status == 255
    demo.box.journal.wait_for_log("KbdInteractiveAuthentication")


def test_a_host_session_knows_how_its_user_came_in(demo):
    """sshd proves who it is in one process and opens the session in another."""
    def ways_of(user: str) -> list[str]:
        found = demo.iamd.ask("session", "list", "--realm", "demo", "--user", user)
        return [session["amr"] for session in found["sessions"] if session["kind"] == "host"]

    with demo.sshd.session("alice", terminal_answers(demo.alice)):
        assert ways_of("alice") == ["pwd otp mfa"]
    with demo.sshd.session("bob", terminal_answers(demo.bob), method="password"):
        assert ways_of("bob") == ["pwd"]
    with demo.sshd.session("bob", key=demo.sshd.make_key("bob")):
        assert ways_of("bob") == ["unknown"]
    wait_until(lambda: not ways_of("alice") + ways_of("bob"), 5, "end of the sessions")


# -- sudo

def test_sudo_serves_alice_by_her_role_and_bob_not_at_all(demo):
    with demo.sshd.session("alice", terminal_answers(demo.alice)) as shell:
        listed = shell.run("sudo -l", terminal_answers(demo.alice))
        assert listed.ok and "(root) ALL" in listed.output, listed
        done = shell.run("sudo id -u", terminal_answers(demo.alice))
        assert done.ok and done.output.split()[-1] == "0", done
    with demo.sshd.session("bob", terminal_answers(demo.bob)) as shell:
        for command in ("sudo id -u", "sudo -l"):
            done = shell.run(command, terminal_answers(demo.bob))
            assert not done.ok and "ALL" not in done.output, done


def test_a_role_taken_away_ends_sudo_in_the_running_session(demo):
    with demo.sshd.session("alice", terminal_answers(demo.alice)) as shell:
        assert shell.run("sudo id -u", terminal_answers(demo.alice)).ok
        began = time.monotonic()
        with changed(demo, ["role", "unassign", "ops", "--user", "alice"],
                     ["role", "assign", "ops", "--user", "alice"]):
            wait_until(lambda: not shell.run("sudo -n id -u").ok, 5, "end of sudo for alice")
            assert time.monotonic() - began < 5
            listed = shell.run("sudo -n -l")
            assert not listed.ok and "ALL" not in listed.output, listed


# -- all of them

@pytest.mark.parametrize("door", ["browser", "pam"])
def test_every_login_is_in_the_audit_trail_with_door_and_outcome(demo, door):
    events = demo.iamd.ask("audit", "list", "--realm", "demo", "--door", door)["events"]
    logins = [event for event in events if event["event"].startswith("login.")]
    assert {event["success"] for event in logins} == {True, False}
    assert all(event.get("at") and event.get("id") for event in logins)


def test_no_secret_is_in_any_log(demo):
    secrets = [demo.alice.password, demo.bob.password, demo.alice.totp_secret,
               *[site.client_secret for site in demo.sites]]
    for log in demo.box.logs.glob("*.log"):
        text = log.read_text(errors="replace")
        assert not [secret for secret in secrets if secret in text], log
