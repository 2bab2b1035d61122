"""連携チェック: each line says what is wrong and where it is mended, and nothing is changed."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.models import Assessment
from employees.models import Employee
from integrations.checkup.lines import check_connection
from integrations.kaonavi.simulator.items import Option
from integrations.models import KaonaviConnection, SyncJob
from integrations.rules.results import sheets

LATEST, ALL = sheets.LATEST.name, sheets.ALL.name
RECORD = {"受検日": "2026-04-01", "傾聴傾向": "50.0", "受検者詳細リンク": "https://example.com/results/1"}


@pytest.fixture
def check(tenant, connection):
    """All lines, by key. The company has 役職 and 雇用形態, one member, and one record on the 最新 sheet."""
    tenant.add_member("E1")
    tenant.add_department("D1", "営業部")
    tenant.write_records(tenant.sheet(LATEST), "E1", [RECORD])
    return lambda: {line.key: line for line in check_connection()}


def wrong(lines):
    return {key for key, line in lines.items() if line.status in {"error", "warning"}}


def test_everything_is_well(tenant, check):
    lines = check()

    assert wrong(lines) == set()
    assert list(lines)[:6] == ["keys", "token", "members", "departments", "member:役職", "member:雇用形態"]
    assert lines["latest_sheet:update"].status == "ok"
    assert (lines["all_sheet:update"].status, lines["all_sheet:update"].detail) == (
        "skipped",
        "初回の登録時に確認します。",
    )
    assert lines["latest_sheet:scale:sociability"].detail == "カオナビの項目「社交性」に登録します。"


def test_it_changes_nothing_even_where_the_trial_header_is_ignored(tenant, check):
    tenant.set_knobs(dry_run_ignored=True)
    before = tenant.records(LATEST, "E1")

    check()

    assert tenant.records(LATEST, "E1") == before
    [trial] = tenant.update_calls
    assert trial.dry_run


def test_an_empty_sheet_is_checked_at_the_first_upload(tenant, check):
    tenant.sheet(LATEST).rows.clear()

    assert check()["latest_sheet:update"].detail == "初回の登録時に確認します。"
    assert tenant.update_calls == []


def test_without_a_connection_there_is_one_line(db):
    [line] = check_connection()

    assert (line.key, line.status) == ("keys", "error")
    assert "カオナビ連携" in line.remedy


def test_keys_that_were_reissued_end_the_check(tenant, check):
    tenant.reissue()

    lines = check()

    assert list(lines) == ["keys"]
    assert lines["keys"].status == "error"
    assert "認証情報" in lines["keys"].remedy


def test_a_kaonavi_that_is_away_ends_the_check(tenant, check):
    tenant.fail("status", status=503, times=None)

    assert [(key, line.status) for key, line in check().items()] == [("token", "error")]


@pytest.mark.parametrize(
    ("resource", "operation", "line"),
    [
        ("members", "read", "members"),
        (LATEST, "read", "latest_sheet:read"),
        (LATEST, "update", "latest_sheet:update"),
        (ALL, "read", "all_sheet:read"),
    ],
)
def test_each_missing_tick_is_named_with_the_menu(resource, operation, line, tenant, check):
    tenant.set_knobs(departments_need_own_tick=True)
    tenant.untick(resource if resource == "members" else tenant.sheet(resource), operation)

    lines = check()

    assert wrong(lines) == {line}
    assert "操作対象の管理" in lines[line].remedy


def test_a_tick_of_its_own_for_departments_is_believed(tenant, check):
    tenant.set_knobs(departments_need_own_tick=True)
    tenant.untick("departments")

    lines = check()

    assert wrong(lines) == {"departments"}
    assert "所属ツリー" in lines["departments"].detail


def test_a_renamed_member_item_is_a_warning(tenant, check):
    tenant.rename_custom_item("役職", "職位")

    lines = check()

    assert (wrong(lines), lines["member:役職"].status) == ({"member:役職"}, "warning")
    assert "空白で上書き更新" in lines["member:役職"].remedy


def test_a_renamed_sheet_item_offers_the_free_ones_and_takes_the_choice(tenant, check, connection):
    sheet = tenant.sheet(LATEST)
    sheet.item("受検者詳細リンク").name = "ミキワメのページ"
    sheet.items.append(tenant.new_item("メモ"))

    line = check()["latest_sheet:link"]

    assert (line.status, line.choices, line.item_key) == ("error", ("ミキワメのページ", "メモ"), "link")

    connection.sheet_item_names = {"link": "ミキワメのページ"}
    connection.save()
    assert wrong(check()) == set()


def test_a_missing_scale_offers_free_number_items(tenant, check):
    tenant.sheet(LATEST).item("傾聴傾向").name = "話を聞く傾向"

    line = check()["latest_sheet:scale:listening"]

    assert (line.choices, line.item_key) == (("話を聞く傾向",), "scale:listening")


def test_a_missing_optional_scale_is_no_fault(tenant, check):
    sheet = tenant.sheet(LATEST)
    sheet.items.remove(sheet.item("競争心"))

    line = check()["latest_sheet:scale:competitiveness"]

    assert line.status == "unused"


def test_only_the_sheet_of_all_results_leaves_the_analysis_out(tenant, check):
    tenant.remove_sheet(tenant.sheet(LATEST))

    lines = check()

    assert (wrong(lines), lines["latest_sheet"].status) == ({"latest_sheet"}, "warning")
    assert "分析機能" in lines["latest_sheet"].detail


def test_only_the_latest_sheet_is_enough(tenant, check):
    tenant.remove_sheet(tenant.sheet(ALL))

    lines = check()

    assert (wrong(lines), lines["all_sheet"].status) == (set(), "unused")


def test_no_sheet_at_all_is_an_error_with_the_manual_s_steps(tenant, check):
    for sheet in list(tenant.state.sheets):
        tenant.remove_sheet(sheet)

    lines = check()

    assert wrong(lines) == {"latest_sheet", "all_sheet"}
    assert "システム連携" in lines["latest_sheet"].remedy


def test_a_sheet_of_the_wrong_form_is_an_error(tenant, check):
    tenant.sheet(LATEST).record_type = 1

    assert wrong(check()) == {"latest_sheet"}


def test_a_limit_is_told_and_not_taken_for_a_fault_of_the_setup(tenant, check):
    tenant.fail("status", method="PATCH", status=429)

    lines = check()

    assert lines["latest_sheet:update"].status == "warning"
    assert KaonaviConnection.objects.get().state == "active"


def upload_of(sheet: str, *, state: str = "stored", minutes: int = 5, **issue: str) -> SyncJob:
    """A run that sent something to the sheet; with `issue`, カオナビ would not have it."""
    job = SyncJob.objects.create(
        kind="results",
        status="partial",
        finished_at=timezone.now(),
        created_at=timezone.now() - timedelta(minutes=minutes),
    )
    job.chunks.create(sheet=sheet, sheet_id=1, number=1, state=state, read_at=timezone.now(), sent_at=timezone.now())
    if issue:
        job.issues.create(
            severity="error", reason="SHEET_NOT_PERMITTED", field="更新", remedy="操作対象の管理で許可", **issue
        )
    return job


def test_an_update_that_nothing_can_try_is_told_by_the_last_upload(check, connection):
    KaonaviConnection.objects.update(connected_at=timezone.now() - timedelta(hours=1))
    upload_of("all_sheet", minutes=20)
    line = check()["all_sheet:update"]
    assert line.status == "ok"
    assert "の登録で更新できました" in line.detail

    upload_of("all_sheet", state="refused", minutes=10, subject_key=ALL, detail="許可されていません。")
    line = check()["all_sheet:update"]
    assert (line.status, line.remedy) == ("error", "操作対象の管理で許可")
    assert "許可されていません" in line.detail

    upload_of("all_sheet", minutes=5)
    assert check()["all_sheet:update"].status == "ok"


def test_an_upload_with_other_keys_says_nothing_of_these(check, connection):
    upload_of("all_sheet", minutes=5)
    assert check()["all_sheet:update"].status == "skipped"


def test_the_options_of_the_types_are_compared_with_ours(tenant, check):
    assert check()["latest_sheet:types"].status == "ok"

    tenant.sheet(LATEST).item("16タイプ").options = [Option(1, "シーカー（探求者）"), Option(2, "ドリーマー（夢想家）")]
    line = check()["latest_sheet:types"]

    assert (line.status, line.options) == ("warning", ("シーカー（探求者）", "ドリーマー（夢想家）"))
    assert "16タイプの設定にない選択肢：ドリーマー（夢想家）" in line.detail
    assert "選択肢にない16タイプの設定：コントリビューター（貢献者）" not in line.detail
    assert "サポーター（支援者）、コーディネーター（橋渡し役）" in line.detail


def test_a_required_item_that_an_upload_would_leave_blank_is_an_error(tenant, check):
    tenant.sheet(LATEST).items.append(tenant.new_item("面談の担当者", required=True))
    tenant.sheet(ALL).item("16タイプ").required = True
    owner = Employee.objects.create(email="e1@example.co.jp", employee_number="E1", last_name="田中")
    Assessment.objects.create(employee=owner, taken_on=date(2026, 4, 1))
    required = f"latest_sheet:required:{tenant.sheet(LATEST).item('面談の担当者').id}"

    lines = check()

    assert wrong(lines) == {required, f"all_sheet:required:{tenant.sheet(ALL).item('16タイプ').id}"}
    assert (lines[required].status, "1名" in lines[required].detail) == ("error", True)
    assert "入力必須を外してください" in lines[required].remedy


def test_one_that_nobody_would_leave_blank_yet_is_a_warning_where_it_is_not_ours(tenant, check):
    foreign = tenant.new_item("面談の担当者", required=True)
    tenant.sheet(LATEST).items.append(foreign)
    tenant.sheet(LATEST).item("16タイプ").required = True

    lines = check()

    assert wrong(lines) == {f"latest_sheet:required:{foreign.id}"}
    assert "ミキワメからは登録しない項目です" in lines[f"latest_sheet:required:{foreign.id}"].detail
