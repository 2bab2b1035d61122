"""自社社員管理: list, page, edit, delete."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Right
from employees.models import Employee
from integrations.models import KaonaviConnection, ResultRegistration
from tests.factories.rows import (
    make_change,
    make_department,
    make_job,
    make_person,
    make_result,
    member_of_roles,
)

LIST = reverse("employees:list")


def shown(client: Client, **query: str) -> list[str]:
    """The mail addresses of the people on the page, without their domain."""
    page = client.get(f"{LIST}?{urlencode(query)}").context["page"]
    return [person.email.partition("@")[0] for person in page]


def form_of(person: Employee, **changes: str) -> dict[str, str]:
    """The edit form as the page gives it, with some fields changed."""
    values = {
        "last_name": person.last_name,
        "first_name": person.first_name,
        "last_name_kana": person.last_name_kana,
        "first_name_kana": person.first_name_kana,
        "employee_number": person.employee_number,
        "gender": person.gender,
        "department": str(person.department_id or ""),
        "position": person.position,
        "employment_type": person.employment_type,
        "birth_date": str(person.birth_date or ""),
        "hire_date": str(person.hire_date or ""),
        "retirement_date": str(person.retirement_date or ""),
    }
    seen = {f"initial-{name}": value for name, value in values.items()} | {"initial-is_retired": str(person.is_retired)}
    return seen | values | ({"is_retired": "on"} if person.is_retired else {}) | changes


def edit(client: Client, person: Employee, **changes: str):
    answer = client.post(reverse("employees:edit", args=[person.pk]), form_of(person, **changes))
    person.refresh_from_db()
    return answer


def test_a_day_of_birth_to_come_is_refused_where_it_is_typed_and_no_matter_where_it_came_from_kaonavi(admin: Client):
    person = make_person(birth_date=date(2991, 4, 1))
    assert edit(admin, person, position="課長").status_code == 302
    for day in ("2992-04-01", "1850-04-01"):
        assert (
            "生年月日は、今日までの、130年前より後の日付を入力してください。"
            in edit(admin, person, birth_date=day).text
        )
    assert person.birth_date == date(2991, 4, 1)
    assert edit(admin, person, birth_date="1990-04-01", hire_date="2992-04-01").status_code == 302
    assert person.birth_date == date(1990, 4, 1)


def test_it_says_what_to_do_when_there_is_nobody_yet(admin: Client):
    assert "社員がまだ登録されていません" in admin.get(LIST).text


def test_it_filters_by_department_with_all_that_lies_below(admin: Client):
    head = make_department("1", "本部")
    below = make_department("2", "課", make_department("3", "部", head))
    make_person(1, department=head)
    make_person(2, department=below)
    make_person(3)
    assert shown(admin, department=str(head.pk)) == ["p1", "p2"]
    assert shown(admin, department=str(below.pk)) == ["p2"]
    assert shown(admin, department="none") == ["p3"]


def test_it_filters_by_employment_retirement_and_kaonavi(admin: Client):
    now = timezone.now()
    make_person(1, employment_type="regular", last_seen_at=now)
    make_person(2, employment_type="contract", is_retired=True)
    make_person(3, employment_type="regular", last_seen_at=now, missing_since=now)
    assert shown(admin, type="contract") == ["p2"]
    assert shown(admin, retired="no") == ["p1", "p3"]
    assert shown(admin, retired="yes") == ["p2"]
    assert shown(admin, kaonavi="seen") == ["p1"]
    assert shown(admin, kaonavi="missing") == ["p3"]
    assert shown(admin, kaonavi="never") == ["p2"]
    assert shown(admin, type="regular", kaonavi="missing") == ["p3"]


def test_it_filters_by_what_kaonavis_sheets_were_seen_to_show(admin: Client):
    registered, outdated, waiting = make_person(1), make_person(2), make_person(3)
    make_person(4)  # never tested
    for person in (registered, outdated, waiting):
        first = make_result(person, date(2025, 4, 1))
        if person is not waiting:
            ResultRegistration.objects.create(employee=person, assessment=first, confirmed_at=timezone.now())
    make_result(outdated, date(2026, 4, 1))
    assert shown(admin, kaonavi="registered") == ["p1"]
    assert shown(admin, kaonavi="unregistered") == ["p2", "p3"]
    words = {person: admin.get(person.get_absolute_url()).text for person in Employee.objects.all()}
    assert "登録済み（" in words[registered]
    assert "登録済み（" not in words[outdated]


def test_it_sorts_both_ways_with_the_blanks_last(admin: Client):
    make_person(1, hire_date=date(2020, 4, 1))
    make_person(2, hire_date=date(2010, 4, 1))
    make_person(3)
    assert shown(admin, sort="hired") == ["p2", "p1", "p3"]
    assert shown(admin, sort="-hired") == ["p1", "p2", "p3"]
    assert shown(admin, sort="number") == ["p1", "p2", "p3"]
    assert shown(admin, sort="-number") == ["p3", "p2", "p1"]


def test_it_shows_fifty_people_a_page_and_the_links_keep_the_state(admin: Client):
    for number in range(120):
        make_person(number, hire_date=date(2020, 1, 1))
    seen = {mail for page in "123" for mail in shown(admin, sort="hired", page=page)}
    assert len(seen) == 120
    text = admin.get(f"{LIST}?q=青山&sort=-hired&page=2").text
    assert "120件中 51–100件" in text
    assert "?q=%E9%9D%92%E5%B1%B1&amp;sort=-hired&amp;page=3" in text


@pytest.mark.parametrize(
    "query",
    [
        "page=x",
        "page=-1",
        "page=99999",
        "department=x",
        "department=-1",
        "type=x",
        "sort=--",
        "kaonavi=x",
        "q=%00%00",
        f"q={'あ ' * 900}",
    ],
)
def test_it_takes_no_harm_from_a_query_that_makes_no_sense(query: str, admin: Client):
    make_person()
    assert admin.get(f"{LIST}?{query}").status_code == 200


def test_it_gives_the_table_alone_to_a_search_as_you_type(admin: Client):
    make_person()
    part = admin.get(LIST, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<section id="employees"')
    assert "HX-Request" in part["Vary"]
    whole = admin.get(LIST, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<!DOCTYPE html>" in whole.text


def test_it_offers_the_menu_of_the_manual_while_connected(admin: Client, connected: KaonaviConnection):
    page = admin.get(LIST).text
    words = [
        "社員情報を一括操作",
        "カオナビと同期",
        "同期内容を確認する",
        "カオナビに性格検査結果を登録する",
        "送信内容を確認する",
    ]
    places = [page.index(word) for word in words]
    assert places == sorted(places)


def test_it_offers_no_sync_without_a_connection_or_without_the_right(admin: Client, viewer: Client):
    assert reverse("integrations:start") not in admin.get(LIST).text
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    assert reverse("integrations:start") not in viewer.get(LIST).text
    assert reverse("integrations:start") in admin.get(LIST).text


def test_it_offers_files_connected_or_not_to_those_who_may(admin: Client, viewer: Client):
    page = admin.get(LIST).text
    words = [
        "社員CSVを取り込む",
        "検査結果を取り込む",
        "社員をダウンロード（CSV）",
        "検査結果をダウンロード（Excel形式）",
    ]
    places = [page.index(word) for word in words]
    assert places == sorted(places)
    page = viewer.get(LIST).text
    assert "取り込む" not in page
    assert "社員をダウンロード（CSV）" in page


def test_it_says_that_the_connection_is_broken_in_place_of_the_syncs(admin: Client, connected: KaonaviConnection):
    KaonaviConnection.objects.update(state="broken")
    page = admin.get(LIST).text
    assert "連携が切れています" in page
    assert reverse("integrations:connection") in page
    assert reverse("integrations:start") not in page


def test_it_shows_a_person_with_results_and_history(viewer: Client, company: Employee):
    page = viewer.get(company.get_absolute_url()).text
    for words in ("青山 直樹1", "アオヤマ ナオキ", "0001", "p1@example.co.jp", "営業第一部"):
        assert words in page
    assert page.index("2026/04/01") < page.index("2025/04/01")
    assert "課長" in page
    assert "部長" in page
    assert "カオナビ社員情報取込" in page


def test_it_shows_no_change_that_was_only_planned(viewer: Client):
    person = make_person()
    make_change(make_job("held"), {"position": ["", "まだの役職"]}, object_id=person.pk)
    assert "まだの役職" not in viewer.get(person.get_absolute_url()).text


def test_it_says_where_kaonavi_stands(viewer: Client):
    assert "未連携" in viewer.get(make_person(1).get_absolute_url()).text
    long_ago, now = timezone.now().replace(year=2020), timezone.now()
    job = make_job("succeeded")
    seen = make_person(2, last_seen_at=long_ago)
    at = timezone.localtime(job.finished_at)
    assert f"登録あり（最後の確認：{at:%Y/%m/%d %H:%M}）" in viewer.get(seen.get_absolute_url()).text
    gone = make_person(3, last_seen_at=long_ago, missing_since=now)
    page = viewer.get(gone.get_absolute_url()).text
    assert "からカオナビで見つかりません" in page
    assert f"最後の確認：{timezone.localtime(long_ago):%Y/%m/%d %H:%M}" in page


def test_it_edits_everything_but_the_mail_address(admin: Client):
    person = make_person()
    department = make_department("1", "営業部")
    answer = edit(admin, person, position="課長", department=str(department.pk), email="other@example.co.jp")
    assert answer["Location"] == person.get_absolute_url()
    assert (person.position, person.department, person.email) == ("課長", department, "p1@example.co.jp")
    page = admin.get(reverse("employees:edit", args=[person.pk])).text
    assert 'name="email"' not in page
    assert "ここでは変更できません" in page


def test_it_writes_nothing_but_what_was_changed(admin: Client):
    person = make_person()
    stale = form_of(person, last_name="赤井")
    Employee.objects.filter(pk=person.pk).update(last_seen_at=timezone.now())
    admin.post(reverse("employees:edit", args=[person.pk]), stale)
    person.refresh_from_db()
    assert person.last_name == "赤井"
    assert person.last_seen_at is not None


def test_a_form_that_was_open_undoes_nothing_that_others_did_meanwhile(admin: Client):
    person = make_person()
    address = reverse("employees:edit", args=[person.pk])
    page = admin.get(address).text
    assert all(f'name="initial-{name}"' in page for name in ("position", "department", "is_retired", "birth_date"))
    stale = form_of(person, first_name="新")
    Employee.objects.update(is_retired=True, retirement_source="manual", position="部長")
    admin.post(address, stale)
    person.refresh_from_db()
    assert (person.first_name, person.position) == ("新", "部長")
    assert (person.is_retired, person.retirement_source) == (True, "manual")


def test_a_retirement_is_judged_by_the_row_as_it_is_now(admin: Client):
    person = make_person(is_retired=True, retirement_date=date(2026, 3, 31), retirement_source="kaonavi")
    address = reverse("employees:edit", args=[person.pk])
    stale = form_of(person, retirement_date="2026-04-30")
    Employee.objects.update(is_retired=False, retirement_date=None, retirement_source="")
    admin.post(address, stale)
    person.refresh_from_db()
    assert (person.is_retired, person.retirement_date) == (True, date(2026, 4, 30))
    stale = form_of(person, retirement_date="")
    Employee.objects.update(is_retired=False, retirement_date=None, retirement_source="")
    admin.post(address, stale)
    person.refresh_from_db()
    assert (person.is_retired, person.retirement_date, person.retirement_source) == (False, None, "")


def test_it_does_not_take_the_flag_away_where_somebody_set_a_date_meanwhile(admin: Client):
    person = make_person(is_retired=True, retirement_source="manual")
    stale = form_of(person)
    del stale["is_retired"]
    Employee.objects.update(retirement_date=date(2026, 3, 31))
    page = admin.post(reverse("employees:edit", args=[person.pk]), stale).text
    assert "退職日が、ほかの操作で登録されました" in page
    person.refresh_from_db()
    assert person.is_retired


def test_it_refuses_a_number_with_other_signs(admin: Client):
    person = make_person()
    page = edit(admin, person, employee_number="１２３").text
    assert "社員番号は半角の数字" in page
    assert person.employee_number == "0001"
    edit(admin, person, employee_number="A-1_2.3@4/5+6")
    assert person.employee_number == "A-1_2.3@4/5+6"


def test_it_marks_a_retirement_that_was_set_by_hand(admin: Client):
    person = make_person()
    edit(admin, person, is_retired="on")
    assert (person.is_retired, person.retirement_date, person.retirement_source) == (True, None, "manual")


def test_it_turns_the_flag_on_with_the_date(admin: Client):
    person = make_person()
    edit(admin, person, retirement_date="2026-03-31")
    assert (person.is_retired, person.retirement_date) == (True, date(2026, 3, 31))
    assert person.retirement_source == "manual"


def test_it_forgets_the_mark_when_both_are_cleared(admin: Client):
    person = make_person(is_retired=True, retirement_date=date(2026, 3, 31), retirement_source="kaonavi")
    values = form_of(person, retirement_date="")
    del values["is_retired"]
    admin.post(reverse("employees:edit", args=[person.pk]), values)
    person.refresh_from_db()
    assert (person.is_retired, person.retirement_date, person.retirement_source) == (False, None, "")


def test_it_does_not_take_the_flag_away_while_the_date_stands(admin: Client):
    person = make_person(is_retired=True, retirement_date=date(2026, 3, 31), retirement_source="kaonavi")
    values = form_of(person)
    del values["is_retired"]
    page = admin.post(reverse("employees:edit", args=[person.pk]), values).text
    person.refresh_from_db()
    assert "退職日も空白にしてください" in page
    assert person.is_retired


def test_it_leaves_the_mark_of_kaonavi_when_something_else_is_edited(admin: Client):
    person = make_person(is_retired=True, retirement_date=date(2026, 3, 31), retirement_source="kaonavi")
    edit(admin, person, position="顧問")
    assert (person.position, person.retirement_source) == ("顧問", "kaonavi")


def test_it_shows_no_way_to_edit_or_delete_to_viewers(viewer: Client, company: Employee):
    page = viewer.get(company.get_absolute_url()).text
    assert "編集する" not in page
    assert "削除する" not in page


def test_the_list_says_of_each_person_how_it_stands_with_their_results(admin: Client):
    registered, waiting, numberless = make_person(1), make_person(2), make_person(3, employee_number="")
    untested = make_person(4)
    results = {person: make_result(person) for person in (registered, waiting, numberless)}
    ResultRegistration.objects.create(employee=registered, assessment=results[registered], confirmed_at=timezone.now())
    page = admin.get(LIST).text
    cells = {
        person: page.split(f'"{person.get_absolute_url()}"')[1].split("</tr>")[0] for person in Employee.objects.all()
    }
    assert "登録済み" in cells[registered]
    assert "未登録" in cells[waiting]
    assert "社員番号なし" in cells[numberless]
    assert not any(word in cells[untested] for word in ("登録済み", "未登録", "社員番号なし"))
    assert shown(admin, kaonavi="registered") == ["p1"]
    assert shown(admin, kaonavi="unregistered") == ["p2"]
    assert shown(admin, kaonavi="numberless") == ["p3"]


def test_who_sees_everybody_but_results_of_one_department_sees_no_others_results(db):
    here, there = make_department("1", "営業部"), make_department("2", "開発部")
    mine, other = make_person(1, department=here), make_person(2, department=there)
    for person in (mine, other):
        make_result(person, title="春の検査")
    client = member_of_roles(([Right.VIEW_EMPLOYEES], None), ([Right.VIEW_RESULTS], here))
    pages = {person: client.get(person.get_absolute_url()).text for person in (mine, other)}
    for words in ("春の検査", "検査結果</h2>", "カオナビへの検査結果の登録"):
        assert words in pages[mine]
        assert words not in pages[other]
    assert shown(client) == ["p1", "p2"]
    assert shown(client, kaonavi="unregistered") == ["p1"]
    assert client.get(LIST).text.count("未登録") == 3  # the filter, the number above the list and one cell


def test_nobody_without_the_right_to_results_learns_who_was_tested(db):
    tested = make_person(1)
    make_result(tested)
    make_person(2)
    client = member_of_roles(([Right.VIEW_EMPLOYEES, Right.DELETE_EMPLOYEES], None))
    for presence in ("registered", "unregistered", "numberless"):
        assert shown(client, kaonavi=presence) == []
    page = client.get(f"{LIST}?kaonavi=unregistered")
    assert "未登録" not in page.text
    assert "絞り込みの「カオナビ登録」は、今は使えない条件です" in page.text
    assert "全員を削除する" not in page.text
    assert "カオナビへの検査結果の登録" not in client.get(tested.get_absolute_url()).text
