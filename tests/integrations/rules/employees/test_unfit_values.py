"""Rule 13: what our columns cannot hold, and elements that cannot be read."""

import pytest

from integrations.kaonavi.types import Unreadable
from integrations.reasons import Reason
from integrations.rules.employees.fields import LIMITED, OWN_TEXTS
from integrations.rules.plan import finding
from tests.factories.findings import sentence
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import news, outcomes, plan, reasons

TOO_LONG = [
    ("氏名（姓）", 100, {"name": "長" * 101 + " 名"}),
    ("氏名（名）", 100, {"name": "姓 " + "長" * 50 + " " + "長" * 50}),
    ("フリガナ（姓）", 100, {"name_kana": "ナ" * 101 + " メイ"}),
    ("フリガナ（名）", 100, {"name_kana": "セイ " + "ナ" * 101}),
    ("社員番号", 50, {"code": "9" * 51, "mail": "a@example.jp"}),
    ("役職", 200, {"position": ("長" * 100, "長" * 100)}),
    ("メール", 254, {"mail": "a" * 250 + "@b.jp"}),
]


@pytest.mark.parametrize(("item", "limit", "values"), TOO_LONG)
def test_it_refuses_a_value_longer_than_our_column(item, limit, values):
    made = plan(member(**values))
    (issue,) = made.issues
    assert (issue.reason, issue.field) == ("MEMBER_VALUE_TOO_LONG", item)
    assert f"{item}が{limit}文字を超えています（{limit + 1}文字）" in sentence(issue)
    assert outcomes(made) == ["failed"]


def test_it_takes_values_that_just_fit_once_they_are_trimmed_and_split():
    taken = news(
        plan(
            member(
                "9" * 50 + " ",
                "長" * 100 + "　" + "長" * 100 + " ",
                " " + "ナ" * 100 + " " + "ナ" * 100,
                mail="a" * 249 + "@b.jp ",
                **dict.fromkeys(OWN_TEXTS, ("長" * 100, "長" * 99)),
            )
        )
    )
    assert {name: len(taken[name]) for name in LIMITED} == {name: field.limit for name, field in LIMITED.items()}


def test_what_just_fits_is_not_told_beside_what_does_not():
    fits = {"name_kana": "ナ" * 100 + " " + "ナ" * 100, "position": "長" * 200, "mail": "a" * 249 + "@b.jp"}
    made = plan(member("9" * 50, "長" * 101 + " " + "長" * 100, **fits))
    assert [issue.field for issue in made.issues] == ["氏名（姓）"]


def test_a_huge_value_does_not_make_a_huge_issue():
    (issue,) = plan(member(position="長" * 1_000_000)).issues
    assert len(issue.value) == 254
    assert issue.value.endswith("長…")
    assert "1000000文字" in sentence(issue)


def test_an_unreadable_element_is_one_failed_row():
    problem = "氏名が文字列ではありません"
    made = plan(member(), unreadable=[Unreadable(2, "1002", problem), Unreadable(3, "1\x003", "")])
    assert outcomes(made) == ["created", "failed", "failed"]
    assert list(made.issues) == [
        finding(Reason.MEMBER_UNREADABLE, key="1002", detail=f"（{problem}）", position=2),
        finding(Reason.MEMBER_UNREADABLE, key="1␀3", position=3),
    ]
    assert "2件目" in sentence(made.issues[0])


@pytest.mark.parametrize(
    ("item", "values"),
    [
        ("氏名（姓）", {"name": "青\x00山 直樹"}),
        ("氏名（名）", {"name": "青山 直\x00樹"}),
        ("フリガナ（姓）", {"name_kana": "\x00アオヤマ ナオキ"}),
        ("フリガナ（名）", {"name_kana": "アオヤマ ナオキ\x00"}),
        ("役職", {"position": "課\x00長"}),
    ],
)
def test_a_member_with_a_character_that_postgresql_refuses_is_not_taken(item, values):
    made = plan(member(**values), local=[employee()])
    (issue,) = made.issues
    assert (issue.reason, issue.field, outcomes(made)) == ("MEMBER_UNREADABLE", item, ["failed"])
    assert sentence(issue).endswith(f"{item}に、保存できない文字（NUL）があります。")
    assert "␀" in issue.value
    assert not any("\0" in text for text in (issue.subject_name, issue.value, sentence(issue)))


def test_it_counts_the_place_of_such_a_member_in_the_whole_answer():
    made = plan(
        member("1"),
        member("4", position="\x00"),
        unreadable=[Unreadable(1, "", ""), Unreadable(3, "", "")],
    )
    assert "4件目" in sentence(made.issues[0])


def test_a_bad_row_never_sinks_the_others():
    bad = [member("２"), member("3", mail="x"), member("4", birthday="x"), member("5", department_code="x")]
    made = plan(member("1"), *bad, member("6"), unreadable=[Unreadable(7, "", "")])
    assert outcomes(made) == ["created", *["failed"] * 4, "created", "failed"]
    assert [change.key for change in made.changes] == ["m1@example.co.jp", "m6@example.co.jp"]


def test_a_value_whose_text_looks_like_a_blank_of_a_sentence_is_shown_as_it_is():
    (issue,) = plan(member(department_code="{key}")).issues
    assert "「{key}」" in sentence(issue)
    assert reasons(plan(member(name="{a} {b}"))) == []
