"""設定 > 同期の例外 and its part of the person's page."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit_lines import lines_of
from accounts.models import AuditEntry
from accounts.rights import Right
from employees.models import Employee
from integrations.models import SyncException
from integrations.rules.employees.exceptions import PINNABLE
from integrations.sync_exceptions import Whom, set_for
from tests.factories.rows import make_department, make_person, make_result, member_of_roles

LIST = reverse("integrations:exceptions")
Kind = SyncException.Kind


def adding(kind: str, person: Employee | None = None) -> str:
    return reverse("integrations:add_exception", args=[kind]) + (f"?person={person.pk}" if person else "")


def told() -> list[str]:
    return [line.text for line in lines_of(AuditEntry.objects.filter(what="同期の例外").order_by("pk"))]


def test_people_are_left_out_by_mail_or_number_many_at_once(admin: Client):
    here = make_person(1)
    lines = f" {here.email.upper()}\n\nNEW@example.co.jp\r\nE-77\n{here.employee_number}\n"
    answer = admin.post(adding("excluded"), {"people": lines, "reason": "出向中"}, follow=True)
    assert "「カオナビから取り込まない」を設定しました" in answer.text
    rows = SyncException.objects.order_by("pk").values_list("employee", "email", "employee_number", "reason", "until")
    assert list(rows) == [
        (here.pk, "", "", "出向中", None),
        (None, "new@example.co.jp", "", "出向中", None),
        (None, "", "E-77", "出向中", None),
    ]
    assert told()[0].startswith(f"{here.full_name}さんの同期の例外「カオナビから取り込まない」")
    assert "new@example.co.jp" not in str(list(AuditEntry.objects.values_list("label", "detail")))


@pytest.mark.parametrize(
    ("kind", "people", "words"),
    [
        ("pinned", "nobody@example.co.jp", "「nobody@example.co.jp」の社員が見つかりません"),
        ("not_sent", "0001", "社員番号「0001」の社員が2名います"),
        ("excluded", "社員1", "メールアドレスか社員番号の形ではありません"),
        ("excluded", "9" * 51, "メールアドレスか社員番号の形ではありません"),
        ("excluded", "\n".join(map(str, range(501))), "500人までです"),
    ],
)
def test_whom_the_lines_do_not_tell_is_asked_about(kind: str, people: str, words: str, admin: Client):
    for number in (1, 2):
        make_person(number, employee_number="0001")
    page = admin.post(adding(kind), {"people": people, "item": "position", "reason": "理由"})
    assert (page.status_code, words in page.text) == (200, True)
    assert not SyncException.objects.exists()


@pytest.mark.parametrize("missing", [{"reason": ""}, {"until": "2020-01-01"}, {"item": "email"}])
def test_a_reason_a_day_to_come_and_an_item_are_needed(missing: dict[str, str], admin: Client):
    person = make_person()
    sent = {"item": "position", "reason": "人事が決める", "until": ""} | missing
    assert admin.post(adding("pinned", person), sent).status_code == 200
    assert not SyncException.objects.exists()


def test_one_is_set_changed_and_ended_on_the_way_from_the_person(admin: Client):
    person = make_person()
    until = timezone.localdate() + timedelta(days=3)
    admin.post(adding("pinned", person), {"item": "position", "reason": "人事が決める", "until": until.isoformat()})
    exception = SyncException.objects.get()
    page = admin.get(person.get_absolute_url()).text
    assert ("役職を固定する" in page, f"{until:%Y/%m/%d}まで" in page, "人事が決める" in page) == (True,) * 3

    admin.post(exception.get_absolute_url(), {"reason": "別の理由", "until": ""})
    exception.refresh_from_db()
    assert (exception.reason, exception.until) == ("別の理由", None)

    ended = admin.post(reverse("integrations:end_exception", args=[exception.pk]), {"from": str(person.pk)})
    assert (ended.url, SyncException.objects.exists()) == (person.get_absolute_url(), False)
    thing = f"{person.full_name}さんの同期の例外「役職を固定する」"
    assert told() == [f"{thing}を設定しました", f"{thing}を変更しました", f"{thing}を終了しました"]


def test_setting_it_once_more_gives_it_the_new_reason_and_day(admin: Client):
    person = make_person()
    SyncException.objects.create(kind=Kind.NOT_SENT, employee=person, until=date(2020, 1, 1))
    admin.post(adding("not_sent", person), {"reason": "本人の希望"})
    assert list(SyncException.objects.values_list("reason", "until")) == [("本人の希望", None)]


def test_the_scope_is_one_and_says_how_many_it_leaves_where_they_are(admin: Client):
    sales = make_department("S", "営業部")
    first = make_department("S1", "第一課", sales)
    make_person(1, department=first, employment_type="regular")
    make_person(2, department=sales)
    make_person(3)
    where = reverse("integrations:scope")
    for types in ([], ["regular", "blank"], ["regular"]):
        sent = {
            "limits_departments": "on",
            "departments": [sales.pk],
            "employment_types": types,
            "reason": "親会社だけ",
        }
        assert admin.post(where, sent).status_code == 302
    scope = SyncException.objects.get()
    assert (list(scope.departments.all()), scope.employment_types, scope.limits_departments) == (
        [sales],
        ["regular"],
        True,
    )
    page = admin.get(LIST).text
    assert "営業部（下の部署を含む）、正社員" in page
    assert "登録されている社員のうち2名は、今の範囲に入りません" in page
    assert [line for line in told() if "連携の範囲" in line] == [
        "同期の例外「連携の範囲」を設定しました",
        "同期の例外「連携の範囲」を変更しました",
        "同期の例外「連携の範囲」を変更しました",
    ]
    assert AuditEntry.objects.latest("pk").detail["changes"] == {"employment_types": [["正社員", "未登録"], ["正社員"]]}
    assert 'value="regular"' in admin.get(where).text
    assert admin.get(scope.get_absolute_url()).url == where


@pytest.mark.parametrize("sent", [{}, {"limits_departments": "on"}, {"employment_types": ["x"]}])
def test_a_scope_that_limits_nothing_is_not_set(sent: dict[str, object], admin: Client):
    assert admin.post(reverse("integrations:scope"), {"reason": "理由", **sent}).status_code == 200
    assert not SyncException.objects.exists()


@pytest.fixture
def several(administrator) -> list[SyncException]:
    """One of each kind but the scope, the last one ended."""
    aoki, inoue = make_person(1, last_name="髙木", first_name="葵"), make_person(2, last_name="井上")
    yesterday = timezone.localdate() - timedelta(days=1)
    common = {"by": administrator, "reason": "出向のため", "until": None}
    set_for([Whom(aoki)], Kind.PINNED, item="hire_date", **common)
    set_for([Whom(email="x9@example.co.jp"), Whom(employee_number="E-77")], Kind.EXCLUDED, **common)
    set_for([Whom(inoue)], Kind.NOT_SENT, **common | {"reason": "本人の希望"})
    SyncException.objects.filter(kind=Kind.NOT_SENT).update(until=yesterday)
    return list(SyncException.objects.order_by("pk"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [0, 1, 2]),
        ({"state": "all"}, [0, 1, 2, 3]),
        ({"state": "ended"}, [3]),
        ({"kind": "excluded"}, [1, 2]),
        ({"q": "高木 入社日"}, [0]),
        ({"q": "X9＠"}, [1]),
        ({"q": "e77 出向"}, [2]),
        ({"q": "取り込まない"}, [1, 2]),
        ({"q": "本人", "state": "all"}, [3]),
        ({"q": "いない"}, []),
    ],
)
def test_the_list_is_searched_and_taken_as_a_file(query, found, several, admin: Client):
    page = admin.get(LIST, query)
    assert sorted(row.exception.pk for row in page.context["rows"]) == [several[place].pk for place in found]
    lines = b"".join(admin.get(reverse("integrations:exception_file"), query)).decode("utf-8-sig").splitlines()
    assert len(lines) == len(found) + 1
    assert b"".join(admin.get(reverse("integrations:exception_workbook"), query)).startswith(b"PK")


def test_the_file_says_all_of_each(several, admin: Client):
    rows = b"".join(admin.get(reverse("integrations:exception_file"), {"state": "all"})).decode("utf-8-sig")
    assert rows.splitlines()[0] == "種類,内容,氏名,社員番号,メールアドレス,理由,終了日,状態,設定した人,設定日時"
    assert "項目を固定する,入社日,髙木 葵,0001,p1@example.co.jp,出向のため,,有効," in rows
    assert f"本人の希望,{several[3].until:%Y/%m/%d},終了," in rows
    assert AuditEntry.objects.filter(action="downloaded", what="同期の例外", detail__rows=4).exists()


def test_others_see_on_a_person_s_page_what_a_sync_does_not_change_and_no_more(several, admin: Client):
    person = several[0].employee
    make_result(person)
    SyncException.objects.create(kind=Kind.NOT_SENT, employee=person)
    SyncException.objects.create(kind=Kind.EXCLUDED, email=person.email, reason="別の理由")
    blind = member_of_roles(([Right.VIEW_EMPLOYEES], None))
    page = blind.get(person.get_absolute_url()).text
    assert ("入社日を固定する" in page, "カオナビから取り込まない" in page) == (True, True)
    assert [word for word in ("出向のため", "別の理由", "カオナビへ送らない", "終了する") if word in page] == []
    page = admin.get(person.get_absolute_url()).text
    assert [word for word in ("出向のため", "別の理由", "カオナビへ送らない", "終了する") if word not in page] == []


def test_every_item_that_can_be_pinned_is_offered(admin: Client):
    page = admin.get(adding("pinned")).text
    assert [item.label for item in PINNABLE.values() if item.label not in page] == []
    assert "メールアドレスは、カオナビのメンバーと結び付けるために使うため、固定できません" in page
    assert admin.get(adding("scope")).status_code == 404


def test_the_flow_of_data_says_whom_and_what_it_leaves(several, admin: Client):
    SyncException.objects.create(kind=Kind.SCOPE, employment_types=["regular", ""])
    page = admin.get(reverse("integrations:data_flow")).text
    assert (
        "連携の範囲は「正社員・未登録」です。「カオナビから取り込まない」とした2件の人は取り込みません。固定した1件の項目"
        in page
    )
