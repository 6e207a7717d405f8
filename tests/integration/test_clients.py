# SPDX-License-Identifier: Apache-2.0
"""Programs that somebody else wrote, unmodified: each gets in by a token, and out by a revocation."""

import contextlib
import imaplib
import os
from dataclasses import dataclass

import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt

from tests.rig import doors
from tests.rig.clients import (ENDPOINTS, ApacheApi, Dovecot, NginxApi, OidcAgent, make_client,
                               sign_in)
from tests.rig.demo import ISSUER
from tests.rig.relying_party import RelyingParty, Web

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the sandbox has its own loopback
REDIRECT = "http://localhost:9999/callback"


@dataclass
class Estate:
    apache: ApacheApi
    nginx: NginxApi
    dovecot: Dovecot
    shop: RelyingParty  # the application whose tokens they receive
    backend_secret: str


@pytest.fixture(scope="module")
def estate(demo):
    iamd = demo.iamd
    secrets = {name: make_client(iamd, name) for name in ("api", "mail")}
    shop_secret = make_client(iamd, "shop", "--redirect-uri", REDIRECT, "--audience", "api",
                              "--audience", "mail")
    backend_secret = make_client(iamd, "backend", "--service", "--audience", "api")
    iamd.ctl("role", "assign", "ops", "--realm", "demo", "--service", "backend")
    yield Estate(ApacheApi(demo.box, "api", secrets["api"]), NginxApi(demo.box),
                 Dovecot(demo.box, "mail", secrets["mail"]),
                 RelyingParty(demo.box, ISSUER, "shop", shop_secret, REDIRECT), backend_secret)
    for name in ("api", "mail", "shop", "backend"):
        iamd.ctl("client", "delete", name, "--realm", "demo")


@pytest.fixture
def tokens(demo, estate) -> dict:
    """Of bob, at the application, of a new sign-in."""
    back = estate.shop.authorize(Web(demo.box), demo.bob)
    return estate.shop.redeem(back["code"]).json


def curl(demo, url: str, token: str | None) -> tuple[int, str]:
    bearer = ["--oauth2-bearer", token] if token else []
    done = demo.box.run(["curl", "-s", "-w", "\n%{http_code}", *bearer, url])
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body.strip()


@contextlib.contextmanager
def disabled(demo, name: str):
    demo.iamd.ctl("user", "disable", name, "--realm", "demo")
    try:
        yield
    finally:
        demo.iamd.ctl("user", "enable", name, "--realm", "demo")


def revoke(demo, estate, token: str):
    answer = Web(demo.box).send(f"{ENDPOINTS}/revoke", {
        "token": token, "client_id": "shop", "client_secret": estate.shop.client_secret})
    assert answer.status == 200


# -- servers that receive tokens

def test_apache_serves_the_bearer_of_a_token_until_it_is_revoked(demo, estate, tokens):
    token = tokens["access_token"]
    assert curl(demo, estate.apache.url, token) == (200, "bob")
    assert curl(demo, estate.apache.url, None)[0] == 401
    assert curl(demo, estate.apache.url, "x" + token)[0] == 401
    revoke(demo, estate, token)
    assert curl(demo, estate.apache.url, token)[0] == 401


def test_apache_refuses_a_disabled_person_and_serves_no_token_that_is_for_others(
        demo, estate, tokens):
    assert curl(demo, estate.apache.url, tokens["access_token"])[0] == 200
    with disabled(demo, "bob"):
        assert curl(demo, estate.apache.url, tokens["access_token"])[0] == 401
    site = demo.sites[0]
    other = RelyingParty(demo.box, ISSUER, site.client_id, site.client_secret, site.redirect_uri)
    back = other.authorize(Web(demo.box), demo.bob)
    foreign = other.redeem(back["code"]).json["access_token"]
    assert curl(demo, estate.apache.url, foreign)[0] == 401


def test_nginx_lets_curl_through_with_a_token_and_no_more_after_the_sign_out(demo, estate, tokens):
    token = tokens["access_token"]
    assert curl(demo, estate.nginx.url, token) == (200, "behind nginx")
    assert curl(demo, estate.nginx.url, None)[0] == 401
    assert curl(demo, estate.nginx.url, token[:-4] + "AAAA")[0] == 401
    revoke(demo, estate, tokens["refresh_token"])
    assert curl(demo, estate.nginx.url, token)[0] == 401


def test_dovecot_opens_the_mailbox_to_its_owners_token_alone(demo, estate, tokens):
    token = tokens["access_token"]
    assert any("INBOX" in line for line in estate.dovecot.login("bob", token))
    for user, shown in (("alice", token), ("bob", "x"), ("bob", tokens["id_token"])):
        with pytest.raises(imaplib.IMAP4.error):
            estate.dovecot.login(user, shown)
    with disabled(demo, "bob"), pytest.raises(imaplib.IMAP4.error):
        estate.dovecot.login("bob", token)


# -- programs that get tokens

