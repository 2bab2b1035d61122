"""Reads are repeated within a bound; an update never, and it says whether it may have been accepted."""

import socket

import pytest
import requests
import responses
import urllib3

from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import NotUnderstood, Unavailable
from tests.factories.client import BASE_URL, FakeQuota

MEMBERS = f"{BASE_URL}/members"
SHEET = f"{BASE_URL}/sheets/71"
EMPTY: dict[str, list[str]] = {"member_data": []}
NOT_CONNECTED = requests.ConnectionError(
    urllib3.exceptions.MaxRetryError(
        urllib3.HTTPSConnectionPool("kaonavi.example.jp"),
        "/",
        urllib3.exceptions.NameResolutionError(
            "kaonavi.example.jp", urllib3.connection.HTTPSConnection("a"), socket.gaierror()
        ),
    )
)
RESET = requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", ConnectionResetError(104)))
PASSING = [RESET, NOT_CONNECTED, requests.ConnectTimeout(), requests.ReadTimeout(), requests.exceptions.SSLError()]


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 599])
def test_it_repeats_a_read_after_a_server_error(
    kaonavi: KaonaviClient, slept: list[float], api: responses.RequestsMock, status: int
):
    api.get(MEMBERS, status=status, body="<html>")
    api.get(MEMBERS, json=EMPTY)
    kaonavi.members()
    assert slept == [0.5]


@pytest.mark.parametrize("problem", PASSING, ids=lambda each: type(each).__name__)
def test_it_repeats_a_read_after_a_broken_connection(
    kaonavi: KaonaviClient, slept: list[float], api: responses.RequestsMock, problem: Exception
):
    api.get(MEMBERS, body=problem)
    api.get(MEMBERS, body=problem)
    api.get(MEMBERS, json=EMPTY)
    kaonavi.members()
    assert slept == [0.5, 1.5]


def test_it_repeats_a_read_whose_body_was_cut_off_on_the_way(kaonavi: KaonaviClient, api: responses.RequestsMock):
    api.get(MEMBERS, body=b'{"member_data": [', headers={"Content-Length": "999"})
    api.get(MEMBERS, json={"member_data": [{"code": "K1"}]})
    assert [each.code for each in kaonavi.members().items] == ["K1"]


def test_it_gives_up_a_read_after_the_third_attempt(
    kaonavi: KaonaviClient, quota: FakeQuota, slept: list[float], api: responses.RequestsMock
):
    for _ in range(3):
        api.get(MEMBERS, status=503)
    with pytest.raises(Unavailable) as lost:
        kaonavi.members()
    assert not lost.value.outcome_unknown
    assert slept == [0.5, 1.5]
    assert quota.reserved == [False, False, False]
    assert quota.open == set()


def test_it_does_not_repeat_a_read_that_it_cannot_understand(kaonavi: KaonaviClient, api: responses.RequestsMock):
    api.get(MEMBERS, body="<html>")
    with pytest.raises(NotUnderstood):
        kaonavi.members()
    assert len(api.calls) == 1


@pytest.mark.parametrize("problem", [NOT_CONNECTED, requests.ConnectTimeout()], ids=lambda each: type(each).__name__)
def test_it_knows_that_an_update_without_a_connection_was_not_accepted(
    kaonavi: KaonaviClient, quota: FakeQuota, api: responses.RequestsMock, problem: Exception
):
    api.patch(SHEET, body=problem)
    with pytest.raises(Unavailable) as lost:
        kaonavi.patch_sheet(71, [])
    assert not lost.value.outcome_unknown
    assert len(api.calls) == 1
    assert quota.open == set()


@pytest.mark.parametrize(
    "answer",
    [
        {"body": RESET},
        {"body": requests.ReadTimeout()},
        {"status": 500},
        {"status": 408, "json": {"errors": ["too slow"]}},
        {"status": 504, "body": "<html>"},
        {"body": b'{"task_id": 51', "headers": {"Content-Length": "17"}},
    ],
    ids=["reset", "silence", "500", "408", "gateway", "cut off"],
)
def test_it_never_repeats_an_update_that_may_have_been_accepted(
    kaonavi: KaonaviClient, quota: FakeQuota, slept: list[float], api: responses.RequestsMock, answer: dict
):
    api.patch(SHEET, **answer)
    with pytest.raises(Unavailable) as lost:
        kaonavi.patch_sheet(71, [])
    assert lost.value.outcome_unknown
    assert len(api.calls) == 1
    assert slept == []
    assert quota.reserved == [True]
    assert quota.open == set()


def test_it_heeds_a_refusal_whose_body_was_cut_off(kaonavi: KaonaviClient, api: responses.RequestsMock):
    api.patch(SHEET, status=502, body=b"<ht", headers={"Content-Length": "999"})
    with pytest.raises(Unavailable, match="502"):
        kaonavi.patch_sheet(71, [])
