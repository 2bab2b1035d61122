"""社員データの削除: one person, the ticked ones, everybody whom the list shows."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Role
from accounts.rights import Right
from assessments.models import Assessment
from departments.models import Department, RoleDepartment
from employees import deletion_views
from employees.models import Employee
from tests.factories.rows import account, logged_in, make_department, make_person, make_result, member_of_roles

LIST = reverse("employees:list")
DELETE = reverse("employees:delete_many")
FEE = "ご契約プランによっては自社社員管理の人数により基本費用が変化する可能性がありますので、操作時は十分にご注意ください。"


def ticked(*people: Employee) -> str:
    return f"{DELETE}?{urlencode({'person': [person.pk for person in people]}, doseq=True)}"


def confirm(client: Client, address: str):
    """Look at the confirmation, then send it with the number that it shows."""
    selection = client.get(address).context["selection"]
    return client.post(address, {"fingerprint": selection.fingerprint, "count": str(selection.count)}, follow=True)


def left() -> list[str]:
    return sorted(person.email.partition("@")[0] for person in Employee.objects.all())


def limited(department: Department, *rights: Right) -> Client:
    """Somebody with these rights for that department alone."""
    role = Role.objects.create(group=Group.objects.create(name="部長"), rights=list(rights), is_limited=True)
    RoleDepartment.objects.create(role=role, department=department)
    return logged_in(account("bucho", "部長"))


def test_it_tells_what_deleting_means_before_it_deletes(admin: Client):
    person = make_person()
    make_result(person)
    page = admin.get(reverse("employees:delete", args=[person.pk])).text
    assert FEE in page
    assert "検査結果1件も削除されます" in page
    assert "連携対象から除外してください" in page
    assert "もう一度新規登録されます" in page
    assert "シートは、そのまま残ります" in page
    assert "別の検査結果を取り込んで登録すると、削除した検査結果のレコードは" in page
    assert Employee.objects.exists()


def test_it_tells_administrators_which_accounts_of_theirs_stay(admin: Client):
    person, other = make_person(1), make_person(2)
    own = account("aoyama", "閲覧者", email=person.email.upper())
    former = account("kyusei", email="former@example.co.jp")
    User.objects.filter(pk=former.pk).update(is_active=False)
    account("akai", email=other.email)
    account("nobody", email="")
    Employee.objects.filter(pk=other.pk).update(email="former@example.co.jp")
    Employee.objects.filter(pk=other.pk).update(email="now@example.co.jp")
    single = admin.get(reverse("employees:delete", args=[person.pk])).text
    assert "アカウント1件は、停止も削除もされません" in single
    assert f'<a href="{reverse("accounts:edit", args=[own.pk])}">aoyama</a>' in single
    assert "akai" not in single
    both = admin.get(ticked(person, other)).text
    assert "アカウント3件は" in both
    assert f'<a href="{reverse("accounts:edit", args=[former.pk])}">kyusei</a>（停止中）' in both
    assert admin.get(reverse("employees:delete", args=[make_person(3).pk])).context["accounts"] == []


@pytest.mark.django_db
def test_others_learn_nothing_of_accounts():
    person = make_person()
    account("aoyama", email=person.email)
    client = member_of_roles(([Right.VIEW_EMPLOYEES, Right.DELETE_EMPLOYEES], None))
    pages = [client.get(reverse("employees:delete", args=[pk])).text for pk in (person.pk, make_person(2).pk)]
    for page in pages:
        assert "aoyama" not in page
        assert "停止は、管理者に依頼してください" in page


def test_it_deletes_a_person_with_the_results_and_writes_it_down(admin: Client):
    person = make_person()
    make_result(person)
    answer = confirm(admin, reverse("employees:delete", args=[person.pk]))
    assert "青山 直樹1さんの社員データを削除しました" in answer.text
    assert not Employee.objects.exists()
    assert not Assessment.objects.exists()
    entry = AuditEntry.objects.get(action="deleted")
    assert (entry.actor, entry.object_id, entry.label) == (
        "佐藤 花子（hanako）",
        str(person.pk),
        f"削除された社員 #{person.pk}",
    )


def test_it_deletes_the_ticked_people_and_nobody_else(admin: Client):
    people = [make_person(number) for number in range(1, 5)]
    make_result(people[1])
    make_result(people[2], date(2025, 4, 1))
    make_result(people[3])
    page = admin.get(ticked(people[1], people[2])).text
    assert "<strong>2名</strong>" in page
    assert "検査結果2件も削除されます" in page
    assert "青山 直樹2" in page
    assert "青山 直樹3" in page
    assert FEE in page
    assert "2名の社員データを削除しました" in confirm(admin, ticked(people[1], people[2])).text
    assert left() == ["p1", "p4"]
    assert Assessment.objects.count() == 1
    assert AuditEntry.objects.filter(action="deleted").count() == 2


def test_the_list_offers_ticks_for_a_page_at_once_and_for_everybody_it_shows(admin: Client):
    people = [make_person(number, is_retired=number < 3) for number in range(1, 5)]
    page = admin.get(f"{LIST}?retired=yes").text
    assert page.count('type="checkbox"') == 2
    assert " checked" not in page
    assert f"{DELETE}?retired=yes&amp;sort=name&amp;all=1" in page
    page = admin.get(f"{LIST}?retired=yes&select=page").text
    assert page.count(" checked>") == 2
    assert f'value="{people[0].pk}"' in page
    part = admin.get(LIST, headers={"HX-Request": "true"}).text
    assert part.count('name="person"') == 4


def test_viewers_get_neither_ticks_nor_buttons(viewer: Client):
    make_person()
    page = viewer.get(LIST).text
    assert 'type="checkbox"' not in page
    assert DELETE not in page
    assert reverse("employees:add") not in page


def test_it_deletes_everybody_whom_the_list_shows_with_the_exact_count(admin: Client):
    for number in range(60):
        make_person(number, is_retired=number % 2 == 0)
    page = admin.get(f"{DELETE}?all=1&retired=yes")
    assert "<strong>30名</strong>" in page.text
    assert "ほか10名" in page.text
    assert "30名の社員データを削除しました" in confirm(admin, f"{DELETE}?all=1&retired=yes").text
    assert Employee.objects.count() == 30
    assert not Employee.objects.filter(is_retired=True).exists()


@pytest.mark.parametrize("people", [20, 21])
def test_more_than_twenty_go_only_with_their_number_typed(people: int, admin: Client):
    for number in range(people):
        make_person(number)
    for address in (ticked(*Employee.objects.all()), f"{DELETE}?all=1"):
        page = admin.get(address)
        sent = {"fingerprint": page.context["selection"].fingerprint}
        assert ('name="count"' in page.text) == (people > 20)
        for typed in ("", "20", "x") if people > 20 else ():
            assert "入力した人数が、削除する人数と違います" in admin.post(address, sent | {"count": typed}).text
    assert Employee.objects.count() == people
    admin.post(address, sent | ({"count": "２１"} if people > 20 else {}))
    assert not Employee.objects.exists()


@pytest.mark.parametrize("query", ["department=999", "department=x", "type=x", "retired=x", "kaonavi=x"])
def test_a_filter_that_means_nothing_selects_nobody(query: str, admin: Client):
    make_person(1)
    page = admin.get(f"{DELETE}?all=1&{query}")
    assert page.context["selection"].count == 0
    assert "今は使えない条件です" in page.text
    admin.post(f"{DELETE}?all=1&{query}", {"fingerprint": page.context["selection"].fingerprint})
    assert left() == ["p1"]
    assert "全員を削除する" not in admin.get(f"{LIST}?{query}").text


def test_fifteen_hundred_people_are_no_trouble(admin: Client, django_assert_max_num_queries):
    Employee.objects.bulk_create(
        Employee(email=f"m{number}@example.co.jp", last_name="数", employee_number=str(number))
        for number in range(1500)
    )
    Assessment.objects.bulk_create(
        Assessment(employee=person, taken_on=date(2026, 4, 1)) for person in Employee.objects.all()[:200]
    )
    fingerprint = admin.get(f"{DELETE}?all=1").context["selection"].fingerprint
    with django_assert_max_num_queries(132):  # one for each batch of 500 and each table that points at people
        admin.post(f"{DELETE}?all=1", {"fingerprint": fingerprint, "count": "1,500"})
    assert not Employee.objects.exists()
    assert not Assessment.objects.exists()
    assert AuditEntry.objects.filter(action="deleted").count() == 1500


@pytest.mark.parametrize("happens", ["a person more", "a result more", "a person less"])
def test_it_asks_again_when_the_set_is_not_what_was_confirmed(happens: str, admin: Client):
    first, second = make_person(1), make_person(2)
    address = f"{DELETE}?all=1"
    fingerprint = admin.get(address).context["selection"].fingerprint
    if happens == "a person more":
        make_person(3)
    elif happens == "a result more":
        make_result(first)
    else:
        second.delete()
    before = left()
    answer = admin.post(address, {"fingerprint": fingerprint})
    assert "確認した内容から変わりました" in answer.text
    assert left() == before
    assert not AuditEntry.objects.filter(action="deleted").exists()
    confirm(admin, address)
    assert left() == []


def test_it_deletes_nobody_without_a_confirmation(admin: Client):
    person = make_person()
    for address in (reverse("employees:delete", args=[person.pk]), ticked(person), f"{DELETE}?all=1"):
        assert "確認した内容から変わりました" in admin.post(address).text
    assert Employee.objects.exists()


def test_somebody_deleted_meanwhile_is_no_crash(admin: Client):
    person = make_person()
    address = ticked(person)
    fingerprint = admin.get(address).context["selection"].fingerprint
    alone = reverse("employees:delete", args=[person.pk])
    person.delete()
    answer = admin.post(address, {"fingerprint": fingerprint})
    assert answer.status_code == 200
    assert "削除する社員が選ばれていません" in answer.text
    assert admin.post(alone).status_code == 404


@pytest.mark.parametrize("error", [IntegrityError, OperationalError])
def test_a_row_that_refers_to_somebody_at_the_same_moment_is_no_crash(error, admin: Client, monkeypatch):
    def crossed(*_, **__):
        raise error

    monkeypatch.setattr(deletion_views, "delete_people", crossed)
    answer = admin.post(ticked(make_person()), {"fingerprint": "x"})
    assert answer.status_code == 200
    assert "削除しませんでした" in answer.text


@pytest.mark.parametrize(
    "query", ["person=x", "person=-1", "person=99999999999999999999", "all=1&q=%00", "person=²", ""]
)
def test_it_takes_no_harm_from_a_query_that_makes_no_sense(query: str, admin: Client):
    make_person()
    assert admin.get(f"{DELETE}?{query}").status_code == 200


def test_a_limited_role_deletes_people_of_its_departments_alone(db):
    sales, others = make_department("1", "営業部"), make_department("2", "開発部")
    mine, theirs = make_person(1, department=sales), make_person(2, department=others)
    client = limited(sales, Right.VIEW_EMPLOYEES, Right.DELETE_EMPLOYEES)
    assert client.get(ticked(mine, theirs)).context["selection"].pks == [mine.pk]
    assert client.get(f"{DELETE}?all=1").context["selection"].pks == [mine.pk]
    confirm(client, ticked(mine, theirs))
    assert left() == ["p2"]


def test_somebody_who_sees_more_people_than_they_may_delete_gets_ticks_for_those_alone(db):
    sales = make_department("1", "営業部")
    mine = make_person(1, department=sales)
    make_person(2)
    client = limited(sales, Right.VIEW_EMPLOYEES, Right.DELETE_EMPLOYEES)
    client.get(LIST)
    everybody = Role.objects.create(group=Group.objects.create(name="全員を見る"), rights=[Right.VIEW_EMPLOYEES])
    account_of_client = client.session["_auth_user_id"]
    everybody.group.user_set.add(account_of_client)
    page = client.get(LIST)
    assert len(page.context["page"]) == 2
    assert page.context["selectable"] == {mine.pk}
    assert page.text.count('name="person"') == 1
