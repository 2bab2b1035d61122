"""Excel workbooks as people save them."""

import io
import re
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook, load_workbook

from integrations.files import xlsx_package
from integrations.files.read_xlsx import read_workbook
from integrations.files.refusals import FileRefusedError
from tests.factories.findings import file_sentence
from tests.integrations.files.books import SHEET, with_part
from tests.integrations.files.files import workbook


def rows(content):
    table = read_workbook(content)
    return table.header, list(table.rows)


def refusal(content, reason="FILE_UNREADABLE"):
    with pytest.raises(FileRefusedError) as caught:
        rows(content)
    [problem] = caught.value.issues
    assert problem.reason == reason
    return file_sentence(problem).removeprefix("ファイルを読み取れませんでした。")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0012", "0012"),
        (1001, "1001"),
        (1001.0, "1001"),
        (61.5, "61.5"),
        (0.1 + 0.2, "0.3"),
        (None, ""),
        (True, "1"),
        (False, "0"),
        (date(2025, 6, 2), "2025/06/02"),
        (datetime(2025, 6, 2), "2025/06/02"),  # noqa: DTZ001 - Excel knows no time zones
        (datetime(2025, 6, 2, 9, 30), "2025/06/02 09:30:00"),  # noqa: DTZ001 - as above
        (time(9, 30), "09:30:00"),
        ("一行目\n二行目", "一行目\n二行目"),
        ("_x000D_", "\r"),
        ("_xD83D_", "_xD83D_"),
    ],
)
def test_cells_are_read_as_a_person_sees_them(value, text):
    assert rows(workbook(["a", "b"], ["x", value])) == (["a", "b"], [(2, ["x", text] if text else ["x"])])


def test_a_number_that_is_shown_with_leading_zeros_keeps_them():
    book = Workbook()
    book.active.append(["社員番号"])
    book.active.append([12])
    book.active["A2"].number_format = "000000"
    file = io.BytesIO()
    book.save(file)
    assert rows(file.getvalue())[1] == [(2, ["000012"])]


def test_rows_are_numbered_as_in_excel_and_blank_ones_are_none():
    assert rows(workbook([], ["a"], [" "], [], ["1"])) == (["a"], [(5, ["1"])])


def test_a_formula_counts_as_its_last_result():
    formula = '<c r="A2"><f>1+1</f><v>2</v></c>'
    content = with_part(workbook(["a"], ["x"]), SHEET, lambda xml: re.sub(r'<c r="A2".*?</c>', formula, xml))
    assert rows(content) == (["a"], [(2, ["2"])])


def test_only_the_first_sheet_counts():
    book = load_workbook(io.BytesIO(workbook(["a"], ["1"])))
    book.create_sheet("二枚目").append(["x"])
    file = io.BytesIO()
    book.save(file)
    assert rows(file.getvalue()) == (["a"], [(2, ["1"])])


def test_a_wrong_size_in_the_sheet_is_not_believed():
    content = with_part(workbook(["a"], ["1"]), SHEET, lambda xml: xml.replace('ref="A1:A2"', 'ref="A1:XFD1048576"'))
    assert rows(content) == (["a"], [(2, ["1"])])


def test_an_empty_sheet_is_refused():
    assert refusal(workbook()) == "ブックの最初のシートが空です。"


def test_what_is_no_workbook_is_refused():
    assert refusal(b"PK\x03\x04 nothing") == "Excel ブック（.xlsx）ではないか、壊れています。"


def test_a_sheet_that_breaks_off_is_refused_with_the_last_row_that_was_read():
    content = with_part(workbook(["a"], ["1"], ["2"]), SHEET, lambda xml: xml.replace("</row></sheetData>", "<"))
    assert refusal(content) == "Excel ブック（.xlsx）の2行目より後が壊れています。"


def test_a_row_number_beyond_excel_is_refused_rather_than_counted_up_to():
    content = with_part(
        workbook(["a"], ["1"]),
        SHEET,
        lambda xml: xml.replace('r="A2"', "").replace('<row r="2"', '<row r="99999999999"'),
    )
    assert "空白の行を含めて1,048,576行まで" in refusal(content, "FILE_TOO_LARGE")


def test_a_workbook_that_unpacks_to_far_more_is_refused_unread(monkeypatch):
    monkeypatch.setattr(xlsx_package, "LARGEST_UNPACKED", 1000)
    assert "ブックが展開後" in refusal(workbook(["a"], ["1"]), "FILE_TOO_LARGE")
