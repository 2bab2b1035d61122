"""Product rule 2.1: what is wrong with a row by itself."""

from dataclasses import astuple

import pytest

from integrations.kaonavi.types import Unreadable
from integrations.reasons import Severity
from integrations.rules.plan import Outcome, count
from integrations.rules.text import HAS_NUL
from tests.factories.findings import sentence
from tests.integrations.rules.departments.company import chain, detail, ours, plan, refusals, theirs


@pytest.mark.parametrize("code", ["", " ", "　", " \t\n　\u00a0"])
def test_it_leaves_out_a_department_without_a_code_on_purpose(code):
    made = plan([theirs(code, "営業部")])
    (issue,) = made.issues
    assert (issue.reason, issue.severity) == ("DEPARTMENT_CODE_MISSING", Severity.SKIPPED)
    assert (issue.subject_key, issue.subject_name, issue.field) == ("", "営業部", "所属コード")
    assert made.outcomes == (Outcome.SKIPPED,)
    assert made.changes == ()


def test_it_says_only_that_the_code_is_missing_when_the_name_is_too():
    assert [issue.reason for issue in plan([theirs("", "")]).issues] == ["DEPARTMENT_CODE_MISSING"]


def test_it_refuses_every_row_of_a_code_that_stands_twice():
    made = plan([theirs("A", "営業部"), theirs(" A　", "開発部"), theirs("B")])
    assert [issue.reason for issue in made.issues] == ["DEPARTMENT_CODE_DUPLICATE"] * 2
    assert {issue.subject_name for issue in made.issues} == {"営業部", "開発部"}
    assert [(issue.field, issue.value) for issue in made.issues] == [("所属コード", " A　"), ("所属コード", "A")]
    assert all("2件" in sentence(issue) for issue in made.issues)
    assert count(made.outcomes) == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 2}


def test_it_refuses_a_row_whose_code_an_unreadable_element_has_too():
    made = plan([theirs("A")], unreadable=[Unreadable(position=2, key="A", problem="")])
    assert {issue.reason for issue in made.issues} == {"DEPARTMENT_CODE_DUPLICATE", "DEPARTMENT_UNREADABLE"}
    assert made.changes == ()


def test_it_tells_a_duplicate_before_a_missing_name():
    assert [issue.reason for issue in plan([theirs("A", ""), theirs("A")]).issues] == ["DEPARTMENT_CODE_DUPLICATE"] * 2


def test_it_takes_codes_as_texts_that_differ_in_any_character():
    made = plan([theirs("010"), theirs("10"), theirs("a"), theirs("A"), theirs("Ａ")])
    assert made.issues == ()
    assert {change.key for change in made.changes} == {"010", "10", "a", "A", "Ａ"}


@pytest.mark.parametrize("name", ["", "　", " \t"])
def test_it_refuses_a_blank_name(name):
    made = plan([theirs("A", name)])
    assert refusals(made) == {"A": "DEPARTMENT_NAME_MISSING"}
    assert made.issues[0].field == "所属名"


def test_it_takes_a_code_and_a_name_that_just_fit():
    assert plan([theirs("c" * 50, "名" * 200)]).outcomes == (Outcome.CREATED,)


def test_it_refuses_a_code_longer_than_our_column():
    made = plan([theirs("c" * 51)])
    assert refusals(made) == {"c" * 51: "DEPARTMENT_VALUE_TOO_LONG"}
    assert (made.issues[0].field, made.issues[0].value) == ("所属コード", "c" * 51)
    assert "50文字を超えています（51文字）" in sentence(made.issues[0])


def test_it_refuses_a_name_longer_than_our_column():
    made = plan([theirs("A", "名" * 201)])
    assert refusals(made) == {"A": "DEPARTMENT_VALUE_TOO_LONG"}
    assert (made.issues[0].field, made.issues[0].value) == ("所属名", "名" * 201)
    assert "200文字を超えています（201文字）" in sentence(made.issues[0])


