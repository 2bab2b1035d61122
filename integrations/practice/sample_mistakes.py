"""Mistakes of every day in the sample company, each with what a run must make of it by the rules.

ミキワメ holds people under addresses that カオナビ gives to others by now, and somebody has worked on a file of results.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from employees.models import Employee

SWAPPED = ("E1000", "E1001")  # each had the other's address when ミキワメ last heard of them
LEAVER, NEW_HIRE = "R-0012", "E1002"  # who left long ago, and who has that address now
NOT_TAKEN = len(SWAPPED) + 1
"""How many rows of the employees' sync are refused until a person has decided whether both are the same."""

IDENTITY = ("MEMBER_IDENTITY_UNCERTAIN",)
DAMAGE = (
    *("FILE_SHEET_CHOSEN", "FILE_CELL_ERROR", "FILE_FORMULA_WITHOUT_RESULT", "FILE_CELL_IS_DATE"),
    *("FILE_NUMBER_ROUNDED", "ASSESSMENT_DATE_INVALID"),
)
"""The reasons that the two runs tell, for whoever shows them first."""

HEAD = ["社員番号", "検査名", "受検日", "16タイプ", "総合スコア", "傾聴傾向"]
GOOD = ["E0100", "ミキワメ 性格検査", date(2026, 4, 1), "シーカー", 7.5, 52.5]
DAMAGED: tuple[dict[str, Any], ...] = (  # each row is a good one with one value that a spreadsheet has spoilt
    {"16タイプ": "#N/A"},
    {"傾聴傾向": "=AVERAGE(F1:F2)"},  # never calculated: the program that wrote it was no spreadsheet
    {"社員番号": date(2026, 1, 2)},  # typed as 1-2
    {"社員番号": 12345678901234567890.0},
    {"受検日": date(2926, 4, 1)},
)
IMPORTED = {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0, "failed": len(DAMAGED)}


def add_people_with_others_addresses(members: Mapping[str, Mapping[str, Any]]) -> None:
    """Make them where they do not exist yet. `members` are カオナビ's, by 社員番号."""
    first, second = SWAPPED
    for number, owner in ((first, second), (second, first)):
        last_name, _, first_name = members[number]["name"].replace("\N{IDEOGRAPHIC SPACE}", " ").partition(" ")
        add(number, members[owner]["mail"], last_name, first_name)
    add(LEAVER, members[NEW_HIRE]["mail"], "退職", "冬", is_retired=True, retirement_source="manual")


def add(number: str, mail: str, last_name: str, first_name: str, **fields: Any) -> None:
    names = {"last_name": last_name, "first_name": first_name}
    Employee.objects.get_or_create(email=mail.lower(), defaults={"employee_number": number, **names, **fields})


def write_damaged_workbook(path: Path) -> None:
    """Write the workbook as it came back from a desk: a summary before the results, cells that are no values."""
    book = Workbook()
    book.worksheets[0].title = "集計"
    book.worksheets[0].append(["人数", len(DAMAGED)])
    sheet = book.create_sheet("検査結果")
    sheet.append(HEAD)
    for spoilt in DAMAGED:
        sheet.append([spoilt.get(column, value) for column, value in zip(HEAD, GOOD, strict=True)])
    book.save(path)
