"""要対応: whether a problem is open, and what was said of it in words. Pure; `ProblemNoteQuerySet` asks the same of rows."""

from datetime import date
from typing import Protocol


class Note(Protocol):
    """What somebody said of a problem; `integrations.models.ProblemNote` is one."""

    until: date | None
    value_digest: int | None
    reason: str
    assignee: str
    memo: str


def is_open(note: Note | None, value_digest: int | None, today: date) -> bool:
    """Whether a problem that a run tells is to be dealt with.

    It is not while somebody has set it aside, up to and with the last day of that, and only as long as it has the value
    that it had then. A note that sets nothing aside has no digest.
    """
    if note is None or note.value_digest is None:
        return True
    return note.value_digest != value_digest or (note.until is not None and note.until < today)


def why_back(note: Note | None, value_digest: int | None, today: date) -> str:
    """Why a problem that somebody had set aside is open all the same; "" for any other."""
    if note is None or note.value_digest is None or not is_open(note, value_digest, today):
        return ""
    return "値が変わった" if note.value_digest != value_digest else "終了日を過ぎた"


def in_words(note: Note | None, value_digest: int | None, today: date) -> str:
    """What was said of a problem, for a cell: 「対応不要（2026/09/30まで）：出向中のため　担当：佐藤」; "" where nothing was."""
    if note is None:
        return ""
    parts = []
    if not is_open(note, value_digest, today):
        until = f"（{note.until:%Y/%m/%d}まで）" if note.until else ""
        parts.append(f"対応不要{until}：{note.reason}" if note.reason else f"対応不要{until}")
    parts.extend(f"{label}：{text}" for label, text in (("担当", note.assignee), ("メモ", note.memo)) if text)
    return "　".join(parts)
