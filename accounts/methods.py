"""By which methods a page is asked."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponseBase
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_http_methods

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

require_form = require_http_methods(["GET", "HEAD", "POST"])  # a page with a form: looked at, then sent


def require_post(view: View) -> View:
    """What is only sent: nobody is led there by its address. Decorators around carry the mark on."""
    marked = require_http_methods(["POST"])(view)
    vars(marked)["is_only_sent"] = True
    return marked


def is_page(path: str) -> bool:
    """Whether a page of ours can be looked at there."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return not getattr(view, "is_only_sent", False)
