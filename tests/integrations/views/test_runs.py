"""Start, approve, stop: what happens and what the person is told."""

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from integrations.models import KaonaviConnection, SyncJob
from tests.factories.rows import MISSING_ITEMS, make_job

START = reverse("integrations:start")
HTMX = {"HX-Request": "true"}


def test_it_starts_a_sync_and_says_so_with_a_link(
    admin: Client, administrator, connected: KaonaviConnection, queued: list[int], django_capture_on_commit_callbacks
):
    came_from = reverse("departments:list")
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(START, {"kind": "departments", "next": came_from})
    assert answer["Location"] == came_from
    job = SyncJob.objects.get()
    assert (job.kind, job.status, job.requested_by) == ("departments", "queued", administrator)
    assert queued == [job.pk]
    page = admin.get(came_from).text
    assert "バックグラウンド処理を開始しました" in page
    assert f'<a href="{reverse("integrations:jobs")}">同期の実行状況を確認する</a>' in page


def test_htmx_is_told_that_it_started_and_how_the_run_gets_on_without_the_page(
    admin: Client, connected: KaonaviConnection, django_assert_max_num_queries
):
    with django_assert_max_num_queries(13):
        answer = admin.post(START, {"kind": "employees", "next": reverse("employees:list")}, headers=HTMX)
    job = SyncJob.objects.get()
    assert f'<a href="{reverse("integrations:jobs")}">同期の実行状況を確認する</a>' in answer.text
    assert f'hx-get="{reverse("integrations:follow", args=[job.pk])}"' in answer.text
    assert "<h1" not in answer.text
    assert len(answer.content) < 4096
    assert "バックグラウンド処理を開始しました" not in admin.get(reverse("employees:list")).text


def test_htmx_is_told_too_what_keeps_it_from_starting(admin: Client):
    answer = admin.post(START, {"kind": "employees"}, headers=HTMX)
    assert answer.text.count("カオナビと連携していません") == 1
    assert "<h1" not in answer.text


def test_the_question_at_night_comes_in_the_place_of_the_page(admin: Client, connected: KaonaviConnection, settings):
    settings.KAONAVI_MAINTENANCE = (time.min, time.max)
    answer = admin.post(START, {"kind": "employees"}, headers=HTMX)
    assert answer["HX-Retarget"] == answer["HX-Reselect"] == "#main"
    assert f'action="{START}"' in answer.text
    assert not SyncJob.objects.exists()
    assert "HX-Retarget" not in admin.post(START, {"kind": "employees"})


def test_it_looks_without_writing_when_asked(admin: Client, connected: KaonaviConnection):
    admin.post(START, {"kind": "results", "dry_run": "1"})
    assert SyncJob.objects.get().options["dry_run"] is True


def test_it_names_who_runs_what_since_when_to_the_second_one(
    admin: Client, administrator, connected: KaonaviConnection
):
    running = make_job("running", "results", requested_by=administrator)
    page = admin.post(START, {"kind": "employees"}, follow=True).text
    assert "カオナビ性格検査結果登録" in page
    assert "に開始した" in page
    assert f'<a href="{running.get_absolute_url()}">その処理を見る</a>' in page
    assert SyncJob.objects.count() == 1


def test_it_starts_nothing_without_a_connection(admin: Client):
    page = admin.post(START, {"kind": "employees"}, follow=True).text
    assert "カオナビと連携していません" in page
    assert reverse("integrations:connection") in page
    assert not SyncJob.objects.exists()


def test_it_starts_nothing_over_a_broken_connection(admin: Client, connected: KaonaviConnection):
    KaonaviConnection.objects.update(state="broken")
    assert "連携が切れています" in admin.post(START, {"kind": "employees"}, follow=True).text
    assert not SyncJob.objects.exists()


@pytest.mark.parametrize("kind", ["", "nonsense", "assessments_file"])
def test_it_starts_nothing_but_syncs(kind: str, admin: Client, connected: KaonaviConnection):
    assert admin.post(START, {"kind": kind}).status_code == 400
    assert not SyncJob.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/",
        "//example.com/",
        "/\\example.com",
        "\\\\example.com",
        "javascript:alert(1)",
        "employees",
        "",
        "/\t/example.com",
    ],
)
def test_it_goes_back_to_our_own_pages_alone(address: str, admin: Client, connected: KaonaviConnection):
    answer = admin.post(START, {"kind": "employees", "next": address})
    assert answer["Location"] == reverse("integrations:jobs")


def test_it_goes_back_with_the_query(admin: Client, connected: KaonaviConnection):
    address = f"{reverse('employees:list')}?q=青山&page=2"
    assert admin.post(START, {"kind": "employees", "next": address})["Location"].startswith("/employees/?q=")


@pytest.mark.parametrize(("choice", "keeps"), [({}, False), ({"keep_items": "1"}, True)])
def test_it_lets_a_held_run_go_on(choice: dict[str, str], keeps: bool, admin: Client, connected: KaonaviConnection):  # noqa: FBT001 - a parameter of the table
    job = make_job("held", options={"digest": "x", "question": MISSING_ITEMS})
    assert admin.post(reverse("integrations:approve", args=[job.pk]), choice)["Location"] == job.get_absolute_url()
    job.refresh_from_db()
    assert job.status == "queued"
    assert job.run_options.keep_items is keeps


def test_it_says_when_a_click_comes_too_late(admin: Client):
    job = make_job("succeeded")
    for action in ("approve", "cancel"):
        page = admin.post(reverse(f"integrations:{action}", args=[job.pk]), follow=True).text
        assert "この処理はすでに「成功」になっています。" in page
    job.refresh_from_db()
    assert job.status == "succeeded"


def test_it_lets_nothing_go_on_beside_another_run(admin: Client, connected: KaonaviConnection):
    held = make_job("held", options={"digest": "x"})
    make_job("running", "results")
    page = admin.post(reverse("integrations:approve", args=[held.pk]), follow=True).text
    assert "その処理を見る" in page
    held.refresh_from_db()
    assert held.status == "held"


@pytest.mark.parametrize("status", ["queued", "running", "held"])
def test_it_stops_a_run_that_has_not_ended(status: str, admin: Client):
    job = make_job(status, options={"digest": "x"})
    page = admin.post(reverse("integrations:cancel", args=[job.pk]), follow=True).text
    assert "「カオナビ社員情報取込」を中止しました" in page
    job.refresh_from_db()
    assert job.status == "cancelled"


@pytest.mark.parametrize("action", ["approve", "cancel"])
def test_it_does_not_know_a_run_that_does_not_exist(action: str, admin: Client):
    assert admin.post(reverse(f"integrations:{action}", args=[4711])).status_code == 404
