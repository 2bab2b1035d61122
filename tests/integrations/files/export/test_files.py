"""A table as a file."""

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

import pytest
from django.utils.timezone import get_current_timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from integrations.files.table import Table
from integrations.files.write import CHUNK, csv_chunks, xlsx_file
from integrations.files.xlsx_frame import NARROWEST, WIDEST
from integrations.imports.source_file import read_table
from integrations.rules.assessments.values import read_moment
from integrations.rules.cells import Cells, Sort


def wall(*parts):
    return datetime(*parts)  # noqa: DTZ001 - workbooks know no time zones


def as_csv(table):
    return b"".join(csv_chunks(table))


def as_xlsx(table):
    with xlsx_file(table) as file:
        return file.read()


def test_a_csv_has_a_bom_crlf_and_harmless_cells():
    content = as_csv(Table(["社員番号", "役職"], [["0012", "=HYPERLINK(1)"], ['a"b', "x,y"]]))
    assert content == '\ufeff社員番号,役職\r\n0012,\'=HYPERLINK(1)\r\n"a""b","x,y"\r\n'.encode()


def test_a_csv_is_made_as_it_is_read():
    asked = count()
    chunks = csv_chunks(Table(["a"], (["x" * 1000] for _ in iter(lambda: next(asked), None))))
    next(chunks)
    assert next(asked) < 2 * CHUNK / 1000


def opened(table):
    return load_workbook(io.BytesIO(as_xlsx(table)))


@pytest.mark.parametrize("value", ["0012", "1e5", "2025/06/02", "=1+1", "#N/A", "TRUE", "-", "１"])
def test_a_text_of_a_workbook_is_a_text_whatever_it_looks_like(value):
    cell = opened(Table(["a"], [[value]])).active["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (value, "s", "@")


@pytest.mark.parametrize(
    ("value", "there", "number_format"),
    [
        (3, 3, "General"),
        (True, 1, "General"),
        (61.5, 61.5, "0.0##"),
        (Decimal("10.0"), 10, "0.0##"),
        (date(2026, 4, 1), wall(2026, 4, 1), "yyyy/mm/dd"),
        (date(1900, 3, 1), wall(1900, 3, 1), "yyyy/mm/dd"),
        (date(9999, 12, 31), wall(9999, 12, 31), "yyyy/mm/dd"),
        (datetime(2026, 4, 1, 0, 30, tzinfo=UTC), wall(2026, 4, 1, 9, 30), "yyyy/mm/dd hh:mm"),
        (datetime(2026, 4, 1, 14, 59, 59, tzinfo=UTC), wall(2026, 4, 1, 23, 59, 59), "yyyy/mm/dd hh:mm:ss"),
    ],
)
def test_numbers_days_and_moments_are_what_they_are_in_a_workbook(value, there, number_format):
    cell = opened(Table(["a"], [[value]])).active["A2"]
    assert (cell.value, cell.number_format) == (there, number_format)
    assert cell.is_date == isinstance(there, datetime)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(901, 2, 3), "0901/02/03"),
        (date(1900, 2, 28), "1900/02/28"),
        (datetime(2026, 4, 1, 0, 30, 0, 250, tzinfo=UTC), "2026/04/01 09:30:00.000250"),
    ],
)
def test_what_no_workbook_can_number_stays_a_text(value, text):
    """Excel counts days from 1900, with a 29 February that there was not, and keeps no microseconds."""
    cell = opened(Table(["a"], [[value]])).active["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_what_is_typed_into_a_blank_cell_is_what_the_column_holds():
    table = Table(["a", "b", "c"], [["", None, None], ["x", None, 1]], {"b": Sort.DAY, "c": Sort.NUMBER})
    sheet = opened(table).active
    kept = ["@", "yyyy/mm/dd", "General"]
    assert [cell.number_format for cell in sheet[2]] == kept
    assert [sheet.column_dimensions[name].number_format for name in "ABC"] == kept
    assert [cell.value for cell in sheet[2]] == [None, None, None]


def test_a_workbook_is_ready_to_be_read():
    """A named sheet, a header that stays in sight and can be filtered by, and columns that fit what stands in them."""
    names = [["ab", "営業企画本部の第一営業部"], ["c", "x"]]
    book = opened(Table(["社員番号", "部署名"], names, title="社員一覧", fixed=1))
    sheet = book["社員一覧"]
    assert book.sheetnames == ["社員一覧"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("B2", "A1:B3", "$1:$1")
    assert all(cell.font.bold and cell.fill.fgColor.rgb.endswith("DCE6F1") for cell in sheet[1])
    assert [sheet.column_dimensions[name].width for name in "AB"] == [12, 26]


def test_columns_are_neither_too_narrow_nor_wider_than_a_screen():
    sheet = opened(Table(["a", "b"], [["x", "長" * 300]])).active
    assert [sheet.column_dimensions[name].width for name in "AB"] == [NARROWEST, WIDEST]


def test_the_header_of_a_workbook_stays_in_sight():
    assert opened(Table(["a"], [])).active.freeze_panes == "A2"


@settings(max_examples=30)
@given(st.datetimes(wall(1900, 3, 2), wall(9999, 12, 30), timezones=st.just(UTC)))
def test_any_moment_comes_back_to_the_second(at):
    at = at.replace(microsecond=0)
    table = read_table(as_xlsx(Table(["完了日時"], [[at]], {"完了日時": Sort.MOMENT})))
    [(_, cells)] = table.rows
    assert read_moment(Cells({0: Sort.MOMENT}).settled(cells)[0], get_current_timezone()) == at


def test_a_second_sheet_says_what_the_table_is():
    about = {"作成日時": datetime(2026, 4, 1, 0, 30, tzinfo=UTC), "件数": 2, "絞り込み（検索）": "=1+1"}
    sheet = opened(Table(["a"], [], about=about))["この表について"]
    assert [[cell.value for cell in row] for row in sheet] == [
        ["作成日時", wall(2026, 4, 1, 9, 30)],
        ["件数", 2],
        ["絞り込み（検索）", "=1+1"],
    ]
    assert sheet["B3"].data_type == "s"


def test_a_workbook_is_made_as_it_is_read():
    """Rows go to the file, not to a list: a large company fits through a small memory."""
    rows = (["x" * 1000] for _ in range(20_000))
    tracemalloc.start()
    with xlsx_file(Table(["a"], rows)):
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


cells = st.text(max_size=5) | st.sampled_from(
    ["'=1", "=1", "_x000D_", "a\r\nb", "\r", "\x0b", "\ufffe", "_x005F_", "#REF!", " x ", "😀", '"', ",", "\t"]
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=5)
)


@given(tables, st.sampled_from([as_csv, as_xlsx]))
def test_whatever_the_cells_they_come_back_as_they_were(rows, form):
    rows = [["x", *(cell.replace("\0", "") for cell in row)] for row in rows]
    table = read_table(form(Table(rows[0], rows[1:])))
    assert [table.header, *(cells for _, cells in table.rows)] == rows


def test_the_csv_can_be_read_by_anybody():
    rows = list(csv.reader(io.StringIO(as_csv(Table(["a", "b"], [["1", "二\n三"]])).decode("utf-8-sig"), newline="")))
    assert rows == [["a", "b"], ["1", "二\n三"]]
