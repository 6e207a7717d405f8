# SPDX-License-Identifier: Apache-2.0
"""The shipped nginx site in front of iamd: TLS, the person's address, and bounds on strangers."""

import base64
import functools
import http.client

import pytest

from tests.rig.demo import make_person
from tests.rig.iamd import Iamd
from tests.rig.nginx import NAME, Nginx, TlsWeb
from tests.rig.relying_party import RelyingParty, Web

ISSUER = f"https://{NAME}/realms/demo"
APP = "https://app.example.org/back"
CONFIG = f"[http]\nbase_url = https://{NAME}\n[host]\nrealm = demo\n"
STRANGER, ANOTHER = "127.0.0.77", "127.0.0.78"


@pytest.fixture(scope="module")
def site(box):
    """iamd behind nginx, and what a person at an address would use."""
    iamd = Iamd(box, start=False)
    box.write("/etc/iam/iamd.conf", CONFIG)
    iamd.start()
    iamd.ctl("setup", "--realm", "demo")
    bob = make_person(iamd, "bob", "Bob Example")
    made = iamd.ask("client", "create", "app", "--realm", "demo", "--redirect-uri", APP)
    nginx = Nginx(box)
    web = functools.partial(TlsWeb, authority=nginx.authority)
    app = RelyingParty(box, ISSUER, "app", made["secret"], APP, web)
    return iamd, app, bob, web


def addresses(iamd: Iamd, event: str) -> list[str]:
    rows = iamd.ask("audit", "list", "--event", event, "--realm", "demo")["events"]
    return [row["address"] for row in rows]


def test_bob_signs_in_over_tls_and_is_known_by_his_own_address(site, box):
    iamd, app, bob, web = site
    person = web(box, source=STRANGER)
    back = app.authorize(person, bob)
    tokens = app.redeem(back["code"]).json
    assert app.claims(tokens["id_token"])["iss"] == ISSUER
    assert app.userinfo(tokens["access_token"]).json["preferred_username"] == "bob"
    assert all(name.startswith("__Host-") for name in person.cookies), person.cookies
    assert addresses(iamd, "login.success")[-1] == STRANGER


def test_what_a_person_says_of_his_address_is_not_believed(site, box):
    iamd, app, bob, web = site

    class Liar(TlsWeb):
        def send(self, url, form=None, headers=None):
            lies = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9",
                    "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
            return super().send(url, form, lies | (headers or {}))

    app.authorize(Liar(box, authority=web.keywords["authority"], source=STRANGER), bob)
    assert addresses(iamd, "login.success")[-1] == STRANGER


def test_a_local_person_can_neither_open_the_proxys_socket_nor_name_an_address(site, box):
    iamd, app, bob, _ = site
    knock = ("import socket; s = socket.socket(socket.AF_UNIX); s.connect('/run/iam/http.socket')")
    refused = box.run(["python3", "-c", knock], user="localuser", check=False)
    assert refused.returncode != 0 and "PermissionError" in refused.stderr

    with box.network():
        plain = http.client.HTTPConnection("127.0.0.1", 8080, timeout=30)
        plain.request("POST", "/realms/demo/protocol/openid-connect/token",
                      "grant_type=refresh_token&refresh_token=x",
                      {"Content-Type": "application/x-www-form-urlencoded", "Host": NAME,
                       "Authorization": "Basic " + base64.b64encode(b"app:wrong").decode(),
                       "X-Forwarded-For": "203.0.113.9"})
        answer = plain.getresponse()
        assert answer.status == 401, answer.read()
    heard = iamd.ask("audit", "list", "--realm", "demo")["events"]
    assert heard[-1]["address"] == "127.0.0.1", heard[-1]


def test_plain_http_is_sent_to_tls(site, box):
    answer = Web(box).send("http://127.0.0.1/realms/demo?a=b")
    assert answer.status == 301 and answer.location == f"https://{NAME}/realms/demo?a=b"


def test_one_address_cannot_fill_the_store_with_visits(site, box):
    _, app, _, web = site
    url = app.authorize_url()
    flood = [web(box, source=ANOTHER).send(url).status for _ in range(40)]
    assert 18 <= flood.count(303) <= 24 and set(flood) == {303, 429}, flood
    assert web(box, source=ANOTHER).send(f"{ISSUER}/.well-known/openid-configuration").status == 200
    assert web(box, source="127.0.0.79").send(url).status == 303, "another address pays"


def test_what_is_too_large_is_refused_by_somebody(site, box):
    _, _, _, web = site
    token = f"{ISSUER}/protocol/openid-connect/token"
    assert web(box).send(token, {"a": "x" * 70_000}).status == 413
    assert web(box).send(ISSUER, None, {"X-Long": "x" * 9000}).status in (400, 431)
    assert web(box).send(f"{ISSUER}/{'x' * 9000}").status == 414