def test_oidc_agent_gets_tokens_for_a_person_until_the_session_is_ended(demo, estate):
    secret = make_client(demo.iamd, "agent", "--redirect-uri", OidcAgent.REDIRECT)
    agent = OidcAgent(demo.box, "agent", secret, demo.bob)
    token = agent.token().stdout.strip()
    assert curl(demo, estate.nginx.url, token)[0] == 200
    assert agent.token().stdout.strip() != token
    demo.iamd.ctl("session", "end", "--user", "bob", "--realm", "demo")
    refused = agent.token(check=False)
    assert refused.returncode != 0 and "invalid_grant" in refused.stderr + refused.stdout
    assert curl(demo, estate.nginx.url, token)[0] == 401
    demo.iamd.ctl("client", "delete", "agent", "--realm", "demo")


def test_authlib_gets_a_service_its_token_and_the_api_knows_it(demo, estate):
    with demo.box.network(), OAuth2Session("backend", estate.backend_secret) as session:
        token = session.fetch_token(f"{ENDPOINTS}/token", grant_type="client_credentials")
        assert "refresh_token" not in token and token["token_type"] == "Bearer"
        claims = keys_decode(session, token["access_token"])
        assert claims["client_id"] == "backend" and "api" in claims["aud"]
        assert claims["realm_access"]["roles"] == ["ops"]
    assert curl(demo, estate.apache.url, token["access_token"]) == (200, "service:backend")
    demo.iamd.ctl("client", "set", "backend", "--realm", "demo", "--no-enabled")
    try:
        assert curl(demo, estate.apache.url, token["access_token"])[0] == 401
        with demo.box.network(), OAuth2Session("backend", estate.backend_secret) as session, \
                pytest.raises(OAuthError, match="invalid_client"):
            session.fetch_token(f"{ENDPOINTS}/token", grant_type="client_credentials")
    finally:
        demo.iamd.ctl("client", "set", "backend", "--realm", "demo", "--enabled")


def keys_decode(session, token: str) -> dict:
    """Authlib's own check of a signature by the published keys."""
    keys = session.request("GET", f"{ENDPOINTS}/certs", withhold_token=True).json()
    claims = jwt.decode(token, JsonWebKey.import_key_set(keys))
    claims.validate()
    return claims


def test_authlib_signs_a_person_in_refreshes_introspects_and_revokes(demo, estate):
    shop = estate.shop
    with demo.box.network(), OAuth2Session(
            "shop", shop.client_secret, scope="openid profile", redirect_uri=REDIRECT,
            code_challenge_method="S256", revocation_endpoint_auth_method="client_secret_basic",
            introspection_endpoint_auth_method="client_secret_basic") as session:
        url, _ = session.create_authorization_url(f"{ENDPOINTS}/auth", code_verifier=shop.verifier)
        back = sign_in(demo.box, demo.bob, url, REDIRECT)
    with demo.box.network(), session:
        token = session.fetch_token(f"{ENDPOINTS}/token", authorization_response=back,
                                    code_verifier=shop.verifier)
        assert keys_decode(session, token["id_token"])["preferred_username"] == "bob"
        assert session.get(f"{ENDPOINTS}/userinfo").json()["preferred_username"] == "bob"
        fresh = session.refresh_token(f"{ENDPOINTS}/token")
        assert fresh["access_token"] != token["access_token"]

        def look() -> dict:
            return session.introspect_token(f"{ENDPOINTS}/token/introspect",
                                            fresh["access_token"]).json()

        assert look()["active"] is True and look()["username"] == "bob"
        assert session.revoke_token(f"{ENDPOINTS}/revoke", fresh["refresh_token"],
                                    "refresh_token").status_code == 200
        assert look() == {"active": False}
        with pytest.raises(OAuthError, match="invalid_grant"):
            session.refresh_token(f"{ENDPOINTS}/token", fresh["refresh_token"])


# -- while things change under them

def test_a_secret_is_changed_without_an_outage(demo, estate):
    def token_with(secret: str) -> int:
        return Web(demo.box).send(f"{ENDPOINTS}/token", {
            "grant_type": "client_credentials", "client_id": "backend",
            "client_secret": secret}).status

    rotate = ["client", "rotate-secret", "backend", "--realm", "demo"]
    old = estate.backend_secret
    new = demo.iamd.ask(*rotate, "--overlap", "24h")["secret"]
    assert (token_with(old), token_with(new)) == (200, 200)
    estate.backend_secret = demo.iamd.ask(*rotate)["secret"]
    assert [token_with(secret) for secret in (old, new, estate.backend_secret)] == [401, 401, 200]


def test_all_of_them_go_on_when_the_signing_keys_are_changed(demo, estate, tokens, windows):
    one, two = demo.sites
    with windows.open() as window:
        doors.sign_in_at(window, one.protected, demo.bob)
        before = demo.iamd.ask("key", "rotate", "--now", "--realm", "demo")["keys"]
        assert {key["state"] for key in before} == {"active", "retiring"}
        window.open(two.protected)
        window.wait_for("the second app", lambda: window.url == two.protected)
        assert window.text("#REMOTE_USER") == "bob"
        window.open(one.protected)
        assert window.text("#REMOTE_USER") == "bob"
    # Signed by the key that retires, and by the one that came.
    fresh = estate.shop.refresh(tokens["refresh_token"]).json["access_token"]
    for token in (tokens["access_token"], fresh):
        assert curl(demo, estate.apache.url, token) == (200, "bob")
        assert curl(demo, estate.nginx.url, token)[0] == 200
        assert estate.shop.claims(token)["preferred_username"] == "bob"
        assert estate.dovecot.login("bob", token)
