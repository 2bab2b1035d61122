"""Whatever shows somebody's result in Django's admin is written down as 閲覧, by a walk over all that stands there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from assessments.models import Assessment, Judgement, ProtectedName
from departments.models import Department
from employees.models import Employee, IdentityDecision
from integrations.models import (
    Export,
    PrivacySettings,
    ProblemNote,
    RemoteCall,
    ResultRegistration,
    SyncChange,
    SyncException,
    SyncIssue,
    SyncJob,
    UploadChunk,
    WorkerHeartbeat,
)
from tests.factories.rows import logged_in, make_change, make_chunk, make_issue, make_job, make_person, make_result

MARK = "しるし"  # stands in every text that tells of a result
SHOWING_ONE = {Assessment, Judgement, ResultRegistration, SyncChange, SyncIssue, SyncJob, UploadChunk}
SHOWING_MANY = {Assessment, Judgement, ResultRegistration, SyncChange, SyncIssue}


def plain(row: Model) -> str:
    return str(row.pk)


def quoted(row: Model) -> str:
    """Another spelling of the same number, as the admin reads it: a quoted blank stands before."""
    return f"_0A{row.pk}" if isinstance(row.pk, int) else plain(row)


def page_of(row: Model, number: str, what: str = "change") -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{number}/{what}/"


def list_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def root(db) -> Client:
    return logged_in(User.objects.create_superuser("root"))


@pytest.fixture
def everything(root: Client, connected) -> dict[type[Model], Model]:
    """A row of everything that is registered: one person's result in each that can tell of it."""
    person = make_person(department=Department.objects.create(code="1", name="営業部"))
    Employee.objects.filter(pk=person.pk).update(employee_number="0009")  # the database keeps the earlier one
    result = make_result(person, title=MARK, comment=MARK)
    Judgement.objects.create(assessment=result, basis=MARK, grade="A")
    job = make_job("failed", "results", message=f"カオナビのメッセージ：{MARK}")
    now = timezone.now()
    make_chunk(job, state="refused", messages=[MARK])
    ResultRegistration.objects.create(employee=person, assessment=result, confirmed_at=now)
    make_change(job, {"社交性": ["", MARK]}, what="latest_sheet", key=MARK, object_id=person.pk)
    make_issue(job, reason="RESULT_REFUSED", subject_key=MARK, value=MARK)
    SyncException.objects.create(employee=person, kind="not_sent")
    IdentityDecision.objects.create(employee=person, employee_number="1", email="a@example.co.jp", is_same=True)
    Export.objects.create(kind="results", form="csv", rows=1)
    PrivacySettings.objects.create()
    ProtectedName.objects.create(name="x")
    ProblemNote.objects.create(fingerprint=1, memo="x")
    RemoteCall.objects.create(is_update=True, reserved_at=now)
    Role.objects.create(group=Group.objects.create(name="人事担当"))
    WorkerHeartbeat.objects.create(name="w", version="1", seen_at=now)
    AuditEntry.objects.create(action="created", actor="x")
    rows = {model: model._default_manager.order_by("-pk").first() for model in admin.site._registry}
    assert [model for model, row in rows.items() if row is None] == []
    return {model: row for model, row in rows.items() if row is not None}


def looks() -> int:
    return AuditEntry.objects.filter(action="viewed").count()


@pytest.fixture(autouse=True)
def _an_hour_passes(monkeypatch: pytest.MonkeyPatch):
    """Between any two looks: each is written down."""
    monkeypatch.setattr("accounts.viewing_log.ONCE_IN", timedelta(0))


def shown_and_noted(root: Client, addresses: dict[type[Model], str]) -> set[type[Model]]:
    """The models whose page was written down as a look; no other shows the mark."""
    noted = set()
    for model, address in addresses.items():
        before = looks()
        answer = root.get(address)
        assert answer.status_code == 200, model
        if looks() > before:
            noted.add(model)
        assert MARK not in answer.text or model in noted, model
    return noted


@pytest.mark.parametrize(("what", "spelt"), [("change", quoted), ("history", plain)])
def test_every_page_of_a_row_that_tells_of_a_result_is_a_look(
    what: str, spelt: Callable[[Model], str], everything: dict[type[Model], Model], root: Client
):
    pages = {model: page_of(row, spelt(row), what) for model, row in everything.items()}
    assert shown_and_noted(root, pages) == SHOWING_ONE


def test_every_list_that_tells_of_results_is_a_look(everything: dict[type[Model], Model], root: Client):
    assert shown_and_noted(root, {model: list_of(model) for model in everything}) == SHOWING_MANY


def test_the_look_is_at_the_result_the_person_or_the_run(everything: dict[type[Model], Model], root: Client):
    person = everything[Employee].pk
    run, result, registration = (everything[model].pk for model in (SyncJob, Assessment, ResultRegistration))
    expected: list[tuple[type[Model], str, int, int | None]] = [
        (Assessment, "検査結果", result, person),
        (Judgement, "検査結果", result, person),
        (ResultRegistration, "カオナビ登録", registration, person),
        *((model, "バックグラウンド処理", run, None) for model in (SyncJob, SyncChange, SyncIssue, UploadChunk)),
    ]
    for model, what, number, subject in expected:
        root.get(page_of(everything[model], plain(everything[model])))
        entry = AuditEntry.objects.latest("pk")
        assert (entry.what, entry.object_id, entry.subject_id) == (what, str(number), subject), model


@pytest.mark.parametrize("kind", ["employees", "departments_file"])
def test_a_run_without_results_is_no_look(kind: str, root: Client):
    job = make_job(kind=kind)
    for row in (job, make_issue(job), make_change(job, {"position": ["a", "b"]})):
        assert root.get(page_of(row, plain(row))).status_code == 200
    assert looks() == 0
