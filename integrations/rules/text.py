"""Texts from outside, as they may be stored and shown. Pure."""

SHOWN_LENGTH = 254  # as long as the longest mail address that we store


def shown(text: str) -> str:
    """A text from outside, as an issue may hold it: a sign for NUL, and cut where it is absurdly long."""
    text = text.replace("\0", "␀")
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def with_line(line: int | None, text: str) -> str:
    """A sentence about a line of a file, None for one about all of it."""
    return text if line is None else f"{line}行目：{text}"
