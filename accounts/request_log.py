"""A line of log for each request, in place of the web server's: without address, query string or anything personal."""

import logging
import time
from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase

logger = logging.getLogger("request")

WATCHERS = {"healthz", "readyz", "metrics"}  # asked every few seconds by machines: told only when something is wrong


class RequestLogMiddleware:
    """Notes method, route, status, milliseconds until the answer begins, and the number of the account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.monotonic()
        response = self.get_response(request)
        route = route_of(request)
        line = {
            "method": request.method if request.method in METHODS else "-",
            "route": route,
            "status": response.status_code,
            "milliseconds": round((time.monotonic() - started) * 1000),
            "account": account_of(request),
        }
        is_dull = route in WATCHERS and response.status_code < 400
        logger.log(logging.DEBUG if is_dull else logging.INFO, "request", extra=line)
        return response


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def route_of(request: HttpRequest) -> str:
    """The pattern of the address, such as `employees/<int:number>/`; "-" for one that we do not have."""
    match = request.resolver_match
    return "-" if match is None else match.route or "/"


def account_of(request: HttpRequest) -> str:
    """The number of the account, where the request had to know it anyway; "" for a stranger."""
    session = getattr(request, "session", None)
    return str(session.get(SESSION_KEY, "")) if session is not None and session.accessed else ""
