"""`POST /token` and what a token opens."""

import pytest

from tests.integrations.kaonavi.simulator.company import Api, Clock


def test_it_answers_with_a_token_that_lives_an_hour(api: Api):
    answer = api.ask_token()

    assert answer.status_code == 200
    body = answer.json()
    assert body["token_type"] == "Bearer"
    assert body["expire_in"] == 3600
    assert "expires_in" not in body


@pytest.mark.parametrize(("key", "expected"), [("expires_in", {"expires_in": 3600}), ("", {})])
def test_the_name_of_the_life_is_a_knob(api: Api, key: str, expected: dict[str, int]):
    api.tenant.set_knobs(token_life_key=key)

    body = api.ask_token().json()

    assert {name: value for name, value in body.items() if name.startswith("expire")} == expected


def test_it_refuses_wrong_keys(api: Api):
    for answer in (api.ask_token(key="ck_wrong"), api.ask_token(secret="cs_wrong")):
        assert answer.status_code == 401
        assert answer.json()["errors"][0].startswith("[SIM] ")


def test_it_refuses_another_grant(api: Api):
    assert api.ask_token(body="grant_type=password").status_code == 400


def test_a_call_without_a_good_token_gets_401(api: Api):
    api.tenant.tick("members")
    api.token = "made-up"

    assert api.get("/members").status_code == 401


def test_a_token_ends_after_its_life(api: Api, clock: Clock):
    api.tenant.tick("members")
    assert api.get("/members").status_code == 200

    clock.seconds += 3599
    assert api.get("/members").status_code == 200
    clock.seconds += 1
    assert api.get("/members").status_code == 401


def test_reissuing_kills_the_keys_and_every_token_at_once(api: Api):
    old = api.tenant.credentials
    api.tenant.tick("members")
    assert api.get("/members").status_code == 200

    api.tenant.reissue()

    assert api.get("/members").status_code == 401
    assert api.ask_token(old.consumer_key, old.consumer_secret).status_code == 401
    assert api.ask_token().status_code == 200


def test_issuing_tokens_can_be_limited(api: Api, clock: Clock):
    api.tenant.set_knobs(token_limit=2)

    assert [api.ask_token().status_code for _ in range(3)] == [200, 200, 429]
    clock.seconds += 3600
    assert api.ask_token().status_code == 200
