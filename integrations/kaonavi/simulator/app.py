"""The simulator as one WSGI application: the API with its faults and its log, the control calls, the pages."""

import socket
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from .api import BASE, Api
from .control import Control
from .faults import Fault, draw
from .pages import Pages
from .refusal import Refusal, error_response, json_response, web_page
from .state import Call
from .tenant import Tenant
from .webhooks import telling
from .writes import codes_in

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEPT_CALLS = 3000


class Simulator:
    """WSGI callable. A broken connection is played by raising ConnectionResetError, which `server` turns into one."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.api = Api(tenant)
        self.control = Control(tenant)
        self.pages = Pages(tenant)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._respond(request)
        except HTTPException as error:
            return error(environ, start_response)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.path.startswith(BASE + "/"):
            return self._call_api(request)
        if request.method != "GET" and _comes_from_elsewhere(request):
            return Response("[SIM] 他のサイトからの操作は受け付けません", status=403)
        if request.path.startswith("/_control/"):
            with self.tenant.lock, self._telling(request):
                self.tenant.settle()
                return self.control.respond(request)
        with self.tenant.lock, self._telling(request):
            self.tenant.settle()
            return self.pages.respond(request)

    def _telling(self, request: Request) -> AbstractContextManager[None]:
        can_change = request.method != "GET" and request.path.startswith(("/members", "/_control/tenant"))
        return telling(self.tenant) if can_change else nullcontext()

    def _call_api(self, request: Request) -> Response:
        started = time.monotonic()
        call = Call(
            time=self.tenant.now(),
            method=request.method,
            path=request.path.removeprefix(BASE),
            address=request.remote_addr or "",
            request_id=f"Root=1-{int(self.tenant.now()):08x}-{uuid.uuid4().hex[:24]}",
        )
        try:
            response = self._play(request, call)
            call.status = response.status_code
            response.headers["X-Amzn-Trace-Id"] = call.request_id
            return response
        finally:
            call.duration = time.monotonic() - started
            with self.tenant.lock:
                self.tenant.state.calls.append(call)
                del self.tenant.state.calls[:-KEPT_CALLS]
                self.tenant.changed.set()

    def _play(self, request: Request, call: Call) -> Response:
        request.max_content_length = self.tenant.knobs.max_body
        request.max_form_memory_size = None
        try:
            request.get_data(parse_form_data=call.path == "/token")
        except RequestEntityTooLarge:
            refusal = Refusal(413, "リクエストのサイズが上限を超えています")
            return error_response(413, refusal.messages, self.tenant.knobs.error_shape)
        if request.method != "GET" and request.is_json:
            call.members = codes_in(request.get_json(silent=True))
        with self.tenant.lock:
            self.tenant.settle()
            faults = draw(self.tenant.state.faults, call.method, call.path, call.members)
        by_kind: dict[str, Fault] = {fault.kind: fault for fault in faults}
        if "slow" in by_kind:
            time.sleep(by_kind["slow"].seconds)
        if "drip" in by_kind:
            _drip(request.environ["werkzeug.socket"], by_kind["drip"].seconds)
        if "reset" in by_kind or "drip" in by_kind:
            raise ConnectionResetError
        if "status" in by_kind:
            fault = by_kind["status"]
            return error_response(fault.status, fault.messages or ["[SIM] 障害"], fault.body, fault.headers)
        with self.tenant.lock:
            self.tenant.settle()
            self._change_midway(faults)
            response = self.api.answer(request, call, faults)
        if "lose_answer" in by_kind:
            call.status = response.status_code
            raise ConnectionResetError
        if "interim" in by_kind:
            line = f"HTTP/1.1 {by_kind['interim'].status or 103} Interim\r\nLink: <https://www.example.com/>\r\n\r\n"
            request.environ["werkzeug.socket"].sendall(line.encode())
        return _distort(response, by_kind)

    def _change_midway(self, faults: list[Fault]) -> None:
        for fault in faults:
            if fault.kind == "untick":
                kept = self.tenant.state.ticks.get(fault.resource, [])
                gone = fault.operation
                self.tenant.state.ticks[fault.resource] = [tick for tick in kept if gone and tick != gone]
            elif fault.kind == "reissue":
                self.tenant.reissue()
            elif fault.kind == "expire_tokens":
                self.tenant.state.tokens.clear()


def _distort(response: Response, by_kind: dict[str, Fault]) -> Response:
    if "replace" in by_kind:
        fault = by_kind["replace"]
        response = json_response(fault.json, fault.status or 200)
    if "other" in by_kind:
        body = response.get_json()
        response = json_response(body | {"id": body["id"] + 1}, response.status_code)
    if "html" in by_kind:
        response = web_page(by_kind["html"].status or 200)
    if "garbage" in by_kind:
        response = Response(b'{"member_data": [\xff\xfe', content_type="application/json")
    if "truncate" in by_kind:
        response = _truncate(response, by_kind["truncate"])
    return response


def _drip(connection: socket.socket, seconds: float) -> None:
    end = time.monotonic() + seconds
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while time.monotonic() < end:
        connection.sendall(b".")
        time.sleep(0.05)


def _truncate(response: Response, fault: Fault) -> Response:
    whole = response.get_data()
    part = whole[: int(len(whole) * fault.share)]
    cut = Response(part if fault.honest else _break_off(part), response.status_code, content_type=response.content_type)
    if not fault.honest:
        cut.headers["Content-Length"] = str(len(whole))
    return cut


def _break_off(part: bytes) -> Iterator[bytes]:
    yield part
    raise ConnectionResetError


def _comes_from_elsewhere(request: Request) -> bool:
    """A form on a foreign page must not be able to work our buttons."""
    origin = request.headers.get("Origin")
    return origin is not None and origin != request.host_url.rstrip("/")
