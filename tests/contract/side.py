"""カオナビ as the contract meets it: through the product's client, and in plain HTTP."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Self, TypeVar

import requests

from integrations.connection.limits import Call, Window, room_in
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import MustWait
from integrations.kaonavi.types import Record, SheetLayout, SheetLayouts, SheetMember, Task
from tests.factories.client import FakeTokens

T = TypeVar("T")

MOST_WAITS = 20
PAUSES = (0.01, 0.1, 1.0, 3.0)  # seconds between looks, the last one again and again
MOST_LOOKS = 100


class Side:
    """One company's カオナビ, and the 社員番号 whose records may be changed ("" where none may).

    It keeps to カオナビ's limits, which the company shares with whoever else calls: 5 update calls a minute.
    """

    def __init__(self, url: str, key: str, secret: str, *, member: str = "") -> None:
        self.url = url.rstrip("/")
        self.member = member
        self.session = requests.Session()
        self.tokens = FakeTokens()
        is_here = self.url.startswith("http://127.0.0.1:")
        self.quota = MemoryQuota(Window("update", 10_000 if is_here else 5, 60, call_timeout=120))
        self.client = self.client_with(key, secret, self.tokens)
        self.keys = (key, secret)

    @classmethod
    def of_environment(cls, environment: Mapping[str, str]) -> Self:
        """The one that `KAONAVI_CONTRACT_…` name. Raises KeyError for a variable that is missing."""
        url, key, secret = (environment[f"KAONAVI_CONTRACT_{name}"] for name in ("URL", "KEY", "SECRET"))
        is_written = environment.get("KAONAVI_CONTRACT_WRITE") == "1"
        return cls(url, key, secret, member=environment["KAONAVI_CONTRACT_MEMBER"] if is_written else "")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def client_with(self, key: str, secret: str, tokens: FakeTokens) -> KaonaviClient:
        return KaonaviClient(self.url, key, secret, session=self.session, tokens=tokens, quota=self.quota)

    def get(self, path: str, *, token: str = "", **query: str) -> requests.Response:
        """A plain call, with the client's token unless another one is given."""
        if not self.tokens.value:
            patiently(self.client.authenticate)
        headers = {"Kaonavi-Token": token or self.tokens.value or ""}
        return self.session.get(self.url + path, headers=headers, params=query, timeout=120)

    @cached_property
    def layouts(self) -> SheetLayouts:
        return patiently(self.client.sheet_layouts)

    def layout(self, name: str) -> SheetLayout:
        """The sheet whose name begins so."""
        return next(each for each in self.layouts.items if each.name.startswith(name))

    def records(self, sheet: SheetLayout, code: str = "") -> list[dict[int, tuple[str, ...]]]:
        """What a sheet shows of one member now, by default of ours."""
        shown = patiently(lambda: self.client.sheet(sheet.id)).members
        return [dict(record.values) for each in shown if each.code == (code or self.member) for record in each.records]

    def write(self, sheet: SheetLayout, *records: dict[int, str], code: str = "") -> Task:
        """Update one member's records, by default ours, and wait for the end of the task. A blank clears its item."""
        number = patiently(
            lambda: self.client.patch_sheet(sheet.id, [SheetMember(code or self.member, filled(records))])
        )
        return wait_until(lambda: patiently(lambda: self.client.task(number)), lambda task: task.is_final)

    def try_out(self, sheet: SheetLayout, *records: dict[int, str]) -> None:
        """As `write`, with `Dry-Run: 1`."""
        member = SheetMember(self.member, filled(records))
        patiently(lambda: self.client.patch_sheet(sheet.id, [member], dry_run=True))


def filled(records: Iterable[dict[int, str]]) -> tuple[Record, ...]:
    return tuple(Record({key: (value,) if value else () for key, value in record.items()}) for record in records)


class MemoryQuota:
    """The product's rule of the update limit, for this process alone."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.calls: list[Call] = []

    def reserve(self, *, update: bool) -> int:
        if not update:
            return -1
        now = datetime.now(UTC)
        wait = room_in(self.window, self.calls, now)
        if wait > 0:
            raise MustWait(wait, "update")
        self.calls.append((now, None))
        return len(self.calls) - 1

    def returned(self, ticket: int, outcome: str = "none") -> None:  # noqa: ARG002 - as `ports.Quota`
        if ticket >= 0:
            self.calls[ticket] = (self.calls[ticket][0], datetime.now(UTC))


def patiently(ask: Callable[[], T]) -> T:
    """Ask as soon as the limits have room. Raises MustWait after many waits, and whatever else `ask` raises."""
    for waits in range(MOST_WAITS):
        try:
            return ask()
        except MustWait as limit:
            time.sleep(limit.after(waits))
    return ask()


def wait_until(ask: Callable[[], T], is_so: Callable[[T], bool]) -> T:
    """The first answer that is so. カオナビ takes its time: a task, and then until a sheet shows what it has stored."""
    for look in range(MOST_LOOKS):
        if is_so(answer := ask()):
            return answer
        time.sleep(PAUSES[min(look, len(PAUSES) - 1)])
    raise AssertionError(f"never so: {answer}")
