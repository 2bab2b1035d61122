"""カオナビ部署情報取込 through the whole flow: カオナビ's API on one side, our rows on the other. One test a rule of §2."""

from collections.abc import Callable
from datetime import datetime

import pytest

from departments.models import Department
from employees.models import Employee
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import KaonaviConnection, SyncJob

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]


def reasons(job: SyncJob) -> list[tuple[str, str]]:
    return sorted(job.issues.values_list("subject_key", "reason"))


def tree() -> dict[str, tuple[str, str]]:
    """Code → (name, parent's code)"""
    rows = Department.objects.select_related("parent")
    return {row.code: (row.name, row.parent.code if row.parent else "") for row in rows}


def rename(tenant: Tenant, which: str, **fields: object) -> None:
    department = next(row for row in tenant.state.departments if row.code == which)
    for name, value in fields.items():
        setattr(department, name, value)


def drop(tenant: Tenant, code: str) -> None:
    tenant.state.departments = [row for row in tenant.state.departments if row.code != code]


def test_rule_1_it_leaves_out_the_code_less_and_refuses_the_doubled_the_nameless_and_the_too_long(tenant, run: Run):
    tenant.add_department("", "コードなし部")
    tenant.add_department("D1", "営業部")
    tenant.add_department("D1", "営業二部")
    tenant.add_department("N1", "　")
    tenant.add_department("L1", "長" * 201)
    tenant.add_department("010", "十部")
    tenant.add_department("10", "拾部")
    job = run("departments")
    assert job.status == SyncJob.Status.PARTIAL
    assert reasons(job) == [
        ("", "DEPARTMENT_CODE_MISSING"),
        ("D1", "DEPARTMENT_CODE_DUPLICATE"),
        ("D1", "DEPARTMENT_CODE_DUPLICATE"),
        ("L1", "DEPARTMENT_VALUE_TOO_LONG"),
        ("N1", "DEPARTMENT_NAME_MISSING"),
    ]
    assert tree() == {"010": ("十部", ""), "10": ("拾部", "")}
    assert job.counts == {"created": 2, "updated": 0, "unchanged": 0, "skipped": 1, "failed": 4}


def test_rule_2_a_renamed_and_moved_department_keeps_its_row_and_its_people(tenant, run: Run):
    tenant.add_department("A", "本社")
    tenant.add_department("B", "営業部")
    run("departments")
    row = Department.objects.get(code="B")
    Employee.objects.create(email="a@example.jp", last_name="青山", department=row)
    rename(tenant, "B", name="営業本部", parent_code="A", order=9)
    job = run("departments")
    assert job.counts["updated"] == 1
    assert tree()["B"] == ("営業本部", "A")
    assert Department.objects.get(code="B").pk == row.pk
    assert Employee.objects.get().department_id == row.pk
    change = job.changes.get()
    assert change.fields == {"name": ["営業部", "営業本部"], "parent": ["", "A"], "order": [2, 9]}
    assert (change.what, change.object_id, change.action) == ("department", row.pk, "update")


def test_rule_3_parents_are_taken_in_any_order_and_refused_when_unknown_or_in_a_loop(tenant, run: Run):
    tenant.add_department("C", "課", "B")
    tenant.add_department("B", "部", "A")
    tenant.add_department("A", "本社")
    tenant.add_department("X", "迷子", "NOWHERE")
    tenant.add_department("Y", "迷子の子", "X")
    tenant.add_department("L1", "輪一", "L2")
    tenant.add_department("L2", "輪二", "L1")
    job = run("departments")
    assert tree() == {"A": ("本社", ""), "B": ("部", "A"), "C": ("課", "B")}
    assert reasons(job) == [
        ("L1", "DEPARTMENT_PARENT_LOOP"),
        ("L2", "DEPARTMENT_PARENT_LOOP"),
        ("X", "DEPARTMENT_PARENT_UNKNOWN"),
        ("Y", "DEPARTMENT_PARENT_REFUSED"),
    ]


