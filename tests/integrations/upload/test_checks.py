"""What is checked before the first write, and how it is told."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Assessment, PersonalityType
from assessments.reference import name_results
from integrations import actions
from integrations.connection.session import open_client
from integrations.jobs import runner
from integrations.models import ResultRegistration
from integrations.rules.results import sheets

LATEST, ALL = sheets.LATEST.name, sheets.ALL.name


def reasons(job):
    return [issue.reason for issue in job.issues.all()]


def patched(tenant):
    return {call.path for call in tenant.calls if call.method == "PATCH"}


def sent_once():
    """An upload of which the first chunk has been stored."""
    job = actions.start_job(kind="results", by=None, inline=True)
    number = job.lease
    while not job.chunks.filter(state="stored").exists():
        number = runner.advance(job.pk, number, worker="test", connect=open_client).lease_number
    return job


def fall_asleep(job):
    """The sheets were read too long ago for the next chunk."""
    job.chunks.filter(state="planned").update(read_at=timezone.now() - timedelta(minutes=6))
    job.refresh_from_db()


@pytest.fixture
def tested(employ, test):
    return test(employ("E1"))


def test_neither_sheet_fails_with_the_manual_s_steps(tenant, tested, upload):
    for sheet in list(tenant.state.sheets):
        tenant.remove_sheet(sheet)

    job = upload()

    assert (job.status, set(reasons(job))) == ("failed", {"SHEET_MISSING"})
    assert "このテンプレートを使用する" in job.issues.first().remedy
    assert "カオナビには何も送信していません" in job.message


def test_one_sheet_is_enough(tenant, tested, upload):
    tenant.remove_sheet(tenant.sheet(ALL))

    job = upload()

    assert (job.status, job.message) == ("succeeded", "カオナビに1件中1件の反映を確認しました。")
    assert len(tenant.records(LATEST, "E1")) == 1


@pytest.mark.long
def test_only_the_sheet_of_all_results_leaves_a_word_about_the_analysis(tenant, tested, upload):
    tenant.remove_sheet(tenant.sheet(LATEST))

    job = upload()

    assert job.status == "succeeded"
    assert job.message.endswith(f"カオナビの分析機能で利用するには、シート「{LATEST}」も必要です。")
    assert len(tenant.records(ALL, "E1")) == 1


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda sheet: setattr(sheet, "record_type", 1), "SHEET_TYPE_WRONG"),
        (lambda sheet: setattr(sheet.item("受検日"), "name", "テスト日"), "SHEET_ITEM_MISSING"),
        (lambda sheet: setattr(sheet.item("受検日"), "read_only", True), "SHEET_ITEM_MISSING"),
        (lambda sheet: setattr(sheet.item("受検日"), "type", "number"), "SHEET_ITEM_TYPE_WRONG"),
        (lambda sheet: setattr(sheet.item("競争心"), "name", "受 検 日"), "SHEET_ITEM_AMBIGUOUS"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_is_sent_to_a_wrong_sheet_and_the_other_still_runs(spoil, reason, tenant, tested, upload):
    spoil(tenant.sheet(LATEST))

    job = upload()

    assert (job.status, reasons(job)) == ("partial", [reason])
    assert patched(tenant) == {f"/sheets/{tenant.sheet(ALL).id}"}
    assert job.counts["created"] == 1
    assert f"シート「{LATEST}」への登録は完了していません" in job.message


@pytest.mark.long
def test_two_wrong_sheets_fail(tenant, tested, upload):
    for sheet in tenant.state.sheets:
        sheet.item("受検日").name = "テスト日"

    job = upload()

    assert (job.status, reasons(job)) == ("failed", ["SHEET_ITEM_MISSING"] * 2)
    assert patched(tenant) == set()


@pytest.mark.parametrize("name", [LATEST, pytest.param(ALL, marks=pytest.mark.long)])
def test_a_required_item_that_would_stay_blank_is_told_before_anything_is_sent_to_the_sheet(
    name, tenant, employ, test, upload
):
    tenant.sheet(name).items.append(tenant.new_item("面談の担当者", required=True))
    for number in range(3):
        test(employ(f"E{number}"))

    job = upload()

    assert (job.status, reasons(job), job.created) == ("partial", ["SHEET_ITEM_REQUIRED"], 3)
    assert job.issues.get().field == "面談の担当者"
    assert patched(tenant) == {f"/sheets/{tenant.sheet(ALL if name == LATEST else LATEST).id}"}
    assert f"シート「{name}」への登録は完了していません" in job.message


@pytest.mark.long
def test_a_required_item_of_ours_that_a_result_leaves_blank_is_told_likewise(tenant, employ, test, upload):
    for sheet in tenant.state.sheets:
        sheet.item("16タイプ").required = True
    test(employ("E1"))
    test(employ("E2"), personality_type=None)

    job = upload()

    assert (job.status, reasons(job)) == ("failed", ["SHEET_ITEM_REQUIRED"] * 2)
    assert {issue.value for issue in job.issues.all()} == {"社員番号：E2"}
    assert patched(tenant) == set()
    assert "カオナビには何も送信していません" in job.message


@pytest.mark.long
def test_a_required_item_that_every_record_has_already_is_no_hindrance(tenant, employ, test, upload):
    sheet = tenant.sheet(LATEST)
    sheet.items.append(tenant.new_item("面談の担当者", required=True))
    test(employ("E1"))
    tenant.write_records(sheet, "E1", [{"面談の担当者": "上田"}])

    assert upload().status == "succeeded"
    assert tenant.records(LATEST, "E1")[0]["面談の担当者"] == "上田"
    assert tenant.records(LATEST, "E1")[0]["受検日"] == "2026-04-01"


def test_an_item_that_becomes_required_while_an_upload_sleeps_stops_its_sheet(
    tenant, employ, test, upload, one_a_chunk
):
    for number in ("E1", "E2"):
        test(employ(number))
    job = sent_once()
    tenant.sheet(LATEST).items.append(tenant.new_item("面談の担当者", required=True))
    fall_asleep(job)

    upload(job)

    assert (job.status, reasons(job)) == ("partial", ["SHEET_ITEM_REQUIRED"])
    assert (len(tenant.records(LATEST, "E1")), tenant.records(LATEST, "E2")) == (1, [])
    assert len(tenant.records(ALL, "E1")) == len(tenant.records(ALL, "E2")) == 1


def test_a_name_of_the_settings_is_used(tenant, tested, upload, connection):
    tenant.sheet(LATEST).item("受検日").name = tenant.sheet(ALL).item("受検日").name = "テスト日"
    connection.sheet_item_names = {"taken_on": "テスト日"}
    connection.save()

    assert upload().status == "succeeded"
    assert tenant.records(LATEST, "E1")[0]["テスト日"] == "2026-04-01"


def test_every_kind_of_person_has_one_outcome(tenant, employ, test, upload):
    test(employ("E1"))
    test(employ("", email="a@example.co.jp", is_member=False))
    test(employ("E2"))
    employ("E2", email="twin@example.co.jp", is_member=False)  # shares the number, though never tested
    tenant.add_member("00123")
    test(employ("123", is_member=False))
    test(employ("E9", is_member=False, is_retired=True))
    strange = PersonalityType.objects.create(code="strange", name="ストレンジャー", japanese_name="旅人")
    test(employ("E3"), personality_type=strange)
    employ("E4")  # never tested: no source row

    job = upload()

    assert job.status == "partial"
    assert job.counts == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 2, "failed": 3}
    assert job.total == sum(job.counts.values()) == 6
    assert sorted(set(reasons(job))) == [
        "RESULT_MEMBER_GONE",
        "RESULT_MEMBER_UNKNOWN",
        "RESULT_NUMBER_MISSING",
        "RESULT_NUMBER_SHARED",
        "RESULT_TYPE_NOT_AN_OPTION",
    ]
    assert "「00123」" in job.issues.get(reason="RESULT_MEMBER_UNKNOWN").detail
    assert "twin@example.co.jp" in job.issues.get(reason="RESULT_NUMBER_SHARED").detail
    assert tenant.records(LATEST, "E2") == tenant.records(LATEST, "00123") == tenant.records(LATEST, "E3") == []
    assert job.message == "カオナビに4件中1件の反映を確認しました。"


def test_nothing_is_sent_to_a_member_who_is_somebody_else(tenant, employ, test, upload):
    leaver, married = employ("E1", last_name="青山"), employ("E2", last_name="井上")
    for person in (leaver, married):
        test(person)
    tenant.edit_member("E1", name="上田 純", mail="ueda@example.co.jp")
    tenant.edit_member("E2", name="江口 遥")

    job = upload()

    assert (job.status, reasons(job)) == ("partial", ["RESULT_MEMBER_DIFFERENT"])
    assert "上田 純 ueda@example.co.jp" in job.issues.get().detail
    assert tenant.records(LATEST, "E1") == tenant.records(ALL, "E1") == []
    assert len(tenant.records(LATEST, "E2")) == len(tenant.records(ALL, "E2")) == 1
    assert job.counts == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 1}
    assert job.message == "カオナビに2件中1件の反映を確認しました。"


def test_a_member_who_becomes_somebody_else_while_an_upload_sleeps_is_sent_nothing_more(
    tenant, employ, test, upload, one_a_chunk
):
    for number in ("E1", "E2"):
        test(employ(number, last_name="青山"))
    tenant.remove_sheet(tenant.sheet(ALL))
    job = sent_once()
    tenant.edit_member("E2", name="上田 純", mail="ueda@example.co.jp")
    fall_asleep(job)

    upload(job)

    assert (job.status, reasons(job)) == ("partial", ["RESULT_MEMBER_DIFFERENT"])
    assert (len(tenant.records(LATEST, "E1")), tenant.records(LATEST, "E2")) == (1, [])
    assert (job.created, job.failed) == (1, 1)


@pytest.mark.long
def test_somebody_whom_our_own_import_marked_as_missing_is_no_error(tenant, employ, test, upload):
    test(employ("E1"))
    now = timezone.now()
    test(employ("E2", is_member=False, last_seen_at=now, missing_since=now))

    job = upload()

    assert (job.status, reasons(job), job.skipped) == ("succeeded", ["RESULT_MEMBER_GONE"], 1)


@pytest.mark.long
def test_a_type_that_nobody_has_told_us_leaves_the_sheets_as_they_are_until_it_is_told(tenant, employ, test, upload):
    result = test(employ("E1"))
    upload()
    shown = tenant.records(LATEST, "E1"), tenant.records(ALL, "E1")
    Assessment.objects.filter(pk=result.pk).update(personality_type=None, unknown_type="オールラウンダー")

    job = upload()

    assert (job.status, job.failed, set(reasons(job))) == ("partial", 1, {"RESULT_TYPE_NOT_AN_OPTION"})
    assert job.issues.first().value == "オールラウンダー"
    assert (tenant.records(LATEST, "E1"), tenant.records(ALL, "E1")) == shown
    with transaction.atomic():
        seeker = PersonalityType.objects.get(code="seeker")
        seeker.aliases = ["オールラウンダー"]
        seeker.save()
        name_results(seeker)

    assert (upload().status, tenant.records(LATEST, "E1")[0]["16タイプ"]) == ("succeeded", "シーカー (探求者)")


@pytest.mark.long
def test_an_old_result_of_a_type_that_is_no_option_keeps_no_newer_one_off_the_sheet(tenant, employ, test, upload):
    person = employ("E1")
    old = test(person, date(2024, 4, 1), personality_type=None, unknown_type="オールラウンダー")
    middle, newest = test(person, date(2025, 4, 1)), test(person, date(2026, 4, 1))

    job = upload()

    assert (job.status, reasons(job), job.failed) == ("partial", ["RESULT_TYPE_NOT_AN_OPTION"], 1)
    assert [record["受検日"] for record in tenant.records(ALL, "E1")] == ["2025-04-01", "2026-04-01"]
    assert tenant.records(LATEST, "E1")[0]["受検日"] == "2026-04-01"
    assert not ResultRegistration.objects.exists()
    calls = len(tenant.update_calls)
    assert (upload().failed, len(tenant.update_calls)) == (1, calls)
    Assessment.objects.filter(pk=old.pk).update(personality_type=newest.personality_type, unknown_type="")
    assert upload().status == "succeeded"
    assert len(tenant.records(ALL, "E1")) == 3
    assert ResultRegistration.objects.get().assessment == newest
    Assessment.objects.filter(pk=middle.pk).update(personality_type=None, unknown_type="オールラウンダー")
    shown = tenant.records(ALL, "E1")
    last = test(person, date(2026, 5, 1))

    assert upload().failed == 1
    assert tenant.records(ALL, "E1")[:3] == shown
    assert tenant.records(ALL, "E1")[3]["受検者詳細リンク"].endswith(f"/results/{last.public_id}/")


def test_a_member_with_an_attachment_is_left_alone_on_that_sheet(tenant, employ, test, upload):
    sheet = tenant.sheet(ALL)
    sheet.items.append(tenant.new_item("添付", "attach_file"))
    foreign = {"受検日": "2019-05-05", "添付": "report.pdf"}
    for number in ("E1", "E2"):
        test(employ(number), date(2026, 4, 1))
    tenant.write_records(sheet, "E1", [foreign])

    job = upload()

    assert (job.status, reasons(job)) == ("partial", ["RESULT_RECORD_LOCKED"])
    assert tenant.records(ALL, "E1") == [foreign]
    assert len(tenant.records(LATEST, "E1")) == len(tenant.records(ALL, "E2")) == 1
    assert job.counts == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 1}


def test_the_number_of_statements_does_not_grow_with_the_people(tenant, employ, test, upload):
    def statements(numbers):
        for number in numbers:
            test(employ(f"E{number:02}"))
        with CaptureQueriesContext(connection) as captured:
            assert upload().counts["created"] == len(numbers)
        return len(captured)

    statements(range(1))  # the first one also gets the token

    assert statements(range(1, 3)) == statements(range(3, 30))
