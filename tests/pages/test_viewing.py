"""閲覧の記録: who looked at whose results."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.db import connection as database
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.rights import Right
from accounts.viewing_log import ONCE_IN, record_view
from assessments.models import Assessment
from employees.models import Employee
from tests.factories.rows import (
    account,
    logged_in,
    make_change,
    make_issue,
    make_job,
    make_person,
    make_result,
    member_of_roles,
)

AUDIT = reverse("accounts:audit")


def views() -> list[tuple[str, str, str, int | None]]:
    found = AuditEntry.objects.filter(action="viewed").order_by("pk")
    return list(found.values_list("actor", "what", "object_id", "subject_id"))


@pytest.fixture
def result(db) -> Assessment:
    return make_result(make_person())


@pytest.fixture
def root(db) -> Client:
    return logged_in(User.objects.create_superuser("root"))


def test_it_is_written_down_who_opens_a_result(result: Assessment, viewer: Client):
    viewer.get(result.get_absolute_url())
    assert views() == [("jiro（jiro）", "検査結果", str(result.pk), result.employee_id)]


def test_the_entry_keeps_no_name_of_the_person(result: Assessment, viewer: Client):
    viewer.get(result.get_absolute_url())
    viewer.get(result.employee.get_absolute_url())
    told = [entry.label + str(entry.detail) for entry in AuditEntry.objects.filter(action="viewed")]
    assert len(told) == 2
    assert not [text for text in told if "青山" in text]


def test_looking_again_within_the_hour_adds_nothing_and_after_it_one(
    result: Assessment, viewer: Client, monkeypatch: pytest.MonkeyPatch
):
    for _ in range(3):
        viewer.get(result.get_absolute_url())
    assert len(views()) == 1
    later = timezone.now() + ONCE_IN + timedelta(seconds=1)
    monkeypatch.setattr("accounts.viewing_log.timezone.now", lambda: later)
    viewer.get(result.get_absolute_url())
    assert len(views()) == 2


def test_another_person_or_another_result_is_an_entry_of_its_own(result: Assessment, viewer: Client, admin: Client):
    other = make_result(result.employee, date(2025, 4, 1))
    for client, shown in ((viewer, result), (viewer, other), (admin, result)):
        client.get(shown.get_absolute_url())
    assert [who for who, *_ in views()] == ["jiro（jiro）", "jiro（jiro）", "佐藤 花子（hanako）"]


def test_correcting_or_opening_it_in_the_admin_is_looking_at_the_same_result(result: Assessment, root: Client):
    root.get(reverse("assessments:edit", args=[result.public_id]))
    root.get(reverse("admin:assessments_assessment_change", args=[result.pk]))
    root.get(result.get_absolute_url())
    assert views() == [("root（root）", "検査結果", str(result.pk), result.employee_id)]


def test_the_list_in_the_admin_shows_types_of_many(result: Assessment, root: Client):
    root.get(reverse("admin:assessments_assessment_changelist"))
    assert views() == [("root（root）", "検査結果の一覧", "", None)]


def test_a_persons_page_shows_types_and_verdicts_to_those_who_may_see_them(result: Assessment, viewer: Client):
    page = result.employee.get_absolute_url()
    member_of_roles(([Right.VIEW_EMPLOYEES], None)).get(page)
    assert views() == []
    viewer.get(page)
    assert views() == [("jiro（jiro）", "検査結果の一覧", str(result.employee_id), result.employee_id)]


def test_a_person_without_results_has_nothing_to_look_at(viewer: Client):
    viewer.get(make_person().get_absolute_url())
    assert views() == []


def test_somebody_who_may_not_see_the_result_has_not_looked(result: Assessment):
    assert member_of_roles(([Right.VIEW_EMPLOYEES], None)).get(result.get_absolute_url()).status_code == 403
    assert views() == []


@pytest.mark.parametrize("kind", ["results", "assessments_file"])
def test_a_run_that_shows_results_is_looked_at(kind: str, viewer: Client, root: Client):
    job = make_job(kind=kind)
    viewer.get(job.get_absolute_url())
    change = make_change(job, {"grade": ["A", "B"]}, what="assessment")
    root.get(reverse("admin:integrations_syncchange_change", args=[change.pk]))
    root.get(reverse("admin:integrations_syncissue_change", args=[make_issue(job).pk]))
    expected = [(who, "バックグラウンド処理", str(job.pk), None) for who in ("jiro（jiro）", "root（root）")]
    assert views() == expected


def test_a_run_whose_results_are_hidden_or_that_has_none_is_not_looked_at(viewer: Client):
    member_of_roles(([Right.VIEW_JOBS], None)).get(make_job(kind="results").get_absolute_url())
    viewer.get(make_job(kind="employees").get_absolute_url())
    assert views() == []


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_entry():
    result, user = make_result(make_person()), account("hanako")
    together = threading.Barrier(4)
    failed: list[Exception] = []

    def look() -> None:
        together.wait()
        for _ in range(1000):
            try:
                record_view(user, on=result)
            except OperationalError:  # SQLite in memory refuses where a file, or PostgreSQL, waits
                continue
            except Exception as error:  # noqa: BLE001 - told by the assertion below
                failed.append(error)
            break
        database.close()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(views()) == 1


@pytest.fixture
def looked(result: Assessment, viewer: Client) -> Employee:
    viewer.get(result.get_absolute_url())
    make_result(make_person(2, last_name="赤井"), date(2025, 4, 1))
    viewer.get(Assessment.objects.latest("pk").get_absolute_url())
    return result.employee


def test_an_administrator_sees_on_the_persons_page_who_looked(looked: Employee, admin: Client, viewer: Client):
    page = admin.get(looked.get_absolute_url()).text
    shown = page[page.index("閲覧の記録") :]
    assert "jiro（jiro）" in shown
    assert f'href="{AUDIT}?subject={looked.pk}"' in shown
    assert "閲覧の記録" not in viewer.get(looked.get_absolute_url()).text


@pytest.mark.parametrize(
    "search",
    [pytest.param(lambda _: {"q": "青山"}, id="name"), pytest.param(lambda pk: {"subject": str(pk)}, id="number")],
)
def test_the_audit_page_finds_the_looks_by_whose_results_they_were(
    search: Callable[[int], dict[str, str]], looked: Employee, admin: Client
):
    answer = admin.get(AUDIT, search(looked.pk))
    assert [entry.subject_id for entry in answer.context["page"]] == [looked.pk]
    assert "青山 直樹1さんの検査結果" in answer.text
    assert "赤井" not in answer.text


def test_the_audit_page_names_a_deleted_person_by_the_number(looked: Employee, admin: Client):
    number = looked.pk
    looked.delete()
    assert f"削除された社員 #{number}の検査結果" in admin.get(AUDIT, {"action": "viewed"}).text


def test_the_subject_survives_nonsense(looked: Employee, admin: Client):
    for nonsense in ("x", "-1", "9" * 40, ""):
        assert len(admin.get(AUDIT, {"subject": nonsense, "action": "viewed"}).context["page"]) == 3
