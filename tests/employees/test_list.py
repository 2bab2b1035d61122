"""自社社員管理: the numbers above the list, its columns, its order, what can be done with whom."""

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.rights import Right
from assessments.models import PersonalityType
from employees.models import Employee
from integrations.models import KaonaviConnection, ResultRegistration
from tests.factories.rows import (
    make_department,
    make_job,
    make_person,
    make_result,
    member_of_roles,
)

LIST = reverse("employees:list")
COUNT = reverse("employees:count")
SEE = [Right.VIEW_EMPLOYEES, Right.VIEW_RESULTS]


def numbers(client: Client, **query: str) -> dict[str, int | None]:
    """What stands above the list."""
    return {each.label: each.number for each in client.get(LIST, query).context["shortcuts"]}


def followed(client: Client, label: str, **query: str) -> dict[str, str]:
    """Where the number with this label leads."""
    (address,) = [each.query for each in client.get(LIST, query).context["shortcuts"] if each.label == label]
    return {name: values[0] for name, values in parse_qs(address).items()}


def names(client: Client, **query: str) -> list[str]:
    return [person.last_name for person in client.get(LIST, query).context["page"]]


def cells(client: Client, person: Employee) -> list[str]:
    """The person's row as texts."""
    row = client.get(LIST).text.split(f'"{person.get_absolute_url()}"')[1].split("</tr>")[0]
    return [re.sub("<[^>]*>", "", cell) for cell in re.findall("<td>(.*?)</td>", row)]


@pytest.fixture
def people(db) -> list[Employee]:
    """Five, of whom three were tested and one result is on カオナビ's sheets."""
    now, place = timezone.now(), make_department("1", "営業部")
    found = [
        make_person(1, department=place),
        make_person(2, department=place, is_retired=True),
        make_person(3, last_seen_at=now, missing_since=now),
        make_person(4, email=""),
        make_person(5, is_retired=True, last_seen_at=now, missing_since=now),
    ]
    first, *_ = (make_result(person) for person in found[:3])
    ResultRegistration.objects.create(employee=found[0], assessment=first, confirmed_at=now)
    return found


def test_above_the_list_stand_numbers_and_each_leads_to_just_those(people: list[Employee], admin: Client):
    shown = numbers(admin)
    assert shown == {"在籍": 3, "退職": 2, "カオナビになし": 2, "結果未登録": None, "メールなし": 1}
    assert admin.get(COUNT, followed(admin, "結果未登録")).text == "2"
    for label, number in (shown | {"結果未登録": 2}).items():
        query = followed(admin, label)
        page = admin.get(LIST, query)
        assert len(page.context["page"]) == number
        assert [(each.label, each.number) for each in page.context["shortcuts"] if each.is_set] == [(label, number)]
        assert page.text.count('aria-current="true"') == 1
        assert followed(admin, label, **query) == {"sort": "name"}  # pressed again it is taken away


def test_a_number_goes_by_the_other_filters_and_keeps_them(people: list[Employee], admin: Client):
    place = str(people[0].department_id)
    assert numbers(admin, department=place) == {
        "在籍": 1,
        "退職": 1,
        "カオナビになし": 0,
        "結果未登録": None,
        "メールなし": 0,
    }
    assert numbers(admin, retired="yes") == {
        "在籍": 3,
        "退職": 2,
        "カオナビになし": 1,
        "結果未登録": None,
        "メールなし": 0,
    }
    assert numbers(admin, kaonavi="unregistered", retired="no") == {
        "在籍": 1,
        "退職": 1,
        "カオナビになし": 1,
        "結果未登録": 1,
        "メールなし": 0,
    }
    query = {"q": "青山", "department": place, "type": "regular", "mail": "none", "sort": "-hired", "page": "3"}
    wanted = {name: value for name, value in query.items() if name != "page"} | {"retired": "yes"}
    assert followed(admin, "退職", **query) == wanted
    assert admin.get(COUNT, {"department": place, "kaonavi": "unregistered"}).text == "1"


def test_numbers_count_whom_a_person_may_see_and_results_whom_they_may_know_of(people: list[Employee]):
    place = people[0].department
    of_all = member_of_roles(([Right.VIEW_EMPLOYEES], None))
    assert numbers(of_all) == {"在籍": 3, "退職": 2, "カオナビになし": 2, "メールなし": 1}
    assert of_all.get(COUNT, {"kaonavi": "unregistered"}).text == "0"
    of_place = member_of_roles((SEE, place))
    assert numbers(of_place) == {"在籍": 1, "退職": 1, "カオナビになし": 0, "結果未登録": None, "メールなし": 0}
    beside = member_of_roles(([Right.VIEW_EMPLOYEES], None), (SEE, place))
    for client in (of_place, beside):
        assert client.get(COUNT, {"kaonavi": "unregistered"}).text == "1"


def test_the_filters_in_use_are_named_and_each_can_be_taken_away(people: list[Employee], admin: Client):
    place = people[0].department
    query = {"q": "青", "department": str(place.pk), "type": "x", "retired": "no", "sort": "name"}
    told = admin.get(LIST, query).context["filters_in_use"]
    assert [(label, words) for label, words, _ in told] == [
        ("検索", "青"),
        ("所属", "営業部"),
        ("雇用形態", "（今は使えない条件）"),
    ]
    gone = [set(query) - set(parse_qs(address)) for *_, address in told]
    assert gone == [{"q"}, {"department"}, {"type"}]  # 退職 is one of the numbers
    assert 'name="mail" value="none"' in admin.get(LIST, {"mail": "none"}).text  # a search keeps it