def test_it_measures_texts_after_trimming():
    assert plan([theirs(" " + "c" * 50, "名" * 200 + "　")]).outcomes == (Outcome.CREATED,)


def test_it_refuses_an_unreadable_element_and_takes_the_rest():
    made = plan([theirs("A")], unreadable=[Unreadable(position=2, key="B", problem="所属名が文字列ではありません。")])
    assert refusals(made) == {"B": "DEPARTMENT_UNREADABLE"}
    assert "2件目" in detail(made, "B")
    assert "所属名が文字列ではありません。" in detail(made, "B")
    assert count(made.outcomes) == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 1}


NO_ORDER = "表示順が扱える範囲の数ではありません。"


@pytest.mark.parametrize(
    ("row", "key", "why"),
    [
        (theirs("A\x00"), "A␀", HAS_NUL),
        (theirs("A", "営業\x00部"), "A", HAS_NUL),
        (theirs("A", parent="B\x00"), "A", HAS_NUL),
        (theirs("A", order=-1), "A", NO_ORDER),
        (theirs("A", order=2**31), "A", NO_ORDER),
    ],
)
def test_it_takes_a_row_that_our_database_could_not_hold_for_unreadable(row, key, why):
    made = plan([theirs("B"), row])
    (issue,) = made.issues
    assert (issue.reason, issue.subject_key, issue.detail) == ("DEPARTMENT_UNREADABLE", key, why)
    assert "2件目" in sentence(issue)
    assert not any("\x00" in text for text in astuple(issue) if isinstance(text, str))
    assert [change.key for change in made.changes] == ["B"]


@pytest.mark.parametrize("order", [0, 2**31 - 1])
def test_it_takes_any_order_that_our_database_holds(order):
    assert plan([theirs("A", order=order)]).outcomes == (Outcome.CREATED,)


def test_it_counts_the_position_of_such_a_row_among_all_elements():
    made = plan([theirs("B"), theirs("A\x00")], unreadable=[Unreadable(position=1, key="", problem="")])
    assert sorted(sentence(issue)[:14] for issue in made.issues) == [
        "カオナビから届いた1件目の部",
        "カオナビから届いた3件目の部",
    ]


def test_it_does_not_confuse_a_code_with_nul_with_the_code_without():
    made = plan([theirs("A"), theirs("A\x00")], [ours(1, "A", linked=False)])
    assert [issue.reason for issue in made.issues] == ["DEPARTMENT_UNREADABLE"]
    assert Outcome.UNCHANGED in made.outcomes


def test_it_trims_codes_names_and_parent_codes_of_half_and_full_width_blanks():
    made = plan([theirs(" 　A ", "　営業部 "), theirs("B", parent="　A ")])
    assert [(change.key, change.name, change.fields["parent"]) for change in made.changes] == [
        ("A", "営業部", (None, "")),
        ("B", "部署B", (None, "A")),
    ]


def test_it_keeps_blanks_inside_a_name():
    assert plan([theirs("A", "営業　第 1 課")]).changes[0].name == "営業　第 1 課"


def test_it_reports_code_and_name_as_the_source_has_them():
    (issue,) = plan([theirs(" A", "名" * 201 + " ")]).issues
    assert (issue.subject_key, issue.subject_name) == (" A", "名" * 201 + " ")


def test_it_gives_each_row_one_reason_the_first_that_applies():
    made = plan(
        [
            *chain(10),
            theirs("L11", "", parent="L10"),  # no name, and too deep
            theirs("X", "名" * 201, parent="nowhere"),  # too long, and an unknown parent
            theirs("Y", "部署L1", parent="nowhere"),  # an unknown parent, and a name that is taken
            theirs("Z", "部署L1", parent="X"),  # below a refused one, and a name that is taken
        ]
    )
    assert refusals(made) == {
        "L11": "DEPARTMENT_NAME_MISSING",
        "X": "DEPARTMENT_VALUE_TOO_LONG",
        "Y": "DEPARTMENT_PARENT_UNKNOWN",
        "Z": "DEPARTMENT_PARENT_REFUSED",
    }
