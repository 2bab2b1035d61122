"""同期の例外 on the page of a person."""

from typing import Any

from django import template
from django.template.context import RequestContext

from employees.models import Employee
from integrations.models import SyncException
from integrations.screens.exception_list import of_person

register = template.Library()

Kind = SyncException.Kind
OF_PEOPLE = (Kind.EXCLUDED, Kind.PINNED, Kind.NOT_SENT)


@register.inclusion_tag("integrations/_exceptions_of.html", takes_context=True)
def exceptions_of(context: RequestContext, person: Employee) -> dict[str, Any]:
    """Those that hold for the person. 管理者 see all of each and set and end them; others what a sync does not change.

    Whether somebody's results are sent is told beside the results, to those who may see them.
    """
    is_administrator = bool(context.get("is_administrator"))
    held = of_person(person)
    return {
        "exceptions": [each for each in held if is_administrator or each.kind != Kind.NOT_SENT],
        "kinds": [kind for kind in OF_PEOPLE if kind == Kind.PINNED or kind not in {each.kind for each in held}],
        "person": person,
        "is_administrator": is_administrator,
        "csrf_token": context.get("csrf_token"),
    }
