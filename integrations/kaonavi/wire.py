"""Pure: the requests that we make, and what the answers to them mean before their body is read (see `decode`).

Addresses, headers and statuses are those of カオナビ's public API v2, https://developer.kaonavi.jp/api/v2.0/ , as far as
they are known; README.md beside this file says what is not.
"""

import base64
import math
import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime

import msgspec

from integrations.kaonavi import decode
from integrations.kaonavi.errors import (
    CredentialsRefused,
    KaonaviError,
    MustWait,
    NotFound,
    NotPermitted,
    NotUnderstood,
    ProxyRefused,
    RequestRefused,
    TokenRefused,
    TooLarge,
    Unavailable,
)
from integrations.kaonavi.failures import refused_by_proxy
from integrations.kaonavi.types import Record, SheetMember

DEFAULT_WAIT = 60.0  # seconds after a 429 that names no time: the update limit's window
LONGEST_WAIT = 3600.0  # seconds: no limit that we know has a longer window
REQUEST_ID = ("x-amzn-trace-id", "x-amzn-requestid", "x-request-id", "request-id")


class Call(msgspec.Struct, frozen=True):
    """One request, without what proves who we are.

    `resource` is what カオナビ's screen calls the thing asked for, `target` the line of its 操作対象の管理 that opens it,
    and `perhaps` another line that may have to be ticked too, where that screen has it.
    """

    method: str
    path: str
    resource: str
    target: str
    perhaps: str = ""
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body: bytes = b""
    is_head_enough: bool = False
    """Of a success the body is not even read: it holds what is not ours to see."""

    def __repr__(self) -> str:
        """Without the body, which holds people's results."""
        return f"Call({self.method} {self.path})"

    @property
    def is_update(self) -> bool:
        """Counts as 更新リクエスト, and must not be repeated without a look at what it did."""
        return self.method == "PATCH"

    @property
    def operation(self) -> str:
        """What a tick opens: the same for all tasks, one by one for sheets."""
        return f"{self.method} {'/tasks' if self.path.startswith('/tasks/') else self.path}"

    @property
    def ticks(self) -> str:
        """What 操作対象の管理 must have ticked for it, in the words of that screen."""
        also = f"（「{self.perhaps}」の行がある場合は、それも）" if self.perhaps else ""
        return f"「{self.target}」の「{'更新' if self.is_update else '取得'}」{also}"


class Answer(msgspec.Struct, frozen=True):
    """What came back, whatever it was. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        """Without the body, which may hold a token or people."""
        return f"Answer({self.status}, {len(self.body)} bytes)"


MEMBER_TARGET = "メンバー情報（基本情報・兼務情報）"  # the manual has nothing else ticked for 所属 either
ANY_SHEET = "登録先のシート"

FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
TOKEN = Call(
    "POST", "/token", "アクセストークン", "アクセストークン", headers=FORM, body=b"grant_type=client_credentials"
)
DEPARTMENTS = Call("GET", "/departments", "所属ツリー", MEMBER_TARGET, perhaps="所属ツリー")
MEMBERS = Call("GET", "/members", MEMBER_TARGET, MEMBER_TARGET)
MEMBER_LAYOUT = Call("GET", "/member_layouts", "レイアウト", MEMBER_TARGET, perhaps="レイアウト")


def sheet_layouts(*, calculated: bool) -> Call:
    """Calculated items are in the answer only where they are asked for."""
    query = {"get_calc_type": "true"} if calculated else {}
    return Call("GET", "/sheet_layouts", "レイアウト", ANY_SHEET, perhaps="レイアウト", query=query)


def sheet(sheet_id: int) -> Call:
    return Call("GET", f"/sheets/{sheet_id}", f"シート（{sheet_id}）", f"シート（{sheet_id}）")


def task(task_id: int) -> Call:
    return Call("GET", f"/tasks/{task_id}", f"処理（{task_id}）", ANY_SHEET)


def sheet_update(sheet_id: int, members: Iterable[SheetMember], *, dry_run: bool) -> Call:
    """部分更新. On a single-record sheet the items sent change; on a multi-record one the members' records are replaced."""
    headers = {"Content-Type": "application/json"} | ({"Dry-Run": "1"} if dry_run else {})
    name = f"シート（{sheet_id}）"
    return Call("PATCH", f"/sheets/{sheet_id}", name, name, headers=headers, body=body_of(members))


