"""One token for all calls, renewed once when カオナビ refuses it, and keys that no longer work told apart from that."""

import base64

import pytest
import responses
from responses.matchers import header_matcher

from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import CredentialsRefused, MustWait, NotPermitted, Refused, Unavailable
from integrations.kaonavi.types import Record, SheetMember
from tests.factories.client import BASE_URL, FakeQuota, FakeTokens

TOKEN = f"{BASE_URL}/token"
DEPARTMENTS = f"{BASE_URL}/departments"
EMPTY: dict[str, list[str]] = {"department_data": []}
BASIC = "Basic " + base64.b64encode(b"key-of-ours:secret-of-ours").decode()


def give_token(api: responses.RequestsMock, value: str):
    return api.post(TOKEN, json={"access_token": value, "expire_in": 3600})


def test_it_uses_the_token_that_is_kept(kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock):
    api.get(DEPARTMENTS, json=EMPTY, match=[header_matcher({"Kaonavi-Token": "token-1"})])
    kaonavi.departments()
    assert tokens.saved == []


def test_it_asks_for_a_token_as_documented_where_none_is_kept(
    kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock
):
    tokens.value = None
    asked = give_token(api, "token-2")
    api.get(DEPARTMENTS, json=EMPTY, match=[header_matcher({"Kaonavi-Token": "token-2"})])
    kaonavi.departments()
    request = asked.calls[0].request
    assert request.body == b"grant_type=client_credentials"
    assert request.headers["Authorization"] == BASIC
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded;charset=UTF-8"
    assert request.headers["Content-Length"] == "29"
    assert tokens.value == "token-2"


def test_it_sends_no_keys_beside_a_token(kaonavi: KaonaviClient, api: responses.RequestsMock):
    asked = api.get(DEPARTMENTS, json=EMPTY)
    kaonavi.departments()
    assert "Authorization" not in asked.calls[0].request.headers


def test_it_is_not_led_astray_by_a_netrc(kaonavi: KaonaviClient, api: responses.RequestsMock, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    asked, read = give_token(api, "token-2"), api.get(DEPARTMENTS, json=EMPTY)
    kaonavi.authenticate()
    kaonavi.departments()
    assert asked.calls[0].request.headers["Authorization"] == BASIC
    assert "Authorization" not in read.calls[0].request.headers


def test_it_authenticates_with_the_keys_even_where_a_token_is_kept(
    kaonavi: KaonaviClient, tokens: FakeTokens, quota: FakeQuota, api: responses.RequestsMock
):
    give_token(api, "token-2")
    kaonavi.authenticate()
    assert tokens.value == "token-2"
    assert quota.reserved == [False]


def test_it_renews_a_refused_token_once_and_repeats_the_call(
    kaonavi: KaonaviClient, tokens: FakeTokens, quota: FakeQuota, api: responses.RequestsMock
):
    api.get(DEPARTMENTS, status=401, match=[header_matcher({"Kaonavi-Token": "token-1"})])
    give_token(api, "token-2")
    api.get(DEPARTMENTS, json=EMPTY, match=[header_matcher({"Kaonavi-Token": "token-2"})])
    kaonavi.departments()
    assert tokens.forgotten == ["token-1"]
    assert tokens.value == "token-2"
    assert quota.reserved == [False, False, False]
    assert quota.open == set()


def test_it_repeats_an_update_after_a_refused_token_because_it_was_not_read(
    kaonavi: KaonaviClient, quota: FakeQuota, api: responses.RequestsMock
):
    api.patch(f"{BASE_URL}/sheets/71", status=401)
    give_token(api, "token-2")
    second = api.patch(f"{BASE_URL}/sheets/71", json={"task_id": 9})
    assert kaonavi.patch_sheet(71, [SheetMember("K1", (Record({5: ("x",)}),))]) == 9
    assert b"K1" in second.calls[0].request.body
    assert quota.reserved == [True, False, True]


def test_it_takes_a_second_refusal_for_a_missing_tick_since_the_keys_have_just_been_accepted(
    kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock
):
    api.get(DEPARTMENTS, status=401)
    give_token(api, "token-2")
    api.get(DEPARTMENTS, status=401, json={"errors": ["操作対象ではありません"]})
    with pytest.raises(NotPermitted) as refused:
        kaonavi.departments()
    assert (refused.value.resource, refused.value.messages) == ("所属ツリー", ("操作対象ではありません",))
    assert (
        refused.value.ticks
        == "「メンバー情報（基本情報・兼務情報）」の「取得」（「所属ツリー」の行がある場合は、それも）"
    )
    assert tokens.value == "token-2"  # it is good for whatever is ticked


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422, 200])
def test_a_refusal_says_whether_this_operation_has_ever_worked_with_these_keys(
    kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock, status: int
):
    def refusal() -> Refused:
        with pytest.raises(Refused) as refused:
            kaonavi.departments()
        return refused.value

    if status == 401:
        api.post(TOKEN, json={"access_token": "token-2"})
    api.add(responses.GET, DEPARTMENTS, status=status, json={"errors": ["x"]})
    assert refusal().never_worked
    tokens.worked = {"GET /members"}
    assert refusal().never_worked
    tokens.worked = {"GET /departments"}
    assert not refusal().never_worked


def test_it_notes_what_has_worked(kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock):
    api.get(DEPARTMENTS, json=EMPTY)
    api.get(f"{BASE_URL}/tasks/9", json={"id": 9, "status": "OK"})
    api.patch(f"{BASE_URL}/sheets/71", json={"task_id": 9})
    kaonavi.departments()
    kaonavi.task(9)
    kaonavi.patch_sheet(71, [])
    assert tokens.worked == {"GET /departments", "GET /tasks", "PATCH /sheets/71"}


@pytest.mark.parametrize("status", [400, 401])
def test_it_says_that_the_keys_are_refused_when_no_new_token_is_given(
    kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock, status: int
):
    api.get(DEPARTMENTS, status=401)
    api.post(TOKEN, status=status)
    with pytest.raises(CredentialsRefused):
        kaonavi.departments()
    assert tokens.value is None


def test_it_keeps_no_token_when_the_keys_are_refused(
    kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock
):
    api.post(TOKEN, status=401)
    with pytest.raises(CredentialsRefused):
        kaonavi.authenticate()
    assert tokens.saved == []


def test_it_waits_when_too_many_tokens_were_asked_for(
    kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock
):
    tokens.value = None
    api.post(TOKEN, status=429, headers={"Retry-After": "120"})
    with pytest.raises(MustWait) as limit:
        kaonavi.departments()
    assert limit.value.seconds == 120


def test_it_knows_that_an_update_was_not_sent_when_no_token_could_be_had(
    kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock
):
    tokens.value = None
    for _ in range(3):
        api.post(TOKEN, status=503)
    with pytest.raises(Unavailable) as lost:
        kaonavi.patch_sheet(71, [])
    assert not lost.value.outcome_unknown
