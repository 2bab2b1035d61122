"""Somebody with rights to some departments cannot take over the results of others by their 社員番号 or address."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.rights import Right
from departments.models import Department
from employees.forms import BEYOND, MAIL_TAKEN
from employees.models import Employee
from tests.factories.rows import make_department, make_person, member_of_roles

RIGHTS = [Right.VIEW_EMPLOYEES, Right.EDIT_EMPLOYEES]


@pytest.fixture
def mine(db) -> Department:
    return make_department("100", "営業部")


@pytest.fixture
def limited(mine: Department) -> Client:
    return member_of_roles((RIGHTS, mine))


@pytest.fixture
def person(mine: Department) -> Employee:
    return make_person(1, department=mine)


@pytest.fixture(params=["of another department", "without department"])
def outsider(request: pytest.FixtureRequest) -> Employee:
    place = make_department("200", "人事部") if request.param == "of another department" else None
    return make_person(2, last_name="秘密", department=place)


def form_of(person: Employee, **values: object) -> dict[str, object]:
    fields = {"last_name": "青山", "first_name": "直樹1", "last_name_kana": "アオヤマ", "first_name_kana": "ナオキ"}
    return fields | {"employee_number": "0001", "department": person.department_id} | values


def refusals() -> list[tuple[int | None, dict[str, object]]]:
    """Of whom, by the number, and what was refused."""
    return list(AuditEntry.objects.filter(action="refused").order_by("pk").values_list("subject_id", "detail"))


def test_a_number_of_somebody_outside_is_refused_without_telling_whose(limited: Client, person, outsider):
    page = limited.post(reverse("employees:edit", args=[person.pk]), form_of(person, employee_number="0002"))
    person.refresh_from_db()
    assert person.employee_number == "0001"
    assert BEYOND in page.text
    assert "秘密" not in page.text
    assert refusals() == [(person.pk, {"fields": ["employee_number"]})]


def test_an_address_of_somebody_outside_is_refused_without_telling_whose(limited: Client, person, outsider):
    page = limited.post(reverse("employees:mail", args=[person.pk]), {"email": "P2@example.co.jp"})
    assert BEYOND in page.text
    assert MAIL_TAKEN not in page.text
    assert refusals() == [(person.pk, {"fields": ["email"]})]


def test_nobody_new_is_made_with_such_values(limited: Client, mine: Department, outsider):
    form = {"last_name": "青山", "department": mine.pk, "email": "new@example.co.jp", "employee_number": "0002"}
    assert BEYOND in limited.post(reverse("employees:add"), form).text
    form |= {"email": outsider.email, "employee_number": "7777"}
    assert BEYOND in limited.post(reverse("employees:add"), form).text
    assert Employee.objects.count() == 1
    assert [detail for _, detail in refusals()] == [{"fields": ["employee_number"]}, {"fields": ["email"]}]


def test_what_the_page_says_to_have_shown_opens_no_way_around(limited: Client, mine: Department, outsider):
    """A new record is written as it is sent, whatever stands in the hidden fields beside it."""
    form = {"last_name": "青山", "department": mine.pk, "email": "new@example.co.jp", "employee_number": "0002"}
    page = limited.post(reverse("employees:add"), form | {"initial-employee_number": "0002"})
    assert BEYOND in page.text
    form |= {"email": outsider.email, "employee_number": "7777", "initial-email": outsider.email}
    assert BEYOND in limited.post(reverse("employees:add"), form).text
    assert Employee.objects.count() == 1
    assert [detail for _, detail in refusals()] == [{"fields": ["employee_number"]}, {"fields": ["email"]}]


def test_an_address_is_refused_alike_wherever_its_owner_is(limited: Client, mine: Department, person, outsider):
    make_person(3, department=mine)

    def refused(address: str, form: dict[str, object]) -> list[str]:
        errors = limited.post(address, form).context["form"].errors
        return [message for messages in errors.values() for message in messages]

    for address, form in (
        (reverse("employees:mail", args=[person.pk]), {}),
        (reverse("employees:add"), {"last_name": "青山", "department": mine.pk}),
    ):
        told = [refused(address, form | {"email": f"p{number}@example.co.jp"}) for number in (2, 3)]
        assert told == [[BEYOND], [BEYOND]]
    assert [detail for _, detail in refusals()] == [{"fields": ["email"]}] * 4


def test_numbers_of_people_within_reach_are_as_before(limited: Client, person, mine: Department):
    make_person(2, department=mine)
    edit = reverse("employees:edit", args=[person.pk])
    for number in ("0002", "0099"):
        assert limited.post(edit, form_of(person, employee_number=number)).status_code == 302
    assert refusals() == []


def test_somebody_who_shares_a_number_already_can_be_edited_otherwise(limited: Client, person, outsider):
    Employee.objects.filter(pk=person.pk).update(employee_number="0002")
    form = form_of(person, employee_number="0002", position="部長")
    answer = limited.post(reverse("employees:edit", args=[person.pk]), form)
    assert answer.status_code == 302, answer.context["form"].errors


def test_who_may_edit_everybody_is_told_as_before(person, outsider):
    everybody = member_of_roles((RIGHTS, None))
    page = everybody.post(reverse("employees:mail", args=[person.pk]), {"email": "p2@example.co.jp"})
    assert MAIL_TAKEN in page.text
    form = form_of(person, employee_number="0002")
    assert everybody.post(reverse("employees:edit", args=[person.pk]), form).status_code == 302
