"""バックグラウンド処理一覧, a run's page, its error file."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from openpyxl import load_workbook

from integrations.files import error_file
from integrations.models import RemoteCall, SyncJob
from integrations.reasons import REASONS
from tests.factories.rows import MISSING_ITEMS, make_change, make_chunk, make_issue, make_job, make_person
from tests.factories.run_pages import problems_on

LIST = reverse("integrations:jobs")
HTMX = {"HX-Request": "true"}


def test_it_says_what_to_do_when_nothing_ran_yet(viewer: Client):
    assert "処理はまだありません" in viewer.get(LIST).text


def test_it_has_the_columns_of_the_manual_newest_first(viewer: Client):
    make_job(kind="departments", created_at=datetime(2024, 9, 27, 3, 34, tzinfo=UTC))
    make_job(kind="employees", created_at=datetime(2024, 9, 27, 4, 39, tzinfo=UTC))
    page = viewer.get(LIST).text.split("<table")[1]
    heads = [page.index(f">{head}</th>") for head in ("実行内容", "ステータス", "実行日時", "エラーファイル")]
    assert heads == sorted(heads)
    rows = [
        page.index(words)
        for words in ("カオナビ社員情報取込", "2024/09/27 13:39", "カオナビ部署情報取込", "2024/09/27 12:34")
    ]
    assert rows == sorted(rows)
    assert page.count("成功") == 2


@pytest.mark.parametrize(("status", "label"), SyncJob.Status.choices)
def test_it_shows_every_status_by_its_word(status: str, label: str, viewer: Client):
    job = make_job(status)
    assert label in viewer.get(LIST).text
    assert label in viewer.get(job.get_absolute_url()).text


def test_it_offers_an_error_file_where_something_was_refused_or_left_out(viewer: Client):
    jobs = {severity: make_job() for severity in ("error", "skipped", "warning")}
    for severity, job in jobs.items():
        make_issue(job, severity)
    make_job()
    page = viewer.get(LIST)
    offered = {job.pk for job in page.context["page"] if reverse("integrations:error_file", args=[job.pk]) in page.text}
    assert offered == {jobs["error"].pk, jobs["skipped"].pk}
    assert page.text.count("<td>-") == 2
    assert {job.pk for job in viewer.get(reverse("integrations:downloads")).context["page"]} == offered


def test_it_asks_again_only_while_something_is_unfinished(viewer: Client):
    make_job()
    assert 'every 3s"' not in viewer.get(LIST).text
    running = make_job("running")
    part = viewer.get(LIST, headers=HTMX)
    assert part.text.lstrip().startswith('<section id="jobs"')
    assert 'every 3s"' in part.text
    assert 'every 3s"' in viewer.get(running.get_absolute_url()).text


@pytest.mark.parametrize(
    ("seconds", "trigger"),
    [(0, "load delay:150ms, every 3s"), (20, "load delay:1000ms, every 3s"), (60, "every 3s")],
)
def test_it_asks_soon_at_first_since_most_runs_are_short(seconds: int, trigger: str, viewer: Client):
    running = make_job("running")
    SyncJob.objects.update(created_at=timezone.now() - timedelta(seconds=seconds))
    for address in (LIST, running.get_absolute_url()):
        assert f'hx-trigger="{trigger}"' in viewer.get(address, headers=HTMX).text


def test_it_shows_fifty_runs_a_page(viewer: Client):
    for _ in range(51):
        make_job()
    assert "51件中 1–50件" in viewer.get(LIST).text
    assert len(viewer.get(f"{LIST}?page=2").context["page"]) == 1


def test_it_shows_who_when_counts_and_where_the_result_is_seen(viewer: Client, administrator):
    job = make_job("succeeded", requested_by=administrator, created=12, updated=1234, unchanged=5, skipped=2)
    page = viewer.get(job.get_absolute_url()).text
    for words in ("佐藤 花子", "<b>12</b>", "<b>1,234</b>", "10秒", "自社社員管理で結果を確認する", "技術情報"):
        assert words in page
    departments = make_job("succeeded", "departments")
    assert reverse("departments:list") in viewer.get(departments.get_absolute_url()).text.split("<main")[1]


def test_it_shows_progress_and_time_left(viewer: Client):
    started = timezone.now() - timedelta(seconds=60)
    job = make_job("running", started_at=started, phase="カオナビへ送信", done=300, total=900)
    page = viewer.get(job.get_absolute_url()).text
    assert "カオナビへ送信" in page
    assert "300 / 900" in page
    assert '<progress id="progress" value="300" max="900">' in page
    assert "残り約2分" in page


def test_it_loads_the_page_anew_when_the_run_has_ended(viewer: Client):
    job = make_job("running")
    assert "HX-Refresh" not in viewer.get(job.get_absolute_url(), headers=HTMX)
    SyncJob.objects.filter(pk=job.pk).update(status="succeeded", finished_at=timezone.now())
    assert viewer.get(job.get_absolute_url(), headers=HTMX)["HX-Refresh"] == "true"


def test_it_offers_to_stop_an_unfinished_run(admin: Client, viewer: Client):
    job = make_job("running")
    link = reverse("integrations:cancel", args=[job.pk])
    assert link in admin.get(job.get_absolute_url()).text
    assert link not in viewer.get(job.get_absolute_url()).text


def test_it_offers_two_choices_when_held_and_a_third_for_missing_items(admin: Client):
    job = make_job("held", options={"digest": "x"}, message="実行すると次のようになります。")
    page = admin.get(job.get_absolute_url()).text
    assert "実行すると次のようになります。" in page
    assert "確認して実行" in page
    assert "中止" in page
    assert "役職・雇用形態を変えずに実行" not in page
    asked = make_job("held", options={"digest": "x", "question": MISSING_ITEMS})
    page = admin.get(asked.get_absolute_url()).text
    choices = ("役職・雇用形態を変えずに実行", "461名の役職を空白に、3名の雇用形態を空白にして実行", "中止")
    assert re.findall(r'<button class="button( [\w-]+)?">([^<]+)</button></form>', page) == list(
        zip((" button-primary", " button-danger", ""), choices, strict=True)
    )


def test_it_shows_changes_in_words(viewer: Client):
    job = make_job("held", options={"digest": "x"})
    make_change(
        job,
        {
            "position": ["課長", ""],
            "retirement_date": [None, "2026-03-31"],
            "is_retired": [False, True],
            "employment_type": ["regular", "part_time"],
            "missing": [True, False],
        },
    )
    page = viewer.get(job.get_absolute_url()).text
    assert "実行すると変わる内容" in page
    assert "→" not in page  # so many fields come when they are asked for
    opened = f"{job.get_absolute_url()}?change={job.changes.get().pk}"
    assert f'hx-get="{opened}"' in page
    part = viewer.get(opened, headers={"HX-Request": "true"})
    for shown in (part.text, viewer.get(opened).text):
        for line in (
            "課長</span> → （空白）",
            "（空白）</span> → 2026/03/31",
            "オフ</span> → オン",
            "正社員</span> → パート・アルバイト",
            "見つからない</span> → 登録あり",
        ):
            assert line in shown
    assert part.text.strip().startswith("<dl")
    assert "HX-Refresh" not in part


def test_it_shows_of_a_new_record_what_it_has(viewer: Client):
    job = make_job()
    make_change(
        job, {"code": [None, "110"], "name": [None, "営業部"], "parent": [None, ""]}, "create", what="department"
    )
    page = viewer.get(job.get_absolute_url()).text
    assert "<dt>部署コード</dt>" in page
    assert "→" not in page
    assert "親部署" not in page


def test_it_filters_issues_by_reason_severity_and_words(viewer: Client):
    job = make_job("partial")
    make_issue(job, reason="MEMBER_MAIL_INVALID", subject_key="0001", subject_name="赤井 誠")
    make_issue(job, "skipped", reason="MEMBER_NAME_MISSING", subject_key="0002")
    make_issue(job, "warning", reason="MEMBER_NUMBER_SHARED", subject_key="0003")

    def keys(query: str) -> list[str]:
        return [issue.subject_key for issue in problems_on(viewer.get(job.get_absolute_url() + query))]

    assert keys("") == ["0001", "0002", "0003"]
    assert keys("?severity=skipped") == ["0002"]
    assert keys("?reason=MEMBER_MAIL_INVALID") == ["0001"]
    assert keys("?q=赤井") == ["0001"]
    assert keys("?severity=nonsense&reason=nonsense&q=%00&issues=x&changes=-1") == ["0001", "0002", "0003"]
    assert "氏名の未入力（1件）" in viewer.get(job.get_absolute_url()).text


def test_it_shows_errors_before_what_was_left_out(viewer: Client):
    job = make_job("partial")
    for number, severity in enumerate(("warning", "skipped", "error", "skipped")):
        make_issue(job, severity, reason=f"MEMBER_{severity}", subject_key=str(number))
    shown = [issue.severity for issue in problems_on(viewer.get(job.get_absolute_url()))]
    assert shown == ["error", "skipped", "skipped", "warning"]


def test_it_filters_and_pages_changes(viewer: Client):
    job = make_job()
    for number in range(30):
        make_change(job, {"position": ["a", "b"]}, "create" if number else "update", key=f"k{number}")
    page = viewer.get(f"{job.get_absolute_url()}?action=create&changes=3")
    assert len(page.context["changes"]) == 9
    assert "action=create&amp;changes=1#changes" in page.text


def test_it_leads_to_the_page_that_mends_an_issue(admin: Client, viewer: Client):
    job = make_job("failed")
    make_issue(job, reason="KAONAVI_KEYS_REFUSED")
    link = f'<a href="{reverse("integrations:connection")}">カオナビ連携を開く</a>'
    assert link in admin.get(job.get_absolute_url()).text
    assert link not in viewer.get(job.get_absolute_url()).text


def test_it_leads_to_the_other_person_with_that_number(admin: Client, viewer: Client):
    job, person = make_job(), make_person()
    for number in (person.pk, 999_999, None):
        make_issue(job, "warning", reason="MEMBER_NUMBER_SHARED", object_id=number)
    page = viewer.get(job.get_absolute_url()).text
    assert page.count("同じ社員番号の") == 1
    assert f'<a href="{person.get_absolute_url()}">同じ社員番号の青山 直樹1さんを開く</a>' in page


def test_it_has_a_page_behind_every_remedy():
    for reason, entry in REASONS.items():
        if entry.link:
            try:
                reverse(entry.link)
            except NoReverseMatch:
                pytest.fail(f"{reason} links to {entry.link}, which there is not")


def test_every_kind_of_problem_has_a_title_of_its_own():
    titles = [entry.title for entry in REASONS.values()]
    assert len(set(titles)) == len(titles)
    assert [title for title in titles if len(title) > 20 or "{" in title] == []


def test_it_shows_a_run_of_another_version_all_the_same(viewer: Client):
    job = make_job("partial")
    make_issue(job, reason="A_CODE_OF_TOMORROW", detail="明日のエラー")
    assert "明日のエラー" in viewer.get(job.get_absolute_url()).text


def test_it_folds_away_the_ledger_for_operators(viewer: Client):
    job = make_job("running", "results", worker="host:12")
    make_chunk(job, codes={"1": True, "2": False}, task_id=77)
    page = viewer.get(job.get_absolute_url()).text
    details = page[page.index("<details class") :]
    for words in ("host:12", "送信の記録", "送信前", "77"):
        assert words in details


def test_it_streams_the_error_file_named_after_kind_number_and_time(viewer: Client):
    job = make_job("partial", created_at=datetime(2026, 4, 8, 0, 30, tzinfo=UTC))
    make_issue(job, subject_key="0007", subject_name="=cmd()", email="a@example.co.jp", field="メール", value="x")
    make_issue(job, "skipped", reason="MEMBER_NAME_MISSING")
    answer = viewer.get(reverse("integrations:error_file", args=[job.pk]))
    assert answer.streaming
    body = b"".join(answer)
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert len(rows) == 3
    assert rows[1][:6] == ["1", "エラー", "社員", "0007", "'=cmd()", "a@example.co.jp"]
    assert quote(f"カオナビ社員情報取込_{job.pk}_20260408-0930.csv") in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"


def test_it_has_no_error_file_of_a_run_that_does_not_exist(viewer: Client):
    assert viewer.get(reverse("integrations:error_file", args=[4711])).status_code == 404


def test_it_has_the_error_file_as_a_workbook_that_keeps_leading_zeros(viewer: Client):
    job = make_job("partial", "departments")
    make_issue(job, subject_key="0010", subject_name="=1+1")
    answer = viewer.get(reverse("integrations:error_workbook", args=[job.pk]))
    book = load_workbook(io.BytesIO(answer.getvalue()))
    answer.close()
    sheet = book["エラー一覧"]
    head, row = sheet.iter_rows(values_only=True)
    assert list(head) == list(error_file.COLUMNS)
    assert (row[0], row[3], row[4]) == (1, "0010", "=1+1")
    assert {cell.data_type for cell in sheet[2][1:] if cell.value} == {"s"}
    assert sheet["J2"].alignment.wrap_text  # 内容 is a sentence, to be read
    about = dict(book["この表について"].iter_rows(values_only=True))
    assert (about["実行内容"], about["ステータス"], about["エラー"]) == (
        "カオナビ部署情報取込",
        "一部エラー",
        job.failed,
    )
    assert quote("カオナビ部署情報取込_") in answer["Content-Disposition"]
    assert answer["Content-Disposition"].endswith(".xlsx")


def test_it_offers_the_check_when_a_run_failed_for_what_the_check_finds(admin: Client):
    failed = make_job("failed", "results")
    make_issue(failed, reason="KAONAVI_NOT_PERMITTED")
    assert "連携チェックで原因を確かめる" in admin.get(failed.get_absolute_url()).text
    other = make_job("failed", "results")
    make_issue(other, reason="KAONAVI_UNREACHABLE")
    assert "連携チェックで原因を確かめる" not in admin.get(other.get_absolute_url()).text


def test_it_tells_how_to_use_results_in_kaonavi_once_they_are_there(viewer: Client):
    words = ("カオナビで活用する", "カスタム設定", "絞込み", "表示軸", "ラベル")
    page = viewer.get(make_job("succeeded", "results").get_absolute_url()).text
    assert all(word in page for word in words)
    for job in (make_job("failed", "results"), make_job("succeeded", "employees")):
        assert words[0] not in viewer.get(job.get_absolute_url()).text


def test_it_shows_who_would_be_blanked(viewer: Client):
    job = make_job("held", options={"digest": "x", "question": MISSING_ITEMS})
    make_change(job, {"position": ["課長", ""]}, name="空白 太郎")
    make_change(job, {"position": ["課長", "部長"]}, name="昇進 花子")
    make_change(job, {"employment_type": ["regular", ""]}, name="空白 次郎")
    make_change(job, {"position": [None, ""]}, action="create", name="新人 三郎")
    for field, name in (("position", "空白 太郎"), ("employment_type", "空白 次郎")):
        assert f"?loss={field}#changes" in viewer.get(job.get_absolute_url()).text
        shown = viewer.get(f"{job.get_absolute_url()}?loss={field}").context["changes"]
        assert [change.name for change in shown] == [name]


def test_it_shows_changes_of_results_in_words(viewer: Client):
    job = make_job("succeeded", "assessments_file")
    fields: dict[str, list[object]] = {
        "personality_type": ["", "contributor"],
        "completed_at": [None, "2026-03-31T00:30:00+00:00"],
        "scores": [{"listening": 50.0}, {"listening": 61.5}],
    }
    make_change(job, fields, what="assessment")
    page = viewer.get(job.get_absolute_url()).text
    for words in ("傾聴傾向", "50.0</span> → 61.5", "コントリビューター", "2026/03/31 09:30"):
        assert words in page
    new = make_job("succeeded", "assessments_file")
    make_change(new, {"scores": [None, {"listening": 61.5}]}, action="create", what="assessment")
    assert "傾聴傾向 61.5" in viewer.get(new.get_absolute_url()).text


def test_it_folds_the_many_fields_of_a_new_record(viewer: Client):
    job = make_job("held", "results", options={"digest": "x"})
    make_change(job, {f"尺度{n}": [None, "50.0"] for n in range(25)}, action="create", what="latest_sheet")
    assert "25項目を表示する" in viewer.get(job.get_absolute_url()).text


def test_it_calls_people_as_japanese_is_written(admin: Client, administrator):
    running = make_job("running", requested_by=administrator)
    assert running.requester == "佐藤 花子"
    admin.post(reverse("integrations:cancel", args=[running.pk]))
    assert "佐藤 花子さんが処理を中止しました" in admin.get(running.get_absolute_url()).text


def test_the_page_of_an_upload_shows_the_calls_needed_and_what_the_limits_leave(admin: Client, settings):
    settings.KAONAVI_UPDATE_LIMIT, settings.KAONAVI_HOURLY_LIMIT = 5, 3000
    RemoteCall.objects.create(is_update=True, reserved_at=timezone.now(), returned_at=timezone.now())
    job = make_job("running", kind="results", state={"calls": {"needed": 40, "made": 3}}, total=20_000, done=1_500)
    page = admin.get(job.get_absolute_url()).text
    assert "残り37回" in page
    assert "この1分間にあと4回" in page
    assert "この1時間にあと2,999回" in page
    assert "カオナビへの更新" not in admin.get(make_job(kind="results").get_absolute_url()).text


def test_a_running_job_says_how_fast_it_is_and_how_long_it_will_take(admin: Client, monkeypatch):
    now = timezone.now()
    job = make_job("running", total=20_000, done=12_000, started_at=now - timedelta(minutes=1))
    monkeypatch.setattr(timezone, "now", lambda: now)
    page = admin.get(job.get_absolute_url()).text
    assert "毎秒約200件" in page
    assert "残り約40秒" in page


def test_it_says_how_many_problems_are_not_kept_on_the_page_and_in_both_error_files(viewer: Client):
    job = make_job("partial", failed=20_000, issues_left_out={"MEMBER_MAIL_INVALID": 12_345, "MEMBER_NAME_MISSING": 6})
    make_issue(job)
    make_issue(job, "skipped", reason="MEMBER_NAME_MISSING")
    page = viewer.get(job.get_absolute_url()).text
    assert "ほか12,351件" in page
    assert "メールアドレスの形式の誤り（1件、ほか12,345件）" in page
    body = b"".join(viewer.get(reverse("integrations:error_file", args=[job.pk]))).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(body, newline="")))
    assert [(line[0], line[1], line[2], line[6]) for line in lines[3:]] == [
        ("3", "エラー", "社員", "MEMBER_MAIL_INVALID"),
        ("4", "対象外", "社員", "MEMBER_NAME_MISSING"),
    ]
    assert "ほか12,345件" in lines[3][9]
    answer = viewer.get(reverse("integrations:error_workbook", args=[job.pk]))
    last = [cell.value for cell in list(load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows())[-1]]
    answer.close()
    assert "ほか6件" in last[9]
