"""Somebody deletes people, or changes their address, while a run is about to write: it looks again, and tells the
truth.
"""

import time
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from assessments.models import Assessment, PersonalityType
from departments.models import Department
from employees.models import Employee
from integrations import actions
from integrations.jobs import inline, runner
from integrations.jobs.inline import run_inline
from integrations.jobs.lease import Lease
from integrations.jobs.runner import PlanOutdatedError
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import ResultRegistration, SyncJob
from integrations.upload import source
from tests.integrations.files.files import csv_file, take_file

Run = Callable[..., SyncJob]
Meanwhile = Callable[..., None]  # what happens; the phase before which it does


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes between two steps of an upload."""
    monkeypatch.setattr(inline, "time", SimpleNamespace(sleep=lambda _seconds: None))


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch, settings) -> Meanwhile:
    """Something happens once, between the plan of a run and its writing."""
    settings.JOB_RETRY_AFTER = 0

    def let(happen: Callable[[], object], phase: str = "書き込み") -> None:
        report = Lease.report
        events = [happen]

        def reporting(self: Lease, now: str, **progress: int) -> None:
            if now == phase and events:
                events.pop()()
            report(self, now, **progress)

        monkeypatch.setattr(Lease, "report", reporting)

    return let


@pytest.fixture
def two(tenant: Tenant, run: Run) -> None:
    """Two members whom a sync has brought."""
    for code in ("0001", "0002"):
        tenant.add_member(code, name="青山 直樹", name_kana="アオヤマ ナオキ", mail=f"{code}@example.co.jp")
    assert run("employees").created == 2


def marry(tenant: Tenant) -> None:
    """All members have another 姓 in カオナビ."""
    for member in tenant.state.members:
        member.name = "赤井 直樹"


def numbers(job: SyncJob) -> tuple[str, int, int]:
    return job.status, job.created, job.updated


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_somebody_deleted_before_the_write_is_made_anew_and_counted_so(tenant, run: Run, meanwhile: Meanwhile):
    marry(tenant)
    meanwhile(Employee.objects.filter(email="0001@example.co.jp").delete)
    job = run("employees")
    assert numbers(job) == ("succeeded", 1, 1)
    assert {change.object_id for change in job.changes.all()} == set(Employee.objects.values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_a_changed_address_is_not_written_over(tenant, run: Run, meanwhile: Meanwhile):
    marry(tenant)
    first = Employee.objects.filter(email="0001@example.co.jp")
    pk = first.get().pk
    meanwhile(lambda: first.update(email="new@example.co.jp"))
    job = run("employees")
    kept = Employee.objects.get(pk=pk)
    assert (kept.email, kept.last_name) == ("new@example.co.jp", "青山")
    assert kept.missing_since is not None  # カオナビ still has the old address, as the page had warned
    assert numbers(job) == ("succeeded", 1, 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_what_a_person_sets_meanwhile_stays_beside_what_the_sync_brings(tenant, run: Run, meanwhile: Meanwhile):
    marry(tenant)
    first = Employee.objects.filter(email="0001@example.co.jp")
    meanwhile(lambda: first.update(is_retired=True, retirement_source="manual"))
    job = run("employees")
    kept = first.get()
    assert (kept.last_name, kept.is_retired, kept.retirement_source) == ("赤井", True, "manual")
    assert (*numbers(job), job.attempts) == ("succeeded", 0, 2, 1)
    assert [sorted(change.fields) for change in job.changes.all()] == [["last_name"]] * 2


@pytest.mark.django_db
def test_a_file_writes_over_nothing_that_it_does_not_have(meanwhile: Meanwhile):
    place = Department.objects.create(code="1", name="営業")
    for number in range(1, 4):
        Employee.objects.create(email=f"000{number}@example.co.jp", last_name="青山", hire_date=date(2020, 4, number))
    first = Employee.objects.filter(email="0001@example.co.jp")
    by_hand = {"is_retired": True, "retirement_source": "manual", "position": "部長", "department": place}
    meanwhile(lambda: first.update(**by_hand))
    lines = [(f"000{number}@example.co.jp", "赤井", "直樹") for number in (3, 1, 2)]
    job = take_file("employees_file", csv_file(["メールアドレス", "姓", "名"], *lines))
    kept = first.get()
    assert (*numbers(job), job.attempts) == ("succeeded", 0, 3, 1)
    assert (kept.last_name, {name: getattr(kept, name) for name in by_hand}) == ("赤井", by_hand)


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_somebody_whom_the_run_leaves_alone_may_change_meanwhile(tenant, run: Run, meanwhile: Meanwhile):
    tenant.state.members[1].name = "赤井 直樹"
    first = Employee.objects.filter(email="0001@example.co.jp")
    meanwhile(lambda: first.update(position="部長"))
    job = run("employees")
    assert (*numbers(job), job.attempts) == ("succeeded", 0, 1, 1)
    assert first.get().position == "部長"


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_somebody_deleted_who_was_to_be_marked_as_missing_is_not_reported(tenant, run: Run, meanwhile: Meanwhile):
    tenant.state.members = [member for member in tenant.state.members if member.code != "0001"]
    meanwhile(Employee.objects.filter(email="0001@example.co.jp").delete)
    job = run("employees")
    assert numbers(job) == ("succeeded", 0, 0)
    assert not job.changes.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_somebody_added_by_hand_under_an_address_that_was_to_be_new_is_updated(tenant, run: Run, meanwhile: Meanwhile):
    tenant.add_member("0003", name="井上 花", name_kana="イノウエ ハナ", mail="0003@example.co.jp")
    meanwhile(lambda: Employee.objects.create(email="0003@example.co.jp", last_name="手入力"))
    job = run("employees")
    assert numbers(job) == ("succeeded", 0, 1)
    assert Employee.objects.get(email="0003@example.co.jp").last_name == "井上"


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_an_approved_run_is_held_again_when_somebody_was_deleted(tenant, run: Run, person, meanwhile: Meanwhile):
    marry(tenant)
    held = run("employees", dry_run=True)
    meanwhile(Employee.objects.filter(email="0001@example.co.jp").delete)
    run_inline(actions.approve_job(held, by=person, inline=True))
    held.refresh_from_db()
    assert held.status == "held"
    assert "確認したときから内容が変わった" in held.message
    assert Employee.objects.get().last_name == "青山"


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_it_does_not_look_again_for_ever_and_says_who_was_quicker(tenant, run: Run, monkeypatch, settings):
    settings.JOB_RETRY_AFTER = 5
    slept: list[float] = []
    monkeypatch.setattr(inline, "time", SimpleNamespace(sleep=slept.append, monotonic=time.monotonic))
    marry(tenant)
    monkeypatch.setattr("integrations.imports.employees.lock_unchanged", Mock(side_effect=PlanOutdatedError))
    job = run("employees")
    assert (job.status, job.attempts) == ("failed", runner.MOST_LOOKS)
    assert sum(slept) == 5 * (1 + 2 + 3 + 4 + 5)  # each pause longer than the one before
    assert [issue.reason for issue in job.issues.all()] == ["RUN_OVERTAKEN"]
    assert "ほかの人が同じデータを編集し続けていた" in job.message
    assert not job.changes.exists()


@pytest.mark.django_db(transaction=True)
def test_results_for_somebody_deleted_before_the_write_are_refused_and_nothing_is_half_stored(meanwhile: Meanwhile):
    for number in ("0001", "0002"):
        Employee.objects.create(email=f"{number}@example.co.jp", employee_number=number, last_name="青山")
    meanwhile(Employee.objects.filter(employee_number="0001").delete)
    lines = [("0001", "検査", "2026-04-01"), ("0002", "検査", "2026-04-01")]
    job = take_file("assessments_file", csv_file(["社員番号", "検査名", "受検日"], *lines))
    assert (job.status, job.created, job.failed) == ("partial", 1, 1)
    assert Assessment.objects.get().employee.employee_number == "0002"


@pytest.mark.django_db(transaction=True)
def test_an_upload_ends_well_although_somebody_was_deleted_under_it(tenant, run: Run, meanwhile: Meanwhile):
    for number in ("0001", "0002"):
        tenant.add_member(number)
        person = Employee.objects.create(email=f"{number}@example.co.jp", employee_number=number, last_name="青山")
        Assessment.objects.create(employee=person, taken_on="2026-04-01")
    assert run("results").status == "succeeded"
    ResultRegistration.objects.all().delete()
    meanwhile(Employee.objects.filter(employee_number="0001").delete, "カオナビへの送信")
    assert run("results").status == "succeeded"
    assert ResultRegistration.objects.get().employee.employee_number == "0002"


@pytest.mark.django_db
def test_a_department_moved_by_hand_closes_no_loop_with_the_sync(tenant, run: Run, meanwhile: Meanwhile):
    one, two = tenant.add_department("1", "一"), tenant.add_department("2", "二")
    assert run("departments").created == 2
    one.parent_code, two.name = "2", "弐"
    first, second = (Department.objects.get(code=code) for code in "12")
    meanwhile(lambda: Department.objects.filter(pk=second.pk).update(parent=first))
    job = run("departments")
    assert (job.status, job.updated, job.attempts) == ("succeeded", 2, 1)
    assert dict(Department.objects.values_list("code", "parent__code")) == {"1": "2", "2": None}


@pytest.fixture
def result() -> Assessment:
    """Somebody's result, with a 判定 and a remark."""
    person = Employee.objects.create(email="0001@example.co.jp", employee_number="0001", last_name="青山")
    return Assessment.objects.create(
        employee=person, title="検査", taken_on="2026-04-01", grade="A", comment="前", scores={"extraversion": 50.0}
    )


