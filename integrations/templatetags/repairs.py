"""Ways to mend what an import did, offered on the pages where it shows."""

from typing import Any

from django import template
from django.template.context import RequestContext

from accounts.rights import Right, may
from employees.models import Employee
from integrations.imports import undo
from integrations.imports.merge import twins_of
from integrations.imports.undo import can_be_taken_back
from integrations.models import SyncJob

register = template.Library()


@register.inclusion_tag("integrations/_twins.html", takes_context=True)
def number_sharers(context: RequestContext, person: Employee) -> dict[str, Any]:
    """Says that others have the person's 社員番号, and leads to 統合, for those who may."""
    user = context["request"].user
    people = Employee.objects.open_to(user, Right.DELETE_EMPLOYEES) if may(user, Right.DELETE_EMPLOYEES) else None
    return {"person": person, "twins": people is not None and twins_of(person, people).exists()}


@register.simple_tag(takes_context=True)
def may_take_back(context: RequestContext, job: SyncJob) -> bool:
    """Whether 「この処理で新規登録した社員を削除」 stands on the run's page."""
    return can_be_taken_back(job) and undo.may_take_back(context["request"].user)
