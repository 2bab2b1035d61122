"""Long lists, a page at a time."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 50


def page_of(rows: QuerySet[Any], request: HttpRequest, *, parameter: str = "page", size: int = ROWS) -> Page[Any]:
    """The page that the query asks for; the first or last one where it asks for nonsense."""
    return Paginator(rows, size).get_page(request.GET.get(parameter))