def take_line(**cells: str) -> SyncJob:
    """Take in a file about that result with these columns."""
    columns = ["社員番号", "検査名", "受検日", *cells]
    return take_file("assessments_file", csv_file(columns, ("0001", "検査", "2026-04-01", *cells.values())))


@pytest.mark.django_db(transaction=True)
def test_a_result_deleted_before_the_write_is_a_new_one(result: Assessment, meanwhile: Meanwhile):
    meanwhile(result.delete)
    job = take_line(判定="B")
    assert (*numbers(job), job.attempts) == ("succeeded", 1, 0, 1)
    assert Assessment.objects.get().public_id != result.public_id


@pytest.mark.django_db(transaction=True)
def test_a_correction_of_what_the_file_says_too_is_compared_with_the_file_anew(
    result: Assessment, meanwhile: Meanwhile
):
    meanwhile(lambda: Assessment.objects.update(grade="C", comment="訂正", scores={"extraversion": 60.0}))
    job = take_line(判定="B")
    assert (*numbers(job), job.attempts) == ("succeeded", 0, 1, 1)
    assert job.changes.get().fields == {"grade": ["C", "B"]}
    result.refresh_from_db()
    assert (result.grade, result.comment, result.scores) == ("B", "訂正", {"extraversion": 60.0})


