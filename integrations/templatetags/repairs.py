"""Ways to mend what an import did, offered on the pages where it shows."""

from typing import Any

from django import template
from django.template.context import RequestContext

from accounts.rights import Right, is_administrator, may
from employees.models import Employee
from integrations import kinds
from integrations.imports.merge import twins_of
from integrations.imports.undo.offer import Offer, with_traces
from integrations.imports.unmerge import last_merge
from integrations.models import SyncChange, SyncJob

register = template.Library()


@register.inclusion_tag("integrations/_twins.html", takes_context=True)
def number_sharers(context: RequestContext, person: Employee) -> dict[str, Any]:
    """Says that others have the person's 社員番号, and leads to 統合, for those who may."""
    user = context["request"].user
    people = Employee.objects.open_to(user, Right.DELETE_EMPLOYEES) if may(user, Right.DELETE_EMPLOYEES) else None
    return {"person": person, "twins": people is not None and twins_of(person, people).exists()}


@register.inclusion_tag("integrations/_last_upload.html", takes_context=True)
def last_upload(context: RequestContext, person: Employee) -> dict[str, Any]:
    """The newest run that wrote this person's results to カオナビ's sheets, with the way back, where 管理者 can take it."""
    newest = None
    if is_administrator(context["request"].user):
        runs = SyncJob.objects.filter(before_images__person=person.pk)
        newest = with_traces(runs).order_by("-pk").first()
    offer = Offer.of(newest, row=person.pk) if newest else None
    return {
        "job": newest if offer and offer.is_asked and not offer.why_not else None,
        "person": person,
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def way_back(change: SyncChange) -> str:
    """What the button says that takes one change back."""
    if change.what not in kinds.SHEETS:
        return "この変更を元に戻す"
    return "取り消す前の内容に戻す" if change.job.undone_kind else "登録前の内容に戻す"


@register.inclusion_tag("integrations/_merged.html", takes_context=True)
def merged(context: RequestContext, person: Employee) -> dict[str, Any]:
    """That somebody was merged into this person lately, with the way back, for 管理者."""
    may_ask = is_administrator(context["request"].user)
    return {"person": person, "merge": last_merge(person) if may_ask else None}


@register.inclusion_tag("integrations/_undo.html", takes_context=True)
def undo_offer(context: RequestContext, job: SyncJob) -> dict[str, Any]:
    """「この処理を元に戻す」, for 管理者, or why it cannot be. Nothing for runs of which nothing can be taken back."""
    may_ask = is_administrator(context["request"].user)
    return {
        "job": job,
        "offer": Offer.of(job) if may_ask else None,
        "made_people": kinds.of(job).writes_people and job.created > 0 and not job.undone_kind,
        "csrf_token": context.get("csrf_token"),
    }
