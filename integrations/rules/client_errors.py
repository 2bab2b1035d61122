"""What カオナビ's client raises, as the issue of a run or a line of 連携チェック: each sentence once, with カオナビ's own words."""

from collections.abc import Sequence

from integrations.kaonavi.errors import (
    AnswerChanged,
    KaonaviError,
    MustWait,
    NotFound,
    NotPermitted,
    Refused,
    RequestRefused,
)
from integrations.reasons import Reason
from integrations.rules.plan import Finding, finding

SAID = "カオナビのメッセージ："


def finding_of(error: KaonaviError | MustWait) -> Finding:
    """The sentence of its reason, what is special about this case, and what カオナビ said."""
    if isinstance(error, MustWait):
        return finding(Reason.KAONAVI_LIMIT, detail=quoted(error.messages))
    if isinstance(error, AnswerChanged):
        return finding(Reason(error.reason), field=error.resource)
    detail = f"{error.detail}{quoted(error.messages)}"
    if not isinstance(error, Refused):
        return finding(Reason(error.reason), detail=detail)
    lacking = "" if isinstance(error, NotPermitted) else missing_ticks(error)
    return finding(Reason(error.reason), field=error.resource, detail=detail, ticks=error.ticks, missing_ticks=lacking)


def sheet_issue(error: Refused, name: str, operation: str) -> Finding:
    """The same for the sheet `name`, which カオナビ does not let us read or write: `operation` is the tick for it."""
    words = quoted(error.messages)
    if isinstance(error, NotFound):
        ticks = missing_ticks(error, name)
        return finding(Reason.SHEET_MISSING, key=name, field=operation, detail=words, missing_ticks=ticks)
    if isinstance(error, RequestRefused) and not error.never_worked:
        detail = f"対象はシート「{name}」の{operation}です。{error.detail}{words}"
        return finding(Reason.KAONAVI_REQUEST_REFUSED, key=name, detail=detail)
    return finding(Reason.SHEET_NOT_PERMITTED, key=name, field=operation, detail=f"{error.detail}{words}")


def missing_ticks(error: Refused, sheet: str = "") -> str:
    """What 操作対象の管理 may lack, for an operation that has never worked with these keys; else ""."""
    if not error.never_worked:
        return ""
    return f"シート「{sheet}」の「取得」と「更新」" if sheet else error.ticks


def quoted(messages: Sequence[str]) -> str:
    """カオナビ's own words, where it said something."""
    return f"{SAID}{' ／ '.join(messages)}" if messages else ""
