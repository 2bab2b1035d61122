"""Workbooks of 50,000 people with 15 columns: read beside calamine, which tells numbers and texts and nothing else, and
written with numbers and days as such beside the same as texts alone.
"""

import io
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import chain
from typing import Any

from openpyxl import Workbook
from openpyxl.xml.constants import REL_NS, SHEET_MAIN_NS

from integrations.files.read_xlsx import read_workbook
from integrations.files.table import Table, Value, text_of
from integrations.files.write import xlsx_file
from integrations.jobs.gc_paused import collector_paused
from integrations.rules.cells import Sort
from script.benchmark.measuring import busy_seconds_of, peak_of

ROUNDS = 5
PLACES = 800  # departments
HEADER = (
    *("社員番号", "姓", "名", "姓（ふりがな）", "名（ふりがな）", "メールアドレス", "性別", "生年月日", "入社日"),
    *("退職日", "部署コード", "部署名", "役職", "雇用形態", "表示順"),
)
SORTS = {"生年月日": Sort.DAY, "入社日": Sort.DAY, "退職日": Sort.DAY, "表示順": Sort.NUMBER}
SHEET, TEXTS, RELATIONS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"
TO_TEXTS = f'<Relationship Id="texts" Type="{REL_NS}/sharedStrings" Target="/{TEXTS}"/></Relationships>'
DAYS_BEFORE = date(1899, 12, 30).toordinal()


def measure(*, rows: int, rivals: bool) -> dict[str, Any]:
    """Seconds of processor time by rounds of each, and the bytes that reading takes above what the process had."""
    content = as_excel_writes(rows)
    table = [*people(rows)]
    texts = [[text_of(value) for value in row] for row in table]
    works: dict[str, Callable[[], object]] = {
        "read": partial(read, content),
        "write": lambda: xlsx_file(Table(HEADER, table, SORTS)).close(),
        "write texts": lambda: xlsx_file(Table(HEADER, texts)).close(),
    }
    if rivals:
        works["calamine"] = partial(read_by_calamine, content)
    seconds: dict[str, list[float]] = {name: [] for name in works}
    with collector_paused():  # as in a run
        memory = peak_of(works["read"])
        for _ in range(ROUNDS):
            for name, work in works.items():
                seconds[name].append(busy_seconds_of(work))
    return {"seconds": seconds, "bytes": memory, "rows": rows}


def read(content: bytes) -> None:
    """As a run does it: no row is kept."""
    deque(read_workbook(content).rows, maxlen=0)


def read_by_calamine(content: bytes) -> None:
    import python_calamine  # noqa: PLC0415 - in the bench's lock alone

    python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def people(rows: int) -> Iterator[Sequence[Value]]:
    first = date(1965, 1, 1)
    for n in range(rows):
        yield (
            *(f"{n:06}", ("青山", "佐藤", "勅使河原")[n % 3], f"太郎{n}", "あおやま", "たろう"),
            *(f"taro.{n}@example.co.jp", ("男性", "女性")[n % 2], first + timedelta(days=n * 7 % 14_000)),
            *(first + timedelta(days=14_000 + n * 3 % 8_000), None, f"D{n % PLACES:04}", f"第{n % PLACES}営業部"),
            *(("課長", "部長", "")[n % 3], "正社員", n),
        )


def as_excel_writes(rows: int) -> bytes:
    """A workbook with a table of texts that cells name by number, as Excel has it."""
    frame, frame_file, made = Workbook(), io.BytesIO(), io.BytesIO()
    frame.active["A1"].number_format = "yyyy/mm/dd"  # style 1
    frame.save(frame_file)
    known: dict[str, int] = {}
    lines = "".join(map(partial(row, known), range(1, rows + 2), chain([HEADER], people(rows))))
    texts = "".join(f"<si><t>{text}</t></si>" for text in known)
    with zipfile.ZipFile(frame_file) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name).decode() for name in old.namelist()}
        before, _, after = parts[SHEET].partition("<sheetData>")
        parts[SHEET] = f"{before}<sheetData>{lines}</sheetData>{after.partition('</sheetData>')[2]}"
        parts[TEXTS] = f'<sst xmlns="{SHEET_MAIN_NS}" uniqueCount="{len(known)}">{texts}</sst>'
        parts[RELATIONS] = parts[RELATIONS].replace("</Relationships>", TO_TEXTS)
        for name, part in parts.items():
            new.writestr(name, part)
    return made.getvalue()


def row(known: dict[str, int], line: int, values: Sequence[Value]) -> str:
    cells = "".join(f'<c r="{chr(65 + place)}{line}"{cell(known, value)}' for place, value in enumerate(values))
    return f'<row r="{line}" spans="1:{len(HEADER)}" ht="18.75" customHeight="1">{cells}</row>'


def cell(known: dict[str, int], value: Value) -> str:
    if value is None or value == "":
        return "/>"
    if isinstance(value, date):
        return f' s="1"><v>{value.toordinal() - DAYS_BEFORE}</v></c>'
    if isinstance(value, str):
        return f' t="s"><v>{known.setdefault(value, len(known))}</v></c>'
    return f"><v>{value}</v></c>"
