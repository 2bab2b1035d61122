"""重複した社員を統合する."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from accounts.rights import Right
from assessments.models import Assessment
from departments.models import RoleDepartment
from employees.models import Employee
from integrations.models import ResultRegistration
from integrations.views import merging
from tests.factories.rows import account, logged_in, make_department, make_issue, make_job, make_person, make_result


def page_of(person: Employee, other: Employee | None = None) -> str:
    address = reverse("integrations:merge", args=[person.pk])
    return f"{address}?with={other.pk}" if other else address


@pytest.fixture
def old(db) -> Employee:
    """The record under the old address, which カオナビ has no more."""
    then = timezone.now() - timedelta(days=30)
    return make_person(1, employee_number="0001", last_seen_at=then, missing_since=timezone.now())


@pytest.fixture
def new(db) -> Employee:
    """The record that a sync made under the new address."""
    return make_person(2, employee_number="0001", last_seen_at=timezone.now())


def merge(client: Client, person: Employee, stays: Employee):
    page = client.get(page_of(person))
    return client.post(
        page_of(person), {"stays": str(stays.pk), "fingerprint": page.context["pair"].fingerprint}, follow=True
    )


def test_it_shows_both_and_has_chosen_the_one_that_kaonavi_has(admin: Client, old: Employee, new: Employee):
    make_result(old)
    for person in (old, new):
        page = admin.get(page_of(person)).text
        assert page.count('type="radio"') == 2
        assert f'value="{new.pk}" required checked' in page
        assert f'value="{old.pk}" required>' in page
        assert "1件" in page
        assert "カオナビに登録がある方を選んであります" in page
        assert "ご契約プランによっては" in page
    assert reverse("integrations:merge", args=[old.pk]) in admin.get(old.get_absolute_url()).text


@pytest.mark.parametrize("missing", [True, False])
def test_it_leaves_the_choice_where_kaonavi_has_both_or_neither(missing, admin: Client, old, new):
    Employee.objects.update(missing_since=timezone.now() if missing else None)
    page = admin.get(page_of(old))
    assert " checked" not in page.text
    answer = admin.post(page_of(old), {"fingerprint": page.context["pair"].fingerprint})
    assert "残す社員を選んでください" in answer.text
    assert Employee.objects.count() == 2


def test_the_results_of_both_stay_with_their_links(admin: Client, old: Employee, new: Employee):
    first, second = make_result(old, date(2025, 4, 1)), make_result(old, date(2026, 4, 1))
    mine = make_result(new, date(2024, 4, 1))
    links = {result.public_id for result in (first, second, mine)}
    answer = merge(admin, old, new)
    assert answer.redirect_chain[-1][0] == new.get_absolute_url()
    assert "統合しました" in answer.text
    assert list(Employee.objects.all()) == [new]
    assert {result.public_id for result in new.assessments.all()} == links
    assert admin.get(first.get_absolute_url()).status_code == 200


def test_the_one_without_a_link_can_be_chosen_as_well(admin: Client, old: Employee, new: Employee):
    make_result(new)
    merge(admin, new, old)
    assert Employee.objects.get() == old
    assert old.assessments.count() == 1


def test_it_says_nothing_of_the_sheets_until_they_have_been_looked_at_again(
    admin: Client, old: Employee, new: Employee
):
    moved, mine = make_result(old, date(2020, 4, 1)), make_result(new, date(2026, 4, 1))
    for person, result in ((old, moved), (new, mine)):
        ResultRegistration.objects.create(employee=person, assessment=result, confirmed_at=timezone.now())
    merge(admin, old, new)
    assert not ResultRegistration.objects.exists()


def test_what_is_registered_stays_so_when_no_result_moves(admin: Client, old: Employee, new: Employee):
    ResultRegistration.objects.create(employee=new, assessment=make_result(new), confirmed_at=timezone.now())
    merge(admin, old, new)
    assert ResultRegistration.objects.get().employee == new


def test_of_the_same_test_both_results_stay_and_the_page_says_so(admin: Client, old: Employee, new: Employee):
    make_result(old)
    make_result(new)
    make_result(new, title="別の検査")
    assert "両方の社員に1件あります" in admin.get(page_of(old)).text
    merge(admin, old, new)
    assert new.assessments.count() == 3


def test_a_merge_is_written_down(admin: Client, old: Employee, new: Employee):
    make_result(old)
    removed = old.pk
    merge(admin, old, new)
    merged, deleted = AuditEntry.objects.get(action="merged"), AuditEntry.objects.get(action="deleted")
    assert (merged.object_id, merged.detail) == (str(new.pk), {"removed": removed, "results": 1})
    label = f"削除された社員 #{removed}"
    assert (deleted.object_id, deleted.label, deleted.detail) == (str(removed), label, {"merged_into": new.pk})


@pytest.mark.parametrize("happens", ["a result more", "another number", "deleted", "another address"])
def test_it_merges_nobody_who_is_not_as_the_person_saw_them(happens: str, admin: Client, old: Employee, new: Employee):
    form = {"stays": str(new.pk), "fingerprint": admin.get(page_of(new)).context["pair"].fingerprint}
    if happens == "a result more":
        make_result(old)
    elif happens == "another number":
        Employee.objects.filter(pk=old.pk).update(employee_number="0002")
    elif happens == "another address":
        Employee.objects.filter(pk=old.pk).update(email="x@example.co.jp")
    else:
        old.delete()
    people, results = list(Employee.objects.values_list()), Assessment.objects.count()
    answer = admin.post(page_of(new), form)
    assert answer.status_code == 200
    assert "もう一度確認してください" in answer.text or "同じ社員番号の社員はほかにいません" in answer.text
    assert (list(Employee.objects.values_list()), Assessment.objects.count()) == (people, results)
    assert not AuditEntry.objects.filter(action="merged").exists()


def test_something_written_at_the_same_moment_is_no_crash(admin: Client, old: Employee, new: Employee, monkeypatch):
    def crossed(*_, **__):
        raise IntegrityError

    monkeypatch.setattr(merging, "merge", crossed)
    answer = admin.post(page_of(old), {"stays": str(new.pk), "fingerprint": "x"})
    assert answer.status_code == 200
    assert "統合しませんでした" in answer.text


def test_with_several_of_the_same_number_a_person_says_which(admin: Client, old: Employee, new: Employee):
    third = make_person(3, employee_number="0001")
    page = admin.get(page_of(old))
    assert "ほかに2人います" in page.text
    assert "pair" not in page.context
    chosen = admin.get(page_of(old, third))
    assert {side.person for side in chosen.context["pair"].sides} == {old, third}
    admin.post(page_of(old, third), {"stays": str(third.pk), "fingerprint": chosen.context["pair"].fingerprint})
    assert set(Employee.objects.all()) == {new, third}


def test_people_of_different_numbers_or_without_one_are_not_merged(admin: Client):
    for first, second in (("1", "2"), ("", "")):
        person = make_person(int(first or 8), employee_number=first)
        other = make_person(int(second or 9), employee_number=second)
        for address in (page_of(person), page_of(person, other)):
            assert "同じ社員番号の社員はほかにいません" in admin.get(address).text
            admin.post(address, {"stays": str(person.pk), "fingerprint": ""})
        assert "統合" not in admin.get(person.get_absolute_url()).text
    assert Employee.objects.count() == 4


def test_a_limited_role_merges_nobody_whom_it_may_not_delete(old: Employee, new: Employee):
    sales = make_department("1", "営業部")
    Employee.objects.filter(pk=old.pk).update(department=sales)
    role = Role.objects.create(group=Group.objects.create(name="部長"), rights=Right.values, is_limited=True)
    RoleDepartment.objects.create(role=role, department=sales)
    client = logged_in(account("bucho", "部長"))
    page = client.get(page_of(old, new)).text
    assert "同じ社員番号の社員はほかにいません" in page
    assert new.email not in page
    assert client.get(page_of(new)).status_code == 404


def test_the_warning_of_a_run_leads_to_the_merge(admin: Client, viewer: Client, old: Employee, new: Employee):
    job = make_job("succeeded")
    make_issue(job, "warning", reason="MEMBER_NUMBER_SHARED", object_id=old.pk)
    assert page_of(old) in admin.get(job.get_absolute_url()).text
    assert page_of(old) not in viewer.get(job.get_absolute_url()).text
