"""Who asks, and where they came from."""

import unicodedata

from django.contrib.auth.models import User
from django.http import HttpRequest, QueryDict
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


LONGEST_SEARCH = 100


def searched(query: QueryDict, name: str = "q") -> str:
    """What somebody looks for, without the one character that PostgreSQL refuses, and of a length that costs little."""
    return query.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH]


def typed_number(request: HttpRequest, name: str) -> str:
    """A number as somebody typed it to confirm something, in plain digits: also in full-width ones, or with commas."""
    return unicodedata.normalize("NFKC", request.POST.get(name, "")).strip().replace(",", "")
