"""Uploaded files that are too large are not kept, neither in memory nor on the disk."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

MEGABYTE = 1024 * 1024
LARGEST_UPLOAD = 50 * MEGABYTE  # bytes; 50,000 results with all scales are about 20 MB
LARGEST_REQUEST = 4 * LARGEST_UPLOAD  # bytes


class SizeLimit(FileUploadHandler):
    """Stands before the handlers that keep files. What passes the limit is read and dropped, and the view is told."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.size = 0  # of all files of the request together

    def handle_raw_input(
        self,
        _input: Any,
        _meta: Any,
        content_length: int,
        _boundary: Any,
        encoding: str | None = None,  # noqa: ARG002 - Django's own signature
    ) -> None:
        """What announces itself as far too large is not even read: that would keep a process busy for nothing."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - Django's own signature
        self.size += len(raw_data)
        if self.size > LARGEST_UPLOAD:
            if self.request is not None:
                vars(self.request)["has_too_large_file"] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:  # noqa: ARG002 - as above
        return None  # another handler keeps the file


def has_too_large_file(request: HttpRequest) -> bool:
    """Whether a file of this request was dropped because of its size. Asked after the form's data were."""
    return bool(vars(request).get("has_too_large_file"))
