"""ホーム: is all well, and if not, what is to be done?"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Right
from integrations.jobs.records import write_issues
from integrations.models import KaonaviConnection, NoticeSettings, ResultRegistration, SyncException, SyncJob
from integrations.reasons import Reason
from integrations.rules.plan import finding
from tests.factories.rows import make_department, make_job, make_person, make_result, member_of_roles

HOME, PEOPLE, PROBLEMS = reverse("home"), reverse("employees:list"), reverse("integrations:problems")
SYNCS = ("departments", "employees", "results")
FINE = "すべて順調です。対応が必要なことはありません"


def tasks(client: Client) -> list[str]:
    return [task.words for task in client.get(HOME).context["home"].tasks]


def figures(client: Client) -> dict[str, int]:
    """Label → number; each number is that of the page behind it."""
    shown = {}
    for figure in client.get(HOME).context["home"].figures:
        shown[figure.label] = figure.number
        if figure.page.startswith((PEOPLE, PROBLEMS)):
            assert client.get(figure.page).context["page"].paginator.count == figure.number, figure
    return shown


def tell(job: SyncJob, *numbers: str) -> SyncJob:
    write_issues(job, [finding(Reason.MEMBER_MAIL_INVALID, key=number, field="メール") for number in numbers])
    return job


@pytest.fixture
def fine(connected: KaonaviConnection) -> None:
    for kind in SYNCS:
        make_job("succeeded", kind)


@pytest.mark.usefixtures("fine")
def test_it_says_that_all_is_well(viewer: Client):
    assert FINE in viewer.get(HOME).text
    assert tasks(viewer) == []


@pytest.mark.usefixtures("fine")
def test_it_says_what_is_to_be_done_worst_first_and_leads_there(viewer: Client):
    tell(make_job("partial"), "1", "2")
    tell(make_job("partial"), "2", "3")
    failed, held = make_job("failed", "results"), make_job("held", "departments", options={"digest": "x"})
    make_result(make_person())
    page = viewer.get(HOME)
    assert "うまくいっていないことがあります" in page.text
    told = [(task.words.partition("（")[0], task.page) for task in page.context["home"].tasks]
    assert told == [
        ("「カオナビ性格検査結果登録」が失敗で終わりました", failed.get_absolute_url()),
        (
            "「カオナビ部署情報取込」が確認待ちです。内容を確認して、実行または中止を選んでください。",
            held.get_absolute_url(),
        ),
        ("要対応が2件あります", PROBLEMS),
        ("カオナビに登録していない検査結果が1名分あります。", f"{PEOPLE}?kaonavi=unregistered"),
    ]
    assert "うち新規1件" in page.text


@pytest.mark.usefixtures("fine")
def test_what_failed_is_no_news_once_it_has_gone_through(viewer: Client):
    make_job("failed")
    assert len(tasks(viewer)) == 1
    make_job("cancelled")
    assert tasks(viewer) == []
    make_job("interrupted")
    make_job("succeeded")
    assert FINE in viewer.get(HOME).text


@pytest.mark.usefixtures("fine")
def test_results_that_wait_for_the_upload_alone_are_no_trouble(viewer: Client):
    make_result(make_person())
    assert "問題はありません。残っているのは、次のことだけです" in viewer.get(HOME).text


def test_it_says_as_of_when_kaonavi_is_and_how_that_run_and_the_last_one_ended(viewer: Client, connected):
    at = datetime(2026, 4, 8, 0, 30, tzinfo=UTC)
    taken = make_job("partial", created_at=at, finished_at=at + timedelta(minutes=1))
    failed = make_job("failed", created_at=at + timedelta(days=1), finished_at=at + timedelta(days=1))
    page = re.sub(r"\s+", " ", viewer.get(HOME).text)
    line = page.split("カオナビ社員情報取込</h3>")[1].split("</li> <li>")[0]
    assert f'いつ時点のカオナビか：<a href="{taken.get_absolute_url()}">2026/04/08 09:31</a>' in line
    assert "一部エラー" in line
    assert f'最後の処理：<a href="{failed.get_absolute_url()}">2026/04/09 09:30</a>' in line
    assert "まだ取り込んでいません" in page


@pytest.mark.usefixtures("connected")
def test_it_says_how_many_days_ago_each_kind_succeeded_and_warns_where_somebody_wants_to_be_told(viewer, connected):
    now = timezone.now()
    for kind, days in zip(SYNCS, (0, 6, 7), strict=True):
        make_job("succeeded", kind, finished_at=now - timedelta(days=days, minutes=5))
    page = viewer.get(HOME).text
    assert ("最後の成功から6日" in page, "最後の成功から7日" in page, "5分前" in page) == (True, True, True)
    assert tasks(viewer) == []
    chosen = NoticeSettings.objects.create(is_on=True, silent_days=7)
    assert [words.partition("。")[0] for words in tasks(viewer)] == [
        "「カオナビ性格検査結果登録」が7日間成功していません"
    ]
    assert viewer.get(HOME).text.count('class="small nowrap silent"') == 1
    chosen.silent_days = None
    chosen.save()
    assert tasks(viewer) == []


def test_it_draws_the_last_twenty_runs_of_each_kind_oldest_first_each_with_words(viewer: Client):
    statuses = ["failed", *["succeeded"] * 15, "partial", "interrupted", "cancelled", "held", "running"]
    runs = [make_job(status, created_at=timezone.now() - timedelta(hours=50 - n)) for n, status in enumerate(statuses)]
    make_job("succeeded", "employees_file")
    page = viewer.get(HOME).text
    strip = re.findall(r'<a class="run run-(\w+)" href="([^"]+)".*?<span aria-hidden="true">(.)</span>', page)
    assert strip == [
        (look, run.get_absolute_url(), sign)
        for run, (look, sign) in zip(
            runs[1:],
            [("good", "○")] * 15 + [("care", "△"), ("bad", "×"), ("still", "－"), ("care", "？"), ("busy", "…")],
            strict=True,
        )
    ]
    spoken = re.findall(r'<span class="visually-hidden">\d{4}/\d\d/\d\d \d\d:\d\d ([^<]+)</span></a></li>', page)
    assert spoken[-5:] == ["一部エラー", "失敗（中断）", "中止", "確認待ち", "処理中"]
    assert len(spoken) == 20


@pytest.mark.usefixtures("fine")
def test_each_figure_leads_to_exactly_what_it_counts(viewer: Client):
    sent, unsent, gone, withheld, _ = (make_person(number) for number in range(1, 6))
    make_person(6, is_retired=True)
    for person in (sent, unsent, gone, withheld):
        make_result(person)
    make_result(make_person(7, employee_number=""))
    ResultRegistration.objects.create(employee=sent, assessment=sent.assessments.get(), confirmed_at=timezone.now())
    SyncException.objects.create(kind="not_sent", employee=withheld)
    tell(make_job("partial"), "1", "2")
    tell(make_job("partial", "employees_file"), "3")
    tell(make_job("partial"), "2", "3", "4")
    make_job("held", options={"digest": "x"})
    assert figures(viewer) == {
        "要対応": 4,
        "うち新規": 3,
        "確認待ち": 1,
        "カオナビに未登録の検査結果": 2,
        "検査結果のない在籍者": 1,
    }
    page = viewer.get(HOME).text
    for link, kind in (("要対応 3件", "employees"), ("うち新規 2件", "employees&amp;since=new")):
        assert f'href="{PROBLEMS}?kind={kind}">{link}</a>' in page


def test_while_nothing_is_connected_it_is_the_way_to_the_first_steps(admin: Client, viewer: Client):
    page = admin.get(HOME).text
    link = f'<a class="button button-primary" href="{reverse("integrations:connection")}">連携する</a>'
    assert link in page
    assert "はじめての方へ" in page
    assert "すべて順調" not in page
    shown = viewer.get(HOME).text
    assert link not in shown
    assert "カオナビと連携していません" in shown
    make_job("succeeded")
    assert "いつ時点のカオナビか" in admin.get(HOME).text


def test_the_first_steps_stay_until_departments_and_people_were_taken_over(admin: Client, connected):
    assert "はじめての方へ" in admin.get(HOME).text
    make_job("succeeded", "departments")
    page = admin.get(HOME).text
    assert "はじめての方へ" in page
    assert "「カオナビ社員情報取込」をまだ実行していません。" in page
    make_job("succeeded")
    assert "はじめての方へ" not in admin.get(HOME).text


def test_a_broken_connection_comes_first(admin: Client, viewer: Client, connected: KaonaviConnection):
    KaonaviConnection.objects.update(state="broken")
    make_job("failed")
    for client, page in ((admin, reverse("integrations:connection")), (viewer, "")):
        first = client.get(HOME).context["home"].tasks[0]
        assert (first.words[:14], first.page) == ("カオナビとの連携が切れていま", page)
    assert reverse("integrations:start") not in admin.get(HOME).text


@pytest.mark.usefixtures("fine")
def test_administrators_start_a_sync_from_there_and_come_back(admin: Client, viewer: Client):
    start = reverse("integrations:start")
    assert admin.get(HOME).text.count(f'action="{start}"') == 3
    assert start not in viewer.get(HOME).text
    answer = admin.post(start, {"kind": "employees", "next": HOME}, follow=True)
    assert answer.redirect_chain == [(HOME, 302)]
    assert "バックグラウンド処理を開始しました" in answer.text


@pytest.mark.usefixtures("fine")
def test_it_tells_somebody_without_the_right_to_runs_only_of_their_own_people():
    place = make_department("100", "営業本部")
    for number, department in ((1, place), (2, place), (3, None)):
        person = make_person(number, department=department)
        if number != 2:
            make_result(person)
    make_person(4)
    tell(make_job("partial"), "1")
    make_job("held", options={"digest": "x"})
    rights = [Right.VIEW_EMPLOYEES, Right.VIEW_RESULTS]
    client = member_of_roles((rights, place))
    assert figures(client) == {"カオナビに未登録の検査結果": 1, "検査結果のない在籍者": 1}
    page = client.get(HOME).text.split('<nav id="submenu"')[1]
    assert "時点のカオナビのものです" in page
    assert [word for word in ("要対応", "確認待ち", "/jobs/", "バックグラウンド") if word in page] == []
    assert figures(member_of_roles((rights, None))) == {"カオナビに未登録の検査結果": 2, "検査結果のない在籍者": 2}
    assert figures(member_of_roles(([Right.VIEW_EMPLOYEES], None))) == {}


def test_without_results_in_sight_runs_are_told_without_them(connected: KaonaviConnection):
    make_result(make_person())
    client = member_of_roles(([Right.VIEW_JOBS], None))
    assert set(figures(client)) == {"要対応", "うち新規", "確認待ち"}
    assert not [words for words in tasks(client) if "検査結果が" in words]


def test_the_menu_shows_how_many_runs_wait_to_those_who_may_see_them(viewer: Client):
    mark = '1<span class="visually-hidden">件が確認待ち</span>'
    blind = member_of_roles(([Right.VIEW_EMPLOYEES], None))
    assert mark not in viewer.get(PEOPLE).text
    make_job("held", options={"digest": "x"})
    assert mark in viewer.get(PEOPLE).text
    assert mark not in blind.get(PEOPLE).text
