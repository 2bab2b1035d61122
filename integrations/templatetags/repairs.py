"""Ways to mend what an import did, offered on the pages where it shows."""

from typing import Any

from django import template
from django.template.context import RequestContext

from accounts.rights import Right, is_administrator, may
from employees.models import Employee
from integrations import kinds
from integrations.imports.merge import twins_of
from integrations.imports.undo.offer import is_of_a_kind_to_undo, why_not
from integrations.models import SyncJob

register = template.Library()


@register.inclusion_tag("integrations/_twins.html", takes_context=True)
def number_sharers(context: RequestContext, person: Employee) -> dict[str, Any]:
    """Says that others have the person's 社員番号, and leads to 統合, for those who may."""
    user = context["request"].user
    people = Employee.objects.open_to(user, Right.DELETE_EMPLOYEES) if may(user, Right.DELETE_EMPLOYEES) else None
    return {"person": person, "twins": people is not None and twins_of(person, people).exists()}


@register.inclusion_tag("integrations/_undo.html", takes_context=True)
def undo_offer(context: RequestContext, job: SyncJob, row: int | None = None) -> dict[str, Any]:
    """「この処理を元に戻す」, for 管理者, of one `row` (pk) alone or of all; or why it cannot be. Nothing for other runs."""
    is_asked = is_administrator(context["request"].user) and is_of_a_kind_to_undo(job)
    return {
        "job": job,
        "row": row,
        "is_asked": is_asked,
        "why_not": why_not(job, row=row) if is_asked else "",
        "made_people": kinds.of(job).writes_people and job.created > 0 and row is None,
        "csrf_token": context.get("csrf_token"),
        "request": context["request"],
    }
