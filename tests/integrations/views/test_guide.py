"""The first-time guide on 設定: each line is ticked from what is really so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integrations.models import KaonaviConnection
from integrations.screens.guide import guide
from tests.factories.rows import make_job, make_person, make_result

SETTINGS = reverse("integrations:settings")
KEYS, READING, DEPARTMENTS, EMPLOYEES, TESTED, SHEET, SHEET_TICKS, RESULTS = range(8)
LATEST = {"latest_sheet": "ok", "latest_sheet:read": "ok", "latest_sheet:update": "ok"}


def done() -> set[int]:
    return {number for number, step in enumerate(guide().steps) if step.is_done}


@pytest.fixture
def check_found(connected: KaonaviConnection) -> Callable[..., None]:
    """The last check gave these lines, some minutes ago."""

    def found(**lines: str) -> None:
        connected.check_lines, connected.checked_at = lines, timezone.now() - timedelta(minutes=5)
        connected.save()

    return found


def test_it_begins_with_the_keys(admin: Client):
    page = admin.get(SETTINGS).text
    assert "はじめての方へ" in page
    assert "次は「キーの登録」です" in page
    assert done() == set()


def test_it_ticks_the_keys_while_they_work(connected: KaonaviConnection):
    assert done() == {KEYS}
    KaonaviConnection.objects.update(state="broken")
    assert done() == set()


def test_it_ticks_what_the_last_check_found_right(check_found):
    check_found(keys="ok", members="ok", departments="ok")
    assert done() == {KEYS, READING}
    check_found(members="ok", departments="error")
    assert done() == {KEYS}


def test_it_ticks_the_sheets_by_the_last_check(check_found):
    check_found(**LATEST)
    assert done() == {KEYS, SHEET, SHEET_TICKS}
    check_found(**LATEST | {"latest_sheet:update": "error"})
    assert done() == {KEYS, SHEET}
    check_found(latest_sheet="unused", **{f"all_{key[7:]}": "ok" for key in LATEST})
    assert done() == {KEYS, SHEET, SHEET_TICKS}


def test_it_ticks_what_runs_have_shown_without_a_check(connected: KaonaviConnection):
    KaonaviConnection.objects.update(connected_at=timezone.now() - timedelta(hours=1))
    make_job("succeeded", "departments")
    assert done() == {KEYS, DEPARTMENTS}
    make_job("partial", "employees")
    assert done() == {KEYS, READING, DEPARTMENTS, EMPLOYEES}
    make_job("succeeded", "results", unchanged=1)
    assert done() == {KEYS, READING, DEPARTMENTS, EMPLOYEES, SHEET, SHEET_TICKS, RESULTS}


def test_it_does_not_end_before_there_are_results(connected: KaonaviConnection):
    make_job("succeeded", "results", skipped=3)
    assert done() == {KEYS}
    make_result(make_person())
    assert done() == {KEYS, TESTED}


def test_it_leads_to_where_results_are_taken_in(admin: Client, check_found):
    check_found(keys="ok", members="ok", departments="ok")
    for kind in ("departments", "employees"):
        make_job("succeeded", kind)
    page = admin.get(SETTINGS).text
    assert "次は「検査結果の取込」です" in page
    assert reverse("integrations:import", args=["results"]) in page


def test_it_does_not_tick_an_update_that_was_not_tried(check_found):
    check_found(**LATEST | {"latest_sheet:update": "skipped"})
    assert done() == {KEYS, SHEET}


@pytest.mark.parametrize("status", ["failed", "cancelled", "interrupted", "held", "running"])
def test_it_does_not_take_a_run_for_done_that_did_not_go_through(status: str, connected: KaonaviConnection):
    make_job(status, "departments")
    assert DEPARTMENTS not in done()


def test_it_believes_a_later_check_more_than_an_earlier_run(check_found):
    for kind in ("departments", "employees"):
        make_job("succeeded", kind, created_at=timezone.now(), finished_at=timezone.now() - timedelta(hours=1))
    check_found(members="error", departments="ok")
    assert READING not in done()


def test_it_knows_that_runs_of_a_connection_before_say_nothing_about_this_one(connected: KaonaviConnection):
    make_job("succeeded", "results", created=1, finished_at=timezone.now() - timedelta(days=1))
    assert done() == {KEYS, RESULTS}


def test_it_leaves_when_all_is_done(admin: Client, connected: KaonaviConnection):
    KaonaviConnection.objects.update(connected_at=timezone.now() - timedelta(hours=1))
    for kind in ("departments", "employees", "results"):
        make_job("succeeded", kind, created=1)
    make_result(make_person())
    assert "はじめての方へ" not in admin.get(SETTINGS).text


def test_it_makes_way_while_the_connection_is_broken(admin: Client, connected: KaonaviConnection):
    assert "はじめての方へ" in admin.get(SETTINGS).text
    KaonaviConnection.objects.update(state="broken")
    assert "はじめての方へ" not in admin.get(SETTINGS).text


def test_it_is_for_those_who_can_act_on_it(viewer: Client):
    assert "はじめての方へ" not in viewer.get(SETTINGS).text
