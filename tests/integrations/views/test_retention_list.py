"""保存期間を過ぎた社員: who is on the list, and that nobody goes without a person who typed how many."""

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.sessions import TRUSTED
from employees.models import Employee
from integrations.models import PrivacySettings
from integrations.screens.retention_list import due, months_before
from tests.factories.rows import make_person, make_result

LIST, DELETE = reverse("integrations:retention"), reverse("integrations:retention_delete")
TODAY = date(2026, 8, 31)


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (1, date(2026, 7, 31)),
        (6, date(2026, 2, 28)),
        (30, date(2024, 2, 29)),
        (12, date(2025, 8, 31)),
        (600, date(1976, 8, 31)),
    ],
)
def test_months_are_those_of_the_calendar(months: int, expected: date):
    assert months_before(TODAY, months) == expected


def at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 59)))


def test_it_lists_who_left_or_is_missing_long_enough(db):
    border = date(2025, 8, 31)
    make_person(1, is_retired=True, retirement_date=border)
    make_person(2, is_retired=True, retirement_date=border + timedelta(days=1))
    make_person(3, is_retired=False, retirement_date=border)  # no 退職者フラグ: in service
    make_person(4, missing_since=at(border, 23), last_seen_at=at(border, 1))
    make_person(5, missing_since=at(border + timedelta(days=1), 0), last_seen_at=at(border, 1))
    make_person(6, is_retired=True)  # since when, nobody knows
    make_person(7)
    listed = due(12, TODAY).order_by("pk").values_list("employee_number", flat=True)
    assert list(listed) == ["0001", "0004"]
    assert not due(None, TODAY).exists()


@pytest.fixture
def old(db) -> list[Employee]:
    """Two who left long ago, one with a result, and one who is here."""
    PrivacySettings.objects.create(retention_months=12)
    gone = [make_person(n, is_retired=True, retirement_date=date(2020, 3, 31)) for n in (1, 2)]
    make_result(gone[0])
    make_person(3)
    make_person(4, is_retired=True)
    return gone


def test_it_is_off_until_somebody_sets_it(old: list[Employee], admin: Client):
    PrivacySettings.objects.all().delete()
    assert not admin.get(LIST).context["page"].object_list
    admin.post(LIST, {"retention_months": "36"})
    assert [person.pk for person in admin.get(LIST).context["page"]] == [person.pk for person in old]
    entry = AuditEntry.objects.get(action="changed_settings")
    assert entry.detail == {"changes": {"retention_months": [None, 36]}}
    admin.post(LIST, {"retention_months": ""})
    assert not admin.get(LIST).context["page"].object_list
    assert Employee.objects.count() == 4


@pytest.mark.parametrize("months", ["0", "-1", "601", "x", "9" * 30])
def test_it_refuses_months_that_make_no_sense(months: str, old: list[Employee], admin: Client):
    assert admin.post(LIST, {"retention_months": months}).context["form"].errors
    assert PrivacySettings.objects.get().retention_months == 12


def test_it_names_those_of_whom_nobody_knows_since_when(old: list[Employee], admin: Client):
    assert "退職日のない退職者1名" in admin.get(LIST).text


@pytest.mark.parametrize("typed", ["", "1", "3", "2名", "x"])
def test_nobody_goes_without_the_right_number(typed: str, old: list[Employee], admin: Client):
    fingerprint = admin.get(DELETE, {"all": "1"}).context["selection"].fingerprint
    answer = admin.post(f"{DELETE}?all=1", {"fingerprint": fingerprint, "count": typed})
    assert "入力した人数が、削除する人数と違います" in answer.text
    assert Employee.objects.count() == 4


@pytest.mark.parametrize("typed", ["2", " ２ "])
def test_whoever_types_the_number_deletes_the_list(typed: str, old: list[Employee], admin: Client):
    page = admin.get(DELETE, {"all": "1"})
    assert "検査結果1件" in page.text
    admin.post(f"{DELETE}?all=1", {"fingerprint": page.context["selection"].fingerprint, "count": typed})
    assert set(Employee.objects.values_list("employee_number", flat=True)) == {"0003", "0004"}
    entries = AuditEntry.objects.filter(action="deleted")
    assert [entry.detail for entry in entries] == [{"what": "retention"}] * 2


def test_only_the_ticked_go_and_never_somebody_who_is_not_due(old: list[Employee], admin: Client):
    here = Employee.objects.get(employee_number="0003")
    address = f"{DELETE}?person={old[1].pk}&person={here.pk}&person=x"
    fingerprint = admin.get(address).context["selection"].fingerprint
    admin.post(address, {"fingerprint": fingerprint, "count": "1"})
    assert set(Employee.objects.values_list("employee_number", flat=True)) == {"0001", "0003", "0004"}


def test_who_came_back_meanwhile_stays(old: list[Employee], admin: Client):
    fingerprint = admin.get(DELETE, {"all": "1"}).context["selection"].fingerprint
    Employee.objects.filter(pk=old[0].pk).update(is_retired=False)
    make_person(9, is_retired=True, retirement_date=date(2019, 3, 31))
    assert "変わりました" in admin.post(f"{DELETE}?all=1", {"fingerprint": fingerprint, "count": "2"}).text
    assert Employee.objects.count() == 5


def test_it_asks_for_the_password_again(old: list[Employee], admin: Client):
    session = admin.session
    session["confirmed"] -= TRUSTED + 1
    session.save()
    assert admin.get(DELETE, {"all": "1"})["Location"].startswith(reverse("accounts:confirm"))


def test_the_list_costs_the_same_however_long_it_is(old: list[Employee], admin: Client, statements):
    few = statements(admin, LIST)
    for number in range(10, 40):
        make_person(number, is_retired=True, retirement_date=date(2020, 3, 31))
    assert statements(admin, LIST) == few