def test_rule_3_a_linked_department_that_lost_its_code_less_parent_is_taken_with_a_warning(tenant, run: Run):
    tenant.add_department("A", "本社")
    tenant.add_department("B", "部", "A")
    run("departments")
    rename(tenant, "A", code="")
    rename(tenant, "B", parent_code=None)
    job = run("departments")
    assert job.status == SyncJob.Status.SUCCEEDED
    assert reasons(job) == [("", "DEPARTMENT_CODE_MISSING"), ("B", "DEPARTMENT_BECAME_ROOT")]
    assert tree()["B"] == ("部", "")


def test_rule_4_the_eleventh_level_and_what_lies_below_is_refused(tenant, run: Run):
    for level in range(1, 13):
        tenant.add_department(f"L{level:02}", f"{level}階層", f"L{level - 1:02}" if level > 1 else None)
    job = run("departments")
    assert len(tree()) == 10
    assert reasons(job) == [("L11", "DEPARTMENT_TOO_DEEP"), ("L12", "DEPARTMENT_TOO_DEEP")]
    assert "11階層目" in job.issues.get(subject_key="L11").detail


def test_rule_5_two_departments_swap_their_names_and_a_newcomer_takes_a_freed_one(tenant, run: Run):
    tenant.add_department("A", "営業部")
    tenant.add_department("B", "開発部")
    tenant.add_department("C", "総務部")
    run("departments")
    rename(tenant, "A", name="開発部")
    rename(tenant, "B", name="営業部")
    rename(tenant, "C", name="人事部")
    tenant.add_department("D", "総務部")
    job = run("departments")
    assert job.status == SyncJob.Status.SUCCEEDED
    assert {code: name for code, (name, _) in tree().items()} == {
        "A": "開発部",
        "B": "営業部",
        "C": "人事部",
        "D": "総務部",
    }


def test_rule_5_with_the_setting_departments_of_one_name_are_all_taken_and_people_find_theirs(tenant, run: Run):
    KaonaviConnection.objects.update(qualify_duplicate_names=True)
    for code, branch in (("E", "東京支社"), ("W", "大阪支社")):
        tenant.add_department(code, branch)
        tenant.add_department(f"{code}1", "総務課", code)
    tenant.add_member("1", department="W1")
    job = run("departments")
    assert (job.status, job.counts["created"]) == (SyncJob.Status.SUCCEEDED, 4)
    assert reasons(job) == [("W1", "DEPARTMENT_NAME_QUALIFIED")]
    assert tree()["W1"] == ("大阪支社 総務課", "W")
    run("employees")
    assert Employee.objects.get().department.name == "大阪支社 総務課"
    job = run("departments")
    assert job.counts == {"created": 0, "updated": 0, "unchanged": 4, "skipped": 0, "failed": 0}


def test_rule_5_switched_off_again_a_longer_name_stays_and_its_row_is_refused(tenant, run: Run):
    KaonaviConnection.objects.update(qualify_duplicate_names=True)
    tenant.add_department("A", "総務課")
    tenant.add_department("W", "大阪支社")
    tenant.add_department("W1", "総務課", "W")
    run("departments")
    KaonaviConnection.objects.update(qualify_duplicate_names=False)
    job = run("departments")
    assert reasons(job) == [("W1", "DEPARTMENT_NAME_TAKEN")]
    assert tree()["W1"] == ("大阪支社 総務課", "W")


def test_rule_5_a_name_that_somebody_holds_is_refused_with_the_manuals_words(tenant, run: Run):
    Department.objects.create(code="OLD", name="営業部")
    tenant.add_department("NEW", "営業部")
    job = run("departments")
    issue = job.issues.get()
    assert issue.reason == "DEPARTMENT_NAME_TAKEN"
    assert issue.sentence.startswith("部署名重複エラー：")
    assert "営業部" in issue.sentence
    assert "OLD" in issue.sentence
    assert tree() == {"OLD": ("営業部", "")}


