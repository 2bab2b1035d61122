"""A table as a file."""

import csv
import io
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from integrations.files.write import CHUNK, Table, csv_chunks, xlsx_file
from integrations.imports.source_file import read_table


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


@pytest.mark.parametrize("value", ["0012", "1e5", "2025/06/02", "=1+1", "#N/A", "TRUE", "-", "１"])
def test_every_cell_of_a_workbook_is_text(value):
    book = load_workbook(io.BytesIO(as_xlsx(Table(["a"], [[value]]))))
    cell = book.active["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (value, "s", "@")


def test_what_is_typed_into_a_blank_cell_is_text_too():
    book = load_workbook(io.BytesIO(as_xlsx(Table(["a", "b"], [["", "x"]]))))
    assert book.active["A2"].number_format == "@"
    assert {book.active.column_dimensions[name].number_format for name in "AB"} == {"@"}


def test_the_header_of_a_workbook_stays_in_sight():
    assert load_workbook(io.BytesIO(as_xlsx(Table(["a"], [])))).active.freeze_panes == "A2"


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
