"""The password once more: before accounts, roles, keys, deletions of several people and results in a file."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from accounts.reauthentication import FEW
from accounts.sessions import TRUSTED
from employees.models import Employee
from integrations.models import Export
from tests.factories.rows import PASSWORD, account, make_department, make_person, make_result

CONFIRM, INVITE = reverse("accounts:confirm"), reverse("accounts:invite")
QUESTION = "ご本人であることを確認します"
INVITED = {"last_name": "鈴木", "first_name": "次郎", "email": "jiro@example.co.jp", "username": "jiro", "role": ""}


@pytest.fixture
def tired(admin: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """An administrator who gave the password a quarter of an hour ago."""
    session = admin.session
    session["confirmed"] -= TRUSTED + 1
    session.save()
    return admin


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(lambda: INVITE, id="invite"),
        pytest.param(lambda: reverse("accounts:edit", args=[account("saburo").pk]), id="account"),
        pytest.param(lambda: reverse("accounts:renew_link", args=[account("saburo").pk]), id="link"),
        pytest.param(lambda: reverse("accounts:resume", args=[account("saburo").pk]), id="resume"),
        pytest.param(lambda: reverse("accounts:stop", args=[account("saburo").pk]), id="stop"),
        pytest.param(lambda: reverse("roles:add"), id="role"),
        pytest.param(lambda: reverse("employees:delete_many") + f"?person={make_person(1).pk}", id="people"),
    ],
)
def test_it_asks_before_the_page_and_leads_back_to_it(page: Callable[[], str], tired: Client):
    address = page()
    asked = tired.get(address)
    assert asked["Location"].startswith(f"{CONFIRM}?next=")
    back = tired.post(asked["Location"], {"password": PASSWORD, "next": address})["Location"]
    assert back == address
    assert tired.get(back).status_code == 200


def test_a_second_administrator_cannot_be_invited_from_an_open_browser(tired: Client):
    assert QUESTION in tired.post(INVITE, INVITED).text
    assert QUESTION in tired.post(INVITE, INVITED | {"again-password": "wrong"}).text
    assert not User.objects.filter(username="jiro").exists()


def test_what_was_typed_waits_for_the_answer(tired: Client):
    page = tired.post(INVITE, INVITED).text
    assert '<input type="hidden" name="last_name" value="鈴木">' in page
    answer = tired.post(INVITE, INVITED | {"again-password": PASSWORD})
    assert User.objects.get(username="jiro").last_name == "鈴木"
    assert PASSWORD not in answer.text


@pytest.mark.usefixtures("connected")
def test_a_secret_does_not_wait_on_a_page(tired: Client):
    page = tired.post(reverse("integrations:connection"), {"consumer_key": "the key", "consumer_secret": "canary"}).text
    assert QUESTION in page
    assert "canary" not in page


def test_nothing_waits_where_a_page_names_no_field_because_all_are_secret(tired: Client):
    page = tired.post(reverse("accounts:set_up_factor"), {"token": "canary", "more": "canary"}).text
    assert QUESTION in page
    assert "canary" not in page


def test_results_leave_in_a_file_only_after_it(tired: Client):
    make_result(make_person())
    export = reverse("integrations:export", args=["results"])
    assert QUESTION in tired.post(export, {"form": "csv"}).text
    assert not Export.objects.exists()
    assert "attachment" in tired.post(export, {"form": "csv", "again-password": PASSWORD})["Content-Disposition"]
    session = tired.session
    session["confirmed"] -= TRUSTED + 1
    session.save()
    again = reverse("integrations:export_again", args=[Export.objects.get().pk])
    assert QUESTION in tired.post(again).text
    people = reverse("integrations:export", args=["employees"])
    assert "attachment" in tired.post(people, {"form": "csv"})["Content-Disposition"]


def test_people_are_not_deleted_without_it(tired: Client):
    people = [make_person(number) for number in (1, 2)]
    address = reverse("employees:delete_many") + "".join(
        f"{'&' if n else '?'}person={p.pk}" for n, p in enumerate(people)
    )
    assert QUESTION in tired.post(address, {"fingerprint": "x"}).text
    assert Employee.objects.count() == 2


def delete(client: Client, address: str) -> str:
    """The page of one deletion, and its form sent; where that leads."""
    page = client.get(address)
    if page.status_code == 200:
        selection = page.context.get("selection")
        page = client.post(address, {"fingerprint": selection.fingerprint} if selection else {})
    return page["Location"]


@pytest.mark.parametrize(
    "things",
    [
        pytest.param(lambda: [reverse("employees:delete", args=[make_person(n).pk]) for n in range(5)], id="people"),
        pytest.param(
            lambda: [reverse("assessments:delete", args=[make_result(make_person(n)).public_id]) for n in range(5)],
            id="results",
        ),
        pytest.param(
            lambda: [reverse("departments:delete", args=[make_department(f"{n}", f"第{n}部").pk]) for n in range(5)],
            id="departments",
        ),
    ],
)
def test_not_everybody_goes_one_by_one_without_it(things: Callable[[], list[str]], tired: Client):
    addresses = things()
    assert not [address for address in addresses[:FEW] if CONFIRM in delete(tired, address)]
    fourth = addresses[FEW]
    assert tired.get(fourth)["Location"] == f"{CONFIRM}?next={fourth}"
    assert QUESTION in tired.post(fourth).text
    assert AuditEntry.objects.filter(action="deleted").count() == FEW
    tired.post(CONFIRM, {"password": PASSWORD})
    assert not [address for address in addresses[FEW:] if CONFIRM in delete(tired, address)]
    assert AuditEntry.objects.filter(action="deleted").count() == len(addresses)


def deletions(by: User, at: datetime) -> None:
    AuditEntry.objects.bulk_create(AuditEntry(actor_id=by.pk, actor="x", action="deleted", at=at) for _ in range(FEW))


def test_what_somebody_else_deleted_or_long_ago_is_not_counted(tired: Client, administrator: User):
    deletions(account("taro"), timezone.now())
    deletions(administrator, timezone.now() - timedelta(hours=25))
    assert tired.get(reverse("employees:delete", args=[make_person().pk])).status_code == 200


def test_a_merge_is_such_a_deletion(tired: Client, administrator: User):
    deletions(administrator, timezone.now())
    assert CONFIRM in tired.get(reverse("integrations:merge", args=[make_person().pk]))["Location"]


def test_nobody_is_asked_who_has_just_answered(admin: Client):
    for number in range(FEW + 2):
        assert CONFIRM not in delete(admin, reverse("employees:delete", args=[make_person(number).pk]))
    assert not Employee.objects.exists()


def test_a_role_is_made_after_it_with_all_its_ticks(tired: Client):
    sent = {"name": "担当", "rights": ["view_employees", "view_departments"], "again-password": PASSWORD}
    assert tired.post(reverse("roles:add"), sent)["Location"] == reverse("roles:list")
    assert sorted(Role.objects.get().rights) == ["view_departments", "view_employees"]


def test_guessing_there_is_stopped_too(tired: Client):
    sent = INVITED | {"again-password": "wrong"}
    assert [tired.post(INVITE, sent).status_code for _ in range(5)] == [200] * 4 + [429]
