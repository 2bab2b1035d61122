"""バックグラウンド処理一覧: by day, by kind and status, and what tells runs of one kind from each other."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integrations.models import SyncJob
from tests.factories.rows import make_issue, make_job

LIST = reverse("integrations:jobs")
NOON = datetime(2026, 4, 8, 3, tzinfo=UTC)
KILOBYTE = 1024


@pytest.fixture
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Wednesday."""
    monkeypatch.setattr(timezone, "localdate", NOON.date)


def second_lines(client: Client, query: str = "") -> list[str]:
    """What stands under each run."""
    return re.findall(r'<tr class="job-more"><td colspan="4">(.*?)</td>', client.get(LIST + query).text)


@pytest.mark.usefixtures("_today")
def test_runs_stand_under_the_day_in_japan_on_which_they_were_asked_for(viewer: Client):
    for ago in (timedelta(0), timedelta(hours=11), timedelta(hours=13), timedelta(days=3), timedelta(days=200)):
        make_job(created_at=NOON - ago)
    page = viewer.get(LIST).text
    days = re.findall(r'aria-level="2">(.*?)</span>', page)
    assert days == ["今日 4月8日（水）", "昨日 4月7日（火）", "4月5日（日）", "2025年9月20日（土）"]
    assert [len(day.split('<tr class="job">')) - 1 for day in page.split('scope="rowgroup"')[1:]] == [2, 1, 1, 1]


@pytest.mark.parametrize(
    ("job", "told"),
    [
        ({"created": 3, "updated": 1234, "failed": 2, "unchanged": 9}, "佐藤 花子・新規 3 / 更新 1,234 / エラー 2"),
        ({"unchanged": 9}, "佐藤 花子・変更なし"),
        ({"status": "held", "updated": 5}, "佐藤 花子・実行すると 更新 5"),
        ({"status": "cancelled"}, "佐藤 花子"),
        ({"requested_by": None, "created": 1}, "システム・新規 1"),
        ({"kind": "employees_file", "created": 1, "file_name": "新入社員.csv"}, "佐藤 花子・新規 1・新入社員.csv"),
    ],
)
def test_under_each_run_stands_who_what_and_of_which_file(
    job: dict[str, object], told: str, viewer: Client, administrator
):
    make_job(**{"requested_by": administrator, **job})
    assert second_lines(viewer) == [told]


def test_a_run_that_failed_says_why_in_a_few_words(viewer: Client):
    job = make_job("failed")
    make_issue(job, "warning", reason="MEMBER_NUMBER_SHARED")
    make_issue(job, reason="KAONAVI_KEYS_REFUSED")
    make_issue(make_job("partial", failed=1), reason="MEMBER_MAIL_INVALID")
    assert second_lines(viewer) == ["システム・エラー 1", "システム・カオナビの認証情報が使えない"]


def test_it_is_filtered_by_kind_and_status_and_the_address_keeps_it(viewer: Client):
    for kind in ("employees", "departments"):
        for status in ("succeeded", "failed"):
            make_job(status, kind)
    make_job("running", "results")
    found = {
        query: [(job.kind, job.status) for job in viewer.get(LIST + query).context["page"]]
        for query in ("?kind=employees", "?status=failed", "?kind=departments&status=succeeded", "?kind=x&status=y")
    }
    assert list(map(len, found.values())) == [2, 2, 1, 5]
    assert found["?kind=departments&status=succeeded"] == [("departments", "succeeded")]
    page = viewer.get(f"{LIST}?kind=employees&status=failed").text
    assert '<option value="employees" selected>' in page
    assert '<option value="failed" selected>' in page
    assert 'hx-get="/jobs/?kind=employees&amp;status=failed" hx-trigger="every 3s"' in page


def test_where_nothing_fits_it_says_so_and_offers_all_runs(viewer: Client):
    make_job()
    page = viewer.get(f"{LIST}?status=failed").text
    assert "条件に合う処理はありません" in page
    assert f'<a class="button" href="{LIST}">条件を外す</a>' in page
    assert "処理はまだありません" not in page


def test_each_icon_of_a_status_is_drawn_once(viewer: Client):
    for status in ("succeeded", "succeeded", "failed"):
        make_job(status)
    table = viewer.get(LIST).text.split('id="jobs"')[1]
    assert table.count('<use href="#check-circle"/>') == 2
    assert (table.count('<g id="check-circle">'), table.count('<g id="x-circle">')) == (1, 1)


def test_the_list_that_asks_for_itself_brings_the_numbers_beside_it_when_all_has_ended(viewer: Client):
    job = make_job("running", heartbeat_at=timezone.now())
    make_job("held")
    assert "hx-swap-oob" not in viewer.get(LIST, headers={"HX-Request": "true"}).text
    SyncJob.objects.filter(pk=job.pk).update(status="partial", finished_at=timezone.now())
    make_issue(job)
    part = viewer.get(LIST, headers={"HX-Request": "true"}).text
    assert re.search(r'id="open-problems"[^>]* hx-swap-oob="true"[^>]*>.*要対応 1件', part, re.DOTALL)
    assert re.search(r'id="held-runs" hx-swap-oob="true"[^>]*>1<', part)
    assert "hx-swap-oob" not in viewer.get(LIST).text
