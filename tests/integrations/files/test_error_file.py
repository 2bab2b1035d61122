"""The error file, as pure text."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.files.error_file import COLUMNS, file_name, harmless, lines
from integrations.reasons import Reason

FORMULA = "=+-@\t\r＝＋－＠"


@dataclass
class Issue:
    severity: str = "error"
    reason: str = Reason.MEMBER_MAIL_INVALID
    subject_key: str = "0001"
    subject_name: str = "青山 直樹"
    email: str = "a@example.co.jp"
    field: str = "メール"
    value: str = "ａ"
    sentence: str = "形式が正しくありません。"
    remedy: str = "直してください。"


def rows(*issues: Issue) -> list[list[str]]:
    text = "".join(lines(issues)).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_it_has_the_columns_of_the_specification():
    names = "行番号、区分、対象、社員番号または所属コード、氏名または部署名、メールアドレス、エラーコード、項目、値、内容、対処方法、対応"
    assert "、".join(rows()[0]) == names


def test_it_is_utf_8_with_bom_and_ends_its_lines_as_spreadsheets_do():
    text = "".join(lines([Issue()]))
    assert text.encode().startswith(b"\xef\xbb\xbf")
    assert text.count("\ufeff") == 1
    assert text.endswith("\r\n")
    assert text.count("\r\n") == text.count("\n") == 2


def test_it_writes_one_numbered_line_an_issue():
    table = rows(Issue(), Issue(severity="skipped"), Issue(severity="warning"))
    assert [row[:2] for row in table[1:]] == [["1", "エラー"], ["2", "対象外"], ["3", "注意"]]
    assert table[1][2:] == [
        "社員",
        "0001",
        "青山 直樹",
        "a@example.co.jp",
        "MEMBER_MAIL_INVALID",
        "メール",
        "ａ",
        "形式が正しくありません。",
        "直してください。",
        "",
    ]


@pytest.mark.parametrize(
    ("reason", "key", "subject"),
    [
        ("DEPARTMENT_NAME_TAKEN", "10", "部署"),
        ("DEPARTMENT_UNREADABLE", "", "部署"),
        ("MEMBER_MAIL_INVALID", "1", "社員"),
        ("MEMBER_NAME_NOT_SPLIT", "", "実行"),
        ("MEMBER_ITEM_AMBIGUOUS", "", "実行"),
        ("RESULT_REFUSED", "1", "検査結果"),
        ("RESULT_NOT_YET_VISIBLE", "", "実行"),
        ("ASSESSMENT_TYPE_UNKNOWN", "1", "検査結果"),
        ("SHEET_ITEM_MISSING", "最新性格検査結果（ミキワメ連携）", "シート"),
        ("KAONAVI_NOT_PERMITTED", "最新性格検査結果（ミキワメ連携）", "シート"),
        ("FILE_CELL_ERROR", "0001", "ファイルの行"),
        ("FILE_CELL_ERROR", "", "ファイルの行"),
        ("FILE_LEADING_ZEROS", "001", "ファイルの行"),
        ("FILE_SHEET_CHOSEN", "", "実行"),
        ("KAONAVI_KEYS_REFUSED", "", "実行"),
        ("RUN_CRASHED", "", "実行"),
        ("A_CODE_OF_TOMORROW", "", "実行"),
    ],
)
def test_it_says_what_kind_of_thing_a_problem_is_about(reason: str, key: str, subject: str):
    assert rows(Issue(reason=reason, subject_key=key))[1][2] == subject


@pytest.mark.parametrize("sign", FORMULA)
@pytest.mark.parametrize("before", ["", " ", "\u3000", "\n", "\ufeff", "\u200b "])
def test_it_makes_formulas_harmless_wherever_they_hide(before: str, sign: str):
    if before and sign in "\t\r":
        return  # white space itself; it matters where the value begins with it
    assert harmless(f"{before}{sign}1").startswith("'")


@pytest.mark.parametrize("text", ["", "青山", "a-b", "a@b.jp", "0001", "1=1", " x"])
def test_it_leaves_everything_else_as_it_is(text: str):
    assert harmless(text) == text


def test_it_drops_nul_characters_before_it_looks():
    assert harmless("\x00=1\x00") == "'=1"


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=5))
def test_it_keeps_every_value_in_its_cell(values: list[tuple[str, str, str]]):
    table = rows(*(Issue(subject_name=a, value=b, sentence=c) for a, b, c in values))
    assert len(table) == len(values) + 1
    assert {len(row) for row in table} == {len(COLUMNS)}
    for row, (name, value, detail) in zip(table[1:], values, strict=True):
        assert [row[4], row[8], row[9]] == [harmless(name), harmless(value), harmless(detail)]


@given(st.text())
def test_it_lets_no_cell_begin_like_a_formula(value: str):
    cell = rows(Issue(value=value))[1][8]
    assert cell.strip()[:1] not in {*"=+-@＝＋－＠"}
    assert "\x00" not in cell


def test_it_takes_one_issue_at_a_time():
    taken = []

    def endless() -> Iterator[Issue]:
        while True:
            taken.append(1)
            yield Issue()

    file = lines(endless())
    next(file)
    next(file)
    assert len(taken) == 1


def test_it_is_named_after_kind_number_and_time():
    at = datetime(2026, 4, 8, 9, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert file_name("カオナビ社員情報取込", 12, at) == "カオナビ社員情報取込_12_20260408-0930"
