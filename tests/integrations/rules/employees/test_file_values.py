"""What the cells of a line become, and what is wrong with them."""

from datetime import date

import pytest

from integrations.rules.employees.file_row import HEADINGS, NEEDED
from integrations.rules.headings import find_columns
from integrations.rules.wording import in_words
from tests.factories.findings import file_sentence
from tests.factories.kaonavi import employee
from tests.integrations.rules.employees.files import line, news, outcomes, plan, plan_of, reasons


def test_a_whole_line_becomes_an_employee():
    made = plan(
        line(
            社員番号="0012",
            姓=" 青山　",
            名="ジョン ポール",
            姓_カナ="アオヤマ",
            名_カナ="ジョン",
            メールアドレス="Aoyama@Example.co.jp",
            生年月日="1990/4/1",
            性別="女性",
            部署コード="A001",
            部署名="どこでもよい",
            役職="課長",
            雇用形態="パート・アルバイト",
            入社日="2015-04-01",
            退職日="2025/03/31",
            退職者フラグ="1",
        )
    )
    assert news(made) == {
        "email": "aoyama@example.co.jp",
        "employee_number": "0012",
        "last_name": "青山",
        "first_name": "ジョン ポール",
        "last_name_kana": "アオヤマ",
        "first_name_kana": "ジョン",
        "birth_date": date(1990, 4, 1),
        "gender": "female",
        "department": "A001",
        "position": "課長",
        "employment_type": "part_time",
        "hire_date": date(2015, 4, 1),
        "retirement_date": date(2025, 3, 31),
        "is_retired": True,
        "retirement_source": "manual",
    }
    assert (made.issues, outcomes(made)) == ((), ["created"])


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026/04/01", []),
        ("2026/04/02", ["MEMBER_VALUE_INVALID"]),
        ("1896/04/02", []),
        ("1896/04/01", ["MEMBER_VALUE_INVALID"]),
        ("", []),
    ],
)
def test_nobody_is_born_tomorrow_or_130_years_ago(day: str, found: list[str]):
    made = plan_of(生年月日=day)
    assert reasons(made) == found
    assert all("今日までの、130年前より後の日付" in in_words(issue).remedy for issue in made.issues)


def test_a_day_of_birth_that_we_have_from_kaonavi_is_taken_again_whatever_it_is():
    known = employee(1, birth_date=date(2091, 4, 1))
    made = plan_of(local=[known], メールアドレス=known.values.email, 生年月日="2091/04/01", 役職="課長")
    assert (made.issues, outcomes(made)) == ((), ["updated"])


def test_names_of_columns_are_compared_without_width_and_blanks():
    columns, found = find_columns(["姓(カナ)", "ﾒｰﾙｱﾄﾞﾚｽ", "姓 ", "備考"], HEADINGS, NEEDED)
    assert columns.places == {"姓（カナ）": 0, "メールアドレス": 1, "姓": 2}
    assert (list(columns.unknown), found) == ([3], [])


@pytest.mark.parametrize("missing", ["メールアドレス", "姓"])
def test_a_file_without_a_needed_column_is_refused(missing):
    _, found = find_columns([column for column in HEADINGS if column != missing], HEADINGS, NEEDED)
    assert [(problem.reason, problem.field) for problem in found] == [("FILE_COLUMN_MISSING", missing)]


@pytest.mark.parametrize(
    ("text", "kept"), [("男性", "male"), ("女性", "female"), ("その他", "other"), ("X", "other"), ("", "")]
)
def test_gender_is_read_as_in_the_sync(text, kept):
    assert news(plan_of(性別=text))["gender"] == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("正社員", "regular"),
        ("契約社員", "contract"),
        ("派遣社員", "dispatched"),
        ("パート・アルバイト", "part_time"),
        ("アルバイト・パート", "part_time"),
        ("業務委託", "outsourced"),
        ("その他", "other"),
        ("嘱託", "other"),
        ("", ""),
    ],
)
def test_employment_types_go_by_our_names_and_by_those_of_kaonavi(text, kept):
    assert news(plan_of(雇用形態=text))["employment_type"] == kept


