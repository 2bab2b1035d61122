"""Workbooks as people and programs leave them: made with openpyxl, and changed where it cannot make them so."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
STYLES = "xl/styles.xml"


def book(sheets: Mapping[str, Iterable[Iterable[Any]]], change: Callable[[Workbook], object] = bool) -> bytes:
    """A workbook with these sheets; `change` does the rest to it before it is saved."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    change(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def formatted(rows: list[list[Any]], codes: dict[str, str]) -> bytes:
    """A workbook of one sheet with number formats, by cell."""

    def change(made: Workbook) -> None:
        for place, code in codes.items():
            made.active[place].number_format = code

    return book({"Sheet": rows}, change)


def with_part(content: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one part of the zip file changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, change(data.decode()) if part.filename == name else data)
    return made.getvalue()
