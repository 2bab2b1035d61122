"""The undo of an upload on pages: offered for the run and one person, asked about first, and truthful afterwards."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from employees.models import Employee
from integrations.kaonavi.types import Record
from integrations.models import ResultRegistration, SyncJob
from integrations.rules.results.plan import Send
from integrations.rules.results.sheets import LATEST
from integrations.upload import images
from tests.factories.rows import make_change, make_job, make_person, make_result
from tests.integrations.rules.results.making import sheet

pytestmark = pytest.mark.usefixtures("connection")


@pytest.fixture
def employee(db) -> Employee:
    return make_person(1, employee_number="E1")


@pytest.fixture
def uploaded(employee: Employee) -> SyncJob:
    """A run that has sent one person's result."""
    result = make_result(employee)
    job = make_job("succeeded", "results", created=1)
    make_change(job, {"受検日": [None, "2026-04-01"]}, what="latest_sheet", object_id=employee.pk, key="E1")
    sent = Send(employee.pk, result.pk, "E1", "", "", True, (), (Record({1: ("2026-04-01",)}),))
    images.keep(job, sheet(LATEST), [sent])
    ResultRegistration.objects.create(employee=employee, assessment=result, confirmed_at=timezone.now())
    return job


def test_the_run_s_page_and_the_person_s_offer_it(admin: Client, uploaded: SyncJob, employee: Employee):
    run, person = admin.get(uploaded.get_absolute_url()).text, admin.get(employee.get_absolute_url()).text
    assert "この処理を元に戻す" in run
    assert "登録前の内容に戻す" in run
    assert "登録前の内容に戻す" in person
    images.forget_of(uploaded)
    assert "登録前の内容に戻す" not in admin.get(employee.get_absolute_url()).text
    assert "登録前のカオナビの内容が保存されていないため" in admin.get(uploaded.get_absolute_url()).text


def test_others_than_administrators_are_offered_nothing(viewer: Client, uploaded: SyncJob, employee: Employee):
    assert "登録前の内容に戻す" not in viewer.get(employee.get_absolute_url()).text
    assert "元に戻す" not in viewer.get(uploaded.get_absolute_url()).text


def test_a_click_starts_a_run_that_waits_for_one_person_or_all(admin: Client, uploaded: SyncJob, employee: Employee):
    admin.post(reverse("integrations:undo", args=[uploaded.pk]), {"row": employee.pk})
    job = SyncJob.objects.get(kind="undo")
    assert (job.undoes, job.undone_kind, job.run_options.row) == (uploaded, "results", employee.pk)
    assert job.run_options.dry_run


def test_it_says_that_the_next_upload_sends_again_and_where_to_keep_it_from_that(admin: Client, uploaded: SyncJob):
    held = make_job("held", "undo", undoes=uploaded, undone_kind="results", updated=1)
    page = admin.get(held.get_absolute_url()).text
    assert "でまた送信されます" in page
    assert reverse("integrations:exceptions") in page
    assert "カオナビで活用する" not in admin.get(held.get_absolute_url()).text


def test_a_disclosure_shows_what_is_kept(admin: Client, uploaded: SyncJob, employee: Employee):
    page = admin.get(reverse("integrations:disclosure", args=[employee.pk])).text
    assert "登録前のカオナビのシートの内容" in page
    assert "1：2026-04-01" in page
