# SPDX-License-Identifier: Apache-2.0
"""The account page, passwd, and passwords that must be changed: what people do for themselves."""

import itertools
import re

import pytest

from tests.rig import doors
from tests.rig.demo import ISSUER, make_person, passphrase
from tests.rig.dialogue import Answers, finish, spawn
from tests.rig.doors import CODE_PROMPT, terminal_answers
from tests.rig.relying_party import Form, Web
from tests.rig.totp import Totp
from tests.rig.varlink import Varlink

ACCOUNT = f"{ISSUER}/account"
PASSWORD, CURRENT, NEW, AGAIN = ("Password: ", "Current password: ", "New password: ",
                                 "New password again: ")


def choose(new: str) -> Answers:
    return {NEW: new, AGAIN: new}


@pytest.fixture(scope="module")
def person(demo):
    """Somebody new, who may use the host."""
    count = itertools.count(1)

    def make(totp: bool = False):
        name = f"person{next(count)}"
        made = make_person(demo.iamd, name, "Somebody Else", totp)
        demo.iamd.ctl("role", "assign", "staff", "--realm", "demo", "--user", name)
        demo.iamd.ctl("wait")
        return made

    return make


def at_terminal(demo, argv: list[str], answers: Answers):
    return finish(spawn(demo.box.command(argv), demo.box.environment()), answers)


def set_password(demo, someone, *more: str):
    someone.password = passphrase()
    demo.iamd.ctl("user", "set-password", someone.name, "--realm", "demo", "--stdin", *more,
                  input=someone.password + "\n")


def open_account(window, someone):
    window.open(ACCOUNT)
    doors.sign_in(window, someone)
    window.wait_for("the account page", lambda: window.url == ACCOUNT)


# -- the page

def test_a_person_sees_who_he_is_and_gives_himself_codes_that_every_door_then_asks(
        demo, windows, person):
    alice = person()
    with windows.open() as window:
        open_account(window, alice)
        seen = window.text()
        assert alice.name in seen and "staff" in seen and "This browser" in seen
        assert "Chrome on Linux" in seen
        window.click("Set up")
        window.wait_for("what codes are", lambda: "You need an app" in window.text())
        window.click("Show the QR code")
        secret = window.text(".secret")
        assert window.text("main").count("It is shown only once") == 1
        phone = Totp(secret)
        window.fill("One-time code", "000000")
        window.click("Turn on")
        window.wait_for("the notice", lambda: "did not match" in window.text())
        assert secret not in window.text()
        before = demo.iamd.ask("user", "show", alice.name, "--realm", "demo")["factors"]
        assert before == ["password"]
        window.fill("One-time code", phone.fresh())
        window.click("Turn on")
        window.wait_for("the account page", lambda: "codes are on" in window.text())
    alice.totp = phone
    outcome = demo.sshd.login(alice.name, {PASSWORD: alice.password, CODE_PROMPT: phone.used})
    assert outcome.status == 255, "the code that confirmed the secret served again"
    outcome = demo.sshd.login(alice.name, terminal_answers(alice))
    assert outcome.ok and outcome.prompts[-1] == CODE_PROMPT

    with windows.open() as window:
        open_account(window, alice)
        window.click("Remove")
        window.wait_for("the question", lambda: "Remove one-time codes?" in window.text())
        window.click("Remove")
        window.wait_for("the account page", lambda: "codes are off" in window.text())
    assert demo.sshd.login(alice.name, {PASSWORD: alice.password}).ok


def test_a_password_changed_on_the_page_ends_other_sessions_and_keeps_this_one(
        demo, windows, person):
    alice = person()
    with windows.open() as here, windows.open() as there:
        for window in (here, there):
            open_account(window, alice)
        cookie = here.cookies()["iam-session-demo"]["value"]
        here.click("Change password")
        here.wait_for("the old one", lambda: here.has_field("Current password"))
        here.fill("Current password", alice.password)
        here.submit()
        here.wait_for("the new one", lambda: here.has_field("New password"))
        here.fill("New password", "too short")
        here.fill("New password again", "too short")
        here.submit()
        here.wait_for("the rule", lambda: "at least 12 characters" in here.text())
        old, alice.password = alice.password, passphrase()
        here.fill("New password", alice.password)
        here.fill("New password again", alice.password)
        here.submit()
        here.wait_for("the account page", lambda: "password is changed" in here.text())
        assert here.cookies()["iam-session-demo"]["value"] != cookie
        there.open(ACCOUNT)
        there.wait_for("the login page", lambda: there.has_field(doors.NAME_FIELD))
    assert demo.sshd.login(alice.name, {PASSWORD: old}).status == 255
    assert demo.sshd.login(alice.name, {PASSWORD: alice.password}).ok


