"""The page of a run: what stands in its head, problems by reason, what was changed, and what to do next."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.rights import Right
from integrations.jobs.held import preview, summary
from integrations.models import KaonaviConnection, SyncIssue, SyncJob
from integrations.reasons import REASONS
from integrations.screens.issue_actions import PAGES
from tests.factories.rows import (
    MISSING_ITEMS,
    make_change,
    make_department,
    make_issue,
    make_job,
    make_person,
    member_of_roles,
)
from tests.factories.run_pages import problems_on

REMEDY = "メールを1人に1つの値にしてください。"
AGAIN = {
    "departments": "もう一度同期する",
    "employees": "もう一度同期する",
    "results": "もう一度登録する",
    "departments_file": "部署CSVをもう一度取り込む",
    "employees_file": "社員CSVをもう一度取り込む",
    "assessments_file": "検査結果CSVをもう一度取り込む",
}
KILOBYTE = 1024


def duplicates(job: SyncJob, number: int, reason: str = "MEMBER_MAIL_DUPLICATE", **fields: object) -> None:
    """People of whom two and two have one mail address: each problem has a sentence of its own, all have one remedy."""
    SyncIssue.objects.bulk_create(
        SyncIssue(
            job=job,
            severity="error",
            reason=reason,
            subject_key=f"E{n:05}",
            subject_name=f"青山 直樹{n}",
            email=f"aoyama.naoki.{n // 2}@example.co.jp",
            detail=f"同じメールアドレスがほかのメンバーにも登録されています（E{n ^ 1:05}）。",
            remedy=REMEDY,
            **fields,
        )
        for n in range(number)
    )


def main_of(client: Client, job: SyncJob, query: str = "") -> str:
    """The page without its frame."""
    return client.get(job.get_absolute_url() + query).text.split("<main")[1].split("</main>")[0]


def test_its_head_says_when_who_how_long_and_which_file(viewer: Client, administrator):
    begun = datetime(2026, 4, 8, 0, 30, tzinfo=UTC)
    job = make_job(
        *("partial", "employees_file"),
        requested_by=administrator,
        created_at=begun,
        started_at=begun,
        finished_at=begun.replace(minute=31),
        file_name="新入社員.csv",
    )
    head = main_of(viewer, job).split("</dl>")[0]
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", head) == [
        ("実行日時", "2026/04/08 09:30"),
        ("実行者", "佐藤 花子"),
        ("所要時間", "1分"),
        ("ファイル", "新入社員.csv"),
    ]


def test_what_the_tiles_say_is_not_said_again_and_a_tile_of_none_leads_nowhere(viewer: Client):
    job = make_job("partial", created=3, failed=2)
    job.message = f"{summary(job.counts)}。カオナビで見つからなくなった社員0名。"
    job.save()
    page = main_of(viewer, job)
    assert "カオナビで見つからなくなった社員0名。" in page
    assert "新規 3、更新 0" not in page
    assert re.findall(r'<li(?: class="([\w-]+)")?><(a|span)', page.split('class="counts"')[1].split("</ul>")[0]) == [
        ("", "a"),
        ("is-none", "span"),
        ("is-none", "span"),
        ("is-none", "span"),
        ("is-bad", "a"),
    ]


@pytest.mark.parametrize(
    ("status", "kind", "fields", "tiles"),
    [
        ("succeeded", "employees", {}, 1),
        ("held", "employees", {}, 1),
        ("failed", "employees", {}, 0),
        ("interrupted", "employees_file", {}, 0),
        ("cancelled", "employees", {}, 0),
        ("failed", "results", {"created": 5}, 1),
        ("failed", "results", {}, 0),
        ("running", "results", {"created": 5}, 0),
    ],
)
def test_a_run_that_wrote_nothing_has_no_tiles(
    status: str, kind: str, fields: dict[str, int], tiles: int, viewer: Client
):
    assert main_of(viewer, make_job(status, kind, **fields)).count('class="counts"') == tiles


def test_of_a_run_that_stopped_early_a_count_of_none_is_not_told(viewer: Client):
    counts = main_of(viewer, make_job("failed", "results", created=5)).split('class="counts"')[1].split("</ul>")[0]
    assert ("新規" in counts, "変更なし" in counts, "エラー" in counts) == (True, False, False)


def test_eleven_problems_of_one_reason_have_one_title_and_one_remedy(viewer: Client):
    job = make_job("partial")
    duplicates(job, 11)
    page = main_of(viewer, job)
    assert page.count(REMEDY) == 1
    assert "メールアドレスの重複 11名" in page
    assert page.count("（E0000") == 5, "the first of them, each with its own sentence"
    assert "?reason=MEMBER_MAIL_DUPLICATE#issues" in page
    whole = main_of(viewer, job, "?reason=MEMBER_MAIL_DUPLICATE")
    assert (whole.count(REMEDY), whole.count("<li>\n<div>")) == (1, 11)


def test_one_person_of_whom_two_things_are_told_is_one_person(viewer: Client):
    job = make_job("partial")
    for field in ("入社日", "生年月日"):
        make_issue(job, reason="MEMBER_DATE_INVALID", subject_key="1", field=field, remedy=f"{field}を直してください。")
    page = main_of(viewer, job)
    assert "社員の日付の誤り 1名" in page
    assert "2件を表示する" in page
    assert "入社日を直してください。" in page
    assert "生年月日を直してください。" in page


def test_all_of_a_reason_are_shown_a_page_at_a_time_with_the_other_filters_kept(viewer: Client):
    job = make_job("partial")
    duplicates(job, 30)
    query = "?severity=error&q=aoyama&"
    assert f'href="{query.replace("&", "&amp;")}reason=MEMBER_MAIL_DUPLICATE#issues"' in main_of(viewer, job, query)
    found = [
        len(problems_on(viewer.get(f"{job.get_absolute_url()}{query}reason=MEMBER_MAIL_DUPLICATE&issues={page}")))
        for page in (1, 2)
    ]
    assert found == [25, 5]


def test_codes_stand_among_the_technical_details_alone(viewer: Client):
    job = make_job("partial")
    duplicates(job, 2)
    text = re.sub(r"<[^>]+>", "", main_of(viewer, job))  # without the values of the filter
    read, technical = text.split("技術情報")
    assert "MEMBER_MAIL_DUPLICATE" not in read
    assert "MEMBER_MAIL_DUPLICATE" in technical


def test_whom_a_problem_is_about_leads_to_their_page_if_one_may_see_it(viewer: Client):
    job, person = make_job("partial"), make_person(1)
    make_issue(job, subject_name="青山　直樹1", email=person.email)
    link = f'<a href="{person.get_absolute_url()}">青山'
    assert link in main_of(viewer, job)
    elsewhere = make_department("9", "別の部署")
    assert link not in main_of(member_of_roles(([Right.VIEW_JOBS], None), ([Right.VIEW_EMPLOYEES], elsewhere)), job)


def test_a_department_leads_to_its_page_if_one_may_see_it(viewer: Client):
    job, department = make_job("partial", "departments"), make_department("010", "営業部")
    make_issue(job, reason="DEPARTMENT_TOO_DEEP", subject_key="010", subject_name="営業部")
    link = f'<a href="{department.get_absolute_url()}">営業部</a>'
    assert link in main_of(viewer, job)
    assert link not in main_of(member_of_roles(([Right.VIEW_JOBS], None)), job)


def test_the_page_that_mends_a_reason_is_named():
    assert {entry.link for entry in REASONS.values() if entry.link} == {*PAGES}


def test_departments_are_told_by_their_names_also_those_that_are_only_planned(viewer: Client):
    make_department("110", "営業部")
    moved = make_job()
    make_change(moved, {"department": ["110", "999"]}, name="青山 直樹")
    assert '<span class="old">営業部</span> → 999' in main_of(viewer, moved)
    held = make_job("held", "departments", options={"digest": "x"})
    make_change(
        held,
        {"name": [None, "新しい本部"], "parent": [None, ""]},
        "create",
        what="department",
        key="200",
        name="新しい本部",
    )
    make_change(held, {"parent": ["110", "200"]}, what="department", key="210", name="新しい課")
    assert '<span class="old">営業部</span> → 新しい本部' in main_of(viewer, held)


def test_a_person_who_was_changed_is_a_link_for_those_who_may_see_them(viewer: Client):
    job, person = make_job(), make_person(1)
    make_change(job, {"position": ["課長", "部長"]}, object_id=person.pk, name="青山 直樹1")
    link = f'<a href="{person.get_absolute_url()}">青山 直樹1</a>'
    assert link in main_of(viewer, job)
    assert link not in main_of(member_of_roles(([Right.VIEW_JOBS], None)), job)


def test_a_held_run_tells_what_it_would_change_before_what_is_wrong(viewer: Client):
    job = make_job("held", created=1, failed=1, options={"digest": "x"})
    job.message = f"確認したときから内容が変わりました。\n{preview(job.counts)}"
    job.save()
    make_change(job, {"position": ["課長", "部長"]})
    make_issue(job)
    page = main_of(viewer, job)
    assert "実行すると次のようになります：" not in page
    places = [
        page.index(words)
        for words in ("まだ何も変更していません", 'class="counts"', "確認したときから内容が変わりました")
    ]
    places += [page.index(part) for part in ('id="changes"', 'id="issues"')]
    assert places == sorted(places)
    done = make_job("partial", failed=1)
    make_change(done, {"position": ["課長", "部長"]})
    make_issue(done)
    page = main_of(viewer, done)
    assert page.index('id="issues"') < page.index('id="changes"')


def test_the_question_of_a_held_run_stands_between_its_numbers_and_the_answers(admin: Client):
    job = make_job("held", updated=461, options={"digest": "x", "question": MISSING_ITEMS}, message="空白になります。")
    page = main_of(admin, job)
    parts = ('class="counts"', 'class="question"', "?loss=position#changes", "役職・雇用形態を変えずに実行", "中止")
    assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)


@pytest.mark.parametrize(("kind", "words"), AGAIN.items())
def test_the_newest_of_its_kind_that_left_something_out_can_be_done_again(
    kind: str, words: str, admin: Client, viewer: Client, connected: KaonaviConnection
):
    older, newest = make_job("failed", kind), make_job("partial", kind)
    make_job("failed", "results" if kind != "results" else "employees")
    assert [words in main_of(admin, job) for job in (older, newest)] == [False, True]
    assert "button-primary" in main_of(admin, newest).split(words)[0]
    assert words not in main_of(viewer, newest)
    SyncJob.objects.filter(pk=newest.pk).update(status="succeeded")
    assert words not in main_of(admin, newest)
    make_issue(newest, "warning")
    again = main_of(admin, newest)
    assert words in again
    assert "button-primary" not in again.split(words)[0]


def test_without_a_connection_a_sync_cannot_be_done_again_and_a_file_can(admin: Client):
    assert "もう一度同期する" not in main_of(admin, make_job("failed"))
    page = main_of(admin, make_job("failed", "employees_file"))
    assert f'href="{reverse("integrations:import", args=["employees"])}"' in page.split("社員CSVをもう一度取り込む")[0]


def test_the_file_of_results_is_not_named_to_those_who_may_not_know_whose_they_are(viewer: Client):
    job = make_job("partial", "assessments_file", file_name="青山直樹の検査結果.csv")
    of_people = make_job("partial", "employees_file", file_name="青山直樹.csv")
    blind = member_of_roles(([Right.VIEW_JOBS], None))
    for page in (job.get_absolute_url(), reverse("integrations:jobs")):
        assert "青山直樹の検査結果" in viewer.get(page).text
        assert "青山直樹の検査結果" not in blind.get(page).text
    assert "青山直樹.csv" in blind.get(of_people.get_absolute_url()).text
