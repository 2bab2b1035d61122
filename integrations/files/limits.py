"""How much of a file is read. What goes beyond ends the import with a sentence, before it has cost much."""

import time
from collections.abc import Iterable, Iterator, Sequence

from integrations.files.refusals import too_large

MOST_ROWS = 150_000  # with a value, of departments or people
MOST_SCORES = 280_000  # rows of results: 3,000 people with 30 scales in three tests, a line each, are 270,000
MOST_LINES = 1_048_576  # blank ones too: what a sheet of Excel has
MOST_COLUMNS = 1_000
MOST_CELLS = 10_000_000
LONGEST_ROW = 10_100_000  # characters: a cell of ten million costs its own row and no other
MOST_VALUES = 1_000_000  # of a row, before it is known how many are blank
MOST_CHARACTERS = 100_000_000  # a workbook may name one long text many times
MOST_BLANK_CELLS = 5_000_000  # of a workbook, where formats make them
MOST_TAGS = 12_000_000  # of a part, besides those of cells
TAGS_OF_A_CELL = 6
MOST_OTHER_ELEMENTS = 2_000_000  # of a workbook: what it says besides cells, texts and styles
READ_SECONDS = 300.0
ROWS_BETWEEN_LOOKS = 1_000  # at the clock


class Meter:
    """Measures a file while it is read. All methods raise FileRefusedError where it is too much."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self.most_rows = most_rows
        self.started = time.monotonic()
        self.lines = self.rows = self.cells = self.characters = 0
        self.blank_cells = self.other_elements = 0

    def look_at_clock(self) -> None:
        if time.monotonic() - self.started > READ_SECONDS:
            raise too_large(f"読み取りに{READ_SECONDS:.0f}秒以上かかりました")

    def see_blank_cells(self, count: int) -> None:
        self.blank_cells += count
        if self.blank_cells > MOST_BLANK_CELLS:
            raise too_large(f"ブックの空白のセルは{MOST_BLANK_CELLS:,}個まで")

    def see_tags(self, count: int, cells: int = 0) -> None:
        """How many tags a part has had so far, and how many cells they made."""
        if count > MOST_TAGS + TAGS_OF_A_CELL * cells:
            raise too_large(f"ブックの1つの部分に、セルのほかのタグは{MOST_TAGS:,}個まで")

    def see_other_element(self) -> None:
        """Something in a part of a workbook that nobody here reads: a few bytes of a file may be millions of them."""
        self.other_elements += 1
        if self.other_elements > MOST_OTHER_ELEMENTS:
            raise too_large(f"ブックの中の、セル、文字列、書式のほかの要素は{MOST_OTHER_ELEMENTS:,}個まで")

    def filled(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not blank, each with its number; blank columns too far to the right are cut off."""
        for line, cells in rows:
            self.lines += 1
            if self.lines % ROWS_BETWEEN_LOOKS == 0:
                self.look_at_clock()
            if self.lines > MOST_LINES or line > MOST_LINES:
                raise too_large(f"空白の行を含めて{MOST_LINES:,}行まで")
            if len(cells) > MOST_COLUMNS:
                cut_to_columns(line, cells)
            if any(map(str.strip, cells)):
                self.count(cells)
                yield line, cells

    def count(self, cells: Sequence[str]) -> None:
        self.rows += 1
        self.cells += len(cells)
        self.characters += sum(map(len, cells))
        if self.rows > self.most_rows:
            raise too_large(f"{self.most_rows:,}行まで")
        if self.cells > MOST_CELLS:
            raise too_large(f"すべての行を合わせて{MOST_CELLS:,}個のセルまで")
        if self.characters > MOST_CHARACTERS:
            raise too_large(f"すべてのセルを合わせて{MOST_CHARACTERS:,}文字まで")


def cut_to_columns(line: int, cells: list[str]) -> None:
    """Cut off blank cells beyond the last column that is read."""
    if any(map(str.strip, cells[MOST_COLUMNS:])):
        raise too_many_columns(line, max(place for place, cell in enumerate(cells, start=1) if cell.strip()))
    del cells[MOST_COLUMNS:]


def too_many_columns(line: int, place: int, name: str = "") -> Exception:
    where = f"{name}列（{place:,}列目）" if name else f"{place:,}列目"
    return too_large(f"{line:,}行目の{where}に値があります。{MOST_COLUMNS:,}列まで")
