"""The address at which カオナビ says that it has changed: what it takes, what it refuses, and what either costs."""

import io
import json
import logging
import secrets
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.automation import events
from integrations.models import Webhook
from integrations.views.webhook import LARGEST
from mikiwame_kaonavi.whole_bodies import OpenBody
from tests.factories.webhook import EVENT, WEBHOOK, send, turned_on

ANOTHER = secrets.token_urlsafe(32)


@pytest.fixture
def token(db) -> str:
    return turned_on()


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass for the count of what is refused, which begins with the test."""
    now = [1000.0]
    monkeypatch.setattr(events, "refusals", events.Refusals(clock=lambda: now[0]))

    def wait(seconds: float) -> None:
        now[0] += seconds

    return wait


def seen() -> tuple[int, int]:
    row = Webhook.objects.get()
    return row.received, row.waiting


def test_an_event_is_taken_at_once_and_answered_by_nothing_but_200(token: str):
    before = timezone.now()
    answer = send(token)
    assert (answer.status_code, answer.content, answer.cookies.output()) == (200, b"", "")
    row = Webhook.objects.get()
    assert row.first_event_at == row.last_event_at
    assert before <= (row.last_event_at or before) <= timezone.now()
    assert seen() == (1, 1)
    send(token)
    later = Webhook.objects.get()
    assert later.first_event_at == row.first_event_at
    assert (later.last_event_at or before) > (row.last_event_at or before)
    assert seen() == (2, 2)


def event(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (EVENT | changes).items() if value is not ...}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        *[(event(event=name), "application/json") for name in ("member_created", "member_updated", "member_deleted")],
        *[(event(event_time=value), "application/json") for value in (..., None, "", "2026-04-03T09:12:00+09:00", 17)],
        (event(member_data=[]), "application/json"),
        (event(member_data=...), "application/json"),
        (event(member_data=None), "application/json"),
        (event(member_data=[{"code": None, "id": 7, "氏名": "青山"}]), "application/json"),
        (event(webhook_id=3, retry={"count": 1}), "application/json"),
        (event(), "application/json; charset=utf-8"),
        (event(), 'Application/JSON;charset="UTF-8"'),
        (b"\xef\xbb\xbf" + json.dumps(EVENT).encode(), "application/json"),
        (json.dumps(EVENT, indent=4, ensure_ascii=False).encode() + b"\r\n", "application/json"),
        (event(event_time="2019-01-01 00:00:00"), "application/json"),  # the time proves nothing: see the view
    ],
)
def test_every_plausible_form_is_taken(token: str, body: Any, kind: str):
    assert send(token, body, kind).status_code == 200
    assert seen() == (1, 1)


def test_whatever_else_the_request_says_of_itself(token: str):
    for agent in ("", "Kaonavi-Webhook", "curl/8", "\xff\x00"):
        assert send(token, **{"User-Agent": agent}).status_code == 200
    client = Client()
    client.cookies["sessionid"] = "x"
    with CaptureQueriesContext(connection) as asked:
        answer = client.generic(
            "POST", WEBHOOK, json.dumps(EVENT), "application/json", headers={"Kaonavi-Token": token}
        )
    assert (answer.status_code, answer.cookies.output()) == (200, "")
    assert not any("session" in each["sql"] for each in asked)


WRONG_BODIES = [
    (b"", "application/json"),
    (b"{", "application/json"),
    (b"[]", "application/json"),
    (b"null", "application/json"),
    (b'{"event": "member_updated"', "application/json"),
    (event(event="member_renamed"), "application/json"),
    (event(event=None), "application/json"),
    (event(event=...), "application/json"),
    (event(member_data={"code": "E1"}), "application/json"),
    (event(member_data=["E1"]), "application/json"),
    (event(member_data="E1"), "application/json"),
    (json.dumps(EVENT).encode("utf-16"), "application/json"),
    (json.dumps(event(more="青山"), ensure_ascii=False).encode("cp932"), "application/json"),
    (event(), "application/json; charset=shift_jis"),
    (event(), "text/plain"),
    (event(), "application/x-www-form-urlencoded"),
    (event(), "multipart/form-data; boundary=x"),
    (event(), ""),
    (b'{"event":' + b"[" * 100_000, "application/json"),
    (b" " * LARGEST + json.dumps(EVENT).encode(), "application/json"),
]


@pytest.mark.parametrize(("body", "kind"), WRONG_BODIES)
def test_another_body_is_refused_without_a_word(token: str, body: Any, kind: str):
    answer = send(token, body, kind)
    assert (answer.status_code, answer.content) == (400, b"")
    assert seen() == (0, 0)


def test_ten_thousand_codes_fit(token: str):
    body = event(member_data=[{"code": f"E{number:010}"} for number in range(10_000)])
    assert send(token, body).status_code == 200


def wrong(token: str) -> list[str | None]:
    return [None, "", token[:-1], token + "=", token.swapcase(), ANOTHER, f"{token},{token}", "合言葉", "x" * 5000]


def test_another_token_is_refused_whatever_the_body(token: str):
    for other in wrong(token):
        for body in (EVENT, b"{", b""):
            answer = send(other, body)
            assert (answer.status_code, answer.content, answer.cookies.output()) == (403, b"", ""), other
    assert seen() == (0, 0)


def test_without_a_webhook_there_is_nobody_to_be_known(db):
    assert send(ANOTHER).status_code == send(None).status_code == 403


def test_the_token_is_compared_in_constant_time_and_only_its_hash_is_kept(token: str, monkeypatch: pytest.MonkeyPatch):
    compare = Mock(side_effect=secrets.compare_digest)
    monkeypatch.setattr(secrets, "compare_digest", compare)
    assert send(ANOTHER).status_code == 403
    assert [len(each) for each in compare.call_args.args] == [64, 64]  # two hashes
    assert token not in str(Webhook.objects.values_list())


def test_a_new_secret_ends_the_old_one_at_once(token: str, administrator):
    new = turned_on(administrator)
    assert [send(each).status_code for each in (token, new)] == [403, 200]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_it_is_only_sent_to(token: str, method: str):
    assert Client().generic(method, WEBHOOK, headers={"Kaonavi-Token": token}).status_code == 405
    assert seen() == (0, 0)


def test_a_foreign_host_is_refused_as_everywhere(token: str):
    assert send(token, Host="evil.example").status_code == 400
    assert seen() == (0, 0)


def test_a_forged_one_costs_one_look_at_most_and_an_event_two_statements(token: str, refusals):
    costs = {}
    for name, shown in (("none", None), ("odd", "x"), ("another", ANOTHER), ("ours", token)):
        with CaptureQueriesContext(connection) as asked:
            send(shown)
        costs[name] = [each["sql"].split()[0] for each in asked if "PRAGMA" not in each["sql"]]
    assert costs == {"none": [], "odd": [], "another": ["SELECT"], "ours": ["SELECT", "UPDATE"]}


def test_what_was_refused_is_counted_and_written_once_a_minute(token: str, refusals):
    for _ in range(5):
        send(ANOTHER)
    assert Webhook.objects.get().refused == 0
    refusals(61)
    send(token, b"{")
    row = Webhook.objects.get()
    assert (row.refused, row.received) == (6, 0)
    assert row.last_refused_at is not None
    send(None)
    assert Webhook.objects.get().refused == 6


class Unread(io.BytesIO):
    """A body at which nobody may look."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("was read")


