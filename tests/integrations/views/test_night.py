"""In the hours of カオナビ's maintenance a click on what talks to it is asked about before anything is started."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import site
from integrations.models import AutomationSettings, SyncJob
from integrations.rules.schedule import TOKYO
from tests.factories.rows import PASSWORD, make_change, make_job

START = reverse("integrations:start")
AT_THREE = datetime(2026, 6, 1, 3, 0, tzinfo=TOKYO)
ASKED = "カオナビのメンテナンスが行われることのある時間帯（1:00〜6:00）"

pytestmark = pytest.mark.usefixtures("connected", "wakes")


@pytest.fixture(autouse=True)
def _hours(settings) -> None:
    settings.KAONAVI_MAINTENANCE = (time(1), time(6))


@pytest.mark.parametrize("button", [{"kind": "employees"}, {"dry_run": "results"}])
def test_nothing_is_started_until_the_click_is_confirmed(admin: Client, button: dict[str, str]):
    with time_machine.travel(AT_THREE):
        page = admin.post(START, button | {"next": "/employees/?q=x"})
        assert (ASKED in page.text, SyncJob.objects.exists()) == (True, False)
        assert '<a class="button button-quiet" href="/employees/?q=x">キャンセル</a>' in page.text
        (name, value), *_ = button.items()
        assert f'<input type="hidden" name="{name}" value="{value}">' in page.text
        answer = admin.post(START, button | {"next": "/employees/?q=x", "at_night": "1"})
        follows = admin.get(answer.url).text
    assert answer.url == "/employees/?q=x"
    assert 'id="followed"' in follows  # what becomes of it, as after a click by day
    assert SyncJob.objects.get().run_options.dry_run == ("dry_run" in button)


@pytest.mark.parametrize(("hour", "minute", "asked"), [(0, 59, False), (1, 0, True), (5, 59, True), (6, 0, False)])
def test_it_is_asked_within_the_hours_alone(client: Client, administrator, hour, minute, asked):
    with time_machine.travel(AT_THREE.replace(hour=hour, minute=minute), tick=False):
        client.force_login(administrator)
        assert (ASKED in client.post(START, {"kind": "departments"}, follow=True).text) == asked


def test_the_hours_are_those_that_were_set(admin: Client):
    AutomationSettings.objects.create(maintenance_from=time(22), maintenance_to=time(4))
    with time_machine.travel(AT_THREE):
        assert "22:00〜4:00" in admin.post(START, {"kind": "departments"}).text


def test_going_on_with_what_was_held_is_asked_about_too(admin: Client):
    held = make_job("held")
    address = reverse("integrations:approve", args=[held.pk])
    with time_machine.travel(AT_THREE):
        assert ASKED in admin.post(address, {"keep_items": "1"}).text
        held.refresh_from_db()
        assert held.status == "held"
        admin.post(address, {"keep_items": "1", "at_night": "1"})
    held.refresh_from_db()
    assert (held.status, held.run_options.keep_items) == ("queued", True)


def test_the_question_for_the_password_comes_after_it_and_no_page_has_the_password(client: Client, administrator):
    held = make_job("held")
    make_change(held, {"name": ["a", ""]}, action="delete")
    address = reverse("integrations:approve", args=[held.pk])
    with time_machine.travel(AT_THREE - timedelta(hours=1)):
        client.force_login(administrator)
    with time_machine.travel(AT_THREE):
        assert ASKED in client.post(address, {"again-password": PASSWORD}).text
        assert PASSWORD not in client.post(address, {"again-password": PASSWORD}).text
        page = client.post(address, {"at_night": "1"})
        assert "パスワードの確認" in page.text
        assert '<input type="hidden" name="at_night" value="1">' in page.text
        client.post(address, {"at_night": "1", "again-password": PASSWORD})
    held.refresh_from_db()
    assert held.status == "queued"


@pytest.mark.parametrize(("kind", "asked"), [("results", True), ("employees", False), ("employees_file", False)])
def test_an_undo_is_asked_about_where_it_writes_to_kaonavi(admin: Client, kind, asked):
    with time_machine.travel(AT_THREE):
        done = make_job("succeeded", kind)
        make_change(done, {"position": ["a", "b"]})
        page = admin.post(reverse("integrations:undo", args=[done.pk]), follow=True)
    assert (ASKED in page.text) == asked


def test_practising_is_never_asked_about(admin: Client, monkeypatch):
    monkeypatch.setattr(site, "is_practice", lambda: True)
    with time_machine.travel(AT_THREE):
        assert ASKED not in admin.post(START, {"kind": "departments"}, follow=True).text
