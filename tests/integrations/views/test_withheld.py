"""「カオナビへ送らない」 on the pages: the person's, the list with its filter, correction, merging."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Right
from employees.models import Employee
from integrations.imports.merge import Pair, merge
from integrations.models import KaonaviConnection, ResultRegistration, SyncException
from tests.factories.rows import make_person, make_result, member_of_roles

STAYS = "カオナビにすでに表示されている内容は、そのまま残ります"
NAME = "「カオナビへ送らない」に設定されています"


def withhold(person: Employee, **values: object) -> SyncException:
    return SyncException.objects.create(kind="not_sent", employee=person, **values)


@pytest.fixture
def people(db) -> dict[str, Employee]:
    """Four who have been tested, two of them registered, and one who has not."""
    people = {name: make_person(number) for number, name in enumerate(("sent", "kept", "never", "new", "bare"), 1)}
    for name in ("sent", "kept", "never", "new"):
        result = make_result(people[name])
        if name in {"sent", "kept"}:
            ResultRegistration.objects.create(
                employee=people[name], assessment=result, confirmed_at=timezone.now() - timedelta(days=1)
            )
    for name in ("kept", "never", "bare"):
        withhold(people[name], reason="本人の希望")
    return people


def listed(client: Client, value: str) -> list[str]:
    page = client.get(reverse("employees:list"), {"kaonavi": value}).context["page"]
    return [person.employee_number for person in page]


def test_the_person_s_page_says_so_and_that_what_kaonavi_shows_stays(viewer: Client, people):
    for name in ("kept", "never", "bare"):
        page = viewer.get(people[name].get_absolute_url()).text
        assert (NAME in page, STAYS in page, "本人の希望" in page) == (True, True, True), name
    assert "送信しません" in viewer.get(people["never"].get_absolute_url()).text
    assert "登録済み（" in viewer.get(people["kept"].get_absolute_url()).text
    assert NAME not in viewer.get(people["sent"].get_absolute_url()).text


def test_it_is_said_no_more_when_its_last_day_is_over(viewer: Client, people):
    today = timezone.localdate()
    for until, is_told in ((today, True), (today - timedelta(days=1), False)):
        SyncException.objects.update(until=until)
        page = viewer.get(people["never"].get_absolute_url()).text
        assert (NAME in page, f"{until:%Y/%m/%d}まで" in page) == (is_told, is_told)


def test_nobody_without_the_right_to_results_is_told(people):
    blind = member_of_roles(([Right.VIEW_EMPLOYEES], None))
    assert NAME not in blind.get(people["kept"].get_absolute_url()).text
    assert "送らない" not in blind.get(reverse("employees:list")).text


def test_the_filter_tells_them_from_those_who_are_still_to_be_sent(viewer: Client, people):
    assert listed(viewer, "withheld") == ["0002", "0003"]
    assert listed(viewer, "unregistered") == ["0004"]
    assert listed(viewer, "registered") == ["0001", "0002"]
    Employee.objects.filter(pk=people["never"].pk).update(employee_number="")
    assert listed(viewer, "numberless") == []
    page = viewer.get(reverse("employees:list")).text
    assert ("今後は送らない" in page, "社員番号なし\n" in page) == (True, False)


def test_correcting_and_deleting_a_result_say_that_kaonavi_stays_as_it_is(admin: Client, people):
    KaonaviConnection.objects.create(consumer_key="key", consumer_secret="secret")
    result = people["kept"].assessments.get()
    for name in ("edit", "delete"):
        page = admin.get(reverse(f"assessments:{name}", args=[result.public_id])).text
        assert "「カオナビへ送らない」に設定されているため、カオナビの内容は変わりません" in page


@pytest.mark.parametrize(
    ("leaving", "kept", "left"),
    [
        ([None], [], [None]),
        ([], [None], [None]),
        ([date(2027, 1, 1)], [date(2026, 12, 1)], [date(2027, 1, 1)]),
        ([None], [date(2027, 1, 1)], [None]),
        ([date(2027, 1, 1)], [None], [None]),
    ],
)
def test_a_merge_sends_nobody_who_was_not_to_be_sent(leaving, kept, left, administrator):
    goes, stays = make_person(1), make_person(2, employee_number="0001")
    for person, ends in ((goes, leaving), (stays, kept)):
        for until in ends:
            withhold(person, until=until)
    both = Employee.objects.filter(pk__in=[goes.pk, stays.pk])
    merge(both, stays=stays.pk, fingerprint=Pair.of(list(both), by=administrator).fingerprint, by=administrator)
    assert list(SyncException.objects.values_list("employee", "until")) == [(stays.pk, until) for until in left]


def test_a_merge_keeps_what_was_decided_about_a_key_that_goes_with_the_one_record(administrator):
    goes, stays = make_person(1), make_person(2, employee_number="0001")
    SyncException.objects.create(kind="excluded", email=goes.email, reason="本人の希望")
    SyncException.objects.create(kind="excluded", employee_number="0001", until=date(2026, 12, 1))
    for item in ("position", "gender"):
        SyncException.objects.create(kind="pinned", employee=goes, item=item)
    SyncException.objects.create(kind="pinned", employee=stays, item="gender", until=date(2026, 12, 1))
    both = Employee.objects.filter(pk__in=[goes.pk, stays.pk])
    merge(both, stays=stays.pk, fingerprint=Pair.of(list(both), by=administrator).fingerprint, by=administrator)
    left = SyncException.objects.order_by("kind", "item", "pk").values_list(
        "employee", "kind", "item", "reason", "until"
    )
    assert list(left) == [
        (stays.pk, "excluded", "", "本人の希望", None),
        (None, "excluded", "", "", date(2026, 12, 1)),  # of the number, whoever has it
        (stays.pk, "pinned", "gender", "", None),
        (stays.pk, "pinned", "position", "", None),
    ]


def test_a_person_has_it_once_and_it_goes_with_them(people):
    with pytest.raises(IntegrityError):
        withhold(people["kept"])


def test_it_goes_with_the_person(people):
    people["kept"].delete()
    assert SyncException.objects.count() == 2
