"""Who was seen by which run: links, marks, and what no page may claim (product rules 1, 2.7 and 3.14)."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from departments.models import Department
from employees.models import Employee
from integrations.imports.merge import Pair
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import SyncJob
from integrations.models.unseen import UnseenEmployee

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]
Status = SyncJob.Status


def employee(code: str) -> Employee:
    return Employee.objects.get(email=f"{code}@example.co.jp")


def remove(tenant: Tenant, code: str) -> None:
    tenant.state.members = [member for member in tenant.state.members if member.code != code]


def reasons(job: SyncJob) -> list[str]:
    return sorted(job.issues.values_list("reason", flat=True))


@pytest.fixture
def unreadable(tenant) -> Callable[[], None]:
    """Makes one element of each answer unreadable."""

    def spoil() -> None:
        tenant.add_member("X").overrides["name"] = {"unexpected": True}
        tenant.add_department("X", "壊れた部").order = -1

    return spoil


@pytest.fixture
def page(person) -> Callable[[object], str]:
    """What the page of a person or department says."""
    client = Client()
    client.force_login(person)
    return lambda row: client.get(row.get_absolute_url()).content.decode()


def test_the_first_run_links_people_and_departments_who_are_equal_already(tenant, run: Run):
    tenant.add_department("A", "本社")
    tenant.add_member("1", department="A")
    run("departments")
    run("employees")
    for model in (Department, Employee):
        model.objects.update(last_seen_at=None)
    for kind, model in (("departments", Department), ("employees", Employee)):
        job = run(kind)
        assert (job.counts["unchanged"], job.counts["updated"], job.changes.count()) == (1, 0, 0)
        seen_at = model.objects.get().last_seen_at
        assert seen_at is not None
        run(kind)
        assert model.objects.get().last_seen_at == seen_at, "a second run writes nothing"


def test_a_company_that_began_with_a_file_is_told_when_kaonavi_has_nobody_any_more(tenant, run: Run):
    file = "社員番号,姓,名,姓（カナ）,名（カナ）,メールアドレス\r\n1,青山,一,アオヤマ,イチ,1@example.co.jp\r\n"
    run("employees_file", approve=True, file=("a.csv", file.encode()))
    assert employee("1").last_seen_at is None, "a file links nobody"
    tenant.add_member("1", name="青山 一", name_kana="アオヤマ イチ")
    assert run("employees").counts["unchanged"] == 1
    tenant.state.members.clear()
    assert reasons(run("employees")) == ["SOURCE_EMPTY"]


def test_a_preview_links_nobody_and_a_refused_row_is_not_linked(tenant, run: Run):
    tenant.add_member("1")
    run("employees")
    Employee.objects.update(last_seen_at=None)
    run("employees", dry_run=True)
    assert employee("1").last_seen_at is None
    tenant.edit_member("1", birthday="2001-02-30")
    run("employees")
    assert employee("1").last_seen_at is None


def test_a_run_with_an_unreadable_element_says_that_it_could_not_look_for_whoever_is_gone(
    tenant, run: Run, unreadable, page
):
    tenant.add_department("A", "本社")
    tenant.add_department("B", "営業部")
    tenant.add_member("1")
    tenant.add_member("2")
    run("departments")
    before = run("employees")
    remove(tenant, "2")
    tenant.state.departments.pop()
    unreadable()
    assert "DEPARTMENTS_NOT_CHECKED_FOR_ABSENCE" in reasons(run("departments"))
    job = run("employees")
    assert reasons(job) == ["MEMBERS_NOT_CHECKED_FOR_ABSENCE", "MEMBER_UNREADABLE"]
    assert "1名" in job.issues.get(reason="MEMBERS_NOT_CHECKED_FOR_ABSENCE").detail
    for row in (employee("2"), Department.objects.get(code="B")):
        assert row.missing_since is None
        assert "最新の同期では確認できませんでした" in page(row)
        assert "登録あり" not in page(row)
    for row in (employee("1"), Department.objects.get(code="A")):
        assert "登録あり" in page(row)
    assert UnseenEmployee.objects.get().seen_at == before.finished_at


def test_a_run_that_could_not_look_claims_no_number_of_who_is_gone(tenant, run: Run, unreadable):
    tenant.add_member("1")
    unreadable()
    for kind, words in (("departments", "部署は、確認できませんでした"), ("employees", "社員は、確認できませんでした")):
        message = run(kind).message
        assert (words in message, "見つからなくなった" in message, "0名。" in message, "0件。" in message) == (
            *(True, True),
            *(False, False),
        )


def test_the_list_does_not_count_the_unseen_as_being_there(tenant, run: Run, unreadable, person):
    tenant.add_member("1")
    tenant.add_member("2")
    run("employees")
    remove(tenant, "2")
    unreadable()
    run("employees")
    client = Client()
    client.force_login(person)
    for presence, code in (("seen", "1"), ("unseen", "2")):
        text = client.get(reverse("employees:list"), {"kaonavi": presence}).content.decode()
        assert [mail in text for mail in ("1@example.co.jp", "2@example.co.jp")] == [code == "1", code == "2"]


def test_the_mark_has_the_time_of_the_last_run_that_saw_the_row(tenant, run: Run, unreadable):
    tenant.add_department("A", "本社")
    tenant.add_department("B", "営業部")
    tenant.add_member("1")
    tenant.add_member("2")
    saw = {"departments": run("departments"), "employees": run("employees")}
    for kind in saw:
        saw[kind] = run(kind)
    remove(tenant, "2")
    tenant.state.departments.pop()
    unreadable()
    for kind in ("departments", "employees", "departments", "employees"):
        run(kind)
    remove(tenant, "X")
    tenant.state.departments.pop()
    for kind, row in (("departments", Department.objects.get(code="B")), ("employees", employee("2"))):
        assert run(kind).status == Status.SUCCEEDED
        row.refresh_from_db()
        assert row.missing_since is not None
        assert row.last_seen_at == saw[kind].finished_at
    assert not UnseenEmployee.objects.exists()


def test_whoever_is_seen_again_is_no_longer_unseen(tenant, run: Run, unreadable, page):
    tenant.add_member("1")
    gone = tenant.add_member("2")
    run("employees")
    remove(tenant, "2")
    unreadable()
    run("employees")
    tenant.state.members.append(gone)
    job = run("employees")
    assert job.counts["unchanged"] == 2
    assert "登録あり" in page(employee("2"))


def test_an_unreadable_member_is_there_by_its_number(tenant, run: Run):
    tenant.add_member("1")
    tenant.add_member("2")
    run("employees")
    tenant.state.member("2").overrides["mail"] = {"unexpected": True}
    run("employees")
    assert not UnseenEmployee.objects.exists()


@pytest.mark.parametrize(
    "trouble", [{"birthday": "2001-02-30"}, {"name": ""}, {"mail": ""}, {"mail": "1@example.co.jp"}]
)
def test_the_mark_goes_also_where_the_returning_row_is_refused_or_left_out(tenant, run: Run, trouble):
    tenant.add_member("1")
    gone = tenant.add_member("2")
    tenant.add_member("3")
    run("employees")
    remove(tenant, "2")
    run("employees")
    assert employee("2").missing_since is not None
    tenant.state.members.append(gone)
    if trouble.get("mail"):
        tenant.add_member("4", mail="2@example.co.jp")
    else:
        tenant.edit_member("2", **trouble)
    job = run("employees")
    assert employee("2").missing_since is None
    assert job.counts["updated"] == 0, "it has another outcome"
    assert [change.fields for change in job.changes.all()] == [{"missing": [True, False]}]
    run("employees")
    assert SyncJob.objects.latest("pk").changes.count() == 0


def test_the_mark_of_a_refused_department_goes_too(tenant, run: Run):
    tenant.add_department("A", "本社")
    gone = tenant.add_department("B", "営業部")
    run("departments")
    tenant.state.departments.remove(gone)
    run("departments")
    assert Department.objects.get(code="B").missing_since is not None
    gone.name = ""
    tenant.state.departments.append(gone)
    job = run("departments")
    assert Department.objects.get(code="B").missing_since is None
    assert (job.counts["updated"], job.counts["failed"]) == (0, 1)
    assert job.changes.get().fields == {"missing": [True, False]}


def test_merging_knows_who_stays_after_a_run_that_could_mark_nobody(tenant, run: Run, unreadable):
    tenant.add_member("1")
    tenant.add_member("2")
    run("employees")
    unreadable()
    tenant.edit_member("2", mail="married@example.co.jp")
    run("employees")
    old, new = employee("2"), employee("married")
    assert Pair.of([old, new], by=User(is_superuser=True)).stays == new.pk


def test_a_department_takes_its_new_code_after_a_run_that_could_mark_nobody(tenant, run: Run, unreadable, person):
    tenant.add_department("A", "本社")
    tenant.add_department("B", "営業部")
    run("departments")
    unreadable()
    tenant.state.departments[1].code = "B2"
    job = run("departments")
    assert "DEPARTMENT_NAME_TAKEN" in reasons(job)
    client = Client()
    client.force_login(person)
    assert "この部署のコードを B2 に変更する" in client.get(job.get_absolute_url()).content.decode()
    address = reverse("departments:code", args=[Department.objects.get(code="B").pk])
    client.post(address, {"code": "B2", "initial-code": "B"})
    assert Department.objects.filter(code="B2").exists()
    run("departments")
    assert "DEPARTMENT_NAME_TAKEN" not in reasons(SyncJob.objects.latest("pk"))
