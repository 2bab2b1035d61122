"""The results of a person, for pages of the lower apps."""

from typing import Any

from django import template
from django.template.context import RequestContext

from accounts.viewing_log import record_view
from assessments import views
from assessments.scope import are_results_open_to
from employees.models import Employee

register = template.Library()


@register.inclusion_tag("assessments/_results_of.html", takes_context=True)
def results_of(context: RequestContext, person: Employee) -> dict[str, Any]:
    """The person's results, newest first, with links to 受検者詳細; nothing for those who may not see them.

    16タイプ, 判定 and 総合スコア stand there already, so that whoever sees some is written down.
    """
    user = context["request"].user
    is_open = are_results_open_to(user, person)
    results = list(views.results_of(person)) if is_open else []
    if results:
        record_view(user, on=person, what="検査結果の一覧", label="")
    return {"is_open": is_open, "results": results}
