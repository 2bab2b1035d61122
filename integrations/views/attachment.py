"""A file as an answer."""

from typing import TypeVar

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from integrations.files.table import Table
from integrations.files.write import CSV_TYPE, XLSX_TYPE, csv_chunks, xlsx_file

Response = TypeVar("Response", bound=HttpResponseBase)

EXTENSIONS = ("csv", "xlsx")


def as_attachment(response: Response, name: str) -> Response:
    """The answer as a file of this name to keep, in no cache."""
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response


def table_as_file(table: Table, extension: str, name: str) -> HttpResponseBase:
    """A table as CSV, made while it is sent, or as .xlsx; the name comes without extension."""
    response: HttpResponseBase
    if extension == "csv":
        response = StreamingHttpResponse(csv_chunks(table), content_type=CSV_TYPE)
    else:
        response = FileResponse(xlsx_file(table), content_type=XLSX_TYPE)
    return as_attachment(response, f"{name}.{extension}")
