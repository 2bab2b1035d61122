"""カオナビ refuses a chunk: the rows at fault are found, all others are stored."""

import pytest

from integrations.models import KaonaviConnection
from integrations.rules.results import sheets

LATEST, ALL = sheets.LATEST.name, sheets.ALL.name


@pytest.fixture
def hire(employ, test):
    """So many tested people, from E00 on."""

    def hire_so_many(count):
        numbers = [f"E{number:02}" for number in range(count)]
        for number in numbers:
            test(employ(number))
        return numbers

    return hire_so_many


@pytest.fixture
def staff(hire):
    """Eight tested people, E00 to E07."""
    return hire(8)


def refuse(tenant, kind, *bad, sheet=LATEST, **parameters):
    """Every update of this sheet that carries one of these people is refused."""
    path = f"^/sheets/{tenant.sheet(sheet).id}$"
    tenant.fail(kind, method="PATCH", path=path, codes=list(bad), times=None, **parameters)


def updates(tenant):
    """All update calls, the refused ones too."""
    return [call for call in tenant.calls if call.method == "PATCH"]


def registered(tenant, numbers, sheet=LATEST):
    return [number for number in numbers if tenant.records(sheet, number)]


def refused_in(job):
    return {issue.subject_key for issue in job.issues.filter(reason="RESULT_REFUSED")}


@pytest.mark.parametrize("status", [400, pytest.param(422, marks=pytest.mark.long)])
def test_only_the_rows_at_fault_stay_out_when_the_request_is_refused(status, tenant, hire, upload):
    staff = hire(12)
    refuse(tenant, "status", "E03", "E10", status=status, messages=["値が正しくありません"])

    job = upload()

    assert job.status == "partial"
    assert refused_in(job) == {"E03", "E10"}
    assert registered(tenant, staff) == [number for number in staff if number not in {"E03", "E10"}]
    assert registered(tenant, staff, ALL) == staff
    assert job.counts == {"created": 10, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 2}
    assert job.message == "カオナビに12件中10件の反映を確認しました。"
    issue = job.issues.get(subject_key="E03")
    assert "値が正しくありません" in issue.detail
    assert issue.email == "e03@example.co.jp"
    assert "操作対象の管理" not in issue.remedy  # the sheet takes updates
    assert len(updates(tenant)) < 2 + 12


@pytest.mark.parametrize("kind", ["task_ng", pytest.param("task_error", marks=pytest.mark.long)])
def test_only_the_rows_at_fault_stay_out_when_the_task_fails(kind, tenant, staff, upload):
    refuse(tenant, kind, "E05", messages=["登録できません"])

    job = upload()

    assert refused_in(job) == {"E05"}
    assert registered(tenant, staff) == [number for number in staff if number != "E05"]
    assert job.counts["created"] == 7


def test_a_task_that_failed_once_for_no_reason_of_ours_costs_one_more_call(tenant, staff, upload):
    tenant.fail("task_error", method="PATCH", messages=["しばらくお待ちください"])

    job = upload()

    assert (job.status, job.counts["created"]) == ("succeeded", 8)
    assert len(updates(tenant)) == 3


def test_a_number_in_the_messages_is_a_hint(tenant, staff, upload):
    refuse(tenant, "status", "E06", status=400, messages=["社員番号 E06 の値が正しくありません"])

    job = upload()

    assert refused_in(job) == {"E06"}
    assert registered(tenant, staff) == [number for number in staff if number != "E06"]
    assert len(updates(tenant)) == 2 + 2  # E06 by itself, and the others


@pytest.mark.long
def test_a_wrong_hint_does_no_harm(tenant, staff, upload):
    refuse(tenant, "status", "E06", status=400, messages=["E03 のエラーかもしれません"])

    job = upload()

    assert refused_in(job) == {"E06"}
    assert registered(tenant, staff) == [number for number in staff if number != "E06"]


