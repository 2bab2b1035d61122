"""Pages for requests that cannot be answered. They tell nothing of the inside."""

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import bad_request


def show_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that makes no sense, or that brings more than we take."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    if isinstance(exception, DisallowedHost):
        return render(request, "400_host.html", status=400)
    return bad_request(request, exception)
