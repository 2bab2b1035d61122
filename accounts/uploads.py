"""How much a request may bring: judged before and while it is read, never after it is in memory."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import bad_request


class UploadTooBig(RequestDataTooBig):
    """The request brings more than UPLOAD_MAX_BYTES."""


class SizeLimit(FileUploadHandler):
    """The first of FILE_UPLOAD_HANDLERS: refuses by the length that is announced, and counts what comes in."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0

    def handle_raw_input(
        self,
        _input: Any,
        _meta: Any,
        content_length: int,
        _boundary: Any,
        encoding: str | None = None,  # noqa: ARG002 - Django's own signature
    ) -> None:
        """Nothing has been read yet."""
        self.refuse_over_limit(content_length)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - as above
        """On to the next handler, while it is not too much."""
        self.received += len(raw_data)
        self.refuse_over_limit(self.received)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""

    @staticmethod
    def refuse_over_limit(size: int) -> None:
        if size > settings.UPLOAD_MAX_BYTES:
            raise UploadTooBig


def show_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that makes no sense; for one that is too big, how big it may be."""
    if isinstance(exception, RequestDataTooBig):
        megabytes = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        return render(request, "413.html", {"megabytes": megabytes}, status=413)
    return bad_request(request, exception)
