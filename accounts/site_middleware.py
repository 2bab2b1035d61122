"""What follows from the site's address where that stands in the database: hosts, https, the cookies' `Secure`.

With services of one's own all that is decided by variables, and Django's middleware does it.
"""

import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.http.request import split_domain_port, validate_host

from accounts.request_log import WATCHERS
from accounts.site import is_answered, site_url
from accounts.this_machine import is_this_machine

LONGEST_HOST = 260  # a name of 253 signs and a port
KEPT = 5.0  # seconds that the address is remembered, to spare a statement with every file
HSTS = f"max-age={365 * 24 * 60 * 60}"


class SiteMiddleware:
    """Stands before whatever asks for the request's host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.known, self.read_at = str(settings.SITE_URL), -KEPT

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.removeprefix("/") in WATCHERS:  # of whatever host, and while the database is away
            return self.get_response(request)
        named = request.META.get("HTTP_HOST", "")
        host, _ = split_domain_port(named)
        is_host = bool(host) and len(named) <= LONGEST_HOST
        if is_host and settings.DO_HOSTS_FOLLOW_SITE and not validate_host(host, settings.ALLOWED_HOSTS):
            with suppress(DatabaseError):
                if is_answered(host):
                    request.get_host = lambda: named  # type: ignore[method-assign]  # its own answers the settings' alone
        is_secure_site = self.address().startswith("https://")
        if is_secure_site and not request.is_secure() and not is_this_machine(host):
            # not for ever: browsers would go on so after an address that was mistyped had been changed back
            return HttpResponseRedirect(f"{self.address()}{request.get_full_path()}")
        response = self.get_response(request)
        if request.is_secure():
            for cookie in getattr(response, "cookies", {}).values():
                cookie["secure"] = True
            if is_secure_site:
                response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response

    def address(self) -> str:
        """The site's, as it was a moment ago; while the database is away, as it was last."""
        if time.monotonic() - self.read_at > KEPT:
            with suppress(DatabaseError):
                self.known = site_url()
            self.read_at = time.monotonic()
        return self.known
