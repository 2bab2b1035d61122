"""Long lists, a page at a time."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 50


class Pages(Paginator):
    """Steps over the pages before by an index where the order has one: whole rows are read of the page alone."""

    def __init__(self, rows: QuerySet[Any], size: int) -> None:
        super().__init__(rows, size)
        self.rows = rows

    def page(self, number: int | str) -> Page[Any]:
        page = super().page(number)
        start = (page.number - 1) * self.per_page
        page.object_list = self.rows.filter(pk__in=self.rows.values("pk")[start : start + self.per_page])
        return page


def page_of(rows: QuerySet[Any], request: HttpRequest, *, parameter: str = "page", size: int = ROWS) -> Page[Any]:
    """The page that the query asks for; the first or last one where it asks for nonsense."""
    return Pages(rows, size).get_page(request.GET.get(parameter))
