"""Answers programs, without session, account or cookie.

Whatever watches the product is answered before anybody asks for the request's host: load balancers ask by address. The
database is not asked for: /healthz answers while it is away. Whatever sends us something must know our host.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve

from accounts.request_log import WATCHERS

SENDERS = {"webhooks/kaonavi/"}


class WatchersMiddleware:
    """Stands behind what gives answers their headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info.removeprefix("/")
        if path in SENDERS:
            request.get_host()
        elif path not in WATCHERS or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)
        answer: HttpResponseBase = request.resolver_match.func(request)
        return answer
