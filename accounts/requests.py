"""Who asks, and where they came from."""

import unicodedata
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def person(request: HttpRequest) -> User:
    """Whoever is logged in; the rights have been looked at before."""
    if not isinstance(request.user, User):
        raise TypeError("the view is open to people without log-in")
    return request.user


def way_back(request: HttpRequest, default: str) -> str:
    """The path that the form's `next` names, else `default`. An address of any other site is not followed."""
    address = request.POST.get("next", "")
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else default


def sent(request: HttpRequest) -> QueryDict | None:
    """What the page's form holds: what was sent now or, after a log-in in between, what was sent before it."""
    return request.POST if request.method == "POST" or request.POST else None


def page_of_ours(request: HttpRequest, wanted: str) -> str:
    """The address, if it is one of this site, else the first page."""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
    return wanted if is_ours else reverse("home")


def row_numbers(texts: Iterable[str]) -> list[int]:
    """The numbers of rows (pk) among the texts, as far as every database can look for them."""
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]


def typed_number(request: HttpRequest, name: str) -> str:
    """A number as somebody typed it to confirm something, in plain digits: also in full-width ones, or with commas."""
    return unicodedata.normalize("NFKC", request.POST.get(name, "")).strip().replace(",", "")
