"""The table of kinds is all that the product must know of a kind of run."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from employees.models import Employee
from integrations import kinds
from integrations.files.columns import FileColumns
from integrations.imports.apply import Import, carry_out
from integrations.jobs.inline import run_inline
from integrations.jobs.lease import Lease
from integrations.kinds import Kind
from integrations.models import SyncChange, SyncJob
from integrations.reasons import Reason
from integrations.rules.plan import Outcome, finding
from tests.factories.rows import make_person

KIND = Kind(code="toy", step=f"{__name__}.look_for_mails", writes=(), menu="employees", start="メールを点検する")


@pytest.mark.parametrize("code", SyncJob.Kind)
def test_every_kind_has_an_entry_and_what_it_names_is_there(code):
    kind = kinds.KINDS[code]
    assert kind.code == code
    assert callable(import_string(kind.step))
    assert callable(import_string(kind.how_far)) is kind.is_resumable if kind.how_far else not kind.is_resumable
    assert reverse(kind.result_page)
    assert kind.menu in ("employees", "departments") or kind.code == SyncJob.Kind.UNDO
    assert not kind.undo or callable(import_string(kind.undo))
    if kind.takes_file:
        assert isinstance(import_string(kind.columns), FileColumns)


def test_no_two_kinds_take_files_at_one_address():
    slugs = [kind.slug for kind in kinds.KINDS.values() if kind.takes_file]
    assert len(slugs) == len({*slugs})


def look_for_mails(lease: Lease) -> None:
    """Tells who has no mail address, and changes nothing."""

    def plan(people: list[Employee], *, lock: bool) -> Import:
        return Import(
            what=SyncChange.What.EMPLOYEE,
            source_rows=len(people),
            outcomes=[Outcome.UNCHANGED if person.email else Outcome.SKIPPED for person in people],
            issues=[
                finding(Reason.MEMBER_MAIL_MISSING, key=person.employee_number, name=person.full_name)
                for person in people
                if not person.email
            ],
            changes=[],
            write=list,
        )

    carry_out(lease, lambda: list(Employee.objects.all()), plan)


@pytest.fixture
def toy(db, monkeypatch: pytest.MonkeyPatch) -> Kind:
    """A kind that only reads, beside the others, and somebody whom it finds."""
    monkeypatch.setitem(kinds.KINDS, KIND.code, KIND)
    make_person(1)
    make_person(2, email="")
    return KIND


def test_a_kind_of_ones_own_runs_through_page_and_error_file(toy: Kind, admin: Client):
    page = admin.get("/employees/").text
    assert toy.start in page
    assert toy.preview not in page, "what writes nothing needs no look beforehand"
    answer = admin.post(reverse("integrations:start"), {"kind": toy.code})
    assert answer.status_code == 302
    job = SyncJob.objects.get()
    run_inline(job)
    job.refresh_from_db()
    assert (job.kind, job.status, job.unchanged, job.skipped) == ("toy", "succeeded", 1, 1)
    page = admin.get(job.get_absolute_url()).text
    assert "成功" in page
    assert "青山 直樹2" in page
    assert toy.result_words in page
    assert "青山 直樹2" in b"".join(admin.get(reverse("integrations:error_file", args=[job.pk]))).decode("utf-8-sig")
    assert job.get_absolute_url() in admin.get(reverse("integrations:jobs")).text


def test_a_kind_of_ones_own_runs_by_command(toy: Kind):
    told = StringIO()
    call_command("kaonavi", "sync", toy.code, "--inline", stdout=told)
    assert "成功" in told.getvalue()
    assert SyncJob.objects.get().status == "succeeded"
