# SPDX-License-Identifier: Apache-2.0
"""Two realms with the same names in them: nothing of one opens anything of the other (law 9)."""

import urllib.parse

import pytest

from tests.rig.apache import Site
from tests.rig.demo import Person, passphrase
from tests.rig.iamd import BASE_URL, Iamd
from tests.rig.paths import RigError
from tests.rig.relying_party import RelyingParty, Web
from tests.rig.sandbox import Sandbox

REALMS = ("demo", "other")


@pytest.fixture(scope="module")
def twins():
    """realm -> (the app of that realm, its alice); all names are the same in both."""
    with Sandbox("realms") as box:
        iamd = Iamd(box, "demo")
        iamd.ctl("setup", "--realm", "demo")
        iamd.ctl("realm", "create", "other")
        made = {}
        site = Site(8081, "app")
        for realm in REALMS:
            alice = Person("alice", f"Alice of {realm}", passphrase())
            iamd.ctl("user", "create", "alice", "--realm", realm)
            iamd.ctl("user", "set-password", "alice", "--realm", realm, "--stdin",
                     input=alice.password + "\n")
            iamd.ctl("group", "create", "team", "--realm", realm)
            iamd.ctl("group", "add", "team", "alice", "--realm", realm)
            client = iamd.ask("client", "create", "app", "--realm", realm,
                              "--redirect-uri", site.redirect_uri)
            made[realm] = (RelyingParty(box, f"{BASE_URL}/realms/{realm}", "app",
                                        client["secret"], site.redirect_uri), alice)
        made["iamd"] = iamd
        yield made


def signed_in(twins, realm: str) -> tuple[Web, str]:
    app, alice = twins[realm]
    web = Web(app.box)
    return web, app.authorize(web, alice)["code"]


def test_a_code_of_one_realm_is_nothing_in_the_other(twins):
    here, there = (twins[realm][0] for realm in REALMS)
    _, code = signed_in(twins, "demo")
    there.verifier = here.verifier
    assert there.redeem(code).json["error"] == "invalid_grant"
    assert here.redeem(code).status == 200


def test_the_secret_of_a_client_of_the_same_name_is_not_its_own(twins):
    here, there = (twins[realm][0] for realm in REALMS)
    _, code = signed_in(twins, "demo")
    ours, here.client_secret = here.client_secret, there.client_secret
    try:
        assert here.redeem(code).json["error"] == "invalid_client"
    finally:
        here.client_secret = ours


def test_tokens_of_one_realm_are_refused_by_the_other(twins):
    here, there = (twins[realm][0] for realm in REALMS)
    _, code = signed_in(twins, "demo")
    tokens = here.redeem(code).json
    assert there.userinfo(tokens["access_token"]).status == 401
    with pytest.raises(RigError, match="no published key"):
        there.claims(tokens["id_token"])
    assert there.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
    assert here.userinfo(tokens["access_token"]).status == 200


def test_a_cookie_of_one_realm_signs_nobody_in_at_the_other(twins):
    there = twins["other"][0]
    web, _ = signed_in(twins, "demo")
    answer = web.send(there.authorize_url(prompt="none"))
    assert answer.query["error"] == "login_required"


def test_the_password_of_one_realm_is_wrong_in_the_other(twins):
    there = twins["other"][0]
    stranger = Person("alice", "", twins["demo"][1].password)
    with pytest.raises(RigError, match="did not match"):
        there.authorize(Web(there.box), stranger)


def test_what_a_group_of_one_realm_allows_is_nothing_in_the_other(twins):
    iamd = twins["iamd"]
    for verb, allowed in (("allow", {"demo": False, "other": True}),
                          ("deny", {"demo": False, "other": False})):
        iamd.ctl("host", verb, "--group", "team", "--realm", "other")
        answers = {realm: iamd.ask("why", "alice", "login", "host", "--realm", realm)["allowed"]
                   for realm in REALMS}
        assert answers == allowed


def test_the_host_looks_up_the_names_of_its_own_realm_alone(twins):
    iamd = twins["iamd"]
    iamd.ctl("wait")
    for table, verb, name, number in (("passwd", "user", "alice", "uid"),
                                      ("group", "group", "team", "gid")):
        ids = {realm: iamd.ask(verb, "show", name, "--realm", realm)[number] for realm in REALMS}
        assert ids["demo"] != ids["other"]

        def known(key):
            return iamd.box.run(["getent", table, str(key)], check=False).stdout

        assert int(known(name).split(":")[2]) == ids["demo"]
        assert known(ids["demo"]) == known(name)
        assert known(f"{name}@other") == known(ids["other"]) == ""


def test_ids_of_one_realm_are_not_found_in_the_other(twins):
    iamd = twins["iamd"]
    ids = {realm: iamd.ask("user", "show", "alice", "--realm", realm)["id"] for realm in REALMS}
    assert ids["demo"] != ids["other"]
    signed_in(twins, "demo")
    sessions = {realm: iamd.ask("session", "list", "--realm", realm)["sessions"]
                for realm in REALMS}
    foreign = iamd.ctl("session", "end", sessions["demo"][0]["id"], "--realm", "other", check=False)
    assert foreign.returncode == 1
    assert iamd.ask("session", "list", "--realm", "demo")["sessions"] == sessions["demo"]


def test_an_id_token_of_one_realm_signs_nobody_out_at_the_other(twins):
    here, there = (twins[realm][0] for realm in REALMS)
    web, code = signed_in(twins, "demo")
    hint = urllib.parse.urlencode({"id_token_hint": here.redeem(code).json["id_token"]})
    web.send(f"{there.metadata['end_session_endpoint']}?{hint}")
    assert "code" in web.send(here.authorize_url(prompt="none")).query
    web.send(f"{here.metadata['end_session_endpoint']}?{hint}")
    assert web.send(here.authorize_url(prompt="none")).query["error"] == "login_required"
