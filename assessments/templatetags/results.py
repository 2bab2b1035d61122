"""The results of a person, for pages of the lower apps."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html

from accounts.rights import Right
from accounts.viewing_log import record_view
from assessments import views
from assessments.models import Assessment
from assessments.order import NEWEST_FIRST
from assessments.scope import are_results_open_to, place_of
from departments.scope import covers, reach
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


@register.simple_tag(takes_context=True)
def latest_results(context: RequestContext, people: Iterable[Employee]) -> Mapping[int, tuple[str, date | None]]:
    """16タイプ and 受検日 of the latest result of each of them whose results the user may see, by number (pk): "" and None
    for the untested. One statement for all; that somebody sees some is written down.
    """
    user = context["request"].user
    seen = reach(user, Right.VIEW_RESULTS)
    latest: dict[int, tuple[str, date | None]] = {}
    open_to_user = [person.pk for person in people if covers(seen, place_of(person))]
    rows = Assessment.objects.filter(employee__in=open_to_user).order_by(*NEWEST_FIRST)
    for pk, known, unknown, day in rows.values_list("employee", "personality_type__name", "unknown_type", "taken_on"):
        latest.setdefault(pk, (known or unknown, day))
    if latest:
        record_view(user, what="社員の一覧の16タイプ", label="")
    return {pk: latest.get(pk, ("", None)) for pk in open_to_user}


@register.simple_tag
def latest_result(results: Mapping[int, tuple[str, date | None]], person: Employee) -> str:
    """Two cells of them, blank for those whose results are hidden."""
    kind, day = results.get(person.pk, ("", None))
    told = f"{day:%Y/%m/%d}" if day else "未受検" if person.pk in results else ""
    return format_html("<td>{}</td><td>{}</td>", kind, told)