@pytest.mark.django_db(transaction=True)
def test_a_correction_of_what_the_file_does_not_say_stays(result: Assessment, meanwhile: Meanwhile):
    meanwhile(lambda: Assessment.objects.update(comment="訂正", scores={"extraversion": 50.0, "motivation": 60.0}))
    job = take_line(判定="B", 外向性="51")
    assert (*numbers(job), job.attempts) == ("succeeded", 0, 1, 1)
    result.refresh_from_db()
    assert (result.grade, result.comment, result.scores["motivation"]) == ("B", "訂正", 60.0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "correction", [{"title": "別の検査"}, {"taken_on": "2026-04-02"}, {"completed_at": "2026-04-01T10:00:00+09:00"}]
)
def test_a_result_corrected_to_be_another_one_is_not_written_over(result: Assessment, meanwhile: Meanwhile, correction):
    meanwhile(lambda: Assessment.objects.update(**correction))
    job = take_line(判定="B")
    assert (*numbers(job), job.attempts) == ("succeeded", 1, 0, 1)
    result.refresh_from_db()
    assert result.grade == "A"
    assert Assessment.objects.exclude(pk=result.pk).get().grade == "B"


@pytest.mark.django_db(transaction=True)
def test_a_result_corrected_to_be_the_one_of_the_file_is_not_doubled(result: Assessment, meanwhile: Meanwhile):
    Assessment.objects.update(title="書き間違い")
    meanwhile(lambda: Assessment.objects.update(title="検査"))
    job = take_line(判定="B")
    assert (*numbers(job), job.attempts) == ("succeeded", 0, 1, 1)
    result.refresh_from_db()
    assert (Assessment.objects.count(), result.grade) == (1, "B")


