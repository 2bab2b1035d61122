"""What an undo keeps of people: as long as it can be undone itself, and not a day longer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Assessment
from employees.models import Employee
from integrations import actions
from integrations.jobs.inline import run_inline
from integrations.models import SyncJob
from integrations.tasks import tidy_up
from tests.factories.rows import make_person
from tests.integrations.files.files import csv_file, take_file

HEADER = ("社員番号", "姓", "姓（カナ）", "メールアドレス")
ROW = ("0001", "金糸雀", "カナリヤ", "canary@example.co.jp")


def undone(job: SyncJob, *, approve: bool = True) -> SyncJob:
    undoing = actions.undo_job(job, by=None, approve=approve, inline=True)
    run_inline(undoing)
    undoing.refresh_from_db()
    return undoing


@pytest.fixture
def made(db) -> SyncJob:
    """The run that made somebody."""
    return take_file("employees_file", csv_file(HEADER, ROW))


def test_whom_it_deleted_is_kept_in_it_alone_and_comes_back_whole(made: SyncJob):
    before = Employee.objects.values().get()
    undoing = undone(made)
    assert not Employee.objects.exists()
    assert (made.changes.get().key, made.changes.get().fields) == ("", {}), "erased as by any other deletion"
    tidy_up()
    assert undoing.changes.get().fields["email"] == ["canary@example.co.jp", None], "a night changes nothing"
    again = undone(undoing)
    assert (again.status, again.created) == ("succeeded", 1)
    assert Employee.objects.values().get() == before


@pytest.mark.django_db
def test_a_result_that_somebody_deletes_does_not_come_back_by_the_undo_of_an_undo_before():
    make_person(1, employee_number="0001")
    sheet = csv_file(("社員番号", "受検日", "傾聴傾向"), ("0001", "2025/06/02", "61.5"))
    undoing = undone(take_file("assessments_file", sheet))
    assert "scores" in str(undoing.changes.get().fields)
    take_file("assessments_file", sheet)
    Assessment.objects.get().delete()
    assert (undoing.changes.get().key, undoing.changes.get().fields) == ("", {})
    undone(undoing)
    assert not Assessment.objects.exists()


def test_after_that_time_nothing_is_left(made: SyncJob, settings):
    undoing = undone(made)
    SyncJob.objects.filter(pk=undoing.pk).update(finished_at=timezone.now() - timedelta(days=settings.UNDO_DAYS + 1))
    tidy_up()
    change = undoing.changes.get()
    assert (change.key, change.fields) == ("", {})
    assert "金糸雀" not in change.name


def test_who_is_deleted_while_it_waits_is_erased_from_what_it_would_do(made: SyncJob):
    held = undone(made, approve=False)
    assert held.changes.get().action == "delete"
    Employee.objects.get().delete()
    change = held.changes.get()
    assert (change.key, change.fields) == ("", {})
    assert "金糸雀" not in change.name


def test_who_is_to_come_back_is_erased_from_what_waits(made: SyncJob):
    undoing = undone(made)
    held = undone(undoing, approve=False)
    assert held.changes.get().fields["last_name"] == [None, "金糸雀"]
    take_file("employees_file", csv_file(HEADER, ROW))  # drops what is held, and makes the same person anew
    held.refresh_from_db()
    assert (held.status, held.changes.count()) == ("cancelled", 0)
    Employee.objects.get().delete()
    assert undoing.changes.get().fields == {}
    assert undone(undoing).skipped == 1
    assert not Employee.objects.exists()