def body_of(members: Iterable[SheetMember]) -> bytes:
    """The JSON of an update, UTF-8. An item without values is sent as `[""]`, which clears it."""
    people = [{"code": each.code, "records": [_record(record) for record in each.records]} for each in members]
    return msgspec.json.encode({"member_data": people})


class SentItem(msgspec.Struct, gc=False):
    """One item of a record as it is sent; there are too many of them for dicts."""

    id: int
    values: tuple[str, ...]


def _record(record: Record) -> dict[str, list[SentItem]]:
    return {"custom_fields": [SentItem(key, values or ("",)) for key, values in record.values.items()]}


def basic(key: str, secret: str) -> str:
    """The value of the header `Authorization` of `POST /token`."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def body_in(call: Call, answer: Answer, *, now: float, jitter: float) -> bytes:
    """The body of an answer that is a success, or else the error that says what to do next.

    `now` is the time (seconds since 1970) and `jitter` a number from 0 to 1, both for the wait after a 429. A success
    with `errors` is none, even beside a list, which may not be whole; but an update that became a task is one. Raises
    any of `errors`; TokenRefused for a 401, which may only mean an old token.
    """
    if not 200 <= answer.status < 300:
        raise _refusal(call, answer, now=now, jitter=jitter)
    if words := decode.complaints(answer.body):
        raise RequestRefused(answer.status, call.resource, call.ticks, words)
    return answer.body


def _refusal(call: Call, answer: Answer, *, now: float, jitter: float) -> KaonaviError | MustWait:
    status, words = answer.status, decode.messages(answer.body)
    if status == 429:
        told = _wait(answer.headers, now=now)
        guess = DEFAULT_WAIT * (1 + jitter / 10)  # spread, so that two clients do not meet again
        is_guess = told is None and not call.is_update
        return MustWait(guess if told is None else told, "remote", words, is_guess=is_guess)
    if status == 407:
        return ProxyRefused(refused_by_proxy(status), words)
    if status < 400:
        problem = f"カオナビから、別のアドレスへの案内など、予期しない応答（{status}）が返りました。"
        return NotUnderstood(problem, words, outcome_unknown=call.is_update)
    if status < 500 and status != 408:
        return _refused(call, status, words)
    # 408 comes from a gateway: the request did not come through in time
    return Unavailable(f"カオナビが利用できない状態です（{status}）。", words, outcome_unknown=call.is_update)


def _refused(call: Call, status: int, words: tuple[str, ...]) -> KaonaviError:
    about = (call.resource, call.ticks)
    if call is TOKEN and status in (400, 401):
        return CredentialsRefused(words)
    if status == 401:
        return TokenRefused(*about, words)
    if status == 403 and call is not TOKEN:
        return NotPermitted(*about, words)
    if status == 404:
        return NotFound(*about, words)
    return (TooLarge if status == 413 else RequestRefused)(status, *about, words)


def request_id(headers: Mapping[str, str]) -> str:
    """What カオナビ's アクセスログ and support know the call by (such as `Root=…`); "" where there is none."""
    found = next((headers[name] for name in REQUEST_ID if name in headers), "")
    return re.sub(r"[^!-~]", "", found)[:200]  # goes into a log line


def _wait(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds that `Retry-After` names (RFC 9110 §10.2.3); None where it names none that can be read."""
    told = headers.get("retry-after", "").strip()
    seconds = (
        float(told) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", told) else _until(told, headers.get("date", ""), now)
    )
    return None if seconds is None else min(max(seconds, 1.0), LONGEST_WAIT)


def _until(moment: str, sent: str, now: float) -> float | None:
    """Seconds between two HTTP dates; カオナビ's own clock is asked before ours."""
    end = _timestamp(moment)
    return None if end is None else math.ceil(end - (_timestamp(sent) or now))


def _timestamp(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None