@pytest.mark.parametrize(
    ("values", "found", "department"),
    [
        ({"部署コード": "A001", "部署名": "総務部"}, [], "A001"),
        ({"部署コード": "", "部署名": "総務部"}, [], "A002"),
        ({"部署コード": "", "部署名": "準備室"}, [], "（コードなし）準備室"),
        ({"部署名": "営業部"}, [], "A001"),
        ({"部署コード": "", "部署名": ""}, [], ""),
        ({"部署コード": "a001"}, ["MEMBER_DEPARTMENT_UNKNOWN"], None),
        ({"部署コード": "", "部署名": "幽霊部"}, ["MEMBER_DEPARTMENT_UNKNOWN"], None),
        ({"部署コード": "（コードなし）準備室"}, ["MEMBER_DEPARTMENT_UNKNOWN"], None),
    ],
)
def test_the_department_goes_by_code_and_where_that_is_blank_by_name(values, found, department):
    made = plan_of(**values)
    assert reasons(made) == found
    assert [change.fields["department"][1] for change in made.changes] == ([] if found else [department])


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"姓": "　"}, ["MEMBER_NAME_MISSING"]),
        ({"メールアドレス": " "}, ["MEMBER_MAIL_MISSING"]),
        ({"姓": "", "メールアドレス": "", "社員番号": "！"}, ["MEMBER_NAME_MISSING", "MEMBER_MAIL_MISSING"]),
    ],
)
def test_a_line_without_name_or_mail_is_left_out_and_nothing_else_is_said(values, found):
    made = plan_of(**values)
    assert (reasons(made), outcomes(made), made.changes) == (found, ["skipped"], ())


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"メールアドレス": "aoyama"}, ["MEMBER_MAIL_INVALID"]),
        ({"社員番号": "１００１"}, ["MEMBER_NUMBER_INVALID"]),
        ({"生年月日": "1990/02/30"}, ["MEMBER_DATE_INVALID"]),
        ({"入社日": "45000"}, ["MEMBER_DATE_INVALID"]),
        ({"退職日": "昨日"}, ["MEMBER_DATE_INVALID"]),
        ({"退職者フラグ": "はい"}, ["MEMBER_VALUE_INVALID"]),
        ({"役職": "長" * 201}, ["MEMBER_VALUE_TOO_LONG"]),
        ({"姓": "姓" * 101}, ["MEMBER_VALUE_TOO_LONG"]),
        ({"名": "\0"}, ["MEMBER_UNREADABLE"]),
        ({"社員番号": "！", "生年月日": "x", "部署コード": "x"}, 3 * ["MEMBER"]),
    ],
)
def test_all_that_is_wrong_is_told_and_the_line_is_not_taken(values, found):
    made = plan_of(**values)
    assert [reason[: len(expected)] for reason, expected in zip(reasons(made), found, strict=True)] == found
    assert (outcomes(made), made.changes) == (["failed"], ())


def test_a_mail_in_full_width_is_told_in_half_width():
    [problem] = plan_of(メールアドレス="ａ@example.co.jp").issues
    assert "半角の「a@example.co.jp」であれば有効です。" in file_sentence(problem)


def test_a_line_with_more_values_than_columns_is_not_guessed_at():
    made = plan([*line(), "あふれ"], [*line(メールアドレス="b@example.co.jp"), " "])
    assert (reasons(made), outcomes(made)) == (["MEMBER_UNREADABLE"], ["failed", "created"])


def test_a_huge_cell_is_refused_and_cut_for_the_error_file():
    problem = in_words(*plan_of(役職="長" * 10_000_000).issues, of_file=True)
    assert "10000000文字" in problem.sentence
    assert max(map(len, (problem.value, problem.sentence, problem.remedy))) < 400


@pytest.mark.parametrize("text", ["1", "TRUE", "true"])
def test_the_flag_alone_retires_somebody_by_hand(text):
    made = plan_of(退職者フラグ=text)
    assert (news(made)["is_retired"], news(made)["retirement_source"]) == (True, "manual")


KAONAVIS = {"retirement_date": date(2025, 3, 31), "is_retired": True, "retirement_source": "kaonavi"}


@pytest.mark.parametrize(
    ("before", "values", "change"),
    [
        # a day brings the flag, whatever the cell says, also in the future
        ({}, {"退職日": "2999/03/31", "退職者フラグ": "0"}, (date(2999, 3, 31), True, "manual")),
        ({}, {"退職日": "2025/03/31"}, (date(2025, 3, 31), True, "manual")),
        # what is the same stays whose it was
        (KAONAVIS, {"退職日": "2025/03/31", "退職者フラグ": "1"}, None),
        (KAONAVIS, {"退職日": "2025/03/31"}, None),
        (KAONAVIS, {"退職者フラグ": "1"}, None),
        (KAONAVIS, {}, None),
        # another day is a person's
        (KAONAVIS, {"退職日": "2025/04/30"}, (date(2025, 4, 30), True, "manual")),
        # both taken away: back again
        (KAONAVIS, {"退職日": "", "退職者フラグ": "0"}, (None, False, "")),
        (KAONAVIS, {"退職日": "", "退職者フラグ": ""}, (None, False, "")),
        (KAONAVIS, {"退職日": ""}, (None, False, "")),
        (KAONAVIS, {"退職日": "", "退職者フラグ": "1"}, (None, True, "manual")),
        # a blank flag beside the day says nothing against it
        (KAONAVIS, {"退職日": "2025/03/31", "退職者フラグ": ""}, None),
    ],
)
def test_retirement_follows_the_rules_of_the_form(before, values, change):
    made = plan_of(local=[employee(employee_number="", first_name="", **before)], **values)
    assert made.issues == ()
    start = {"retirement_date": None, "is_retired": False, "retirement_source": ""} | before
    after = start | (news(made) if made.changes else {})
    assert tuple(after.values()) == (change or tuple(start.values()))


def test_the_flag_cannot_go_while_the_day_stays():
    made = plan_of(local=[employee(**KAONAVIS)], 退職日="2025/03/31", 退職者フラグ="0")
    assert reasons(made) == ["MEMBER_VALUE_INVALID"]
    assert "退職日も空白に" in file_sentence(made.issues[0])