def test_it_shows_type_and_day_of_the_newest_result(admin: Client):
    person, untested, unnamed = make_person(1), make_person(2), make_person(3)
    make_result(person, date(2026, 4, 1), personality_type=PersonalityType.objects.get(code="promoter"))
    make_result(person, date(2025, 4, 1))
    make_result(unnamed, personality_type=None, unknown_type="夢想家")
    assert cells(admin, person)[-3:] == ["プロモーター", "2026/04/01", "未登録"]
    assert cells(admin, untested)[-3:] == ["", "未受検", ""]
    assert cells(admin, unnamed)[-3:] == ["夢想家", "2026/04/01", "未登録"]


def test_of_results_that_one_may_not_see_nothing_stands_there(db):
    here, there = make_department("1", "営業部"), make_department("2", "開発部")
    mine, theirs, untested = (make_person(n, department=place) for n, place in enumerate((here, there, there), 1))
    for person in (mine, theirs):
        make_result(person)
    client = member_of_roles(([Right.VIEW_EMPLOYEES], None), (SEE, here))
    assert cells(client, mine)[-3:] == ["コントリビューター", "2026/04/01", "未登録"]
    assert cells(client, theirs)[-3:] == cells(client, untested)[-3:] == ["", "", ""]
    blind = member_of_roles(([Right.VIEW_EMPLOYEES], None))
    page = blind.get(LIST).text
    assert [word for word in ("16タイプ", "受検日", "カオナビ登録</th>", "未受検", "コントリ") if word in page] == []


def test_who_sees_types_in_the_list_is_written_down_once_an_hour(people: list[Employee], viewer: Client):
    def looks() -> list[tuple[str, str]]:
        return list(AuditEntry.objects.filter(action="viewed").values_list("actor", "what"))

    viewer.get(LIST, {"mail": "none"})  # nobody there was tested
    member_of_roles(([Right.VIEW_EMPLOYEES], None)).get(LIST)
    assert looks() == []
    for _ in range(2):
        viewer.get(LIST)
    assert looks() == [("jiro（jiro）", "社員の一覧の16タイプ")]


def test_whoever_has_no_kana_comes_last_and_so_do_the_blanks_of_other_columns(admin: Client):
    make_person(1, last_name="欠", last_name_kana="", employee_number="", position="")
    make_person(2, last_name="伊", last_name_kana="イ", position="課長")
    make_person(3, last_name="阿", last_name_kana="ア", position="部長")
    for sort, order in (("name", "阿伊欠"), ("-name", "伊阿欠"), ("number", "伊阿欠"), ("-number", "阿伊欠")):
        assert "".join(names(admin, sort=sort)) == order, sort
    assert {"".join(names(admin, sort=sort))[-1] for sort in ("position", "-position")} == {"欠"}


def test_it_says_when_kaonavi_was_last_taken_over(admin: Client, viewer: Client):
    assert "最終同期" not in admin.get(LIST).text
    make_job("failed")
    make_job("succeeded", "departments")
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    assert "まだありません" in admin.get(LIST).text
    job = make_job("partial")
    at = f"{timezone.localtime(job.finished_at):%Y/%m/%d %H:%M}"
    assert f'<a href="{job.get_absolute_url()}">{at}</a>（一部エラー）' in viewer.get(LIST).text
    page = member_of_roles(([Right.VIEW_EMPLOYEES], None)).get(LIST).text
    assert at in page
    assert job.get_absolute_url() not in page


def test_a_sync_stands_beside_the_menu_for_administrators_while_connected(admin: Client, viewer: Client):
    assert "カオナビと同期</button>" not in admin.get(LIST).text
    connection = KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    assert admin.get(LIST).text.count("カオナビと同期</button>") == 2  # and in it
    assert "カオナビと同期</button>" not in viewer.get(LIST).text
    KaonaviConnection.objects.filter(pk=connection.pk).update(state="broken")
    assert "カオナビと同期</button>" not in admin.get(LIST).text


@pytest.mark.parametrize(
    ("rights", "words"),
    [
        ([], []),
        ([Right.EDIT_EMPLOYEES], ["退職者フラグを付ける", "退職者フラグを外す"]),
        ([Right.DELETE_EMPLOYEES], ["選んだ社員を削除する", "全員を削除する"]),
    ],
)
def test_what_can_be_done_with_whom_goes_by_right(rights: Sequence[Right], words: list[str], people: list[Employee]):
    client = member_of_roles(([Right.VIEW_EMPLOYEES, *rights], None))
    page = client.get(LIST).text
    every = ["退職者フラグを付ける", "退職者フラグを外す", "選んだ社員を削除する", "全員を削除する"]
    assert [word for word in every if word in page] == words
    assert page.count('name="person"') == (5 if rights else 0)
    assert ("全員の操作" in page) == bool(rights)


def test_ticks_are_for_those_whom_one_may_edit_or_delete(people: list[Employee]):
    place = people[0].department
    client = member_of_roles(([Right.VIEW_EMPLOYEES], None), ([Right.VIEW_EMPLOYEES, Right.EDIT_EMPLOYEES], place))
    assert client.get(LIST).context["selectable"] == {people[0].pk, people[1].pk}
