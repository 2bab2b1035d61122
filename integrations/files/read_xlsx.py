"""Reads a sheet of an Excel workbook (.xlsx): the first one that has the columns which are looked for."""

import re
from collections.abc import Iterator
from itertools import islice

from integrations.files.formats import other_package
from integrations.files.limits import Meter
from integrations.files.read_csv import SourceTable
from integrations.files.refusals import FileRefusedError, refusal
from integrations.files.xlsx_book import Book
from integrations.files.xlsx_package import Package
from integrations.files.xlsx_sheet import Sheet
from integrations.reasons import Reason
from integrations.rules.headings import ANY_HEADER, Headings
from integrations.rules.plan import Finding, finding
from integrations.rules.text import some_of

MOST_SHEETS = 50  # that are looked into
HEADER_SOUGHT = 20  # rows of a sheet in which its first filled one is looked for
NAMED = 5
RANGE = re.compile(r"\$?[A-Z]+\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")


def read_workbook(content: bytes, headings: Headings = ANY_HEADER, meter: Meter | None = None) -> SourceTable:
    """A sheet's cells, as the meter allows. Raises FileRefusedError, also from `rows` where a part is unreadable.

    A formula counts as its last result, as Excel has stored it.
    """
    if told := other_package(content):
        raise refusal(told)
    meter = meter or Meter()
    sheet, notes = choose(open_sheets(content, meter), headings)
    rows = filled_rows(sheet, meter, notes)
    first = next(rows, None)
    if first is None:
        raise refusal("ブックの最初のシートが空です。")
    return SourceTable(first[1], rows, notes)


def choose(sheets: list[Sheet], headings: Headings) -> tuple[Sheet, list[Finding]]:
    """The first sheet with the columns, visible ones before hidden ones, and what is to be said of the choice.

    Where no sheet has them it is the first visible one that has anything, so that what is missing is told of it.
    """
    if not sheets:
        raise refusal("ブックにシートがありません。")
    headers = {sheet.title: header_of(sheet) for sheet in sheets[:MOST_SHEETS]}
    ordered = sorted(sheets[:MOST_SHEETS], key=lambda sheet: sheet.is_hidden)
    fitting = [sheet for sheet in ordered if headings.are_in(headers[sheet.title])]
    chosen = next(iter(fitting), None) or next((sheet for sheet in ordered if headers[sheet.title]), ordered[0])
    others = [sheet.title for sheet in fitting if sheet is not chosen]
    notes = []
    if chosen is not sheets[0] or chosen.is_hidden or others:
        why = "非表示のシートです。" if chosen.is_hidden else ""
        if chosen is not sheets[0]:
            why += f"1枚目のシート「{sheets[0].title}」{'は非表示です' if sheets[0].is_hidden else 'に必要な列名がありません'}。"
        notes.append(finding(Reason.FILE_SHEET_CHOSEN, value=chosen.title, detail=why))
    if others:
        more = f"」ほか{len(others) - NAMED}枚" if len(others) > NAMED else "」"
        notes.append(finding(Reason.FILE_SHEETS_IGNORED, value="」「".join(others[:NAMED]) + more.removesuffix("」")))
    return chosen, notes


def header_of(sheet: Sheet) -> list[str]:
    """The first row that is not blank, [] where none is nearby. What cannot be read is told by whoever reads it."""
    try:
        return next((cells for _, cells in islice(sheet.rows(), HEADER_SOUGHT) if any(map(str.strip, cells))), [])
    except Exception:  # noqa: BLE001 - whatever the XML parser and the numbers in it stumble over
        return []


def filled_rows(sheet: Sheet, meter: Meter, notes: list[Finding]) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with its number. Afterwards `notes` say what is known of all of them."""
    line, header, width = 0, 0, 0
    try:
        for line, cells in meter.filled(sheet.rows()):
            if not header:
                header = line
                width = max(place for place, cell in enumerate(cells, start=1) if cell.strip())
            yield line, cells
    except FileRefusedError:
        raise
    except Exception as error:  # whatever the XML parser and the numbers in it stumble over
        where = f"{line}行目より後" if line else "シート"
        raise refusal(f"Excel ブック（.xlsx）の{where}が壊れています。") from error
    merged = [reference for reference in sheet.merged if touches(reference, header, width)]
    if merged:
        raise FileRefusedError(finding(Reason.FILE_CELLS_MERGED, value=some_of(merged, NAMED, "か所")))
    if sheet.hidden_rows:
        notes.append(finding(Reason.FILE_ROWS_HIDDEN, count=f"{sheet.hidden_rows:,}"))


def touches(reference: str, header: int, width: int) -> bool:
    """Whether merged cells lie in the header or below it, in a column that has a name."""
    found = RANGE.fullmatch(reference)
    if found is None:
        return False
    first_column = reference.replace("$", "").partition(":")[0].rstrip("0123456789")
    place = 0
    for letter in first_column:
        place = place * 26 + ord(letter) - 64
    return int(found[3] or found[1]) >= header > 0 and place <= width


def open_sheets(content: bytes, meter: Meter) -> list[Sheet]:
    try:
        book = Book(Package(content, meter))
    except FileRefusedError:
        raise
    except Exception as error:  # whatever zipfile and the XML parser stumble over
        raise refusal("Excel ブック（.xlsx）ではないか、壊れています。") from error
    return [Sheet(book, *sheet) for sheet in book.sheets]
