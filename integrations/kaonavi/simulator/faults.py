"""Scripted misfortune: what goes wrong, at which calls, how often."""

import re
from collections.abc import Collection
from typing import Any, Literal

from msgspec import Struct, field

Kind = Literal[
    "status",
    "replace",
    "html",
    "garbage",
    "truncate",
    "slow",
    "drip",
    "interim",
    "other",
    "reset",
    "lose_answer",
    "untick",
    "reissue",
    "expire_tokens",
    "task_ng",
    "task_error",
    "task_stuck",
    "task_status",
    "task_slow",
    "task_ignored",
    "task_alter",
    "late_visible",
]


class Fault(Struct, kw_only=True):
    """One misfortune. It strikes the calls whose method, path and members match, `times` times, after `after` of them.

    * `status`: answers `status` with `messages` in the shape `body` (`errors`, `one`, `empty`, `absent`, `text`,
      `html`)
      and the extra `headers`; the call is not carried out.
    * `replace`: carries the call out, but sends `json` with `status` (200 when it is 0).
    * `html`, `garbage`: carries it out, answers 200 with a web page, or with JSON's content type and no JSON.
    * `truncate`: the answer ends after `share` of its bytes; `honest` says whether Content-Length admits it.
    * `slow`: waits `seconds` of real time first. `drip`: sends the head of an answer byte by byte for `seconds` of real
      time, then the connection breaks; nothing is done. `interim`: an interim answer (102 or 103) comes before the real
      one. `other`: the answer names another sheet or task. `reset`: the connection breaks before anything is done.
    * `lose_answer`: the call is carried out, then the connection breaks.
    * `untick`: takes away `operation` of `resource`; `reissue`: new credentials; `expire_tokens`: all tokens end. The
      call itself then goes on, and meets what changed.
    * `task_ng`, `task_error`: the task made by the call ends so, with `messages` (`None`: the key is absent); `applied`
      rows were stored before (`-1`: all). `task_stuck`: never ends, showing `text`. `task_status`: shows `text` instead
      of WAITING and RUNNING. `task_slow`: takes `seconds` longer.
    * `task_ignored`: ends OK and stores nothing. `task_alter`: stores `json` (item name → values) over what was sent.
    * `late_visible`: ends OK; the sheet shows it `seconds` later.
    """

    kind: Kind
    method: str = ""
    """Blank: any."""
    path: str = ""
    """A regular expression searched in the path below the base address, such as `^/sheets/`."""
    codes: list[str] = field(default_factory=list)
    """Strikes only calls that carry one of these 社員番号; empty: any."""
    after: int = 0
    times: int | None = 1
    """`None`: for ever."""
    status: int = 0
    body: Literal["errors", "one", "empty", "absent", "text", "html"] = "errors"
    messages: list[str] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    share: float = 0.5
    honest: bool = False
    json: Any = None
    text: str = ""
    resource: str = ""
    operation: str = ""
    applied: int = 0

    def __post_init__(self) -> None:
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path: {error}") from None

    def matches(self, method: str, path: str, codes: Collection[str]) -> bool:
        """Does it concern a call of this method, path and members?"""
        if self.method and self.method != method:
            return False
        if self.codes and not set(self.codes) & set(codes):
            return False
        return re.search(self.path, path) is not None


def draw(faults: list[Fault], method: str, path: str, codes: Collection[str] = ()) -> list[Fault]:
    """The faults that strike this call; counts them down and takes spent ones out of the list."""
    struck = []
    for fault in list(faults):
        if not fault.matches(method, path, codes):
            continue
        if fault.after > 0:
            fault.after -= 1
            continue
        struck.append(fault)
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                faults.remove(fault)
    return struck