@pytest.mark.django_db(transaction=True)
def test_a_type_deleted_before_the_write_is_an_unknown_one(result: Assessment, meanwhile: Meanwhile):
    kind = PersonalityType.objects.create(code="dreamer", name="夢想家")
    meanwhile(kind.delete)
    job = take_line(**{"16タイプ": "夢想家"})
    assert (*numbers(job), job.attempts) == ("succeeded", 0, 1, 1)
    result.refresh_from_db()
    assert (result.personality_type, result.unknown_type) == (None, "夢想家")


@pytest.mark.django_db(transaction=True)
def test_a_type_named_before_the_write_is_given_to_the_results_of_the_file(result: Assessment, meanwhile: Meanwhile):
    meanwhile(lambda: PersonalityType.objects.create(code="dreamer", name="夢想家"))
    job = take_line(**{"16タイプ": "夢想家"})
    assert (*numbers(job), job.attempts) == ("succeeded", 0, 1, 1)
    result.refresh_from_db()
    assert result.type_label == "夢想家"


@pytest.mark.django_db(transaction=True)
def test_a_type_named_while_an_upload_looks_is_sent(tenant, run: Run, result: Assessment, monkeypatch):
    tenant.add_member("0001")
    kind = PersonalityType.objects.get(code="brain")
    kind.delete()
    Assessment.objects.update(unknown_type=kind.name)
    type_names = source.type_names

    def before_somebody_names_it() -> object:
        known = type_names()
        if kind.pk is None:
            kind.save()
            Assessment.objects.update(personality_type=kind, unknown_type="")
        return known

    monkeypatch.setattr(source, "type_names", before_somebody_names_it)
    job = run("results")
    assert (*numbers(job), job.attempts) == ("succeeded", 1, 0, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_shown", [False, True])
def test_a_result_corrected_under_an_upload_is_not_taken_for_shown(
    tenant, run: Run, result: Assessment, meanwhile: Meanwhile, *, is_shown: bool
):
    tenant.add_member("0001")
    if is_shown:
        run("results")
        ResultRegistration.objects.all().delete()
    kind = PersonalityType.objects.get(code="brain")
    meanwhile(lambda: Assessment.objects.update(personality_type=kind), "カオナビへの送信")
    job = run("results")
    assert (job.status, job.created, job.unchanged) == ("succeeded", not is_shown, is_shown)
    assert not ResultRegistration.objects.exists()
    assert run("results").updated == 1
    assert ResultRegistration.objects.get().assessment == result


@pytest.mark.django_db(transaction=True)
def test_what_no_sheet_shows_may_be_corrected_under_an_upload(
    tenant, run: Run, result: Assessment, meanwhile: Meanwhile
):
    tenant.add_member("0001")
    meanwhile(lambda: Assessment.objects.update(comment="訂正"), "カオナビへの送信")
    assert run("results").status == "succeeded"
    assert ResultRegistration.objects.get().assessment == result
