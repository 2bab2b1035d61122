"""Errors in カオナビ's shape. Every text of ours begins with `[SIM]`: no official message is known."""

import json
from typing import Any

from werkzeug.wrappers import Response

MARK = "[SIM] "


class Refusal(Exception):  # noqa: N818 - it is an answer on its way, not a failure of the simulator
    """The call is refused with this status and these messages."""

    def __init__(self, status: int, *messages: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, *messages)
        self.status = status
        self.messages = [MARK + message for message in messages]
        self.headers = headers or {}


def json_response(body: Any, status: int = 200) -> Response:
    """An answer as カオナビ sends it: JSON in UTF-8."""
    return Response(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")


def error_response(status: int, messages: list[str], shape: str, headers: dict[str, str] | None = None) -> Response:
    """An error in one of the shapes that occur (see `Fault` and `Knobs.error_shape`)."""
    if shape == "text":
        response = Response(f"{status} error", status=status, content_type="text/plain")
    elif shape == "html":
        response = web_page(status)
    else:
        bodies = {"errors": {"errors": messages}, "one": {"errors": messages[:1]}, "empty": {"errors": []}}
        response = json_response(bodies.get(shape, {}), status)
    response.headers.extend(headers or {})
    return response


def web_page(status: int) -> Response:
    """What a gateway or a maintenance page would send instead of JSON."""
    page = "<!DOCTYPE html><html><head><title>[SIM]</title></head><body><h1>[SIM] Service page</h1></body></html>"
    return Response(page, status=status, content_type="text/html; charset=utf-8")
