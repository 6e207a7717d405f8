# SPDX-License-Identifier: Apache-2.0
"""What a person does at each door of the realm demo, and what must be seen there.

`dev up --check` walks through all of them; the tests use the same steps to get in.
"""

import json

from .browser import Browser, Driver
from .demo import APPS, Demo, Person
from .dialogue import Answers
from .paths import RigError

# What the pages and the terminal call the fields.
NAME_FIELD, PASSWORD_FIELD, CODE_FIELD = "User name", "Password", "One-time code"
PASSWORD_PROMPT, CODE_PROMPT = r"[Pp]assword[^:\r\n]*: ", r"[Cc]ode: "


def expect(condition, complaint: str):
    if not condition:
        raise RigError(complaint)


# -- getting in

def terminal_answers(person: Person) -> Answers:
    answers: Answers = {PASSWORD_PROMPT: person.password}
    if person.totp:
        answers[CODE_PROMPT] = person.totp.fresh
    return answers


def sign_in(browser: Browser, person: Person):
    """Fills in what the login pages ask for, from the first page to the way back to the app."""
    browser.wait_for("the login page", lambda: browser.has_field(NAME_FIELD))
    browser.fill(NAME_FIELD, person.name)
    if not browser.has_field(PASSWORD_FIELD):
        browser.submit()
        browser.wait_for("the password field", lambda: browser.has_field(PASSWORD_FIELD))
    browser.fill(PASSWORD_FIELD, person.password)
    browser.submit()
    if person.totp:
        browser.wait_for("the field for the code", lambda: browser.has_field(CODE_FIELD))
        browser.fill(CODE_FIELD, person.totp.fresh())
        browser.submit()


def sign_in_at(browser: Browser, url: str, person: Person):
    browser.open(url)
    sign_in(browser, person)
    browser.wait_for("the app's page", lambda: browser.url == url)


def asks_to_sign_in(browser: Browser, url: str) -> bool:
    """An app that learns only now that its session has ended shows its signed-out page once."""
    browser.open(url)
    return browser.has_field(NAME_FIELD)


def roles_on(browser: Browser) -> list[str]:
    text = browser.text("#OIDC_CLAIM_realm_access")
    return json.loads(text)["roles"] if text.startswith("{") else []


# -- the doors

def names(demo: Demo):
    for person in (demo.alice, demo.bob):
        line = demo.box.run(["getent", "passwd", person.name]).stdout.strip()
        expect(line.startswith(f"{person.name}:*:") and person.display_name in line,
               f"getent passwd {person.name} says {line!r}")
        by_uid = demo.box.run(["getent", "passwd", line.split(":")[2]]).stdout.strip()
        expect(by_uid == line, f"by number {by_uid!r}, by name {line!r}")
    missing = demo.box.run(["getent", "passwd", "nobody-of-that-name"], check=False)
    expect(missing.returncode == 2, "a name that exists nowhere is found")


def browser(demo: Demo, driver: Driver | None = None):
    driver = driver or Driver(demo.box)
    one, two = demo.sites
    with driver.open() as window:
        sign_in_at(window, one.protected, demo.alice)
        expect(window.text("#REMOTE_USER") == "alice",
               f"the app sees {window.text('#REMOTE_USER')!r} instead of alice")
        expect(window.text("#OIDC_CLAIM_name") == demo.alice.display_name, "the app sees no name")
        expect("ops" in roles_on(window), f"the app sees the roles {roles_on(window)}")
        signed_in_at = window.text("#OIDC_CLAIM_auth_time")

        window.open(two.protected)
        window.wait_for("the second app, without a password", lambda: window.url == two.protected)
        expect(window.text("#REMOTE_USER") == "alice", "the second app does not see alice")
        expect(window.text("#OIDC_CLAIM_auth_time") == signed_in_at,
               "the second app sees another sign-in than the first")

        window.open(one.logout)
        window.wait_for("the signed-out page", lambda: window.url == f"{one.base}/open/"
                        or "signed out" in window.text().lower())
        for site in (one, two):
            window.wait_for(f"the login page of {site.client_id} after the sign-out",
                            lambda site=site: asks_to_sign_in(window, site.protected))


def ssh(demo: Demo):
    for person in (demo.alice, demo.bob):
        outcome = demo.sshd.login(person.name, terminal_answers(person), "id -un; pwd")
        expect(outcome.ok, f"{person.name} is not let in: {outcome.output.strip()!r}")
        expect(outcome.output.split()[-2:] == [person.name, f"/home/{person.name}"],
               f"{person.name} has an odd shell: {outcome.output!r}")
    wrong = demo.sshd.login("bob", {PASSWORD_PROMPT: "not the password"})
    expect(wrong.status == 255, "bob is let in with a wrong password")


def sudo(demo: Demo):
    with demo.sshd.session("alice", terminal_answers(demo.alice)) as shell:
        done = shell.run("sudo id -u", terminal_answers(demo.alice))
        expect(done.ok and done.output.split()[-1] == "0", f"sudo says {done.output.strip()!r}")
    with demo.sshd.session("bob", terminal_answers(demo.bob)) as shell:
        done = shell.run("sudo id -u", terminal_answers(demo.bob))
        expect(not done.ok, "sudo serves bob, who has no role for it")


DOORS = {"names (getent)": names, f"browser (Apache on port {APPS['apache-one']})": browser,
         "ssh": ssh, "sudo": sudo}
