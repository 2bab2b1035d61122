"""Parts of a page's frame that need a little arithmetic."""

from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import RequestContext

from accounts import names

register = template.Library()
register.filter(names.shown_name)


@register.inclusion_tag("_components/pager.html", takes_context=True)
def pager(
    context: RequestContext, page: Page[Any], parameter: str = "page", anchor: str = "", label: str = "ページ"
) -> dict[str, Any]:
    """Links to a list's other pages, with the rest of the query. `anchor`: its id, `label`: its name when heard."""
    query = context["request"].GET

    def address(number: int | str) -> str:
        changed = query.copy()
        changed[parameter] = str(number)
        return f"?{changed.urlencode()}{anchor and '#'}{anchor}"

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    links = [(number, address(number) if isinstance(number, int) else "") for number in shown]
    return {"page": page, "links": links, "label": label}
