"""Reads a CSV file as people save it: UTF-8 with or without BOM, or CP932 (Excel's Shift_JIS); any line ends, any quotes.

A file is read whole or refused with its line: where a quote does not close, nobody can know which rows follow.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from integrations.mapping.plan import Issue, issue
from integrations.reasons import Reason

LONGEST_CELL = 2**31 - 1  # no limit of the reader's own: the rules say what is too long, row by row
OTHER_FORMATS = {
    b"PK\x03\x04": "Excel ブック（.xlsx）です。Excel で「CSV UTF-8（コンマ区切り）」として保存してください。",
    b"\xd0\xcf\x11\xe0": "Excel ブック（.xls）です。Excel で「CSV UTF-8（コンマ区切り）」として保存してください。",
    b"\xff\xfe": "文字コードが UTF-16 です。",
    b"\xfe\xff": "文字コードが UTF-16 です。",
}
LINE_END = re.compile(rb"\r\n|\r|\n")


class FileRefusedError(Exception):
    """The file cannot be taken at all. `issues` say why; there is at least one."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__(issues[0].detail)
        self.issues = issues


class Table(NamedTuple):
    """The first line that is not blank, and the others with their line numbers in the file, read as they are asked for."""

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]


def read_csv(content: bytes) -> Table:
    """The cells of a file. Raises FileRefusedError, also from `rows`, when a line that cannot be read is reached."""
    lines = io.TextIOWrapper(io.BytesIO(content), encoding=encoding_of(content), newline="")
    rows = filled_rows(lines)
    first = next(rows, None)
    if first is None:
        raise refusal("ファイルが空です。")
    return Table(first[1], rows)


def filled_rows(lines: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of the line on which it begins."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise refusal(
            f'{line}行目からの行で、引用符「"」の使い方が正しくありません。'
            '値の中の「"」は「""」とし、値の全体を「"」で囲んでください。'
        ) from error


def encoding_of(content: bytes) -> str:
    """UTF-8 where the file is that, else CP932. Raises FileRefusedError where it is neither."""
    for mark, told in OTHER_FORMATS.items():
        if content.startswith(mark):
            raise refusal(told)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        # A header in UTF-8 shows that the file was meant so and is damaged: as CP932 it would be taken as gibberish.
        if is_japanese_utf8(LINE_END.split(content, maxsplit=1)[0]):
            raise damaged(content, error) from error
    else:
        return "utf-8-sig"
    try:
        content.decode("cp932")
    except UnicodeDecodeError as error:
        raise damaged(content, error) from error
    return "cp932"


def is_japanese_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not line.isascii()


def damaged(content: bytes, error: UnicodeDecodeError) -> FileRefusedError:
    line = len(LINE_END.findall(content, 0, error.start)) + 1
    return refusal(f"{line}行目に、UTF-8 でも Shift_JIS（CP932）でもない文字があります。")


def refusal(told: str) -> FileRefusedError:
    return FileRefusedError(issue(Reason.FILE_UNREADABLE, detail=told))
