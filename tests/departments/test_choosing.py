"""A department is found as one types, and chosen, with and without script."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.rights import Right
from departments.choices import MOST, Said, exactly, look_for
from departments.models import Department, RoleDepartment
from departments.outline import outline
from employees.models import Employee
from tests.factories.rows import make_department, make_person, member_of_roles

FILTER, PLACE, PARENT, LIMIT = (
    reverse(f"departments:choose_{name}") for name in ("to_filter", "place", "parent", "limit")
)
LIST = reverse("employees:list")


@pytest.fixture
def tree(db) -> list[Department]:
    head = make_department("100", "営業本部", order=1)
    below = make_department("110", "営業第一部", head)
    lowest = make_department("111", "ﾏｰｹﾃｨﾝｸﾞ課", below)
    other = make_department("200", "開発本部", order=2)
    return [head, below, lowest, other]


def lines(client: Client, address: str, words: str = "", **query: int | str) -> list[str]:
    """What the list offers, as it would stand in the box."""
    page = client.get(address, {"q": words, **query}).text
    return re.findall(r'role="option" data-value="\w*" data-words="(.*?)"', page)


def found(words: str) -> list[str]:
    return [
        branch.department.code for branch in look_for(words, outline(Department.objects.in_sibling_order())).branches
    ]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("", ["100", "110", "111", "200"]),
        ("本部", ["100", "200", "110", "111"]),
        ("まーけてぃんぐ", ["111"]),
        ("営業本部 ＞ 営業第一部", ["110", "111"]),
        ("営業 第一", ["110", "111"]),
        ("１１", ["110", "111"]),
        ("営業本部（配下の2部署を含む）", ["100", "110", "111"]),
        ("いない部", []),
    ],
)
def test_words_find_by_name_code_and_path_and_what_is_named_so_comes_first(tree, words: str, codes: list[str]):
    assert found(words) == codes


def test_only_what_fits_one_department_alone_is_taken_without_asking(tree):
    branches = outline(Department.objects.in_sibling_order())
    make = {words: exactly(words, branches) for words in ("営業本部", "111", "営業本部 ＞ 営業第一部", "営業", "")}
    assert [branch and branch.department.code for branch in make.values()] == ["100", "111", "110", None, None]
    make_department("営業本部", "別の部署")  # whose code is the other's name
    assert exactly("営業本部", outline(Department.objects.all())) is None


def test_a_changed_box_counts_more_than_what_was_chosen_before(tree):
    branches = outline(Department.objects.in_sibling_order())
    chosen, others = str(tree[1].pk), {"none": "所属なし"}
    said = (None, "営業本部 ＞ 営業第一部", "開発本部", "営業", " ", "所属なし")
    assert [Said(chosen, words).settle(branches, others) for words in said] == [
        chosen,
        chosen,
        str(tree[3].pk),
        None,
        "",
        "none",
    ]


def test_of_two_thousand_departments_the_page_has_none_and_the_list_thirty_at_most(admin: Client, tree):
    Department.objects.bulk_create(
        Department(code=f"X{n}", name=f"第{n}グループ", parent=tree[n % 4]) for n in range(2000)
    )
    chosen = Department.objects.get(code="X777")
    page = admin.get(LIST, {"department": chosen.pk}).text
    assert page.count("グループ") == 2  # in the box, and among the filters in use
    assert 'value="営業本部 ＞ 営業第一部 ＞ 第777グループ"' in page
    for query in ({}, {"q": "グループ"}, {"chosen": chosen.pk}):
        answer = admin.get(FILTER, query)
        assert answer.text.count("data-level") <= MOST
        assert len(answer.content) < 16_000
    assert lines(admin, FILTER)[2:] == ["営業本部（配下の1,502部署を含む）", "開発本部（配下の500部署を含む）"]
    near = lines(admin, FILTER, chosen=chosen.pk)
    assert {"営業本部 ＞ 営業第一部 ＞ 第777グループ", near[2]} <= set(near)
    assert "ほかに1,974部署あります" in admin.get(FILTER, {"chosen": chosen.pk}).text
    assert "（ほか1,970部署）" in admin.get(FILTER, {"q": "グループ"}).text


def test_parents_say_that_they_stand_for_what_lies_below_where_they_do(admin: Client, tree):
    assert lines(admin, FILTER) == [
        *("", "所属なし"),
        "営業本部（配下の2部署を含む）",
        "営業本部 ＞ 営業第一部（配下の1部署を含む）",
        "営業本部 ＞ 営業第一部 ＞ ﾏｰｹﾃｨﾝｸﾞ課",
        "開発本部",
    ]
    assert lines(admin, LIMIT)[0] == "営業本部（配下の2部署を含む）"
    assert lines(admin, PLACE)[:2] == ["", "営業本部"]


def test_each_offers_what_the_person_reaches_by_its_right(tree):
    bound = member_of_roles(([Right.VIEW_EMPLOYEES], tree[0]), ([Right.VIEW_EMPLOYEES, Right.EDIT_EMPLOYEES], tree[1]))
    assert lines(bound, FILTER)[2:5:2] == ["営業本部（配下の2部署を含む）", "営業本部 ＞ 営業第一部 ＞ ﾏｰｹﾃｨﾝｸﾞ課"]
    assert lines(bound, FILTER, "開発") == []
    assert lines(bound, PLACE) == ["営業第一部", "営業第一部 ＞ ﾏｰｹﾃｨﾝｸﾞ課"]  # and nobody without a department
    assert [bound.get(address).status_code for address in (PARENT, LIMIT)] == [403, 403]


def test_nothing_hangs_below_itself(admin: Client, tree):
    assert lines(admin, PARENT, without=tree[1].pk) == ["", "営業本部", "開発本部"]
    assert lines(admin, PARENT, "第一", without="x") == [
        "営業本部 ＞ 営業第一部",
        "営業本部 ＞ 営業第一部 ＞ ﾏｰｹﾃｨﾝｸﾞ課",
    ]


def test_the_list_is_filtered_by_words_and_what_is_unclear_fits_nobody_and_is_asked(admin: Client, tree):
    make_person(1, department=tree[2])
    make_person(2, department=tree[3], last_name="赤井")
    page = admin.get(LIST, {"department-words": "営業本部"}).text
    assert ("青山" in page, "赤井" in page) == (True, False)
    assert f"department={tree[0].pk}" in page  # for a file or a deletion of exactly these
    page = admin.get(LIST, {"department-words": "本部"}).text
    assert "青山" not in page
    assert "「本部」に当てはまる部署が4件あります。「所属」で部署を選択してください。" in page
    assert "「いない」に当てはまる部署がありません。" in admin.get(LIST, {"department-words": "いない"}).text
    assert page.count('type="radio" name="department-pick"') == 4
    assert "赤井" in admin.get(LIST, {"department-words": "開発"}).text  # which only one has
    page = admin.get(LIST, {"department-words": "本部", "department-pick": tree[3].pk}).text
    assert ("青山" in page, "赤井" in page) == (False, True)


def sent(person: Employee, **changes: object) -> dict[str, object]:
    shown = {"last_name": person.last_name, "department": person.department_id or ""}
    return {f"initial-{name}": value for name, value in shown.items()} | shown | changes


def test_a_form_takes_words_that_name_one_department_and_asks_about_others(admin: Client, tree):
    person = make_person(department=tree[0])
    address = reverse("employees:edit", args=[person.pk])
    asked = admin.post(address, sent(person, **{"department-words": "第一"})).text
    assert "「第一」に当てはまる部署を、次から選択してください。" in asked
    assert f'name="department-pick" id="id_department-pick-{tree[1].pk}"' in asked
    assert (
        "「いない」に当てはまる部署がありません"
        in admin.post(address, sent(person, **{"department-words": "いない"})).text
    )
    person.refresh_from_db()
    assert person.department == tree[0]
    for said, place in (
        ({"department-words": "営業本部"}, tree[0]),
        ({"department-words": "第一", "department-pick": tree[2].pk}, tree[2]),
        ({"department-words": "200"}, tree[3]),
        ({"department-words": "（所属なし）"}, None),
    ):
        assert admin.post(address, sent(person, **said)).status_code == 302
        person.refresh_from_db()
        assert person.department == place


def test_words_are_no_way_to_a_department_out_of_reach(tree):
    person = make_person(department=tree[1])
    bound = member_of_roles(([Right.VIEW_EMPLOYEES, Right.EDIT_EMPLOYEES], tree[1]))
    address = reverse("employees:edit", args=[person.pk])
    for said in ({"department": tree[3].pk}, {"department-words": "開発本部"}, {"department-pick": tree[3].pk}):
        answer = bound.post(address, sent(person, **said))
        assert answer.status_code == 200
        assert answer.text.count("開発本部") == ("department-words" in said) * 2  # what was typed, and the sentence
    person.refresh_from_db()
    assert person.department == tree[1]


def test_a_role_is_limited_to_what_is_ticked_and_what_is_added_by_words(admin: Client, tree):
    content = {"name": "営業の担当", "rights": ["view_employees"], "is_limited": "on", "departments": [tree[3].pk]}
    address = reverse("roles:add")
    asked = admin.post(address, content | {"departments-words": "第一"}).text
    assert f'type="checkbox" name="departments-pick" id="id_departments-pick-{tree[1].pk}"' in asked
    assert admin.post(address, content | {"departments-words": "営業第一部"}).status_code == 302
    assert set(RoleDepartment.objects.values_list("department", flat=True)) == {tree[1].pk, tree[3].pk}
    assert "営業本部 ＞ 営業第一部（配下の1部署を含む）" in admin.get(reverse("roles:list")).text
