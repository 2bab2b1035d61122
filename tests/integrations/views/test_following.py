"""The line in the notice of a start that says what becomes of the run."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integrations.models import SyncJob
from integrations.reasons import REASONS, Reason
from tests.factories.rows import make_issue, make_job


def line(client: Client, job: SyncJob) -> str:
    return client.get(reverse("integrations:follow", args=[job.pk]), headers={"HX-Request": "true"}).text


def test_it_asks_again_soon_at_first_and_never_after_the_end(admin: Client):
    job = make_job("running", "employees", phase="確認", heartbeat_at=timezone.now(), created_at=timezone.now())
    assert 'hx-trigger="load delay:150ms, every 3s"' in line(admin, job)
    assert "確認" in line(admin, job)
    SyncJob.objects.update(status="succeeded", finished_at=timezone.now(), created=1200)
    said = line(admin, job)
    assert "hx-get" not in said
    assert "成功" in said
    assert "新規 1,200" in said
    assert reverse("employees:list") in said


def test_it_says_that_there_was_nothing_to_do(admin: Client):
    assert "変更なし" in line(admin, make_job("succeeded", "employees", unchanged=3, finished_at=timezone.now()))


def test_it_says_of_one_that_failed_why(admin: Client):
    job = make_job("failed", "employees", finished_at=timezone.now())
    make_issue(job, reason="KAONAVI_TIMED_OUT")
    make_issue(job, "warning")
    said = line(admin, job)
    assert "失敗" in said
    assert f"<span>{REASONS[Reason.KAONAVI_TIMED_OUT].title}</span>" in said


def test_it_asks_for_little(admin: Client, django_assert_max_num_queries):
    job = make_job("running", "employees", phase="確認", heartbeat_at=timezone.now())
    with django_assert_max_num_queries(5):  # four of them are of the log-in
        line(admin, job)


def test_it_says_of_one_that_waits_for_a_person_what_it_would_do(admin: Client):
    said = line(admin, make_job("held", "employees", updated=3))
    assert "確認待ち" in said
    assert "実行すると 更新 3" in said
    assert "hx-get" not in said


def test_with_the_end_comes_what_the_page_says_of_runs(admin: Client):
    job = make_job("running", "employees", heartbeat_at=timezone.now())
    address = reverse("integrations:follow", args=[job.pk])
    assert "HX-Trigger" not in admin.get(address).headers
    assert "held-runs" not in line(admin, job)
    SyncJob.objects.update(status="held")
    assert admin.get(address).headers["HX-Trigger"] == "run-ended"
    assert '<span id="held-runs" hx-swap-oob="true" class="badge badge-care rail-mark">1<' in line(admin, job)


@pytest.mark.usefixtures("connected", "wakes")
def test_a_page_that_comes_again_after_the_click_has_the_line_once(admin: Client):
    start = {"kind": "departments", "next": reverse("departments:list")}
    page = admin.post(reverse("integrations:start"), start, follow=True).text
    job = SyncJob.objects.get()
    assert page.count('id="followed"') == 1
    assert page.index("バックグラウンド処理を開始しました") < page.index('id="followed"')
    assert f'hx-get="{reverse("integrations:follow", args=[job.pk])}"' in page
    assert 'id="followed"' not in admin.get(reverse("departments:list")).text


@pytest.mark.usefixtures("connected", "wakes")
def test_a_run_that_has_ended_before_the_page_came_is_told_with_one_mark_of_those_that_wait(admin: Client):
    admin.post(reverse("integrations:start"), {"kind": "departments", "dry_run": "departments"})
    SyncJob.objects.update(status="held")
    page = admin.get(reverse("departments:list")).text
    assert 'id="followed"' in page
    assert page.count('id="held-runs"') == 1
    assert "hx-swap-oob" not in page


@pytest.mark.usefixtures("connected", "wakes")
def test_of_a_run_that_is_gone_by_then_there_is_no_line(admin: Client):
    admin.post(reverse("integrations:start"), {"kind": "departments"})
    SyncJob.objects.all().delete()
    page = admin.get(reverse("departments:list")).text
    assert "バックグラウンド処理を開始しました" in page
    assert 'id="followed"' not in page


@pytest.mark.usefixtures("connected", "wakes")
def test_a_refusal_beside_the_start_has_no_line_of_its_own(admin: Client):
    for _ in range(2):
        admin.post(reverse("integrations:start"), {"kind": "departments"})
    page = admin.get(reverse("departments:list")).text
    assert page.index('id="followed"') < page.index("その処理を見る")
    assert page.count('id="followed"') == 1


def test_it_says_when_nobody_comes(admin: Client, settings):
    settings.JOB_NOBODY_AFTER = 0
    assert "処理が始まっていません" in line(admin, make_job("queued", "employees"))
