"""A file as an answer."""

from typing import TypeVar
from urllib.parse import quote

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from integrations.files.write import CSV_TYPE, XLSX_TYPE, Table, csv_chunks, xlsx_file

Response = TypeVar("Response", bound=HttpResponseBase)

ENDINGS = ("csv", "xlsx")


def as_attachment(response: Response, *, plain: str, pretty: str) -> Response:
    """The answer as a file to keep, in no cache. Browsers that know no UTF-8 in names get the plain one."""
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(pretty)}"
    response["Cache-Control"] = "no-store"
    return response


def table_as_file(table: Table, ending: str, *, plain: str, pretty: str) -> HttpResponseBase:
    """A table as CSV, made while it is sent, or as .xlsx; the names come without ending."""
    response: HttpResponseBase
    if ending == "csv":
        response = StreamingHttpResponse(csv_chunks(table), content_type=CSV_TYPE)
    else:
        response = FileResponse(xlsx_file(table), content_type=XLSX_TYPE)
    return as_attachment(response, plain=f"{plain}.{ending}", pretty=f"{pretty}.{ending}")
