"""「この処理で新規登録した社員を削除」."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Role
from accounts.rights import Right
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations.models import SyncChange, SyncJob
from integrations.rules.employees.fields import FIELDS
from tests.factories.rows import (
    account,
    logged_in,
    make_department,
    make_job,
    make_person,
    make_result,
    member_of_roles,
)

WORDS = "この処理で新規登録した社員を削除"


def created(job: SyncJob, *people: Employee) -> None:
    """The run's changes, as it writes them."""
    for person in people:
        values = {name: getattr(person, name) for name in FIELDS}
        values["department"] = person.department.code if person.department else ""
        fields = {
            name: [None, value.isoformat() if isinstance(value, date) else value] for name, value in values.items()
        }
        SyncChange.objects.create(
            job=job, what="employee", object_id=person.pk, action="create", key=person.email, fields=fields
        )


@pytest.fixture
def job(db) -> SyncJob:
    return make_job("succeeded", created=3)


@pytest.fixture
def three(job: SyncJob) -> list[Employee]:
    sales = make_department("1", "営業部")
    people = [make_person(n, department=sales, hire_date=date(2020, 4, n)) for n in (1, 2, 3)]
    created(job, *people)
    return people


def page_of(job: SyncJob) -> str:
    return reverse("integrations:delete_created", args=[job.pk])


def confirm(client: Client, job: SyncJob):
    return client.post(
        page_of(job), {"fingerprint": client.get(page_of(job)).context["selection"].fingerprint}, follow=True
    )


def left() -> list[str]:
    return sorted(person.email.partition("@")[0] for person in Employee.objects.all())


def test_more_than_twenty_go_only_with_their_number_typed(admin: Client, job: SyncJob):
    created(job, *map(make_person, range(21)))
    page = admin.get(page_of(job))
    sent = {"fingerprint": page.context["selection"].fingerprint}
    assert 'name="count"' in page.text
    assert "入力した人数が、削除する人数と違います" in admin.post(page_of(job), sent).text
    assert len(left()) == 21
    admin.post(page_of(job), sent | {"count": "21"})
    assert left() == []


def test_it_deletes_whom_the_run_made_and_nobody_else(admin: Client, job: SyncJob, three: list[Employee]):
    make_person(9)
    assert page_of(job) in admin.get(job.get_absolute_url()).text
    page = admin.get(page_of(job)).text
    assert "<strong>3名</strong>" in page
    assert "次の「カオナビと同期」でもう一度新規登録されます" in page
    assert "氏名、氏名カナ、メールアドレスのいずれかを一時的に空白にして" in page
    assert "ご契約プランによっては" in page
    assert "削除しません" not in page
    answer = confirm(admin, job)
    assert "3名の社員データを削除しました" in answer.text
    assert answer.redirect_chain[-1][0] == job.get_absolute_url()
    assert left() == ["p9"]
    entries = AuditEntry.objects.filter(action="deleted")
    assert [entry.detail for entry in entries] == [{"job": job.pk}] * 3


def test_it_leaves_out_whom_somebody_edited_tested_or_deleted_since(admin: Client, job: SyncJob, three: list[Employee]):
    fourth = make_person(4)
    created(job, fourth)
    Employee.objects.filter(pk=three[0].pk).update(position="課長")
    make_result(three[1])
    fourth.delete()
    page = admin.get(page_of(job)).text
    assert "<strong>1名</strong>" in page
    assert "内容が変わった社員：1名" in page
    assert "検査結果がある社員：1名" in page
    assert "すでに削除または統合された社員：1名" in page
    confirm(admin, job)
    assert left() == ["p1", "p2"]


@pytest.mark.parametrize("change", [{"department": None}, {"is_retired": True}, {"email": "x@example.co.jp"}])
def test_whatever_was_changed_by_hand_counts_as_edited(change: dict[str, object], admin: Client, job, three):
    Employee.objects.filter(pk=three[0].pk).update(**change)
    confirm(admin, job)
    assert list(Employee.objects.all()) == [three[0]]


def test_it_asks_again_when_somebody_was_edited_meanwhile(admin: Client, job: SyncJob, three: list[Employee]):
    fingerprint = admin.get(page_of(job)).context["selection"].fingerprint
    make_result(three[0])
    answer = admin.post(page_of(job), {"fingerprint": fingerprint})
    assert "確認した内容から変わりました" in answer.text
    assert Employee.objects.count() == 3


def test_with_nobody_left_it_offers_no_deletion(admin: Client, job: SyncJob, three: list[Employee]):
    confirm(admin, job)
    page = admin.get(page_of(job)).text
    assert "button-danger" not in page
    assert "すでに削除または統合された社員：3名" in page


@pytest.mark.parametrize(
    ("status", "kind", "number"),
    [("held", "employees", 3), ("succeeded", "departments", 3), ("succeeded", "employees", 0)],
)
def test_it_is_offered_for_completed_runs_that_made_people_alone(status: str, kind: str, number: int, admin: Client):
    job = make_job(status, kind, created=number)
    assert WORDS not in admin.get(job.get_absolute_url()).text
    assert admin.get(page_of(job)).status_code == (200 if number == 0 else 404)


def test_it_is_offered_to_those_alone_who_may_delete_everybody(viewer: Client, job: SyncJob, three: list[Employee]):
    assert WORDS not in viewer.get(job.get_absolute_url()).text
    role = Role.objects.create(group=Group.objects.create(name="部長"), rights=Right.values, is_limited=True)
    RoleDepartment.objects.create(role=role, department=make_department("2", "開発部"))
    assert logged_in(account("bucho", "部長")).get(page_of(job)).status_code == 404
    rights = [Right.DELETE_EMPLOYEES, Right.VIEW_JOBS]
    assert member_of_roles((rights, None)).get(page_of(job)).status_code == 403  # it would tell who was tested
    of_some = ([Right.VIEW_RESULTS], Department.objects.get(code="2"))
    blind, seeing = member_of_roles((rights, None), of_some), member_of_roles(([*rights, Right.VIEW_RESULTS], None))
    assert (blind.get(page_of(job)).status_code, seeing.get(page_of(job)).status_code) == (404, 200)
    assert WORDS not in blind.get(job.get_absolute_url()).text
    assert WORDS in seeing.get(job.get_absolute_url()).text


def test_twelve_hundred_people_take_few_statements(admin: Client, django_assert_max_num_queries):
    job = make_job("succeeded", "employees_file", created=1200)
    people = Employee.objects.bulk_create(Employee(email=f"m{n}@example.co.jp", last_name="数") for n in range(1200))
    values = [
        {name: [None, getattr(person, name, "")] for name in FIELDS} | {"department": [None, ""]} for person in people
    ]
    SyncChange.objects.bulk_create(
        SyncChange(job=job, what="employee", object_id=person.pk, action="create", fields=fields)
        for person, fields in zip(people, values, strict=True)
    )
    with django_assert_max_num_queries(22):
        page = admin.get(page_of(job))
    assert page.context["selection"].count == 1200
    with django_assert_max_num_queries(112):
        admin.post(page_of(job), {"fingerprint": page.context["selection"].fingerprint, "count": "1200"})
    assert not Employee.objects.exists()
