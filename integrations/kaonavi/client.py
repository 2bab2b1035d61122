"""Talks to カオナビ's public API v2: the token, bounded repetitions of reads, one log line a call.

It reads everything that we need and updates records of sheets; it cannot erase, add, or write members or departments.
"""

import io
import logging
import random
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

import requests
import urllib3
from requests.auth import AuthBase

from integrations.kaonavi import decode, wire
from integrations.kaonavi.errors import NotUnderstood, Refused, TokenRefused, Unavailable
from integrations.kaonavi.failures import failure_of
from integrations.kaonavi.ports import Permit, Quota, TokenStore
from integrations.kaonavi.transport import PIECE, Deadline, until
from integrations.kaonavi.types import Departments, MemberLayout, Members, Sheet, SheetLayouts, SheetMember, Task

logger = logging.getLogger("kaonavi")

CONNECT_TIMEOUT = 10.0  # seconds
PAUSES = (0.5, 1.5)  # seconds before the second and the third attempt of a read, give or take a half
LARGEST_ANSWER = 250_000_000  # bytes: カオナビ's own limit for a request, and far above any known answer
LARGEST_REFUSAL = 1_000_000  # bytes: messages for people

TRANSPORT_ERRORS = (OSError, urllib3.exceptions.HTTPError)  # those of `requests` are OSErrors


