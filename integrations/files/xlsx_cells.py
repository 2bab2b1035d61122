"""Values as cells of a workbook's sheet, in the XML in which a workbook keeps them. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from django.utils import timezone
from openpyxl.utils import get_column_letter

from integrations.files.safe_cell import is_damage, quoted_for_text_cell
from integrations.files.table import Value, moment, number
from integrations.files.table import day as day_as_text
from integrations.rules.cells import Sort

LONGEST = 32_767  # characters in a cell; Excel takes a longer one for a damaged file
# What XML cannot carry or would change, and texts that look as if they stood for such: ISO 29500 ST_Xstring
UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
FIRST_DAY = date(1900, 3, 1)  # days before have no number on which all programs agree: 1900 has a 29 February in Excel
BEFORE_DAYS = date(1899, 12, 30).toordinal()
SECONDS_OF_A_DAY = 86_400


class Styles(NamedTuple):
    """The numbers that a workbook gave its styles, by what has them.

    `marked` has Excel's mark of a text that begins with ': what looks like damage is meant so.
    """

    text: int
    marked: int
    day: int
    minute: int
    second: int
    whole: int
    fraction: int

    def of_blank(self, sort: Sort) -> int:
        """The style of a cell in which nothing stands: what is typed into it becomes what the column holds."""
        return {Sort.DAY: self.day, Sort.MOMENT: self.minute, Sort.NUMBER: self.whole}.get(sort, self.text)


def sheet_rows(rows: Iterable[Sequence[Value]], styles: Styles, sorts: Sequence[Sort]) -> Iterator[bytes]:
    """The rows below the header. Blank cells stand there too, for their styles."""
    columns = [
        (f'<c r="{get_column_letter(place)}', f'" s="{styles.of_blank(sort)}"/>')
        for place, sort in enumerate(sorts, start=1)
    ]
    writers = cell_writers(styles)
    text = writers[str]
    for line, row in enumerate(rows, start=2):
        cells = "".join(
            f"{start}{line}{blank if value is None else writers.get(type(value), text)(value)}"
            for (start, blank), value in zip(columns, row, strict=True)
        )
        yield f'<row r="{line}">{cells}</row>'.encode()


def cell_writers(styles: Styles) -> dict[type, Callable[[Any], str]]:
    """What writes a value of each type: its cell, from behind the reference."""

    def text(value: str) -> str:
        if not value:
            return f'" s="{styles.text}"/>'
        style = styles.marked if is_damage(value) else styles.text
        return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(fit(value))}</t></is></c>'

    def whole(value: int) -> str:
        return f'" s="{styles.whole}"><v>{int(value)}</v></c>'

    def fraction(value: float) -> str:
        return f'" s="{styles.fraction}"><v>{number(value)}</v></c>'

    @lru_cache(maxsize=4096)  # birthdays of a large company are fewer
    def day(value: date) -> str:
        if value < FIRST_DAY:
            return text(day_as_text(value))
        return f'" s="{styles.day}"><v>{value.toordinal() - BEFORE_DAYS}</v></c>'

    def at(value: datetime) -> str:
        local = timezone.localtime(value)
        if local.microsecond or local.date() < FIRST_DAY:  # programs keep milliseconds at best
            return text(moment(value))
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        style = styles.second if local.second else styles.minute
        return f'" s="{style}"><v>{local.toordinal() - BEFORE_DAYS + seconds / SECONDS_OF_A_DAY!r}</v></c>'

    return {str: text, bool: whole, int: whole, float: fraction, Decimal: fraction, date: day, datetime: at}


def fit(text: str) -> str:
    """A text as a workbook can hold it: at most 32,767 characters, none of which XML would lose."""
    return UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", quoted_for_text_cell(text))[:LONGEST]
