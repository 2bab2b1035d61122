"""Bodies with files: read where a page expects one, from somebody logged in. Others are answered with no byte read."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from accounts.kept_forms import NO_FILE

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

WITH_FILES = "multipart/form-data"  # our other forms are sent as browsers send them unless told otherwise


def takes_files(view: View) -> View:
    """Mark a view as one that expects files. Decorators around it carry the mark on."""
    vars(view)["takes_files"] = True
    return view


class FileBodiesMiddleware:
    """Stands before the middleware that looks for a CSRF token in the body: looking for it reads all of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: object) -> HttpResponseBase | None:
        """A stranger is led to the log-in, since a session may end while somebody chooses a file."""
        if request.content_type != WITH_FILES:
            return None  # read as a form within DATA_UPLOAD_MAX_MEMORY_SIZE, or not at all
        if not getattr(view, "takes_files", False):
            return render(request, "415.html", status=415)
        if request.user.is_authenticated:
            return None
        messages.warning(request, NO_FILE)
        return redirect_to_login(request.path)
