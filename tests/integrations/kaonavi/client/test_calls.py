"""What each method asks for, what the quota hears of it, and what is left behind in the log."""

import logging

import pytest
import requests
import responses
from responses.matchers import header_matcher, query_param_matcher

from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import MustWait, NotPermitted, Unavailable
from integrations.kaonavi.types import Record, SheetMember
from tests.factories.client import BASE_URL, FakeQuota, FakeTokens

LAYOUTS = f"{BASE_URL}/sheet_layouts"
ONE = [SheetMember("K1", (Record({5: ("x",), 6: ()}),))]


def test_it_asks_for_calculated_items_only_where_told(kaonavi: KaonaviClient, api: responses.RequestsMock):
    api.get(LAYOUTS, json={"sheets": []}, match=[query_param_matcher({})])
    api.get(LAYOUTS, json={"sheets": []}, match=[query_param_matcher({"get_calc_type": "true"})])
    kaonavi.sheet_layouts()
    kaonavi.sheet_layouts(calculated=True)


def test_it_sends_an_update_as_documented(kaonavi: KaonaviClient, api: responses.RequestsMock):
    asked = api.patch(f"{BASE_URL}/sheets/71", json={"task_id": 9})
    kaonavi.patch_sheet(71, ONE)
    request = asked.calls[0].request
    assert request.body == (
        b'{"member_data":[{"code":"K1","records":'
        b'[{"custom_fields":[{"id":5,"values":["x"]},{"id":6,"values":[""]}]}]}]}'
    )
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Content-Length"] == str(len(request.body))
    assert "Dry-Run" not in request.headers


def test_it_marks_a_trial(kaonavi: KaonaviClient, api: responses.RequestsMock):
    api.patch(f"{BASE_URL}/sheets/71", json={}, match=[header_matcher({"Dry-Run": "1"})])
    kaonavi.patch_sheet(71, ONE, dry_run=True)


def test_it_counts_an_update_and_a_trial_as_updates_and_all_else_as_not(
    kaonavi: KaonaviClient, quota: FakeQuota, api: responses.RequestsMock
):
    api.patch(f"{BASE_URL}/sheets/71", json={"task_id": 9})
    api.get(f"{BASE_URL}/tasks/9", json={"id": 9, "status": "OK"})
    kaonavi.patch_sheet(71, ONE)
    kaonavi.task(9)
    kaonavi.patch_sheet(71, ONE, dry_run=True)
    assert quota.reserved == [True, False, True]


def test_it_makes_no_call_without_room(kaonavi: KaonaviClient, quota: FakeQuota, api: responses.RequestsMock):
    quota.wait = MustWait(12, "update")
    with pytest.raises(MustWait) as limit:
        kaonavi.patch_sheet(71, ONE)
    assert limit.value is quota.wait
    assert len(api.calls) == 0


def test_it_returns_its_ticket_when_something_unexpected_happens(
    kaonavi: KaonaviClient, quota: FakeQuota, api: responses.RequestsMock
):
    api.get(f"{BASE_URL}/members", body=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        kaonavi.members()
    assert quota.reserved == [False]
    assert quota.open == set()


def test_it_logs_a_call_in_one_line(kaonavi: KaonaviClient, api: responses.RequestsMock, caplog):
    caplog.set_level(logging.INFO, "kaonavi")
    api.get(f"{BASE_URL}/members", json={"member_data": []}, headers={"X-Amzn-Trace-Id": "Root=1-67891233"})
    kaonavi.members()
    (record,) = caplog.records
    assert (record.method, record.path, record.status) == ("GET", "/members", "200")
    assert record.kaonavi_request_id == "Root=1-67891233"
    assert record.milliseconds >= 0
    assert record.getMessage() == f"GET /members 200 {record.milliseconds} ms Root=1-67891233"


def test_it_logs_a_call_without_an_answer(kaonavi: KaonaviClient, api: responses.RequestsMock, caplog):
    caplog.set_level(logging.INFO, "kaonavi")
    api.patch(f"{BASE_URL}/sheets/71", body=requests.ReadTimeout())
    with pytest.raises(Unavailable):
        kaonavi.patch_sheet(71, ONE)
    (record,) = caplog.records
    assert (record.method, record.path, record.status) == ("PATCH", "/sheets/71", "ReadTimeout")


def test_it_leaves_no_key_token_or_person_in_logs_errors_and_representations(
    kaonavi: KaonaviClient, tokens: FakeTokens, api: responses.RequestsMock, caplog
):
    caplog.set_level(logging.DEBUG)
    secrets = ["key-of-ours", "secret-of-ours", "token-1", "token-2", "K-private", "値"]
    api.patch(f"{BASE_URL}/sheets/71", status=401, json={"errors": ["token-1 K-private"]})
    api.post(f"{BASE_URL}/token", json={"access_token": "token-2"})
    api.patch(f"{BASE_URL}/sheets/71", status=401)
    with pytest.raises(NotPermitted) as refused:
        kaonavi.patch_sheet(71, [SheetMember("K-private", (Record({5: ("値",)}),))])
    seen = [caplog.text, repr(kaonavi), str(refused.value), repr(refused.value), repr(tokens.saved)]
    assert not [secret for secret in secrets for text in seen if secret in text]