def test_rule_6_a_move_that_would_make_a_loop_with_a_local_department_is_refused(tenant, run: Run):
    tenant.add_department("A", "本社")
    tenant.add_department("B", "部", "A")
    run("departments")
    rename(tenant, "A", parent_code="B")
    drop(tenant, "B")
    job = run("departments")
    assert reasons(job) == [("A", "DEPARTMENT_PARENT_LOOP")]
    assert tree()["A"] == ("本社", "")


def test_rule_7_a_vanished_department_is_kept_and_marked_until_it_returns(tenant, run: Run):
    tenant.add_department("A", "本社")
    tenant.add_department("B", "部")
    first = run("departments")
    drop(tenant, "B")
    job = run("departments")
    row = Department.objects.get(code="B")
    assert row.missing_since is not None
    assert isinstance(row.last_seen_at, datetime)
    assert row.last_seen_at >= first.created_at
    assert job.counts == {"created": 0, "updated": 0, "unchanged": 1, "skipped": 0, "failed": 0}
    assert job.changes.get().fields == {"missing": [False, True]}
    assert run("departments").changes.count() == 0
    tenant.add_department("B", "部")
    job = run("departments")
    assert Department.objects.get(code="B").missing_since is None
    assert job.counts["updated"] == 1
    assert job.changes.get().fields["missing"] == [True, False]


def test_rule_7_the_mark_says_when_the_last_completed_run_saw_the_department(tenant, run: Run):
    tenant.add_department("A", "本社")
    tenant.add_department("B", "部")
    run("departments")
    second = run("departments")
    drop(tenant, "B")
    run("departments")
    assert Department.objects.get(code="B").last_seen_at == second.finished_at


def test_rule_8_an_empty_answer_marks_and_changes_nothing(tenant, run: Run):
    tenant.add_department("A", "本社")
    run("departments")
    tenant.state.departments.clear()
    job = run("departments")
    assert job.status == SyncJob.Status.FAILED
    assert reasons(job) == [("", "SOURCE_EMPTY")]
    assert Department.objects.get().missing_since is None


def test_a_department_that_nobody_linked_is_never_marked(tenant, run: Run):
    Department.objects.create(code="OURS", name="自社だけの部署")
    tenant.add_department("A", "本社")
    run("departments")
    assert Department.objects.get(code="OURS").missing_since is None


def test_a_second_run_changes_nothing(tenant, run: Run):
    for number in range(5):
        tenant.add_department(f"D{number}", f"{number}部", "D0" if number else None)
    run("departments")
    before = list(Department.objects.order_by("pk").values())
    job = run("departments")
    assert job.counts == {"created": 0, "updated": 0, "unchanged": 5, "skipped": 0, "failed": 0}
    assert list(Department.objects.order_by("pk").values()) == before


def test_a_dry_run_shows_what_it_would_do_and_writes_it_only_when_approved(tenant, run: Run, approve):
    tenant.add_department("A", "本社")
    job = run("departments", dry_run=True)
    assert job.status == SyncJob.Status.HELD
    assert job.counts["created"] == 1
    assert job.changes.get().fields["name"] == [None, "本社"]
    assert not Department.objects.exists()
    job = approve(job)
    assert job.status == SyncJob.Status.SUCCEEDED
    assert tree() == {"A": ("本社", "")}
    assert job.changes.count() == 1


def test_an_approved_run_is_held_again_when_the_source_has_moved_on(tenant, run: Run, approve):
    tenant.add_department("A", "本社")
    job = run("departments", dry_run=True)
    tenant.add_department("B", "部")
    job = approve(job)
    assert job.status == SyncJob.Status.HELD
    assert "新規 1 → 2" in job.message
    assert not Department.objects.exists()
    assert approve(job).status == SyncJob.Status.SUCCEEDED
    assert len(tree()) == 2
