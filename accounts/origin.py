"""Where what is being done comes from: the request's number and the address of whoever made it."""

import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

IN_BRACKETS = re.compile(r"\[([^\]]*)\](?::\d+)?")
WITH_PORT = re.compile(r"([\d.]+):\d+")


@dataclass(frozen=True, slots=True)
class Origin:
    """`address` is an IP address, or what stands for one outside a request; `request_id` is "" there."""

    address: str = ""
    request_id: str = ""


NOWHERE = Origin()
current: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def address_of(request: HttpRequest) -> str:
    """The address of the person's browser, as the outermost of our own proxies (TRUSTED_PROXIES) saw it.

    Whatever stands further left in X-Forwarded-For was written by the browser itself and is not believed. One of ours
    that writes no address there (`unknown`) leaves us with its own.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    forwarded = plain_address(hops[-trusted]) if trusted and len(hops) >= trusted else ""
    return forwarded or plain_address(request.META.get("REMOTE_ADDR", ""))


def plain_address(written: str) -> str:
    """An address as everybody writes it, without port, brackets and zone: one visitor is one address. "" for none.

    An IPv4 address that a server for IPv6 took comes as `::ffff:198.51.100.7`.
    """
    inner = IN_BRACKETS.fullmatch(written) or WITH_PORT.fullmatch(written)
    try:
        address = ip_address((inner[1] if inner else written).partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


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
