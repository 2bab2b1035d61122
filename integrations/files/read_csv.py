"""Reads a CSV file as people save it: UTF-8 with or without BOM, CP932 (Excel's Shift_JIS) or UTF-16 (Excel's Unicode
text), parted by commas, tabs or semicolons; any line ends, any quotes.

A file is read whole or refused with its line: where a quote does not close, nobody can know which rows follow.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

from integrations.files.formats import WORKBOOK, other_format
from integrations.files.limits import LONGEST_ROW, MOST_VALUES, Meter
from integrations.files.refusals import FileRefusedError, refusal, too_large
from integrations.rules.headings import ANY_HEADER, Headings
from integrations.rules.plan import Finding

LONGEST_HEADER = 100_000  # characters
IS_WORKBOOK = "Excel ブック（.xlsx）です。Excel で「CSV UTF-8（コンマ区切り）」として保存してください。"
MOST_MARKS = 100  # byte order marks at the start
PIECE = 1_000_000  # bytes that are decoded at a time
LINE_END = re.compile(rb"\r\n|\r|\n")
DELIMITERS = ",\t;"
SEPARATOR_LINE = re.compile(r'"?sep=(?P<sign>[,\t;|])"?(?:\r\n|\r|\n)', re.IGNORECASE)  # understood by Excel alone
MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
ASIDE = {"iso2022_jp": "JIS（ISO-2022-JP）", "euc_jp": "EUC-JP"}


class SourceTable(NamedTuple):
    """The first line that is not blank, and the others with their line numbers in the file, read as they are asked for.

    `notes` are warnings about the file; they are complete once all rows are read. `encoding` is that of a text file.
    """

    header: list[str]
    rows: Iterator[tuple[int, Sequence[str]]]
    notes: list[Finding]
    encoding: str = ""


def read_csv(content: bytes, headings: Headings = ANY_HEADER, meter: Meter | None = None) -> SourceTable:
    """A file's cells, as the meter allows. Raises FileRefusedError, also from `rows` where a line is unreadable."""
    encoding = encoding_of(content, headings)
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    skip_marks(text)
    skipped, delimiter = separator_line(text)
    delimiter = delimiter or delimiter_of(text, headings)
    rows = (meter or Meter()).filled(all_rows(text, delimiter, skipped))
    first = next(rows, None)
    if first is None:
        raise refusal("ファイルが空です。")
    if not headings.count(first[1]):
        look_for_other_encoding(content, headings)
    return SourceTable(first[1], rows, [], encoding)


def skip_marks(text: io.TextIOWrapper) -> None:
    """Pass over byte order marks at the start; programs that put files together leave several."""
    start = text.tell()
    for _ in range(MOST_MARKS):
        if text.read(1) != "\ufeff":
            break
        start = text.tell()
    text.seek(start)


def separator_line(text: io.TextIOWrapper) -> tuple[int, str]:
    """Pass over `sep=;` at the start: how many lines that is, and the sign."""
    start = text.tell()
    found = SEPARATOR_LINE.match(text.read(20))
    text.seek(start)
    if found is None:
        return 0, ""
    text.read(found.end())
    return 1, found["sign"]


def delimiter_of(text: io.TextIOWrapper, headings: Headings) -> str:
    """What parts the cells: the sign by which most of the columns that are looked for stand in the header."""
    start = text.tell()
    head = text.read(LONGEST_HEADER).lstrip("\r\n")
    text.seek(start)

    def columns(delimiter: str) -> int:
        lines = (
            line for line in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if any(map(str.strip, line))
        )
        try:
            return headings.count(next(lines, []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=columns)  # the first of equals: a comma


def all_rows(text: io.TextIOWrapper, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins. `skipped` lines stand before."""
    csv.field_size_limit(LONGEST_ROW)
    lines = Lines(text, delimiter)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = skipped + 1
    try:
        for cells in reader:
            yield line, cells
            line = skipped + reader.line_num + 1
            lines.begin_row()
    except csv.Error as error:
        raise refusal(
            f'{line}行目からの行で、引用符「"」の使い方が正しくありません。'
            '値の中の「"」は「""」とし、値の全体を「"」で囲んでください。'
        ) from error
    except RowTooLongError:
        raise too_large(
            f'{line:,}行目からの1行が{LONGEST_ROW:,}文字または{MOST_VALUES:,}個の値を超えています。引用符「"」が閉じていない可能性があります'
        ) from None


class RowTooLongError(Exception):
    """A row has more characters than any has that is meant so."""


class Lines:
    """The lines of a text, for a reader of rows. A row may have several; RowTooLongError where it goes on and on."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self.text, self.delimiter = text, delimiter
        self.begin_row()

    def begin_row(self) -> None:
        self.left, self.values = LONGEST_ROW, 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.left + 1)
        if not line:
            raise StopIteration
        self.left -= len(line)
        self.values += line.count(self.delimiter)
        if self.left < 0 or self.values > MOST_VALUES:
            raise RowTooLongError
        return line


def encoding_of(content: bytes, headings: Headings) -> str:
    """UTF-8 where the file is that, else CP932; UTF-16 where a mark says so. Raises FileRefusedError for none."""
    if content.startswith(WORKBOOK):
        raise refusal(IS_WORKBOOK)
    if told := other_format(content):
        raise refusal(told)
    marked = next((encoding for mark, encoding in MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        try_encoding(content, marked)
    except UnicodeDecodeError as error:
        if marked != "utf-8":
            raise refusal("文字コードは UTF-16 ですが、途中で切れているか壊れています。") from error
        # A header in UTF-8 shows that the file was meant so and is damaged: as CP932 it would be taken as gibberish.
        if is_japanese_utf8(first_line(content)):
            raise damaged(content, error) from error
    else:
        return marked
    try:
        try_encoding(content, "cp932")
    except UnicodeDecodeError as error:
        look_for_other_encoding(content, headings)
        raise damaged(content, error) from error
    return "cp932"


def try_encoding(content: bytes, encoding: str) -> None:
    """Raises UnicodeDecodeError, with the place in the content, where that is no such text. Keeps nothing of it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), PIECE):
        before = len(decoder.getstate()[0])  # bytes of a character that has not ended yet
        try:
            decoder.decode(content[start : start + PIECE], start + PIECE >= len(content))
        except UnicodeDecodeError as error:
            moved = start - before
            raise UnicodeDecodeError(encoding, content, moved + error.start, moved + error.end, error.reason) from None


def first_line(content: bytes) -> bytes:
    end = LINE_END.search(content)
    return content[: end.start()] if end else content


def look_for_other_encoding(content: bytes, headings: Headings) -> None:
    """Raises FileRefusedError with the name of the encoding, where the first line makes sense in another one."""
    line = first_line(content[:LONGEST_HEADER].lstrip(b"\r\n"))
    for encoding, name in ASIDE.items():
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            continue
        names = next((text.split(sign) for sign in DELIMITERS if headings.count(text.split(sign))), None)
        if names or (b"\x1b$" in line and encoding == "iso2022_jp"):
            raise refusal(f"文字コードが {name} です。「CSV UTF-8（コンマ区切り）」として保存し直してください。")


def is_japanese_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not line.isascii()


def damaged(content: bytes, error: UnicodeDecodeError) -> FileRefusedError:
    line = sum(1 for _ in LINE_END.finditer(content, 0, error.start)) + 1
    return refusal(f"{line}行目に、UTF-8 でも Shift_JIS（CP932）でもない文字があります。")
