"""「統合を取り消す」."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from cryptography.fernet import Fernet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from assessments.models import Assessment
from employees.models import Employee, FormerIdentity, IdentityDecision
from integrations.erasure.merges import forget_old_merges
from integrations.imports import identity_decisions
from integrations.imports.merge import Pair, merge
from integrations.imports.unmerge import unmerge
from integrations.models import Merge, SyncException
from tests.factories.rows import account, logged_in, make_department, make_person, make_result

TABLES = (Employee, Assessment, SyncException, IdentityDecision)


def page_of(person: Employee) -> str:
    return reverse("integrations:unmerge", args=[person.pk])


def rows() -> list[dict[int, Any]]:
    return [{row["id"]: row for row in table._default_manager.values()} for table in TABLES]


@pytest.fixture
def before(administrator) -> list[dict[int, Any]]:
    """What there was before the two were made one: different in all that they can differ in."""
    sales = make_department("1", "営業部")
    stays = make_person(1, email="", last_seen_at=timezone.now())
    goes = make_person(2, employee_number="0001", department=sales, hire_date=date(2020, 4, 1), position="課長")
    Employee.objects.filter(pk=goes.pk).update(last_name="旧姓")
    Employee.objects.filter(pk=goes.pk).update(last_name="青山")
    make_result(stays)
    make_result(goes, date(2025, 4, 1))
    SyncException.objects.create(kind="not_sent", employee=goes, reason="本人の希望", made_by=administrator)
    identity_decisions.decide(goes, "0009", "x@example.co.jp", is_same=False, by=administrator)
    return rows()


@pytest.fixture
def kept(before, administrator) -> Employee:
    both = Employee.objects.filter(employee_number="0001")
    stays = both.get(email="")
    return merge(both, stays=stays.pk, fingerprint=Pair.of(list(both), by=administrator).fingerprint, by=administrator)


def test_the_two_are_as_they_were(admin: Client, before, kept: Employee):
    assert rows() != before
    assert page_of(kept) in admin.get(kept.get_absolute_url()).text
    page = admin.get(page_of(kept)).text
    assert "その社員に戻る検査結果</dt><dd>1件" in page
    answer = admin.post(page_of(kept), follow=True)
    assert "統合を取り消しました" in answer.text
    assert rows() == before
    back = Employee.objects.exclude(pk=kept.pk).get()
    assert {"旧姓"} <= set(FormerIdentity.objects.filter(employee=back).values_list("last_name", flat=True))
    assert not Merge.objects.exists()
    entries = AuditEntry.objects.filter(action__in=("unmerged", "created")).order_by("pk")
    assert [entry.detail for entry in entries] == [{"restored": back.pk}, {"unmerged_from": kept.pk}]
    assert page_of(kept) not in admin.get(kept.get_absolute_url()).text
    assert "取り消せる統合はありません" in admin.get(page_of(kept)).text
    assert "の統合を取り消しました" in admin.get(reverse("accounts:audit")).text


@pytest.mark.parametrize(
    ("touch", "why"),
    [
        (lambda kept: Employee.objects.filter(pk=kept.pk).update(position="部長"), "この社員の内容"),
        (lambda kept: make_result(kept, date(2026, 7, 1)), "検査結果が登録または削除"),
        (lambda kept: kept.assessments.first().delete(), "検査結果が登録または削除"),
        (lambda kept: kept.exceptions.all().delete(), "同期の例外が変わっています"),
    ],
)
def test_whatever_touched_them_since_forbids_it(touch, why: str, admin: Client, kept: Employee):
    touch(kept)
    after = rows()
    assert why in admin.get(page_of(kept)).text
    assert why in admin.post(page_of(kept)).text
    assert rows() == after


def test_an_address_that_another_has_now_is_not_taken_away(admin: Client, before, kept: Employee):
    Employee.objects.filter(pk=kept.pk).update(email="")  # and the record of it, as if it had been merged so
    record = Merge.objects.get()
    taken = record.taken
    taken.after["values"]["email"] = ""
    record.content = msgspec.json.encode(taken).decode()
    record.save()
    make_person(2)
    assert "メールアドレスを、いまはほかの社員が使っています" in admin.post(page_of(kept)).text


def test_the_record_goes_with_either_and_with_time(kept: Employee, settings):
    settings.UNDO_DAYS = 30
    assert forget_old_merges() == 0
    Merge.objects.update(merged_at=timezone.now() - timedelta(days=31))
    assert forget_old_merges() == 1
    assert not Merge.objects.exists()


def test_who_was_taken_in_anew_and_is_to_be_forgotten_takes_the_record_along(kept: Employee):
    Employee.objects.filter(pk=kept.pk).update(email="other@example.co.jp", employee_number="7")
    make_person(2).delete()
    assert not Merge.objects.exists()


def test_a_record_whose_key_is_lost_cannot_be_undone_and_keeps_nobody_from_being_forgotten(
    admin: Client, kept: Employee, settings
):
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    assert "統合の記録を読み取れません" in admin.post(page_of(kept)).text
    make_person(9).delete()
    assert not Merge.objects.exists()


def test_deleting_the_one_who_stayed_leaves_nothing(kept: Employee):
    kept.delete()
    assert not Merge.objects.exists()


def test_it_is_for_administrators_alone(viewer: Client, kept: Employee):
    assert page_of(kept) not in viewer.get(kept.get_absolute_url()).text
    assert viewer.post(page_of(kept)).status_code == 403
    assert logged_in(account("nobody")).get(page_of(kept)).status_code == 403


def test_what_was_decided_about_the_number_of_both_goes_on_for_both(administrator):
    stays = make_person(1, last_seen_at=timezone.now())
    make_person(2, employee_number="0001")
    SyncException.objects.create(kind="excluded", employee_number="0001", reason="出向者")
    before = list(SyncException.objects.values())
    both = Employee.objects.filter(employee_number="0001")
    seen = Pair.of(list(both), by=administrator).fingerprint
    merge(both, stays=stays.pk, fingerprint=seen, by=administrator)
    assert list(SyncException.objects.values()) == before
    unmerge(Merge.objects.get(), by=administrator)
    assert list(SyncException.objects.values()) == before
