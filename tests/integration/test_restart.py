# SPDX-License-Identifier: Apache-2.0
"""`systemctl restart iamd` while people and programs are at it: nobody fails, and a login that waits for
its code goes on with the next daemon."""

import json
import random
import statistics
import time
import urllib.parse

import pytest

from tests.integration.conftest import FULL
from tests.rig.demo import passphrase
from tests.rig.dialogue import finish, spawn
from tests.rig.doors import CODE_PROMPT, PASSWORD_PROMPT
from tests.rig.host import Host
from tests.rig.iamd import BASE_URL, CONFIG
from tests.rig.load import KeptHttp, lost, streams
from tests.rig.outcomes import tell
from tests.rig.people import TERMINAL, PeopledHost
from tests.rig.process import wait_until
from tests.rig.relying_party import Form, RelyingParty, Web
from tests.rig.totp import Totp
from tests.rig.varlink import Varlink

ISSUER = f"{BASE_URL}/realms/example"
APP = "https://app.example.org/back"
RESTARTS = 100 if FULL else 8
SSH = ["ssh", "-tt", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR",
       "-o", "PreferredAuthentications=keyboard-interactive"]


def client(people, name: str, *words: str) -> RelyingParty:
    made = json.loads(people.ctl("client", "create", name, *words, "--json"))
    return RelyingParty(people.host, ISSUER, name, made["secret"], APP)


@pytest.fixture(scope="module")
def people():
    with Host("restart") as host:
        host.run(["systemd-sysusers"])
        host.run(["systemd-tmpfiles", "--create"])
        host.path("/etc/iam/iamd.conf").write_text(CONFIG.format(realm="example"))
        host.run(["systemctl", "enable", "--now", "iamd.service", "iam-sudoers.path"])
        people = PeopledHost(host)
        people.make_alice()
        people.make_bob()
        people.ctl("host", "enable", "--unproved", "--yes")
        people.app = client(people, "app", "--redirect-uri", APP)
        people.robot = client(people, "robot", "--service")
        yield people


def restart(people) -> float:
    """Seconds from the order until the next daemon is ready."""
    began = time.monotonic()
    people.host.run(["systemctl", "restart", "iamd.service"])
    return time.monotonic() - began


def test_ssh_waits_for_the_code_across_a_restart(people):
    child = spawn(people.host.command(["script", "-qec", " ".join([*SSH, "alice@127.0.0.1", "id -un"]),
                                       "/dev/null"]), TERMINAL)
    child.expect(PASSWORD_PROMPT)
    child.sendline(people.password)
    child.expect(CODE_PROMPT)
    restart(people)
    child.sendline(people.totp.fresh())
    outcome = finish(child, {})
    assert outcome.ok and outcome.output.split()[-1] == "alice", outcome.output


def test_a_browser_waits_at_the_page_for_the_code_across_a_restart(people):
    people.ctl("user", "create", "guest")
    password = passphrase()
    people.ctl("user", "set-password", "guest", "--stdin", input=password + "\n")
    enrolled = json.loads(people.ctl("user", "totp", "enrol", "guest", "--json"))
    web, url = Web(people.host), people.app.authorize_url()
    page = web.send(url)
    while page.location:
        url = urllib.parse.urljoin(url, page.location)
        page = web.send(url)
    page = web.submit(url, page, username="guest", password=password)
    assert "totp" in Form(page.text).fields, page.text
    restart(people)
    done = web.submit(url, page, totp=Totp(enrolled["secret"]).fresh())
    tokens = people.app.redeem(done.query["code"]).json
    assert people.app.claims(tokens["id_token"])["preferred_username"] == "guest"


def test_no_login_no_token_and_no_lookup_fails_however_often_it_is_restarted(people):
    host, app, bob = people.host, people.app, people.bob

    def by_ssh():
        outcome = people.ssh("id -un", "bob", {PASSWORD_PROMPT: bob.password})
        assert outcome.ok and outcome.output.split()[-1] == "bob", outcome.output

    def call(method: str, **parameters):
        """As libiam does, a connection for each call; other than libiam, without a second try."""
        with Varlink(host, "/run/iam/auth.socket") as auth:
            return auth.call(f"org.iamd.Login.{method}", **parameters)

    def by_socket():
        step = call("Start", user="bob", service="load", ruser="root")
        step = call("Answer", attempt=step["attempt"], id="password", value=bob.password)
        assert step["outcome"] == "done" and step["user"] == "bob", step
        assert call("Account", user="bob", service="load", ruser="root")["user"] == "bob"

    def by_browser():
        assert app.redeem(app.authorize(Web(host), bob)["code"]).status == 200

    def by_names():
        known = host.run(["sh", "-c", "for i in 1 2 3 4 5; do getent passwd alice bob && id bob || "
                          "exit 1; done"], check=False)
        assert known.returncode == 0, known.stderr

    def by_lookup():
        with Varlink(host, "/run/iam/lookup.socket") as lookup:
            assert lookup.call("org.iamd.Lookup.User", name="bob")["name"] == "bob"

    signed_in = app.redeem(app.authorize(Web(host), bob)["code"]).json

    def refresh():
        reply = app.refresh(signed_in["refresh_token"])
        assert reply.status == 200, reply.text
        signed_in.update(reply.json)

    def client_credentials():
        reply = people.robot.token(grant_type="client_credentials")
        assert reply.status == 200, reply.text

    def introspect():
        reply = app.introspect(signed_in["access_token"])
        assert reply.status == 200 and reply.json["active"], reply.text

    kept = KeptHttp(host)

    def kept_userinfo():
        path = urllib.parse.urlsplit(app.metadata["userinfo_endpoint"]).path
        status, body = kept.get(path, {"Authorization": f"Bearer {signed_in['access_token']}"})
        assert status == 200, body

    with streams(ssh=by_ssh, pam_socket=by_socket, browser=by_browser, names=by_names,
                 lookup=by_lookup, refresh=refresh, client_credentials=client_credentials,
                 introspect=introspect, kept_userinfo=kept_userinfo) as running:
        wait_until(lambda: all(thread.n >= 2 for thread in running.values()), 60, "the streams")
        before = {name: thread.n for name, thread in running.items()}
        took = []
        for _ in range(RESTARTS):
            took.append(restart(people))
            time.sleep(random.uniform(0, 0.5))  # so that it is now this and now that which it meets
        done = {name: thread.n - before[name] for name, thread in running.items()}
    kept.close()
    tell("restarts",
         f"{RESTARTS} restarts of {min(took):.2f} to {max(took):.2f} s, "
         f"{statistics.median(took):.2f} s in the middle; done meanwhile: {done}; on {kept.made} "
         f"kept connections, {kept.repeated} requests met the end of one and were sent again")
    assert not lost(running), f"{lost(running)} of {done}"
    assert all(n >= RESTARTS / 8 for n in done.values()), done
    assert people.host.run(["systemctl", "is-active", "iamd.service"]).stdout == "active\n"
