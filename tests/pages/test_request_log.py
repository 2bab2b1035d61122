"""One line for each request: which page, what came of it, how long it took, for which account. Never for whom or
what.
"""

import logging

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from integrations import actions
from tests.factories.rows import make_person


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "request")
    return lambda: [record for record in caplog.records if record.name == "request"]


def test_it_tells_the_route_and_the_account_and_not_the_search(admin: Client, administrator: User, lines):
    person = make_person()
    admin.get(reverse("employees:list"), {"q": "青山"})
    admin.get(reverse("employees:detail", args=[person.pk]))
    listed, shown = lines()
    assert (listed.method, listed.route, listed.status) == ("GET", "employees/", 200)
    assert listed.account == str(administrator.pk)
    assert listed.milliseconds >= 0
    assert shown.route.startswith("employees/<int:")
    assert "青山" not in str([vars(line) for line in lines()])


def test_an_address_that_we_do_not_have_is_not_repeated(admin: Client, lines):
    admin.get("/青山/a@example.co.jp")
    (line,) = lines()
    assert (line.route, line.status) == ("-", 404)
    assert "example" not in str(vars(line))


def test_a_stranger_has_no_number(anonymous: Client, lines):
    anonymous.get(reverse("accounts:login"))
    assert lines()[0].account == ""


def test_what_machines_ask_every_few_seconds_is_told_only_when_something_is_wrong(anonymous: Client, lines):
    anonymous.get("/healthz")
    assert lines() == []
    anonymous.get("/readyz")
    assert [(line.route, line.status) for line in lines()] == [("readyz", 503)]


def test_a_request_that_fails_has_its_line_too(administrator: User, lines, monkeypatch):
    def burst(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions, "try_keys", burst)
    client = Client(raise_request_exception=False)
    client.force_login(administrator)
    client.post(reverse("integrations:connection"), {"consumer_key": "K", "consumer_secret": "S"})
    assert [(line.method, line.status) for line in lines()] == [("POST", 500)]
