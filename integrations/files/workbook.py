"""Reads the first sheet of an Excel workbook (.xlsx) as the texts that a person sees in it."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from integrations.files.reader import FileRefusedError, Table, refusal

MOST_ROWS = 1_048_576  # of Excel itself; a row number beyond it would make the reader count for hours
LARGEST_UNPACKED = 400_000_000  # bytes; ten times what 50,000 results need
ESCAPED = re.compile(
    r"_x(?!D[89A-F])([0-9A-F]{4})_", re.IGNORECASE
)  # ISO 29500 ST_Xstring; never half a surrogate pair
LEADING_ZEROS = re.compile(r"0+")  # a number format such as 000000 shows 12 as 000012

# openpyxl quotes cells in its warnings, and they are personal
warnings.filterwarnings("ignore", module=r"openpyxl\.")


def read_workbook(content: bytes) -> Table:
    """The cells of the first sheet. Raises FileRefusedError, also from `rows`, when a part that cannot be read is reached.

    A formula counts as its last result, as Excel has stored it.
    """
    rows = filled_rows(content)
    first = next(rows, None)
    if first is None:
        raise refusal("ブックの最初のシートが空です。")
    return Table(first[1], rows)


def filled_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with its number."""
    line = 0
    try:
        for cells in open_sheet(content).iter_rows():
            line += 1
            texts = [text_of(cell) for cell in cells]
            if any(map(str.strip, texts)):
                yield line, texts
            check_count(line)
    except FileRefusedError:
        raise
    except Exception as error:  # whatever openpyxl stumbles over
        where = f"{line}行目より後を" if line else ""
        raise refusal(f"Excel ブック（.xlsx）として{where}読み取れませんでした。") from error


def open_sheet(content: bytes) -> ReadOnlyWorksheet:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > LARGEST_UNPACKED:
        raise refusal(f"ブックが大きすぎます（展開後 {size:,} バイト）。")
    sheet: ReadOnlyWorksheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
    sheet.reset_dimensions()  # the stated size may be wrong, and costs a cell of memory for each that it promises
    return sheet


def check_count(line: int) -> None:
    if line > MOST_ROWS:
        raise refusal(f"ブックの行が多すぎます（{MOST_ROWS:,}行まで）。")


def text_of(cell: ReadOnlyCell | EmptyCell) -> str:
    """A cell as a text: numbers without a needless fraction, days as YYYY/MM/DD, yes and no as 1 and 0."""
    value: Any = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".15g")  # as many digits as Excel has
    if isinstance(value, int):
        zeros = LEADING_ZEROS.fullmatch(cell.number_format)
        return str(value).zfill(len(zeros[0])) if zeros else str(value)
    if isinstance(value, datetime) and value.time() == time():
        return f"{value:%Y/%m/%d}"
    if isinstance(value, datetime):
        return f"{value:%Y/%m/%d %H:%M:%S}"
    return f"{value:%Y/%m/%d}" if isinstance(value, date) else str(value)
