"""退職者フラグ of several people at once."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.rights import Right
from employees import retirement_views
from employees.models import Employee
from tests.factories.rows import make_department, make_person, member_of_roles

FLAGS = reverse("employees:change_flags")
EDIT = [Right.VIEW_EMPLOYEES, Right.EDIT_EMPLOYEES]


def ticked(flag: str, *people: Employee, **others: str) -> str:
    return f"{FLAGS}?{urlencode({'flag': flag, 'person': [person.pk for person in people], **others}, doseq=True)}"


def confirm(client: Client, address: str, **typed: str):
    """Look at the confirmation, then send it."""
    selection = client.get(address).context["selection"]
    return client.post(address, {"fingerprint": selection.fingerprint, **typed}, follow=True)


def retired() -> dict[str, str]:
    """Who has the flag, and who set it."""
    found = Employee.objects.filter(is_retired=True).order_by("email")
    return {person.email.partition("@")[0]: person.retirement_source for person in found}


def test_it_says_how_many_have_it_already_and_sets_it_for_the_others(admin: Client):
    people = [make_person(n) for n in (1, 2)]
    people.append(make_person(3, is_retired=True, retirement_date=date(2026, 3, 31), retirement_source="kaonavi"))
    make_person(4)
    page = admin.get(ticked("on", *people)).text
    assert "<strong>2名</strong>に退職者フラグを付けます" in page
    assert "すでに退職者フラグがある社員：1名" in page
    assert retired() == {"p3": "kaonavi"}
    assert "2名に退職者フラグを付けました" in confirm(admin, ticked("on", *people)).text
    assert retired() == {"p1": "manual", "p2": "manual", "p3": "kaonavi"}


def test_it_clears_it_but_for_those_who_have_a_day(admin: Client):
    people = [
        make_person(1, is_retired=True, retirement_source="manual"),
        make_person(2, is_retired=True, retirement_source="manual", retirement_date=date(2026, 3, 31)),
        make_person(3),
    ]
    page = admin.get(ticked("off", *people)).text
    assert "<strong>1名</strong>の退職者フラグを外します" in page
    assert "退職者フラグがない社員：1名" in page
    assert "退職日がある社員：1名" in page
    assert "青山 直樹1さんの退職者フラグを外しました" in confirm(admin, ticked("off", *people)).text
    assert retired() == {"p2": "manual"}
    assert not Employee.objects.get(email="p1@example.co.jp").retirement_source


def test_it_is_written_down_as_one_thing_and_found_for_each_of_them(admin: Client):
    people = [make_person(n, last_name=f"姓{n}") for n in (1, 2, 3)]
    confirm(admin, ticked("on", *people[:2]))
    entries = AuditEntry.objects.filter(action="edited").order_by("pk")
    assert [entry.detail for entry in entries] == [{"changes": {"is_retired": [False, True]}}] * 2
    assert [(entry.subject_id, entry.part_of) for entry in entries] == [
        (people[0].pk, None),
        (people[1].pk, entries[0].pk),
    ]
    trail = reverse("accounts:audit")
    for person, found in zip(people, (1, 1, 0), strict=True):
        assert admin.get(trail, {"subject": person.pk}).context["page"].paginator.count == found
        assert admin.get(trail, {"q": person.last_name}).context["page"].paginator.count == found
        sections = {
            s.key: s for s in admin.get(reverse("integrations:disclosure", args=[person.pk])).context["sections"]
        }
        assert len(sections["operations"].rows) == found
    assert "ほか1名を編集しました" in admin.get(trail).text
    assert "姓1" not in "".join(entry.label + str(entry.detail) for entry in entries)


@pytest.mark.parametrize(("typed", "changed"), [("", 0), ("20", 0), ("２１", 21)])
def test_more_than_twenty_change_only_with_their_number_typed(typed: str, changed: int, admin: Client):
    for number in range(21):
        make_person(number)
    make_person(30, is_retired=True)
    answer = confirm(admin, f"{FLAGS}?flag=on&all=1&retired=no", count=typed)
    assert ("入力した人数が、変更する人数と違います" in answer.text) == (not changed)
    assert Employee.objects.filter(retirement_source="manual").count() == changed


def test_the_list_that_one_came_from_is_there_again(admin: Client):
    person = make_person(1)
    address = ticked("on", person, q="青山", retired="no", sort="-hired")
    answer = confirm(admin, address)
    assert answer.redirect_chain[-1][0] == reverse("employees:list") + "?" + urlencode(
        {"q": "青山", "retired": "no", "sort": "-hired"}
    )


def test_somebody_who_changed_meanwhile_is_asked_about_again(admin: Client):
    one, two = make_person(1), make_person(2)
    address = ticked("on", one, two)
    fingerprint = admin.get(address).context["selection"].fingerprint
    Employee.objects.filter(pk=one.pk).update(is_retired=True, retirement_source="kaonavi")
    assert "確認した内容から変わりました" in admin.post(address, {"fingerprint": fingerprint}).text
    assert retired() == {"p1": "kaonavi"}


def test_rows_that_two_want_at_once_are_no_crash(admin: Client, monkeypatch: pytest.MonkeyPatch):
    def crossed(*_, **__):
        raise OperationalError

    monkeypatch.setattr(retirement_views, "change_flag", crossed)
    assert "変更しませんでした" in admin.post(ticked("on", make_person()), {"fingerprint": "x"}).text


def test_a_limited_role_changes_people_of_its_departments_and_is_told_of_those_it_sees_beside_them(db):
    here, there, hidden = (make_department(code, f"部署{code}") for code in "123")
    people = [make_person(n, department=place) for n, place in enumerate((here, there, hidden), 1)]
    client = member_of_roles((EDIT, here), ([Right.VIEW_EMPLOYEES], there))
    page = client.get(ticked("on", *people))
    assert page.context["selection"].pks == [people[0].pk]
    assert "編集する権限のない社員：1名" in page.text
    confirm(client, ticked("on", *people))
    assert retired() == {"p1": "manual"}
    for address in (ticked("on", people[2]), ticked("on", make_person(9, department=hidden, is_retired=True))):
        assert "編集する権限" not in client.get(address).text


@pytest.mark.parametrize("query", ["", "flag=on&person=x", "flag=x&all=1&department=999", "all=1&q=%00"])
def test_it_takes_no_harm_from_a_query_that_makes_no_sense(query: str, admin: Client):
    page = admin.get(f"{FLAGS}?{query}")
    assert (page.status_code, page.context["selection"].count) == (200, 0)


def test_thousands_take_few_statements(admin: Client, django_assert_max_num_queries):
    Employee.objects.bulk_create(Employee(email=f"m{n}@example.co.jp", last_name="数") for n in range(2500))
    fingerprint = admin.get(f"{FLAGS}?all=1").context["selection"].fingerprint
    with django_assert_max_num_queries(65):  # a few for each batch of 500
        admin.post(f"{FLAGS}?all=1", {"fingerprint": fingerprint, "count": "2500"})
    assert not Employee.objects.filter(is_retired=False).exists()
    assert AuditEntry.objects.filter(action="edited", part_of=None).count() == 1
