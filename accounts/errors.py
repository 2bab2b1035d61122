"""Pages for requests that cannot be answered. They tell nothing of the inside."""

from collections.abc import Callable

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.defaults import bad_request


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
