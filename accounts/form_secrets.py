"""Which fields of a form hold passwords or keys: no error report names them, and nothing keeps them."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.debug import sensitive_post_parameters

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def holds_secrets(*names: str) -> Callable[[View], View]:
    """For a view whose form has secrets in the fields of these names; without names any field may be one. Decorators
    around it carry the mark on.
    """

    def decorate(view: View) -> View:
        marked = sensitive_post_parameters(*names)(view)
        vars(marked)["secret_fields"] = frozenset(names) or None
        return marked

    return decorate


def secret_fields(request: HttpRequest) -> frozenset[str] | None:
    """The fields that hold secrets in the form that the request sends; None for any of them."""
    view = request.resolver_match and request.resolver_match.func
    found: frozenset[str] | None = getattr(view, "secret_fields", frozenset())
    return found