def test_sessions_are_ended_one_by_one_and_all_at_once(demo, windows, person):
    alice = person()
    with windows.open() as here, windows.open() as there:
        for window in (here, there):
            open_account(window, alice)
        here.open(ACCOUNT)
        with demo.sshd.session(alice.name, {PASSWORD: alice.password}):
            here.open(ACCOUNT)
            assert "sshd on a host" in here.text()
        here.click("Sign out")
        here.wait_for("the account page", lambda: "That session has ended" in here.text())
        there.open(ACCOUNT)
        there.wait_for("the login page", lambda: there.has_field(doors.NAME_FIELD))
        doors.sign_in(there, alice)
        there.wait_for("the account page", lambda: there.url == ACCOUNT)
        here.click("Sign out everywhere")
        here.wait_for("the end", lambda: "You are signed out" in here.text())
        for window in (here, there):
            window.open(ACCOUNT)
            window.wait_for("the login page",
                            lambda window=window: window.has_field(doors.NAME_FIELD))


# -- passwd

def test_passwd_over_ssh_changes_the_one_password_that_the_browser_then_needs(
        demo, windows, person):
    alice = person(totp=True)
    new = passphrase()
    with demo.sshd.session(alice.name, terminal_answers(alice)) as shell:
        answers = {CURRENT: alice.password, CODE_PROMPT: alice.totp.fresh} | choose(new)
        done = shell.run("passwd", answers)
    assert done.ok and done.prompts == [CURRENT, CODE_PROMPT, NEW, AGAIN], done
    old, alice.password = alice.password, new
    with windows.open() as window:
        window.open(ACCOUNT)
        window.fill(doors.NAME_FIELD, alice.name)
        window.fill(doors.PASSWORD_FIELD, old)
        window.submit()
        window.wait_for("the notice", lambda: "did not match" in window.text())
        doors.sign_in(window, alice)
        window.wait_for("the account page", lambda: window.url == ACCOUNT)
    events = demo.iamd.ask("audit", "list", "--realm", "demo", "--door", "pam")["events"]
    assert [event["event"] for event in events].count("password.changed") == 1


def test_passwd_says_the_rule_and_changes_nothing_when_it_is_not_kept(demo, person):
    alice = person()
    with demo.sshd.session(alice.name, {PASSWORD: alice.password}) as shell:
        refused = shell.run("passwd", {CURRENT: alice.password} | choose(alice.name + "12345678"))
        assert not refused.ok and refused.prompts.count(NEW) == 3
        assert "at least 12 characters" in refused.output and "unchanged" in refused.output
        wrong = shell.run("passwd", {CURRENT: "not the password"})
        assert not wrong.ok and wrong.prompts == [CURRENT]
    assert demo.sshd.login(alice.name, {PASSWORD: alice.password}).ok


def test_root_sets_a_password_without_the_old_one_and_local_users_keep_their_own(demo, person):
    alice = person()
    new = passphrase()
    done = at_terminal(demo, ["passwd", alice.name], choose(new))
    assert done.ok and done.prompts == [NEW, AGAIN], done
    assert demo.sshd.login(alice.name, {PASSWORD: new}).ok
    assert demo.sshd.login(alice.name, {PASSWORD: alice.password}).status == 255
    local = at_terminal(demo, ["passwd", "localuser"],
                              {r"New password: ": "a local passphrase",
                               r"Retype new password: ": "a local passphrase"})
    assert local.ok and "a local passphrase" not in local.output


# -- passwords that must be changed

def test_ssh_asks_for_another_password_in_the_same_conversation(demo, person):
    alice = person()
    set_password(demo, alice, "--must-change")
    new = passphrase()
    outcome = demo.sshd.login(alice.name, {PASSWORD: alice.password} | choose(new), "id -un")
    assert outcome.ok and outcome.prompts == [PASSWORD, NEW, AGAIN], outcome
    assert "has to be changed" in outcome.output
    assert demo.sshd.login(alice.name, {PASSWORD: new}).ok
    assert demo.sshd.login(alice.name, {PASSWORD: alice.password}).status == 255


