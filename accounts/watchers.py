"""Answers whatever watches the product before anybody asks for the request's host: load balancers ask by address.

Sessions, accounts and the database of either are not asked for: /healthz answers while all of them are away.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve

from accounts.request_log import WATCHERS


class WatchersMiddleware:
    """Stands behind what gives answers their headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"} or request.path_info.removeprefix("/") not in WATCHERS:
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)
        answer: HttpResponseBase = request.resolver_match.func(request)
        return answer