def test_rows_that_a_failed_task_had_stored_are_not_sent_again(tenant, staff, upload):
    tenant.fail("task_ng", method="PATCH", path=f"{tenant.sheet(LATEST).id}", messages=["途中で失敗"], applied=4)
    refuse(tenant, "task_ng", "E06", messages=["途中で失敗"], after=1)

    job = upload()

    assert refused_in(job) == {"E06"}
    assert job.counts["created"] == 7
    assert job.changes.filter(what="latest_sheet").count() == 7
    assert not any("E02" in call.members for call in updates(tenant)[1:-1])


@pytest.mark.long
def test_the_search_stops_after_forty_calls(tenant, hire, upload):
    staff = hire(20)
    refuse(tenant, "status", *staff, status=400, messages=["だめです"])

    job = upload()

    assert job.status == "partial"
    assert refused_in(job) == set(staff)
    assert registered(tenant, staff, ALL) == staff
    assert len(updates(tenant)) <= 2 + 40


def test_a_chunk_that_is_too_large_is_split(tenant, staff, upload):
    tenant.set_knobs(max_rows=3)

    job = upload()

    assert (job.status, job.counts["created"]) == ("succeeded", 8)
    assert registered(tenant, staff) == registered(tenant, staff, ALL) == staff


@pytest.mark.long
def test_a_person_who_is_too_large_alone_is_refused(tenant, staff, upload):
    refuse(tenant, "status", "E07", status=413)

    job = upload()

    assert refused_in(job) == {"E07"}
    assert job.counts["created"] == 7


@pytest.mark.long
def test_a_refused_person_is_sent_again_by_the_next_run(tenant, staff, upload):
    refuse(tenant, "status", "E06", status=400, messages=["社員番号 E06"])
    upload()
    tenant.state.faults.clear()
    calls = len(updates(tenant))

    job = upload()

    assert job.counts == {"created": 0, "updated": 1, "unchanged": 7, "skipped": 0, "failed": 0}
    assert len(updates(tenant)) == calls + 1
    assert registered(tenant, staff) == staff


@pytest.mark.long
@pytest.mark.parametrize("status", [200, 207])
def test_errors_in_the_answer_of_a_success_are_a_refusal_of_the_rows_at_fault(status, tenant, staff, upload):
    refuse(tenant, "status", "E03", status=status, messages=["値が正しくありません"])

    job = upload()

    assert (job.status, refused_in(job)) == ("partial", {"E03"})
    assert registered(tenant, staff) == [number for number in staff if number != "E03"]
    assert "値が正しくありません" in job.issues.get(subject_key="E03").detail


@pytest.mark.parametrize("status", [401, pytest.param(403, marks=pytest.mark.long)])
def test_a_missing_tick_stops_the_sheet_and_not_the_connection(status, tenant, staff, upload):
    tenant.set_knobs(tick_off_status=status)
    tenant.untick(tenant.sheet(LATEST), "update")

    job = upload()

    problem = job.issues.get()
    assert (job.status, problem.reason) == ("partial", "SHEET_NOT_PERMITTED")
    assert "[SIM] 操作対象ではありません" in problem.detail
    assert KaonaviConnection.objects.get().state == "active"
    assert registered(tenant, staff, ALL) == staff


def test_rows_that_are_refused_before_any_update_has_worked_name_the_tick(tenant, hire, upload):
    hire(3)
    tenant.set_knobs(tick_off_status=422)
    tenant.untick(tenant.sheet(LATEST), "update")

    job = upload()

    remedies = set(job.issues.filter(reason="RESULT_REFUSED").values_list("remedy", flat=True))
    assert all(f"シート「{LATEST}」の「取得」と「更新」にチェックマーク" in remedy for remedy in remedies)
    assert remedies


def test_an_answer_about_another_sheet_is_not_used(tenant, hire, upload):
    hire(1)
    tenant.fail("other", method="GET", path="^/sheets/", times=None)

    job = upload()

    assert (job.status, job.issues.get().reason) == ("failed", "KAONAVI_NOT_UNDERSTOOD")
    assert updates(tenant) == []