def test_the_page_lets_nobody_go_on_with_a_password_that_must_be_changed(demo, windows, person):
    alice = person()
    set_password(demo, alice, "--must-change")
    app = demo.sites[0].protected
    with windows.open() as window:
        window.open(app)
        doors.sign_in(window, alice)
        window.wait_for("the question", lambda: window.has_field("New password"))
        assert "has to be changed" in window.text()
        window.open(app)
        assert window.has_field(doors.NAME_FIELD), "she is in without a change"
        doors.sign_in(window, alice)
        window.wait_for("the question", lambda: window.has_field("New password"))
        alice.password = passphrase()
        window.fill("New password", alice.password)
        window.fill("New password again", alice.password)
        window.submit()
        window.wait_for("the app", lambda: window.url == app)
    assert demo.sshd.login(alice.name, {PASSWORD: alice.password}).ok


def test_su_and_login_ask_too_and_a_key_does_not_lead_past_it(demo, person):
    alice = person()
    key = demo.sshd.make_key(alice.name)
    assert demo.sshd.login(alice.name, key=key).ok
    set_password(demo, alice, "--must-change")
    assert demo.sshd.login(alice.name, key=key).status != 0
    new = passphrase()
    as_local = ["setpriv", "--reuid", "localuser", "--regid", "localuser", "--init-groups"]
    done = at_terminal(demo, [*as_local, "su", alice.name, "-c", "id -un"],
                             {PASSWORD: alice.password} | choose(new))
    assert done.ok and alice.name in done.output, done
    assert demo.sshd.login(alice.name, key=key).ok
    alice.password = new
    set_password(demo, alice, "--must-change")
    new = passphrase()
    done = at_terminal(demo, ["login", alice.name],
                             {PASSWORD: alice.password, r"\$ ": "exit"} | choose(new))
    assert done.prompts[:3] == [PASSWORD, NEW, AGAIN], done
    assert demo.sshd.login(alice.name, {PASSWORD: new}).ok


# -- who means harm

def signed_in(demo, someone) -> Web:
    web = Web(demo.box)
    url = ACCOUNT
    answer = web.send(url)
    while answer.status == 303:
        url = answer.location
        answer = web.send(url)
    answer = web.submit(url, answer, username=someone.name, password=someone.password)
    if someone.totp:
        answer = web.submit(url, answer, totp=someone.totp.fresh())
    assert answer.location == ACCOUNT, Form(answer.text).words
    return web


def post(web: Web, where: str, form: dict, **headers) -> int:
    return web.send(f"{ACCOUNT}/{where}", form, headers or {"Origin": "http://localhost:8080"})


def csrf_of(web: Web) -> str:
    return Form(web.send(ACCOUNT).text).fields["csrf"]


def test_no_form_of_another_page_or_session_changes_anything(demo, person):
    alice, bob = person(), person()
    hers, his = signed_in(demo, alice), signed_in(demo, bob)
    token = csrf_of(hers)
    ends = {"action": "end-all"}
    assert post(hers, "sessions", ends).status == 403
    assert post(hers, "sessions", ends | {"csrf": csrf_of(his)}).status == 403
    assert post(hers, "sessions", ends | {"csrf": token}, Origin="http://evil.example").status == 403
    assert hers.send(f"{ACCOUNT}/sessions", ends | {"csrf": token}).status == 403
    for where in ("password", "totp"):
        assert post(hers, where, {"action": "offer"}).status == 403
    assert post(Web(demo.box), "sessions", ends | {"csrf": token}).status == 403
    assert hers.send(ACCOUNT).status == 200
    assert hers.send(f"{ACCOUNT}/sessions").status == 405


def test_sessions_of_somebody_else_and_of_another_realm_are_not_there(demo, person):
    alice, bob = person(), person()
    hers, his = signed_in(demo, alice), signed_in(demo, bob)
    listed = demo.iamd.ask("session", "list", "--realm", "demo", "--user", bob.name)["sessions"]
    for session in (listed[0]["id"], "not-an-id", "00000000-0000-0000-0000-000000000000"):
        answer = post(hers, "sessions", {"csrf": csrf_of(hers), "action": "end", "id": session})
        assert answer.status == 404
    assert his.send(ACCOUNT).status == 200
    demo.iamd.ctl("realm", "create", "elsewhere")
    try:
        stray = Web(demo.box, {"iam-session-elsewhere": hers.cookies["iam-session-demo"]})
        answer = stray.send(ACCOUNT.replace("/demo/", "/elsewhere/"))
        assert answer.status == 303 and "/realms/elsewhere/login-actions/" in answer.location
        assert post(hers, "sessions", {}).status == 403
    finally:
        demo.iamd.ctl("realm", "delete", "elsewhere")


