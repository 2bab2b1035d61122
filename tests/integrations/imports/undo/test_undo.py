"""処理の取り消し of imports, through the whole flow."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from departments.models import Department
from employees.models import Employee
from integrations import actions
from integrations.models import SyncChange, SyncJob
from tests.factories.rows import make_department, make_person, make_result
from tests.integrations.imports.undo.company import company

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]


@pytest.fixture
def two_states(tenant, run: Run) -> SyncJob:
    """A company that was synced, then changed in カオナビ, and synced again: the second run of people."""
    tenant.add_department("A", "本社")
    tenant.add_department("B", "営業部", "A")
    for code in ("0001", "0002", "0003"):
        tenant.add_member(code, mail=f"p{code}@example.co.jp", department="B")
    run("departments")
    run("employees")
    tenant.edit_member("0001", name="改名　花子")
    tenant.edit_member("0002", retired_date="2026-01-31")
    tenant.state.members = [each for each in tenant.state.members if each.code != "0003"]
    tenant.add_member("0004", mail="p0004@example.co.jp", department="A")
    return run("employees")


def test_it_waits_first_and_says_what_it_would_do(two_states: SyncJob, undo: Run):
    before = company()
    undoing = undo(two_states)
    assert (undoing.kind, undoing.status, undoing.undone_kind) == ("undo", "held", "employees")
    assert undoing.counts == {"created": 0, "updated": 4, "unchanged": 0, "skipped": 0, "failed": 0}
    assert "新規登録し、その後に変更のない1名を削除します" in undoing.message
    assert sorted(undoing.changes.values_list("action", flat=True)) == ["delete", "update", "update", "update"]
    assert company() == before


def test_undone_it_is_as_before_and_undone_again_as_after(two_states: SyncJob, undo: Run, run: Run, tenant):
    after = company()
    undoing = undo(two_states, approve=True)
    assert undoing.status == "succeeded", undoing.message
    people = {person.employee_number: person for person in Employee.objects.all()}
    assert sorted(people) == ["0001", "0002", "0003"]
    assert people["0001"].full_name != "改名 花子"
    assert not people["0002"].is_retired
    assert (people["0002"].retirement_date, people["0002"].retirement_source) == (None, "")
    assert people["0003"].missing_since is None
    assert AuditEntry.objects.get(action="deleted").detail == {"undo": undoing.pk, "undoes": two_states.pk}
    again = undo(undoing, approve=True)
    assert again.status == "succeeded", again.message
    assert again.counts["created"] == 1
    assert company() == after
    before = company()
    assert undo(again, approve=True).status == "succeeded"
    assert company() != before


def test_what_somebody_changed_since_stays_and_it_is_said_who_and_when(two_states: SyncJob, undo: Run, person):
    edited = Employee.objects.get(employee_number="0001")
    Employee.objects.filter(pk=edited.pk).update(last_name="手直し")
    audit.record(audit.Action.EDITED, by=person, on=edited)
    tested = Employee.objects.get(employee_number="0004")
    make_result(tested)
    undoing = undo(two_states, approve=True)
    assert undoing.counts == {"created": 0, "updated": 2, "unchanged": 0, "skipped": 2, "failed": 0}
    told = {issue.email: issue for issue in undoing.issues.all()}
    assert {issue.subject_key for issue in told.values()} == {"0001", "0004"}
    assert {issue.reason for issue in told.values()} == {"UNDO_CHANGED_SINCE"}
    assert "山田 花子（hanako）の編集" in told["p0001@example.co.jp"].detail
    assert f"{timezone.localtime():%Y/%m/%d}" in told["p0001@example.co.jp"].detail
    assert "検査結果があります" in told["p0004@example.co.jp"].detail
    edited.refresh_from_db()
    assert (edited.last_name, edited.first_name) == ("手直し", edited.first_name)
    assert Employee.objects.filter(pk=tested.pk).exists()


def test_departments_that_a_run_made_go_children_first_but_not_those_with_people(tenant, run: Run, undo: Run):
    tenant.add_department("A", "本社")
    run("departments")
    tenant.add_department("B", "営業部", "A")
    tenant.add_department("C", "営業一課", "B")
    tenant.add_department("D", "開発部", "A")
    next(row for row in tenant.state.departments if row.code == "A").name = "本店"
    second = run("departments")
    make_person(1, department=Department.objects.get(code="D"))
    undoing = undo(second, approve=True)
    assert undoing.counts == {"created": 0, "updated": 3, "unchanged": 0, "skipped": 1, "failed": 0}
    assert "社員がいます" in undoing.issues.get().detail
    make_person(2, employee_number="D").delete()
    assert undoing.issues.get().subject_name == "開発部", "whoever has the department's code as a number is another"
    assert sorted(Department.objects.values_list("code", "name")) == [("A", "本社"), ("D", "開発部")]
    again = undo(undoing, approve=True)
    assert (again.status, again.counts["created"]) == ("succeeded", 2)
    tree = {row.code: row.parent and row.parent.code for row in Department.objects.select_related("parent")}
    assert tree == {"A": None, "B": "A", "C": "B", "D": "A"}


def test_names_and_mail_addresses_that_were_swapped_are_swapped_back(tenant, run: Run, undo: Run):
    tenant.add_department("A", "営業部")
    tenant.add_department("B", "開発部")
    run("departments")
    first, second = (next(row for row in tenant.state.departments if row.code == code) for code in "AB")
    first.name, second.name = second.name, first.name
    undo(run("departments"), approve=True)
    assert dict(Department.objects.values_list("code", "name")) == {"A": "営業部", "B": "開発部"}


def test_what_another_has_now_is_not_taken_from_them(two_states: SyncJob, undo: Run, tenant, run: Run):
    make_department("Z", "営業二部")
    next(row for row in tenant.state.departments if row.code == "B").name = "営業統括部"
    renaming = run("departments")
    make_department("Y", "営業部")
    undoing = undo(renaming, approve=True)
    assert (undoing.counts["skipped"], undoing.issues.get().field) == (1, "部署名")
    assert "ほかの部署が使っています" in undoing.issues.get().detail
    assert Department.objects.get(code="B").name == "営業統括部"


def test_one_person_alone_goes_back(two_states: SyncJob, undo: Run):
    renamed = Employee.objects.get(employee_number="0001")
    undoing = undo(two_states, row=renamed.pk, approve=True)
    assert undoing.counts["updated"] == sum(undoing.counts.values()) == 1
    assert Employee.objects.get(pk=renamed.pk).full_name != "改名 花子"
    assert Employee.objects.filter(employee_number="0004").exists()
    two_states.refresh_from_db()
    assert two_states.undone_at is None
    with pytest.raises(actions.NotUndoableError, match="に元に戻しました"):
        undo(two_states, row=renamed.pk)
    rest = undo(two_states, approve=True)
    assert rest.counts == {"created": 0, "updated": 3, "unchanged": 1, "skipped": 0, "failed": 0}


def test_those_alone_whom_the_run_made_go(two_states: SyncJob, undo: Run):
    undoing = undo(two_states, only_created=True, approve=True)
    assert sum(undoing.counts.values()) == 1
    assert not Employee.objects.filter(employee_number="0004").exists()
    assert Employee.objects.get(employee_number="0001").full_name == "改名 花子"


def test_the_answer_that_loses_nothing_deletes_nobody(two_states: SyncJob, undo: Run, approve: Run):
    undoing = approve(undo(two_states), keep_items=True)
    assert (undoing.status, undoing.counts["unchanged"]) == ("succeeded", 1)
    assert Employee.objects.filter(employee_number="0004").exists()
    assert Employee.objects.get(employee_number="0001").full_name != "改名 花子"


def test_a_run_is_undone_once(two_states: SyncJob, undo: Run):
    undoing = undo(two_states, approve=True)
    with pytest.raises(actions.NotUndoableError, match="に元に戻しました"):
        undo(two_states)
    undo(undoing, approve=True)
    with pytest.raises(actions.NotUndoableError, match="その後の状態から"):
        undo(two_states)


def test_after_it_the_newest_run_is_the_one_before(two_states: SyncJob, undo: Run):
    first = SyncJob.objects.filter(kind="employees").earliest("pk")
    assert SyncJob.objects.completed("employees").first() == two_states
    undoing = undo(two_states, approve=True)
    assert SyncJob.objects.completed("employees").first() == first
    undo(undoing, approve=True)
    assert SyncJob.objects.completed("employees").first() == two_states


def test_it_is_offered_for_some_days_and_while_the_record_is_kept(two_states: SyncJob, undo: Run, settings):
    SyncJob.objects.filter(pk=two_states.pk).update(finished_at=timezone.now() - timedelta(days=31))
    two_states.refresh_from_db()
    with pytest.raises(actions.NotUndoableError, match="30日を過ぎた"):
        undo(two_states)
    settings.UNDO_DAYS = 40
    two_states.changes.update(name="（保存期間を過ぎたため、消去しました）", fields={})
    with pytest.raises(actions.NotUndoableError, match="保存期間を過ぎて"):
        undo(two_states)


def test_a_run_that_wrote_nothing_or_failed_is_none_to_undo(run: Run, undo: Run, tenant):
    idle = run("employees")
    with pytest.raises(actions.NotUndoableError, match="この処理は元に戻せません"):
        undo(idle)


def test_whom_an_undo_has_deleted_comes_back_only_while_nobody_asked_to_be_forgotten(
    two_states: SyncJob, undo: Run, run: Run
):
    undoing = undo(two_states, approve=True)
    run("employees")  # カオナビ still has that person, who is made anew
    Employee.objects.get(employee_number="0004").delete()
    kept = SyncChange.objects.filter(job=undoing, action="delete").get()
    assert (kept.key, kept.fields) == ("", {})
    again = undo(undoing, approve=True)
    assert "値が消去されています" in again.issues.get(subject_name=kept.name).detail
    assert not Employee.objects.filter(email="p0004@example.co.jp").exists()
