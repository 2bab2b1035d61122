"""Which rows of a refused chunk are at fault, found with few calls.

カオナビ may refuse a whole chunk for one bad row, and says which one, if at all, only in prose. So: rows whose 社員番号 is in
the messages are tried by themselves; otherwise the chunk is halved. Of a group that is known to hold a bad row one part
is tried. If it is refused, the rest is no longer suspected for certain and waits in `open`, to be tried together later;
if it is stored, the bad row is in the rest. So one bad row of a thousand costs about eleven calls.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

MOST_CALLS = 40  # of a whole run: every one of them uses the company's limit
FEW = 4  # so many named rows are tried one by one all the same: the text may be about two of which one is good


class Search(msgspec.Struct, frozen=True):
    """Where the search stands. `probe` is the group to be tried next, or just being tried.

    `bad` holds at least one row at fault, as far as is known; `open` may. `calls` counts the calls of the run so far.
    """

    sheet: str = ""
    bad: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    probe: tuple[str, ...] = ()
    calls: int = 0

    @property
    def is_over(self) -> bool:
        return not (self.bad or self.open)

    @property
    def suspects(self) -> frozenset[str]:
        return frozenset(self.bad + self.open)


class Verdict(NamedTuple):
    """What an answer means: how the search goes on, and the 社員番号 that are at fault.

    `given_up` are those that could not be told from the rows at fault before the calls ran out.
    """

    search: Search
    at_fault: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()


def begin(search: Search, sheet: str, codes: Sequence[str], messages: Sequence[str], *, is_fault: bool) -> Verdict:
    """An ordinary chunk was refused.

    `is_fault`: カオナビ found something wrong with it. Otherwise (ERROR) it failed itself, and may not the next time, so
    all rows are tried once more before they are searched.
    """
    if not is_fault:
        return next_step(replace(search, sheet=sheet, bad=(), open=tuple(codes)))
    if len(codes) == 1:
        return Verdict(Search(calls=search.calls), tuple(codes))
    return next_step(replace(search, sheet=sheet, bad=tuple(codes), open=()), named_in(messages, codes))


def refused(search: Search, messages: Sequence[str]) -> Verdict:
    """The probe was refused."""
    search = with_call(search)
    probe = search.probe
    waiting = without(search.open + search.bad, probe)
    names = named_in(messages, probe)
    if len(probe) == 1 or (len(names) == len(probe) > FEW):
        return next_step(replace(search, bad=(), open=waiting), at_fault=probe)
    return next_step(replace(search, bad=probe, open=waiting), names)


def stored(search: Search) -> Verdict:
    """The probe was stored: what is left of a bad group still holds the bad row."""
    return resume(with_call(search), search.probe)


def resume(search: Search, gone: Collection[str]) -> Verdict:
    """The search without rows that the sheet shows already, or that are no longer to be sent."""
    left = without(search.probe, gone)
    smaller = replace(search, bad=without(search.bad, gone), open=without(search.open, gone), probe=left)
    return Verdict(smaller) if left else next_step(smaller)


def without(codes: Iterable[str], gone: Collection[str]) -> tuple[str, ...]:
    known = frozenset(gone)
    return tuple(code for code in codes if code not in known)


def with_call(search: Search) -> Search:
    return replace(search, calls=search.calls + 1)


def next_step(search: Search, hint: Sequence[str] = (), *, at_fault: tuple[str, ...] = ()) -> Verdict:
    """Choose the next probe, or end the search where no call is left for one."""
    left = MOST_CALLS - search.calls
    if left <= 0:
        return Verdict(Search(calls=search.calls), at_fault, search.bad + search.open)
    if left == 1 and search.bad and search.open:
        # The last call is better spent on the many that are probably good than on one more halving.
        last = replace(search, bad=(), probe=search.open)
        return Verdict(last, at_fault, search.bad)
    return Verdict(replace(search, probe=next_probe(search, hint)), at_fault)


def next_probe(search: Search, hint: Sequence[str]) -> tuple[str, ...]:
    if not search.bad:
        return search.open
    says_something = 0 < len(hint) < len(search.bad) or len(hint) > FEW
    return tuple(hint) if says_something else search.bad[: max(1, len(search.bad) // 2)]


def named_in(messages: Iterable[str], codes: Iterable[str]) -> tuple[str, ...]:
    """The 社員番号 that stand whole in カオナビ's messages: `E10` is not named by a text about `E1007`."""
    text = "\n".join(messages)
    return tuple(code for code in codes if code in text and is_whole(code, text))


def is_whole(code: str, text: str) -> bool:
    return re.search(rf"(?<![0-9A-Za-z_-]){re.escape(code)}(?![0-9A-Za-z_-])", text) is not None


def words_about(code: str, messages: Sequence[str]) -> str:
    """カオナビ's own words about a row: the messages that name it, or all of them where none does."""
    about = [message for message in messages if code in message and is_whole(code, message)]
    return " ／ ".join(about or messages)
