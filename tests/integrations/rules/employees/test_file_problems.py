"""Whatever keeps a line of a 社員CSV from being taken, or is remarked on: it says where, what, and whose line it is."""

from typing import Any

import pytest

from integrations.rules.draft import Plan
from tests.factories.findings import file_sentence
from tests.factories.kaonavi import employee
from tests.integrations.rules.employees.files import line, news, outcomes, plan, plan_of

MAIL = "m1001@example.co.jp"
LONG = "長" * 101
DAY = "2026-02-30"
FLAG = "0（在籍）または1（退職）"


def told(made: Plan) -> list[tuple[str, int | None, str, str]]:
    """Reason, line, column and cell of each issue."""
    return [(issue.reason.value, issue.line, issue.field, issue.value) for issue in made.issues]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"姓": ""}, ("MEMBER_NAME_MISSING", "姓", "")),
        ({"メールアドレス": ""}, ("MEMBER_MAIL_MISSING", "メールアドレス", "")),
        ({"メールアドレス": "m1001"}, ("MEMBER_MAIL_INVALID", "メールアドレス", "m1001")),
        ({"社員番号": "１２"}, ("MEMBER_NUMBER_INVALID", "社員番号", "１２")),
        ({"姓": LONG}, ("MEMBER_VALUE_TOO_LONG", "姓", LONG)),
        ({"部署コード": "X9"}, ("MEMBER_DEPARTMENT_UNKNOWN", "部署コード", "X9")),
        ({"部署名": "どこか"}, ("MEMBER_DEPARTMENT_UNKNOWN", "部署名", "どこか")),
        ({"生年月日": DAY}, ("MEMBER_DATE_INVALID", "生年月日", DAY)),
        ({"生年月日": "2999-01-01"}, ("MEMBER_VALUE_INVALID", "生年月日", "2999-01-01")),
        ({"入社日": DAY}, ("MEMBER_DATE_INVALID", "入社日", DAY)),
        ({"退職日": DAY}, ("MEMBER_DATE_INVALID", "退職日", DAY)),
        ({"退職者フラグ": "はい"}, ("MEMBER_VALUE_INVALID", "退職者フラグ", "はい")),
    ],
)
def test_a_problem_names_its_line_its_column_and_its_cell(values: dict[str, str], problem: tuple[str, str, str]):
    reason, field, value = problem
    made = plan(line(社員番号="1", メールアドレス="other@example.co.jp"), line(**{"社員番号": "12"} | values))
    assert told(made) == [(reason, 3, field, value)]
    (found,) = made.issues
    number, mail = values.get("社員番号", "12"), values.get("メールアドレス", MAIL)
    assert (found.subject_key, found.subject_name, found.email) == (number, values.get("姓", "青山"), mail)


def test_a_text_is_taken_up_to_the_length_of_its_column():
    assert outcomes(plan_of(役職="長" * 200)) == ["created"]
    (problem,) = plan_of(役職="長" * 201).issues
    assert (problem.params["limit"], problem.params["length"]) == (200, 201)


def test_a_flag_that_cannot_be_read_says_what_it_may_be():
    (problem,) = plan_of(退職者フラグ="はい").issues
    assert problem.params["expected"] == FLAG


def test_a_day_of_birth_that_nobody_has_says_which_it_may_be():
    (problem,) = plan_of(生年月日="2999-01-01").issues
    assert problem.params["expected"] == "今日までの、130年前より後の日付"


def test_a_flag_that_contradicts_the_day_says_what_it_may_be_and_why():
    retired = employee(retirement_date=None, is_retired=True)
    gone = plan_of(local=[employee()], 退職日="2026-01-31", 退職者フラグ="0")
    assert news(gone)["is_retired"] is True
    assert news(plan_of(local=[retired], 退職者フラグ="0"))["is_retired"] is False
    day = news(gone)["retirement_date"]
    (problem,) = plan_of(local=[employee(retirement_date=day, is_retired=True)], 退職者フラグ="0").issues
    assert (problem.field, problem.value, problem.params["expected"]) == ("退職者フラグ", "0", FLAG)
    assert "退職日" in problem.detail


