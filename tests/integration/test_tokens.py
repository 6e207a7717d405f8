# SPDX-License-Identifier: Apache-2.0
"""Codes and refresh tokens under a crowd: what is good once is good once."""

import concurrent.futures
import threading

import pytest

from tests.integration.conftest import FULL
from tests.rig.demo import ISSUER
from tests.rig.relying_party import RelyingParty, Web

CROWD = 64
each_round = pytest.mark.parametrize("round", range(20 if FULL else 3))


@pytest.fixture(scope="module")
def app(demo) -> RelyingParty:
    site = demo.sites[0]
    return RelyingParty(demo.box, ISSUER, site.client_id, site.client_secret, site.redirect_uri)


@pytest.fixture
def code(app, demo) -> str:
    back = app.authorize(Web(demo.box), demo.bob)
    assert back["state"] == "a state" and back["iss"] == ISSUER
    return back["code"]


def all_at_once(call, argument: str) -> list:
    """Nobody calls before all are ready to."""
    start = threading.Barrier(CROWD, timeout=30)

    def call_together(_):
        start.wait()
        return call(argument)

    with concurrent.futures.ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(call_together, range(CROWD)))


def test_the_tokens_say_who_signed_in_and_when_and_how(app, code):
    tokens = app.redeem(code).json
    claims = app.claims(tokens["id_token"])
    assert claims["iss"] == ISSUER and claims["aud"] == app.client_id
    assert claims["nonce"] == "a nonce" and claims["preferred_username"] == "bob"
    assert {"auth_time", "acr", "amr", "sid", "at_hash"} <= set(claims)
    assert "staff" in claims["realm_access"]["roles"]
    assert app.claims(tokens["access_token"])["sub"] == claims["sub"]
    assert app.userinfo(tokens["access_token"]).json["sub"] == claims["sub"]


@each_round
def test_of_many_redemptions_of_one_code_one_succeeds(app, code, round):
    answers = all_at_once(app.redeem, code)
    assert sorted(answer.status for answer in answers) == [200] + [400] * (CROWD - 1)
    refused = [answer for answer in answers if answer.status == 400]
    assert {answer.json["error"] for answer in refused} == {"invalid_grant"}


@each_round
def test_of_many_refreshes_with_one_token_every_success_has_the_same_successor(app, code, round):
    first = app.redeem(code).json["refresh_token"]
    answers = all_at_once(app.refresh, first)
    good = [answer.json["refresh_token"] for answer in answers if answer.status == 200]
    assert good and len(set(good)) == 1 and good[0] != first

    # The successor in use, the old token is a thief's: the family ends with it.
    newest = app.refresh(good[0]).json["refresh_token"]
    assert app.refresh(first).json["error"] == "invalid_grant"
    assert app.refresh(newest).json["error"] == "invalid_grant"


def test_a_redeemed_code_used_again_ends_what_it_was_exchanged_for(app, code):
    tokens = app.redeem(code).json
    assert app.redeem(code).json["error"] == "invalid_grant"
    assert app.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
    assert app.userinfo(tokens["access_token"]).status == 401
