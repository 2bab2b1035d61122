"""Somebody else deletes what a form is about: before it is sent, or at the very moment between reading and writing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.forms import AccountForm
from accounts.models import AuditEntry, Role
from departments import role_actions
from departments.models import Department
from integrations.exception_forms import ExceptionForm
from integrations.models import KaonaviConnection, SyncException
from integrations.views import check
from tests.factories.rows import account, make_department, make_person

GONE = "この操作は行われませんでした"
WHY = {"reason": "出向中"}


def department() -> Department:
    return make_department("S", "営業部")


def exception() -> SyncException:
    return SyncException.objects.create(kind="excluded", employee_number="E-1", reason="理由")


def someone() -> Model:
    return account("taro", "閲覧者")


def amid(patch: pytest.MonkeyPatch, form: type, deed: Callable[[], object]) -> None:
    """The deed is done when a form of this type has been found right, before anything is written."""
    judge = form.is_valid

    def is_valid(self: Any) -> bool:
        found: bool = judge(self)
        deed()
        return found

    patch.setattr(form, "is_valid", is_valid)


@pytest.mark.parametrize(
    ("make", "address", "sent"),
    [
        (someone, "accounts:edit", {"last_name": "山田"}),
        (someone, "accounts:stop", {}),
        (department, "departments:edit", {"name": "営業部"}),
        (department, "departments:delete", {}),
        (make_person, "employees:edit", {"last_name": "山田"}),
        (make_person, "employees:delete", {}),
        (exception, "integrations:exception", WHY),
        (exception, "integrations:end_exception", {}),
    ],
)
def test_a_form_about_what_is_gone_is_told_that_and_what_to_do(
    make: Callable[[], Model], address: str, sent: dict[str, str], admin: Client
):
    row = make()
    page = reverse(address, args=[row.pk])
    row.delete()
    answer = admin.post(page, sent)
    assert answer.status_code == 404
    assert "対象が見つかりません" in answer.text
    assert GONE in answer.text
    assert "メニューから一覧を開き直して" in answer.text


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(
    ("make", "address", "form"),
    [(exception, "integrations:exception", ExceptionForm), (someone, "accounts:edit", AccountForm)],
)
def test_what_goes_while_its_form_is_judged_is_told_so(
    make: Callable[[], Model], address: str, form: type, admin: Client, monkeypatch: pytest.MonkeyPatch
):
    row = make()
    page = reverse(address, args=[row.pk])
    amid(monkeypatch, form, type(row)._default_manager.filter(pk=row.pk).delete)
    answer = admin.post(page, WHY | {"last_name": "山田", "first_name": "太郎"})
    assert (answer.status_code, GONE in answer.text) == (404, True)
    assert not AuditEntry.objects.filter(action="edited").exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_person_or_department_that_goes_takes_no_new_exception_with_an_error(
    admin: Client, monkeypatch: pytest.MonkeyPatch
):
    person, sales = make_person(), department()
    not_sent = f"{reverse('integrations:add_exception', args=['not_sent'])}?person={person.pk}"
    limits = {"limits_departments": "on", "departments": [sales.pk]}
    for page, sent, row in ((not_sent, WHY, person), (reverse("integrations:scope"), WHY | limits, sales)):
        with monkeypatch.context() as patch:
            amid(patch, ExceptionForm, row.delete)
            answer = admin.post(page, sent)
        assert (answer.status_code, "ほかの人が同時に削除したため、設定しませんでした" in answer.text) == (200, True)
    assert not SyncException.objects.exists()


def test_a_check_of_a_connection_that_goes_meanwhile_is_not_remembered(
    connected: KaonaviConnection, monkeypatch: pytest.MonkeyPatch
):
    connections = KaonaviConnection.objects.all()
    current = type(connections).current

    def current_and_then(self: Any) -> Any:
        found = current(self)
        connections.delete()
        return found

    monkeypatch.setattr(type(connections), "current", current_and_then)
    assert check.remember("keys", []) == {}
    assert not connections.exists()


def test_a_role_is_deleted_once(admin: Client, monkeypatch: pytest.MonkeyPatch):
    role = Role.objects.create(group=Group.objects.create(name="人事"), rights=[])
    delete = role_actions.delete_role
    monkeypatch.setattr(
        role_actions, "delete_role", lambda role, by: (Group.objects.filter(name="人事").delete(), delete(role, by=by))
    )
    page = admin.post(reverse("roles:delete", args=[role.pk]), follow=True).text
    assert "この権限はたった今、削除されました" in page
    assert not AuditEntry.objects.filter(action="deleted").exists()
