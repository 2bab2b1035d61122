"""処理の取り消し of a file of results."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts import audit
from assessments.models import Assessment, Judgement, Scale
from employees.models import Employee
from integrations.erasure import erase_scores
from integrations.models import SyncChange, SyncJob
from tests.factories.rows import make_person
from tests.integrations.files.files import csv_file, take_file

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]
HEADER = (
    "社員番号",
    "検査名",
    "受検日",
    "完了日時",
    "16タイプ",
    "判定",
    "総合スコア",
    "判定（チーム基準）",
    "傾聴傾向",
)
OLD = ("0001", "春の検査", "2025/06/02", "2025/06/02 10:00", "オールラウンダー", "A", "7.5", "B", "50.5")
NEW = ("0001", "春の検査", "2025/06/02", "2025/06/02 10:00", "", "S", "9.0", "", "61.0")
OTHER = ("0002", "春の検査", "2025/06/02", "", "", "", "", "A", "40.0")


def results() -> list[Any]:
    judged = list(Judgement.objects.order_by("pk").values_list("assessment", "basis", "grade", "overall_score"))
    return [{row["id"]: row for row in Assessment.objects.values()}, judged]


@pytest.fixture
def second(db) -> tuple[SyncJob, Any]:
    """The run that changed one result and made another, and what was there before it."""
    make_person(1)
    make_person(2)
    assert take_file("assessments_file", csv_file(HEADER, OLD)).created == 1
    before = results()
    job = take_file("assessments_file", csv_file(HEADER, NEW, OTHER))
    assert (job.created, job.updated) == (1, 1)
    return job, before


def test_undone_the_results_are_as_before_and_undone_again_as_after(second, undo: Run):
    job, before = second
    after = results()
    held = undo(job)
    assert (held.status, held.counts["updated"], held.changes.filter(action="delete").count()) == ("held", 2, 1)
    assert results() == after
    undoing = undo(job, approve=True)
    assert undoing.status == "succeeded", undoing.message
    assert results() == before
    again = undo(undoing, approve=True)
    assert (again.status, again.created) == ("succeeded", 1)
    assert results()[0] == after[0], "public_id too: the links in カオナビ lead to it"
    assert [row[1:] for row in results()[1]] == [row[1:] for row in after[1]]
    assert undo(again, approve=True).status == "succeeded"
    assert results()[0] == before[0]


def test_what_was_corrected_since_stays(second, undo: Run, person):
    job, _ = second
    corrected = Assessment.objects.get(employee__employee_number="0001")
    Assessment.objects.filter(pk=corrected.pk).update(grade="C")
    audit.record(audit.Action.EDITED, by=person, on=corrected)
    undoing = undo(job, approve=True)
    issue = undoing.issues.get()
    assert (issue.reason, issue.field) == ("UNDO_CHANGED_SINCE", "判定")
    assert "山田 花子（hanako）の編集" in issue.detail
    corrected.refresh_from_db()
    assert (corrected.grade, corrected.overall_score) == ("C", Decimal("7.5"))


def test_a_result_of_somebody_who_was_deleted_since_never_comes_back(second, undo: Run):
    undoing = undo(second[0], approve=True)
    Employee.objects.get(employee_number="0002").delete()
    kept = SyncChange.objects.get(job=undoing, action="delete")
    assert (kept.key, kept.fields) == ("", {})
    again = undo(undoing, approve=True)
    assert again.skipped == 1
    assert not Assessment.objects.exclude(employee__employee_number="0001")


def test_a_result_that_was_taken_in_again_does_not_stand_twice(second, undo: Run):
    undoing = undo(second[0], approve=True)
    take_file("assessments_file", csv_file(HEADER, OTHER))
    again = undo(undoing, approve=True)
    assert "もう一度登録されています" in again.issues.get().detail
    assert Assessment.objects.filter(employee__employee_number="0002").count() == 1


def test_of_a_scale_that_is_not_kept_nothing_stays_in_what_an_undo_has_deleted(second, undo: Run):
    undoing = undo(second[0], approve=True)
    scale = Scale.objects.get(name="傾聴傾向")
    erase_scores(scale)
    assert scale.code not in str(list(undoing.changes.values_list("fields", flat=True)))
