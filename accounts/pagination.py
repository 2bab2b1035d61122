"""Long lists, a page at a time."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 50
Numbers = Callable[[int, int], Iterable[int]]


class Pages(Paginator):
    """Steps over the pages before by an index where the order has one: whole rows are read of the page alone.

    `number` is how many rows there are, where that is known; else they are counted. `whole` is from where they are read
    once it is known which they are, so that what is dear to find is looked for once. `numbers` gives the primary keys
    from one place to another, for whoever may know them already.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        size: int,
        number: int | None = None,
        whole: QuerySet[Any] | None = None,
        numbers: Numbers | None = None,
    ) -> None:
        super().__init__(rows, size)
        self.rows = rows
        self.whole = whole
        self.numbers = numbers or (lambda start, stop: rows.values_list("pk", flat=True)[start:stop])
        if number is not None:
            self.count = number

    def page(self, number: int | str) -> Page[Any]:
        page = super().page(number)
        start = (page.number - 1) * self.per_page
        shown = self.numbers(start, start + self.per_page)
        if self.whole is None:
            page.object_list = self.rows.filter(pk__in=shown)
        else:
            page.object_list = self.whole.filter(pk__in=list(shown)).order_by(*self.rows.query.order_by)
        return page


def page_of(
    rows: QuerySet[Any],
    request: HttpRequest,
    *,
    parameter: str = "page",
    size: int = ROWS,
    number: int | None = None,
    whole: QuerySet[Any] | None = None,
    numbers: Numbers | None = None,
) -> Page[Any]:
    """The page that the query asks for; the first or last one where it asks for nonsense. See `Pages` for the rest."""
    return Pages(rows, size, number, whole, numbers).get_page(request.GET.get(parameter))
