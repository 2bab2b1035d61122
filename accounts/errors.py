"""Pages for requests that cannot be answered. They tell nothing of the inside."""

from collections.abc import Callable

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.csrf import csrf_failure
from django.views.defaults import bad_request

from accounts.kept_forms import lead_on_from_stale_form


def show_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that makes no sense, or that brings more than we take."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    if isinstance(exception, DisallowedHost):
        return render(request, "400_host.html", status=400)
    return bad_request(request, exception)


class NotFoundMiddleware:
    """With DEBUG Django has a page for programmers, in English; that a page is not there is nothing of theirs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_page = response.status_code == 404 and response["Content-Type"].startswith("text/html")
        return render(request, "404.html", status=404) if is_page else response


def show_untrusted(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of now: back to its page where it is ours, and a refusal where nobody can tell."""
    is_from_elsewhere = reason.startswith(("Origin", "Referer"))
    return (None if is_from_elsewhere else lead_on_from_stale_form(request)) or csrf_failure(request, reason)