def test_a_stale_session_proves_itself_anew_before_it_changes_a_factor(demo, person):
    """The clock cannot be turned here: an offer is refused by a session of one factor alone."""
    alice = person()
    web = signed_in(demo, alice)
    alice.totp = Totp(demo.iamd.ask("user", "totp", "enrol", alice.name, "--realm", "demo")["secret"])
    token = csrf_of(web)
    for action in ("offer", "confirm", "remove"):
        answer = post(web, "totp", {"csrf": token, "action": action, "id": "x", "code": "000000"})
        if action == "confirm":
            assert answer.status == 404
        else:
            assert answer.status == 303 and "/login-actions/" in answer.location, action
    shown = demo.iamd.ask("user", "show", alice.name, "--realm", "demo")
    assert shown["factors"] == ["password", "totp"]


def test_nobody_goes_on_with_what_a_session_began_once_it_has_ended(demo, person):
    alice = person()
    web = signed_in(demo, alice)
    url = web.send(f"{ACCOUNT}/password", {"csrf": csrf_of(web)},
                   {"Origin": "http://localhost:8080"}).location
    asked = web.submit(url, web.send(url), password=alice.password)
    new = passphrase()
    chosen = {"new-password": new, "new-password-again": new}
    assert set(chosen) <= set(Form(asked.text).fields)
    session = demo.iamd.ask("session", "list", "--realm", "demo", "--user", alice.name)["sessions"][0]
    demo.iamd.ctl("session", "end", session["id"], "--realm", "demo")
    assert web.submit(url, asked, **chosen).status == 400
    assert web.send(url).status == 400
    assert demo.sshd.login(alice.name, {PASSWORD: alice.password}).ok


def test_an_offer_of_codes_counts_once_and_for_its_owner_alone(demo, person):
    alice, bob = person(), person()
    hers, his = signed_in(demo, alice), signed_in(demo, bob)

    def offer(web: Web):
        page = post(web, "totp", {"csrf": csrf_of(web), "action": "offer"})
        secret = re.search(r'<p class="secret"><code>([^<]+)', page.text).group(1)
        return Form(page.text).fields | {"code": Totp(secret).now()}

    first, second = offer(hers), offer(hers)
    assert post(hers, "totp", first).status == 404, "an offer that was replaced counts"
    theft = second | {"csrf": csrf_of(his)}
    assert post(his, "totp", theft).status == 404
    told = post(hers, "totp", second).location
    assert told.startswith(f"{ACCOUNT}?done=totp&mark=") and "codes are on" in hers.send(told).text
    for lie in ("done=totp", told.partition("?")[2].replace("totp", "password")):
        assert 'role="status"' not in hers.send(f"{ACCOUNT}?{lie}").text, lie
    assert 'role="status"' not in his.send(told).text, "it is told to somebody else"
    again = post(hers, "totp", second)
    assert "done=" not in again.location
    assert demo.iamd.ask("user", "show", bob.name, "--realm", "demo")["factors"] == ["password"]
    events = demo.iamd.ask("audit", "list", "--realm", "demo", "--user", alice.name)["events"]
    assert [event["event"] for event in events].count("totp.enrolled") == 1


def test_the_page_of_somebody_in_very_many_groups_shows_some_and_their_number(demo, person):
    alice = person()
    with Varlink(demo.box) as admin:
        for n in range(60):
            admin.call("org.iamd.Admin.GroupCreate", name=f"crowd{n:02}", realm="demo")
            admin.call("org.iamd.Admin.GroupAdd", name=f"crowd{n:02}", user=alice.name, realm="demo")
        page = signed_in(demo, alice).send(ACCOUNT)
        for n in range(60):
            admin.call("org.iamd.Admin.GroupRemove", name=f"crowd{n:02}", user=alice.name,
                       realm="demo")
            admin.call("org.iamd.Admin.GroupDelete", name=f"crowd{n:02}", realm="demo")
    assert page.text.count("/crowd") == 50 and "and 10 more" in page.text


def test_guesses_at_the_old_password_are_counted_with_all_others(demo, person):
    alice = person()
    with demo.sshd.session(alice.name, {PASSWORD: alice.password}) as shell:
        for _ in range(11):
            assert not shell.run("passwd", {CURRENT: "not the password"}).ok
        assert not shell.run("passwd", {CURRENT: alice.password} | choose(passphrase())).ok
    demo.iamd.ctl("user", "unlock", alice.name, "--realm", "demo")
    assert demo.sshd.login(alice.name, {PASSWORD: alice.password}).ok
