"""One address, two answers: the whole page, or for htmx the part of it that changes."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks, and not because somebody went back in the browser's history: then it needs the whole page."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def render_part_or_page(request: HttpRequest, *, part: str, page: str, context: dict[str, Any]) -> HttpResponse:
    """The template that the request is for. The answer says that it depends on who asks: no cache mixes them up."""
    response = render(request, part if wants_part(request) else page, context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def as_whole(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page in answer to what expects a part: htmx puts it in the place of the page that is open."""
    if wants_part(request):
        for name, value in (("Retarget", "#main"), ("Reselect", "#main"), ("Reswap", "outerHTML")):
            response.headers[f"HX-{name}"] = value
    return response


def lead(request: HttpRequest, address: str) -> HttpResponse:
    """To another page: htmx would put what is there into the page that is open, so it is told to go there."""
    return HttpResponse(headers={"HX-Redirect": address}) if wants_part(request) else HttpResponseRedirect(address)
