"""Guessing passwords: how often, what the page says, what is kept of it."""

import logging
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.guard import ACCOUNT_LIMIT, ADDRESS_LIMIT
from accounts.links import make_code
from accounts.models import AuditEntry
from tests.factories.rows import PASSWORD, account

LOG_IN = reverse("accounts:login")
HOME, OFFICE = "192.0.2.1", "198.51.100.7"


def attempt(name: str = "taro", password: str = "wrong", address: str = OFFICE, **more: str) -> int:
    """The status of the answer: 200 wrong, 302 in, 429 stopped."""
    return (
        Client()
        .post(LOG_IN, {"username": name, "password": password}, REMOTE_ADDR=address, headers=more or None)
        .status_code
    )


def fail(times: int, name: str = "taro", address: str = OFFICE) -> list[int]:
    return [attempt(name, address=address) for _ in range(times)]


def written() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@pytest.fixture(autouse=True)
def taro(db) -> User:
    return account("taro", "閲覧者")


def test_it_stops_an_account_from_an_address_at_the_fifth_failure():
    assert fail(5) == [200, 200, 200, 200, 429]
    assert attempt(password=PASSWORD) == 429
    assert attempt(password=PASSWORD, address=HOME) == 302
    account("jiro")
    assert attempt("jiro", PASSWORD) == 302


def test_it_goes_on_after_a_quarter_of_an_hour_also_if_somebody_kept_trying():
    fail(7)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert attempt(password=PASSWORD) == 302


def test_refused_attempts_do_not_prolong_it():
    fail(5)
    before = AccessAttempt.objects.get().attempt_time
    fail(2)
    assert AccessAttempt.objects.get().attempt_time == before


def test_a_success_forgets_the_failures_before():
    fail(4)
    assert attempt(password=PASSWORD) == 302
    assert fail(4) == [200] * 4


def test_another_browser_or_name_in_the_head_makes_no_difference():
    for number in range(4):
        attempt(**{"User-Agent": f"browser {number}", "X-Forwarded-For": f"203.0.113.{number}"})
    assert attempt() == 429


def test_the_page_says_what_to_do_and_is_the_same_for_names_that_nobody_has():
    fail(5)
    fail(5, "nobody-has-this-name")
    pages = [
        Client().post(LOG_IN, {"username": name, "password": "x"}, REMOTE_ADDR=OFFICE)
        for name in ("taro", "nobody-has-this-name")
    ]
    for page in pages:
        assert (page.status_code, page["Retry-After"]) == (429, "900")
        assert "15分ほど待ってから" in page.text
        assert "パスワード設定リンク" in page.text
        assert "taro" not in page.text
    assert pages[0].text == pages[1].text


def test_an_address_that_tries_many_names_is_stopped_for_all_of_them():
    for number in range(ADDRESS_LIMIT):
        attempt(f"name-{number}")
    assert attempt(password=PASSWORD) == 429
    assert attempt(password=PASSWORD, address=HOME) == 302


def test_an_account_tried_from_many_addresses_is_stopped_except_where_it_was_before(taro: User):
    assert attempt(password=PASSWORD, address=HOME) == 302
    for number in range(ACCOUNT_LIMIT):
        attempt(address=f"203.0.113.{number}")
    assert attempt(password=PASSWORD) == 429
    assert attempt(password=PASSWORD, address=HOME) == 302


def test_the_trail_has_failures_and_the_lock_out_but_not_what_is_refused_then():
    fail(8)
    assert written() == ["log_in_failed"] * 4 + ["locked_out"]
    entry = AuditEntry.objects.filter(action="locked_out").get()
    assert (entry.actor, entry.label, entry.address) == ("ログイン前の人", "taro", OFFICE)


def test_the_trail_has_no_name_that_nobody_has():
    attempt("my secret typed into the wrong field")
    assert "my secret" not in str(list(AuditEntry.objects.values()))
    assert written() == ["log_in_failed"]


def test_log_in_and_log_out_are_written():
    client = Client()
    client.post(LOG_IN, {"username": "taro", "password": PASSWORD})
    client.post(reverse("accounts:logout"))
    assert written() == ["logged_in", "logged_out"]
    assert set(AuditEntry.objects.values_list("actor", flat=True)) == {"taro（taro）"}


def test_nothing_that_was_typed_is_kept_or_logged(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("axes").propagate = False
    for _ in range(6):
        Client().post(
            f"{LOG_IN}?next=/plum/", {"username": "taro", "password": "plum", "other": "plum"}, REMOTE_ADDR=OFFICE
        )
    kept = str(list(AccessAttempt.objects.values()))
    assert "plum" not in kept
    assert "taro" not in kept
    assert "plum" not in caplog.text
    assert "taro" not in caplog.text
    assert OFFICE not in caplog.text


@pytest.mark.parametrize("address", ["", "unknown", "192.0.2.1:4711", "x" * 500])
def test_it_survives_an_address_that_is_none(address: str, settings):
    settings.TRUSTED_PROXIES = 1
    answers = [attempt(**{"X-Forwarded-For": address}) for _ in range(5)]
    assert answers[-1] == 429


def test_a_new_password_by_link_lifts_it(taro: User):
    fail(5)
    taro.set_unusable_password()
    taro.save()
    actions.set_password(make_code(taro), "correct horse battery")
    assert attempt(password="correct horse battery") == 302
