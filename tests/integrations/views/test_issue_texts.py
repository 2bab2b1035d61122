"""What issues of test results quote is told to those alone who may see the results of everybody."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.rights import Right
from assessments.models import Scale
from integrations.models import KaonaviConnection, SyncIssue, SyncJob
from integrations.reasons import Reason
from integrations.rules.plan import finding
from integrations.rules.wording import in_words
from tests.factories.rows import make_change, make_department, make_issue, make_job, member_of_roles
from tests.factories.run_pages import number_of_problems

SECRETS = ("夢想家", "落ち着きに欠けます", "四十二点", "七十点", "秘密の伝言")
MOTIVATION = "や る気"  # a scale of 現在のメンタルヘルス as a file may spell it


def tell(job: SyncJob, reason: Reason, line: int | None, **words: Any) -> SyncIssue:
    found = finding(reason, key="0001", name="青山 直樹", email="p1@example.co.jp", line=line, **words)
    return make_issue(job, **in_words(found, of_file=True)._asdict())


@pytest.fixture
def job(db) -> SyncJob:
    """A run whose issues quote a type, a comment, two scores and a message of カオナビ, and one that is about no result."""
    job = make_job("partial", SyncJob.Kind.ASSESSMENTS_FILE)
    tell(job, Reason.RESULT_TYPE_NOT_AN_OPTION, None, field="16タイプ", value="夢想家", sheet="最新")
    tell(job, Reason.ASSESSMENT_LINES_CONTRADICT, 3, field="コメント", value="落ち着きに欠けます", other="2")
    tell(job, Reason.ASSESSMENT_VALUE_INVALID, 4, field="傾聴傾向", value="四十二点", expected="数値")
    tell(job, Reason.ASSESSMENT_VALUE_INVALID, 5, field=MOTIVATION, value="七十点", expected="数値")
    tell(job, Reason.RESULT_REFUSED, None, sheet="最新", detail="秘密の伝言")
    tell(job, Reason.ASSESSMENT_TYPE_UNKNOWN, 6, field="16タイプ", value="夢想家")
    make_issue(
        *(job, "error"),
        reason="MEMBER_MAIL_INVALID",
        value="a@",
        detail="a@は形式が正しくありません。",
        subject_name="赤井 誠",
    )
    return job


def page(client: Client, job: SyncJob, query: str = "") -> str:
    return client.get(job.get_absolute_url() + query).text


def error_csv(client: Client, job: SyncJob) -> str:
    answer = client.get(reverse("integrations:error_file", args=[job.pk]))
    assert answer.streaming
    return b"".join(answer).decode()


def workbook(client: Client, job: SyncJob) -> str:
    answer = client.get(reverse("integrations:error_workbook", args=[job.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(answer))).active
    return " ".join(str(cell.value) for line in sheet.iter_rows() for cell in line)


def found(client: Client, job: SyncJob, words: str) -> int:
    return number_of_problems(client.get(job.get_absolute_url(), {"q": words}))


@pytest.mark.parametrize("show", [page, error_csv, workbook])
@pytest.mark.parametrize("results_of", ["nobody", "some"])
def test_without_the_right_to_everybodys_results_nothing_is_quoted(show, results_of: str, job: SyncJob):
    looking = ([Right.VIEW_JOBS, Right.EDIT_REFERENCE], None)
    of_some = ([Right.VIEW_RESULTS, Right.VIEW_MENTAL_HEALTH], make_department("1", "営業部"))
    shown = show(member_of_roles(looking, of_some) if results_of == "some" else member_of_roles(looking), job)
    assert not [secret for secret in SECRETS if secret in shown]
    assert "新しいタイプとして登録</a>" not in shown  # whose address would tell it
    assert [
        who for who in ("青山", "0001", "p1@example.co.jp") if who in shown
    ] == []  # who was tested is told by nothing
    for words in (
        "a@は形式が正しくありません。",
        "赤井 誠",
        "（表示できません）",
        "3行目：（検査結果を見る権限が必要です）",
        "4行目：傾聴傾向の値が正しくありません。",
    ):
        assert words in shown


def test_a_search_finds_nothing_by_what_is_hidden(viewer: Client, job: SyncJob):
    blind = member_of_roles(([Right.VIEW_JOBS], None))
    seen = {"夢想家": 2, "七 十-点": 1, "a@は": 0, "青山": 6, "靑山": 6, "青山 夢想家": 2}
    assert {words: found(viewer, job, words) for words in seen} == seen
    hidden = ("夢想家", "七 十-点", "青山", "靑山", "0001", "０００１", "p1@")
    left = dict.fromkeys(hidden, 0) | {"a@": 1, "赤井": 1, "赤井 a@": 1}
    assert {words: found(blind, job, words) for words in left} == left


@pytest.mark.parametrize(
    ("words", "issues", "changes"),
    [
        ("高橋花子", 1, 1),
        ("花子 高橋", 1, 1),
        ("E0012", 1, 1),
        ("高橋 佐藤", 0, 0),
        ("かながわ", 1, 0),
        ("高橋 かながわ", 1, 0),
        ("-", 0, 0),
    ],
)
def test_issues_and_changes_are_found_in_any_spelling(words: str, issues: int, changes: int, viewer: Client):
    job = make_job("partial", failed=1)
    make_issue(job, subject_key="E-0012", subject_name="髙橋　花子", email="", value="ｶﾅｶﾞﾜ支店")
    make_change(job, {"position": ["", "課長"]}, key="Ｅ－００１２", name="髙橋 花子")
    page = viewer.get(job.get_absolute_url(), {"q": words})
    assert (number_of_problems(page), page.context["changes"].paginator.count) == (issues, changes)


@pytest.mark.parametrize("show", [page, error_csv, workbook])
def test_scales_of_mental_health_are_quoted_to_those_with_that_right(show, viewer: Client, job: SyncJob):
    client = member_of_roles(([Right.VIEW_JOBS, Right.VIEW_RESULTS], None))
    assert not [secret for secret in SECRETS if secret not in show(viewer, job)]
    shown = show(client, job)
    # カオナビ's message is hidden too: nobody knows what it quotes
    assert [secret for secret in SECRETS if secret not in shown] == ["七十点", "秘密の伝言"]
    assert "（「現在のメンタルヘルス」の尺度を見る権限が必要です）" in shown
    assert (found(client, job, "七十点"), found(client, job, "四十二点")) == (0, 1)


def test_an_item_that_was_chosen_for_such_a_scale_counts_as_its_name(job: SyncJob):
    scale = Scale.objects.get(code="motivation")
    KaonaviConnection.objects.create(sheet_item_names={f"scale:{scale.code}": "元気さ"})
    tell(job, Reason.RESULT_VALUE_TOO_LONG, None, field="元気さ", value="長い点数", sheet="最新", limit="3")
    assert "長い点数" not in page(member_of_roles(([Right.VIEW_JOBS, Right.VIEW_RESULTS], None)), job)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.FILE_CELL_ERROR, {}),
        (Reason.FILE_CELL_IS_DATE, {}),
        (Reason.FILE_NUMBER_ROUNDED, {}),
        (Reason.FILE_NUMBER_FORMATTED, {"count": "3"}),
        (Reason.FILE_NUMBER_SHOWN_DIFFERENTLY, {"format": "0%"}),
        (Reason.FILE_CHARACTER_LOST, {"lost": "?"}),
        (Reason.FILE_LEADING_ZEROS, {"other": "秘密の言葉"}),
        (Reason.FILE_LEADING_ZEROS_ADDED, {"other": "秘密の言葉"}),
        (Reason.FILE_LOOKS_ALIKE, {"other": "秘密の言葉", "difference": "大文字"}),
        (Reason.FILE_SHEET_CHOSEN, {}),
        (Reason.FILE_SHEETS_IGNORED, {}),
    ],
)
def test_what_a_cell_of_a_file_of_results_has_is_hidden_and_of_another_file_it_is_not(reason, words, db):
    blind = member_of_roles(([Right.VIEW_JOBS], None))
    of_results, of_people = (
        make_job("partial", kind) for kind in (SyncJob.Kind.ASSESSMENTS_FILE, SyncJob.Kind.EMPLOYEES_FILE)
    )
    for job in (of_results, of_people):
        tell(job, reason, 3, field="コメント", value="秘密の言葉", **words)
    assert "秘密の言葉" not in page(blind, of_results) + error_csv(blind, of_results)
    assert "秘密の言葉" in page(blind, of_people)
    assert (found(blind, of_results, "秘密の言葉"), found(blind, of_people, "秘密の言葉")) == (0, 1)


def test_a_column_without_a_known_name_may_be_called_after_a_value(db):
    blind = member_of_roles(([Right.VIEW_JOBS], None))
    seeing = member_of_roles(([Right.VIEW_JOBS, Right.VIEW_RESULTS], None))
    of_results, of_people = (
        make_job("partial", kind) for kind in (SyncJob.Kind.ASSESSMENTS_FILE, SyncJob.Kind.EMPLOYEES_FILE)
    )
    for job in (of_results, of_people):
        tell(job, Reason.FILE_COLUMN_UNKNOWN, None, field="青山 七十点", detail="（「青山 七十点」は別の名前です）")
        tell(job, Reason.FILE_COLUMN_MISSING, None, field="社員番号")
    for show in (page, error_csv, workbook):
        shown = show(blind, of_results)
        assert "七十点" not in shown
        assert "列「社員番号」がありません。" in shown
        assert "七十点" in page(blind, of_people) + page(seeing, of_results)
    assert "列「（表示できません）」は取り込みませんでした。" in page(blind, of_results)
