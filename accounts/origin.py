"""Where what is being done comes from: the request's number and the address of whoever made it."""

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


@dataclass(frozen=True, slots=True)
class Origin:
    """`address` is an IP address, or what stands for one outside a request; `request_id` is "" there."""

    address: str = ""
    request_id: str = ""


NOWHERE = Origin()
current: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def address_of(request: HttpRequest) -> str:
    """The address of the person's browser, as the outermost of our own proxies (TRUSTED_PROXIES) saw it.

    Whatever stands further left in X-Forwarded-For was written by the browser itself and is not believed.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return hops[-trusted][:100]
    return str(request.META.get("REMOTE_ADDR", ""))


class OriginMiddleware:
    """Gives each request a number, which its log lines, audit entries and answer carry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        origin = Origin(address_of(request), secrets.token_hex(8))
        token = current.set(origin)
        try:
            response = self.get_response(request)
        finally:
            current.reset(token)
        response["X-Request-ID"] = origin.request_id
        return response