def test_a_department_that_may_be_meant_is_named():
    for values, meant in (({"部署コード": "Ａ００１"}, "「A001」"), ({"部署名": "準備 室"}, "「準備室」")):
        (found,) = plan_of(**values).issues
        assert found.reason == "MEMBER_DEPARTMENT_UNKNOWN"
        assert meant in found.detail


def test_a_code_without_its_zeros_is_asked_about():
    made = plan_of(部署コード="10")
    assert told(made) == [("FILE_LEADING_ZEROS", 2, "部署コード", "10")]
    assert made.issues[0].params["other"] == "010"


def test_a_mail_of_which_only_the_width_is_wrong_is_told_with_the_right_one():
    (found,) = plan_of(メールアドレス="ｍ1001@example.co.jp").issues
    assert "m1001@example.co.jp" in found.detail


@pytest.mark.parametrize(
    ("known", "values", "remark"),
    [
        ({"last_name": "髙橋"}, {"姓": "高橋"}, None),  # two kanji: two names
        ({"position": "ﾘｰﾀﾞｰ"}, {"役職": "リーダー"}, ("役職", "リーダー", "ﾘｰﾀﾞｰ")),
        ({}, {"性別": "女 性"}, ("性別", "女 性", "女性")),
        ({}, {"雇用形態": "正 社 員"}, ("雇用形態", "正 社 員", "正社員")),
    ],
)
def test_what_only_looks_like_what_we_have_is_taken_and_remarked_on(
    known: dict[str, Any], values: dict[str, str], remark: tuple[str, str, str] | None
):
    made = plan_of(local=[employee(**known)], **values)
    assert outcomes(made) == ["updated"]
    found = [(each.field, each.value, each.params["other"]) for each in made.issues]
    assert found == ([remark] if remark else [])
    assert all(each.line == 2 and each.params["difference"] for each in made.issues)


def test_a_new_address_that_looks_like_one_of_ours_is_remarked_on():
    made = plan_of(local=[employee(email="m1001@example.co.jp")], メールアドレス="m1001@examp1e.co.jp")
    assert outcomes(made) == ["created"]
    assert told(made) == [("FILE_LOOKS_ALIKE", 2, "メールアドレス", "m1001@examp1e.co.jp")]
    assert made.issues[0].params["other"] == "m1001@example.co.jp"


@pytest.mark.parametrize(
    ("ours", "number", "outcome", "reason"),
    [
        ("0012", "12", "failed", "FILE_LEADING_ZEROS"),
        ("12", "0012", "updated", "FILE_LEADING_ZEROS_ADDED"),
        ("0012", "0012", "unchanged", None),
        ("0012", "13", "updated", None),
    ],
)
def test_a_number_that_differs_by_zeros_alone(ours: str, number: str, outcome: str, reason: str | None):
    made = plan_of(local=[employee(employee_number=ours)], 社員番号=number, 名="直樹")
    assert outcomes(made) == [outcome]
    expected = [(reason, 2, "社員番号", number)] if reason else []
    assert told(made) == expected
    if made.issues:
        assert made.issues[0].params["other"] == ours
        assert (made.issues[0].subject_key, made.issues[0].email) == (number, MAIL)


def test_a_new_persons_number_is_compared_with_those_of_everybody():
    others = [employee(2, "0012", email="other@example.co.jp")]
    assert told(plan_of(local=others, 社員番号="12")) == [("FILE_LEADING_ZEROS", 2, "社員番号", "12")]
    assert outcomes(plan_of(local=others, 社員番号="13")) == ["created"]
    both = plan(line(メールアドレス="other@example.co.jp", 社員番号="0012"), line(社員番号="12"), local=others)
    assert told(both) == []  # a file that has the number with its zeros has lost none


def test_a_line_with_more_problems_tells_them_all_and_no_remark():
    made = plan_of(local=[employee(employee_number="0012")], 社員番号="12", 生年月日=DAY)
    assert told(made) == [("MEMBER_DATE_INVALID", 2, "生年月日", DAY)]
    assert "2行目" in file_sentence(made.issues[0])
