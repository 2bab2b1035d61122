"""A line of log: JSON in production, with the numbers of request and job, and nothing personal."""

import errno
import json
import logging
import logging.config
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from structlog.contextvars import bound_contextvars

from accounts.origin import Origin, current
from mikiwame_kaonavi.logs import configuration


def line_of(record: logging.LogRecord, *, debug: bool = False) -> str:
    setup = configuration(debug=debug)["formatters"]["line"]
    factory = setup.pop("()")
    return factory(**setup).format(record)


def record(name: str, message: str, *args: object, **extra: object) -> logging.LogRecord:
    return logging.getLogger(name).makeRecord(name, logging.WARNING, "f", 1, message, args, None, extra=extra)


@pytest.fixture
def request_id() -> Iterator[str]:
    token = current.set(Origin("203.0.113.9", "a1b2c3"))
    yield "a1b2c3"
    current.reset(token)


def test_a_line_is_one_json_object_with_time_level_and_origin():
    line = json.loads(line_of(record("integrations.tasks", "job %s: 中止", 7, route="jobs/")))
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "job 7: 中止", "level": "warning", "logger": "integrations.tasks", "route": "jobs/"}


@pytest.mark.parametrize("debug", [True, False])
def test_a_line_of_django_does_not_carry_the_request_that_it_hands_over(debug):
    request = RequestFactory().get("/employees/?q=青木")
    text = line_of(
        record("django.request", "Forbidden: /employees/", request=request, data={"args": "青木"}), debug=debug
    )
    assert "青木" not in unquote(text)
    assert "%E9" not in text


def test_with_debug_it_is_a_line_for_people():
    text = line_of(record("integrations.tasks", "job %s: 中止", 7), debug=True)
    assert "job 7: 中止" in text
    assert not text.startswith("{")


@pytest.mark.parametrize("name", ["django.request", "celery.worker", "integrations.jobs.runner"])
def test_whoever_writes_it_it_carries_request_and_job(name: str, request_id: str):
    with bound_contextvars(job_id=7, kind="employees", lease=2):
        line = json.loads(line_of(record(name, "x")))
    assert (line["request_id"], line["job_id"], line["kind"], line["lease"]) == (request_id, 7, "employees", 2)


def test_outside_of_both_it_carries_neither():
    assert {"request_id", "job_id"} & set(json.loads(line_of(record("x", "y")))) == set()


@pytest.mark.parametrize(
    ("name", "message", "told"),
    [
        ("django.request", "Not Found: /employees/青木 葵", "Not Found"),
        (
            "django.security.csrf",
            "Forbidden (CSRF cookie not set.): /x?mail=a@example.jp",
            "Forbidden (CSRF cookie not set.)",
        ),
        ("celery.app.trace", "Task t[1] raised unexpected: ValueError('青木')", "Task t[1] raised unexpected"),
    ],
)  # fmt: skip
def test_addresses_and_errors_that_others_quote_are_cut_off(name: str, message: str, told: str):
    assert json.loads(line_of(record(name, message)))["event"] == told


def failed(error: Exception, cause: Exception | None = None) -> logging.LogRecord:
    """The record of an error that was raised, from `cause` if there is one."""
    told = record("django.request", "Internal Server Error: /employees/")
    try:
        raise error from cause  # noqa: TRY301 - raised to be seen
    except Exception as raised:  # noqa: BLE001 - whatever the test wants to see told
        told.exc_info = (type(raised), raised, raised.__traceback__)
    return told


@pytest.mark.parametrize("debug", [True, False])
def test_an_error_is_told_by_kind_and_place_and_never_by_its_text(debug):
    cause = LookupError("Key (email)=(a@example.jp) already exists")
    text = line_of(failed(RuntimeError("青木 葵"), cause), debug=debug)
    assert all(part in text for part in ("LookupError", "RuntimeError", "test_logs.py"))
    assert not any(part in text for part in ("青木", "example.jp"))


def test_the_cause_of_an_error_is_told_with_what_to_do():
    error = OSError(errno.ENOSPC, "No space left on device", "/home/hanako")
    line = record("django.request", "Internal Server Error")
    line.exc_info = (type(error), error, None)
    told = json.loads(line_of(line))
    assert told["cause"].startswith("DISK_FULL: このサーバーのディスクに空きがありません。")
    assert "hanako" not in str(told)


def test_what_an_operator_has_to_set_is_told():
    line = json.loads(line_of(failed(ImproperlyConfigured("環境変数 SITE_URL を設定してください。"))))
    assert "ImproperlyConfigured: 環境変数 SITE_URL" in line["exception"]
