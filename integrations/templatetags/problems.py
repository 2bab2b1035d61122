"""要対応 on other pages: that of a person, and the link to all of it."""

from typing import Any

from django import template
from django.template.context import RequestContext

from employees.models import Employee
from integrations.screens.open_problems import Problems
from integrations.screens.problem_list import rows_about

register = template.Library()


@register.inclusion_tag("integrations/_problems_of.html", takes_context=True)
def problems_of(context: RequestContext, person: Employee) -> dict[str, Any]:
    """What the newest runs tell of the person, as far as the reader may know it."""
    rows = rows_about(person, context["request"].user)
    return {"rows": rows, "person": person, "is_administrator": context.get("is_administrator")}


@register.inclusion_tag("integrations/_problems_link.html")
def problems_link(*, is_brought: bool = False) -> dict[str, Any]:
    """「要対応 12件（新規 3件）」, for those who may see runs."""
    opened = Problems.now().open_by_kind().values()
    times, new = sum(times for times, _ in opened), sum(new for _, new in opened)
    return {"times": times, "new": new, "is_brought": is_brought}
