"""The error file of a run: issues as lines of a CSV that a spreadsheet opens as it is. Pure."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol

from integrations.reasons import Reason, Severity
from integrations.reasons.files import OF_A_CELL
from integrations.rules.text import without_nul

COLUMNS = (
    "行番号",
    "区分",
    "対象",
    "社員番号または所属コード",
    "氏名または部署名",
    "メールアドレス",
    "エラーコード",
    "項目",
    "値",
    "内容",
    "対処方法",
    "対応",
)
SEVERITIES = {Severity.SKIPPED: "対象外", Severity.ERROR: "エラー", Severity.WARNING: "注意"}
SUBJECTS = {
    "DEPARTMENT_": "部署",
    "MEMBER_": "社員",
    "RESULT_": "検査結果",
    "ASSESSMENT_": "検査結果",
    "SHEET_": "シート",
}
RUN, SHEET, LINE = "実行", "シート", "ファイルの行"
ABOUT_THE_RUN = frozenset({Reason.MEMBER_NAME_NOT_SPLIT, Reason.MEMBER_ITEM_AMBIGUOUS, Reason.RESULT_NOT_YET_VISIBLE})
BYTE_ORDER_MARK = "\ufeff"
FORMULA_SIGNS = frozenset("=+-@＝＋－＠")
FORMULA_CONTROLS = frozenset("\t\r")
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


class IssueLine(Protocol):
    """One problem; `integrations.models.SyncIssue` is one."""

    severity: str
    reason: str
    subject_key: str
    subject_name: str
    email: str
    field: str
    value: str
    remedy: str

    @property
    def sentence(self) -> str: ...


Handling = Callable[[IssueLine], str]


def nothing_said(_: IssueLine) -> str:
    return ""


def lines(issues: Iterable[IssueLine], handling: Handling = nothing_said) -> Iterator[str]:
    """The file, a line at a time: UTF-8 with BOM once encoded, CRLF, one line an issue, numbered from 1.

    `handling` is what people said of the problem.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    yield BYTE_ORDER_MARK + taken_from(buffer)
    for number, issue in enumerate(issues, start=1):
        writer.writerow([number, *map(harmless, (*cells(issue), handling(issue)))])
        yield taken_from(buffer)


def taken_from(buffer: io.StringIO) -> str:
    """What the buffer holds; it is empty afterwards."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def cells(issue: IssueLine) -> tuple[str, ...]:
    """The cells of one line, without its number and what people said of it."""
    return (
        SEVERITIES[Severity(issue.severity)],
        subject(issue),
        issue.subject_key,
        issue.subject_name,
        issue.email,
        issue.reason,
        issue.field,
        issue.value,
        issue.sentence,
        issue.remedy,
    )


def subject(issue: IssueLine) -> str:
    """対象: what kind of thing the problem is about. Some reasons are about rows, yet reported once for the run."""
    if issue.reason in ABOUT_THE_RUN:
        return RUN
    if issue.reason in OF_A_CELL:  # the other reasons of files are about all of it
        return LINE
    for prefix, word in SUBJECTS.items():
        if issue.reason.startswith(prefix):
            return word
    return SHEET if issue.subject_key else RUN


def harmless(value: str) -> str:
    """The value, with a leading ' where a spreadsheet would take it for a formula, and without NULs."""
    text = without_nul(value)
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula.

    Spreadsheets also read full-width signs as formulas, and look past white space and invisible characters.
    """
    if text[:1].isalnum():  # the ordinary case, several times as fast
        return False
    first = next((sign for sign in text if not (sign.isspace() or sign in INVISIBLE)), "")
    return first in FORMULA_SIGNS or text[:1] in FORMULA_CONTROLS


def file_name(label: str, number: int, at: datetime) -> str:
    """Named after the job's kind, number and time, without extension: 「カオナビ社員情報取込_12_20260408-0930」."""
    return f"{label}_{number}_{at:%Y%m%d-%H%M}"