def in_pieces(token: str, pieces: io.BytesIO) -> int:
    """Sent without a length, as the web server hands it on."""
    body = OpenBody(pieces)
    extra: dict[str, Any] = {"CONTENT_LENGTH": "", "wsgi.input": body}
    return (
        Client()
        .generic("POST", WEBHOOK, "x", "application/json", headers={"Kaonavi-Token": token}, **extra)
        .status_code
    )


def test_the_token_is_judged_before_the_body_is_read_and_so_is_the_length(token: str):
    assert in_pieces(ANOTHER, Unread()) == 403
    too_long: dict[str, Any] = {"CONTENT_LENGTH": str(LARGEST + 1), "wsgi.input": Unread()}
    answer = Client().generic("POST", WEBHOOK, "x", "application/json", headers={"Kaonavi-Token": token}, **too_long)
    assert answer.status_code == 400


def test_a_body_in_pieces_is_taken_and_read_no_further_than_the_limit(token: str):
    assert in_pieces(token, io.BytesIO(json.dumps(EVENT).encode())) == 200
    endless = io.BytesIO(b" " * (3 * LARGEST))
    assert in_pieces(token, endless) == 400
    assert endless.tell() == LARGEST + 1


def test_a_body_that_was_cut_off_is_refused(token: str):
    class CutOff(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError

    assert in_pieces(token, CutOff()) == 400
    cut: dict[str, Any] = {"CONTENT_LENGTH": "500", "wsgi.input": CutOff()}
    answer = Client().generic("POST", WEBHOOK, "x", "application/json", headers={"Kaonavi-Token": token}, **cut)
    assert answer.status_code == 400


def test_while_the_database_is_away_it_says_that_nothing_was_kept(token: str, monkeypatch: pytest.MonkeyPatch):
    def away(*_: object, **__: object) -> None:
        raise OperationalError("away")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        answer = send(token)
    assert (answer.status_code, answer.content) == (503, b"")


def test_neither_token_nor_code_is_in_log_or_row(token: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    for shown, body in ((token, EVENT), (ANOTHER, EVENT), (token, event(event="member_renamed"))):
        send(shown, body)
    told = str([vars(record) for record in caplog.records if record.name != "django.db.backends"])
    kept = str(list(Webhook.objects.values_list()))
    assert "webhooks/kaonavi/" in told
    assert [word for word in (token, ANOTHER, "E1007", "member_") if word in told or word in kept] == []


@settings(suppress_health_check=list(HealthCheck))
@given(st.one_of(st.binary(max_size=300), st.recursive(st.none() | st.text() | st.floats(), st.lists).map(json.dumps)))
def test_whatever_is_sent_it_is_taken_or_refused(token: str, body: bytes | str):
    for shown in (token, ANOTHER):
        sent = body if isinstance(body, bytes) else body.encode(errors="surrogatepass")
        assert send(shown, sent).status_code in {200, 400, 403}