class KaonaviClient:
    """One company's カオナビ. Each method makes one call (and asks for a token where there is none), and raises `errors`.

    `base_url` ends with the version (`…/api/v2.0`). `session` is one of `transport.open_session`, with no retries of
    its own. `tokens` and `quota` are shared by all processes of a deployment. `timeout` is the longest time, in
    seconds, that a call may take from its beginning to the last byte of its answer, with its repetitions. The client
    sleeps (through `sleep`) only for the short pause before it repeats a read; a limit is raised as MustWait. A write
    is never repeated, except after a 401, which means that it was not read.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        secret: str,
        *,
        session: requests.Session,
        tokens: TokenStore,
        quota: Quota,
        timeout: float = 120,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._secret = secret
        self._session = session
        self._tokens = tokens
        self._quota = quota
        self._timeout = timeout
        self._sleep = sleep
        self._jitter = jitter

    def __repr__(self) -> str:
        return f"KaonaviClient({self._base_url!r})"

    def authenticate(self) -> None:
        """Get a fresh token with the keys, whatever token there is. Raises CredentialsRefused when they are wrong."""
        self._fresh_token()

    def departments(self) -> Departments:
        return decode.departments(self._ask(wire.DEPARTMENTS))

    def members(self, items: Collection[int] | None = None) -> Members:
        """Everybody; of the custom items only these, by their ids in the layout, or all where none are named."""
        return decode.members(self._ask(wire.MEMBERS), items)

    def member_layout(self) -> MemberLayout:
        return decode.member_layout(self._ask(wire.MEMBER_LAYOUT))

    def sheet_layouts(self, *, calculated: bool = False) -> SheetLayouts:
        """All sheets that カオナビ shows us; `calculated` items (計算式パーツ) too where asked for."""
        return decode.sheet_layouts(self._ask(wire.sheet_layouts(calculated=calculated)))

    def sheet(self, sheet_id: int) -> Sheet:
        """Every record of a sheet, in one answer."""
        return decode.sheet(self._ask(wire.sheet(sheet_id)), sheet_id)

    def task(self, task_id: int) -> Task:
        """How far an accepted update is."""
        return decode.task(self._ask(wire.task(task_id)), task_id)

    def patch_sheet(
        self, sheet_id: int, members: Sequence[SheetMember], *, dry_run: bool = False, permit: Permit | None = None
    ) -> int:
        """Ask for an update of these members' records and return the id of its task.

        On a single-record sheet the items sent change; on a multi-record one each sent member's records are replaced by
        the sent ones. With `dry_run` カオナビ is asked to check only, and 0 is returned where it names no task. No byte
        leaves without the `permit`: it is asked right before the first one, and between the pieces; what it raises ends
        this. An error with `outcome_unknown` may have been accepted: look before sending it again.
        """
        body = self._ask(wire.sheet_update(sheet_id, members, dry_run=dry_run), permit)
        return decode.tried_task(body) if dry_run else decode.accepted_task(body)

    def look(self, call: wire.Call, *, token: str = "", permit: Permit | None = None) -> wire.Answer:
        """What カオナビ answers, whatever it is: for whoever asks how it answers (`integrations.probe`), not for a run.

        Once: nothing is repeated, no status is an error, nothing is learnt from it but a token that is asked for.
        `token` stands in for ours. Raises MustWait for our own limits, Unavailable, and NotUnderstood for an answer
        that is far too large.
        """
        deadline = Deadline(self._timeout)
        if call is wire.TOKEN:
            answer = self._answer(call, Header("Authorization", wire.basic(self._key, self._secret)), deadline, permit)
            with suppress(NotUnderstood):
                self._tokens.save(decode.token(answer.body))
            return answer
        mine = token or self._tokens.read() or self._fresh_token()
        return self._answer(call, Header("Kaonavi-Token", mine), deadline, permit)

    def _ask(self, call: wire.Call, permit: Permit | None = None) -> bytes:
        """The body of a success. A refusal says whether this operation has ever worked with these keys."""
        try:
            body = self._with_token(call, permit)
        except Refused as refusal:
            refusal.never_worked = not self._tokens.has_worked(call.operation)
            raise
        self._tokens.note_success(call.operation)
        return body

    def _with_token(self, call: wire.Call, permit: Permit | None) -> bytes:
        """A 401 may mean that the token grew old or was revoked: once, with a fresh one. Then it is a missing tick."""
        token = self._tokens.read() or self._fresh_token()
        try:
            return self._persist(call, Header("Kaonavi-Token", token), permit)
        except TokenRefused:
            self._tokens.forget(token)
        return self._persist(call, Header("Kaonavi-Token", self._fresh_token()), permit)

    def _fresh_token(self) -> str:
        proof = Header("Authorization", wire.basic(self._key, self._secret))
        token = decode.token(self._persist(wire.TOKEN, proof))
        self._tokens.save(token)
        return token.value

    def _persist(self, call: wire.Call, proof: AuthBase, permit: Permit | None = None) -> bytes:
        """Make the call, and again where that does no harm and may help."""
        deadline = Deadline(self._timeout)
        pauses = () if call.is_update else PAUSES
        for pause in pauses:
            try:
                return self._attempt(call, proof, deadline, permit)
            except Unavailable:
                seconds = pause * (0.5 + self._jitter())
                if deadline.left < seconds:
                    raise
                self._sleep(seconds)
        return self._attempt(call, proof, deadline, permit)

    def _attempt(self, call: wire.Call, proof: AuthBase, deadline: Deadline, permit: Permit | None) -> bytes:
        answer = self._answer(call, proof, deadline, permit)
        return wire.body_in(call, answer, now=time.time(), jitter=self._jitter())

    def _answer(self, call: wire.Call, proof: AuthBase, deadline: Deadline, permit: Permit | None) -> wire.Answer:
        ticket = self._quota.reserve(update=call.is_update)
        outcome = "none"
        try:
            with until(deadline, permit):
                answer = self._exchange(call, proof, max(deadline.left, 0.001))
            outcome = str(answer.status)
            return answer
        finally:
            self._quota.returned(ticket, outcome)

    def _exchange(self, call: wire.Call, proof: AuthBase, left: float) -> wire.Answer:
        """One request and its answer. Raises Unavailable, or NotUnderstood for an answer that is far too large."""
        started = time.monotonic()
        status, request_id = "-", ""
        try:
            with self._session.request(
                call.method,
                self._base_url + call.path,
                params=dict(call.query),
                data=_in_pieces(call.body),
                headers={"Accept": "application/json", **call.headers},
                auth=proof,
                timeout=(min(CONNECT_TIMEOUT, left), left),
                stream=True,
                allow_redirects=False,
                hooks={"response": _forget_destination},
            ) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                status, request_id = str(response.status_code), wire.request_id(headers)
                return wire.Answer(response.status_code, headers, self._body(call, response))
        except TRANSPORT_ERRORS as error:
            status = status if status != "-" else type(error).__name__
            host = self._base_url.partition("//")[2].partition("/")[0]
            raise failure_of(error, host=host, timeout=self._timeout, is_update=call.is_update) from error
        finally:
            milliseconds = round((time.monotonic() - started) * 1000)
            seen = {"method": call.method, "path": call.path, "status": status, "milliseconds": milliseconds}
            theirs = {"kaonavi_request_id": request_id}  # not to be taken for the number of a request to us
            logger.info("%s %s %s %d ms %s", *seen.values(), request_id or "-", extra={**seen, **theirs})

    def _body(self, call: wire.Call, response: requests.Response) -> bytes:
        if call.is_head_enough and response.status_code < 300:
            return b""
        if response.status_code < 400:
            return self._read(call, response, LARGEST_ANSWER)
        try:
            return self._read(call, response, LARGEST_REFUSAL)
        except (*TRANSPORT_ERRORS, NotUnderstood):
            return b""  # the status alone says what to do

    def _read(self, call: wire.Call, response: requests.Response, limit: int) -> bytes:
        body = bytearray()
        while piece := response.raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > limit:
                problem = f"カオナビの応答が大きすぎます（{limit // 1_000_000}MB超）。"
                raise NotUnderstood(problem, outcome_unknown=call.is_update)
        return bytes(body)


class Header(AuthBase):
    """Proves who we are, out of sight of representations, logs and the machine's `.netrc`."""

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[self._name] = self._value
        return request


def _forget_destination(response: requests.Response, **_: object) -> None:
    """Keep `requests` from preparing the request that would follow a redirect; it even reads the body for that."""
    response.headers.pop("Location", None)


def _in_pieces(body: bytes) -> io.BytesIO | None:
    """In one piece, a large body would have to leave within the connection's time-out."""
    return io.BytesIO(body) if body else None
