"""How pages get their カオナビ parts: the pages of the lower apps know nothing of an integration."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import RequestContext
from django.template.loader import render_to_string

from accounts.rights import Account, Right, is_administrator, may
from accounts.templatetags.icons import draw_icons
from assessments.scope import place_of
from departments.models import Department
from departments.scope import covers, reach
from employees.models import Employee
from integrations import kinds
from integrations.files.exports import exportable
from integrations.imports.undo.offer import IS_UNDONE_SOMEHOW, alone
from integrations.models import Export, KaonaviConnection, SyncChange, SyncException, SyncJob
from integrations.models.unseen import UNSEEN
from integrations.screens.access import may_import
from integrations.screens.change_lines import Names, change_lines
from integrations.screens.exception_list import of_person
from integrations.screens.registration import Registration, registrations_of

register = template.Library()

MENUS = {  # label, and what can be taken away
    "employees": ("社員情報を一括操作", (Export.Kind.EMPLOYEES, Export.Kind.ASSESSMENTS)),
    "departments": ("一括操作", (Export.Kind.DEPARTMENTS,)),
}
NOTHING_YET = {
    SyncJob.Kind.EMPLOYEES: ("users", "社員がまだ登録されていません"),
    SyncJob.Kind.DEPARTMENTS: ("building-office-2", "部署がまだ登録されていません"),
}
HISTORY_LENGTH = 20
STATUS_LOOK = {
    SyncJob.Status.QUEUED: ("still", "clock"),
    SyncJob.Status.RUNNING: ("busy", "arrow-path"),
    SyncJob.Status.HELD: ("care", "hand-raised"),
    SyncJob.Status.SUCCEEDED: ("good", "check-circle"),
    SyncJob.Status.PARTIAL: ("care", "exclamation-triangle"),
    SyncJob.Status.FAILED: ("bad", "x-circle"),
    SyncJob.Status.CANCELLED: ("still", "no-symbol"),
    SyncJob.Status.INTERRUPTED: ("bad", "bolt-slash"),
}


# where somebody who cannot mend it is told that the connection is broken: what stands there is not brought up to date
CONCERNED = {"employees:list", "departments:list", "integrations:jobs", "integrations:settings"}


def state_of(request: HttpRequest) -> str:
    """The connection's state, which several parts of a page want to know, read once a request."""
    known: str | None = vars(request).get("kaonavi_state")
    if known is None:
        known = vars(request)["kaonavi_state"] = KaonaviConnection.objects.state()
    return known


@register.inclusion_tag("integrations/_broken.html", takes_context=True)
def kaonavi_broken(context: RequestContext) -> dict[str, Any]:
    """That the connection is broken: for 管理者 on every page but the one that mends it, for others where it matters."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    view = match.view_name if match else ""
    may_mend = bool(context.get("is_administrator"))
    is_asked = view != "integrations:connection" if may_mend else bool(context.get("may")) and view in CONCERNED
    is_broken = is_asked and state_of(context["request"]) == KaonaviConnection.State.BROKEN
    return {"is_broken": is_broken, "may_mend": may_mend}


@register.inclusion_tag("integrations/_menu.html", takes_context=True)
def kaonavi_menu(context: RequestContext, place: str) -> dict[str, Any]:
    """The menu at the top right of 自社社員管理 or 部署管理.

    Syncs stand in it for 管理者 and only while connected; files for those who may take them in or away, connected or not.
    """
    request = context["request"]
    label, exports = MENUS[place]
    may_start = is_administrator(request.user)
    state = state_of(request) if may_start else ""
    is_connected = state == KaonaviConnection.State.ACTIVE
    of_place = [kind for kind in kinds.KINDS.values() if kind.menu == place]
    buttons = [kind for kind in of_place if kind.has_button and may_start]
    possible = exportable(request.user)
    return {
        "label": label,
        "state": state,
        "starts": [kind for kind in buttons if is_connected or not kind.needs_connection],
        "imports": [kind for kind in of_place if kind.takes_file and may_import(request.user, kind)],
        "exports": [kind for kind in exports if kind in possible],
        "forms": Export.Form.choices,
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("integrations/_first.html", takes_context=True)
def kaonavi_first(context: RequestContext, code: str) -> dict[str, Any]:
    """That nobody, or no department, is there yet, with the button that ends it for those who may press it."""
    request = context["request"]
    may_start = is_administrator(request.user)
    icon, title = NOTHING_YET[SyncJob.Kind(code)]
    return {
        "kind": code,
        "icon": icon,
        "title": title,
        "may_start": may_start,
        "state": state_of(request) if may_start else "",
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("integrations/_sync.html", takes_context=True)
def kaonavi_sync(context: RequestContext, code: str) -> dict[str, Any]:
    """「カオナビと同期」 beside the menu, for 管理者 while connected, and when the last run that went through ended."""
    request = context["request"]
    last = SyncJob.objects.completed(code).defer("options", "state").first()
    is_offered = is_administrator(request.user) and state_of(request) == KaonaviConnection.State.ACTIVE
    return {
        "kind": kinds.KINDS[code],
        "is_offered": is_offered,
        "last": last,
        "may_see_run": may(request.user, Right.VIEW_JOBS),
    }


@register.simple_tag
def last_completed(kind: str) -> datetime | None:
    """When the newest run of this kind that went through ended: what was present then was seen then."""
    return SyncJob.objects.completed(kind).values_list("finished_at", flat=True).first()


@register.inclusion_tag("integrations/_standing.html")
def kaonavi_standing(row: Department | Employee, kind: str) -> dict[str, Any]:
    """Where カオナビ stands with a department or person: never linked, seen when, not seen since, or missing since when.

    Only of a row that the newest completed run saw is its time told.
    """
    unseen = UNSEEN[type(row)]._default_manager.filter(pk=row.pk).first()
    is_present = row.last_seen_at is not None and row.missing_since is None and unseen is None
    seen_at = unseen.seen_at if unseen else row.last_seen_at
    return {"row": row, "unseen": unseen, "seen_at": last_completed(kind) or seen_at if is_present else seen_at}


@register.inclusion_tag("integrations/_registration.html", takes_context=True)
def kaonavi_registration(context: RequestContext, person: Employee) -> dict[str, Any]:
    """Whether カオナビ's sheets show the person's latest result, in a sentence, for those who may see the results."""
    registration = registrations_open_to(context["request"].user, [person]).get(person.pk)
    held = of_person(person) if registration else ()
    withheld = next((each for each in held if each.kind == SyncException.Kind.NOT_SENT), None)
    return {
        "registration": registration,
        "withheld": withheld,
        "person": person,
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag(takes_context=True)
def kaonavi_registrations(context: RequestContext, people: Iterable[Employee]) -> Mapping[int, str]:
    """The same of many people, for the rows of a list: each one's cell of カオナビ登録, in one statement."""

    @cache  # most people's cells are alike
    def cell(registration: Registration) -> str:
        return render_to_string("integrations/_registered.html", {"registration": registration}).strip()

    return {
        pk: cell(registration) for pk, registration in registrations_open_to(context["request"].user, people).items()
    }


def registrations_open_to(user: Account, people: Iterable[Employee]) -> Mapping[int, Registration]:
    """The registrations of those among the people whose results the user may see: each tells whether there are any."""
    seen = reach(user, Right.VIEW_RESULTS)
    return registrations_of(person for person in people if covers(seen, place_of(person)))


@register.simple_tag
def kaonavi_registered(cells: Mapping[int, str], person: Employee) -> str:
    """One cell of them, blank for those whose results are hidden."""
    return cells.get(person.pk, "")


@register.inclusion_tag("integrations/_history.html", takes_context=True)
def kaonavi_history(context: RequestContext, row: Department | Employee) -> dict[str, Any]:
    """Which runs changed this person or department, newest first. What was only planned is not shown."""
    what = SyncChange.What.EMPLOYEE if isinstance(row, Employee) else SyncChange.What.DEPARTMENT
    changes = SyncChange.objects.filter(what=what, object_id=row.pk, job__status__in=SyncJob.COMPLETED).select_related(
        "job", "job__requested_by"
    )
    traced = changes.annotate(is_undone_somehow=IS_UNDONE_SOMEHOW)
    newest = list(traced.order_by("-job__finished_at", "-pk")[:HISTORY_LENGTH])
    names = Names.of(newest)
    request = context["request"]
    return {
        "changes": [(change, list(change_lines(change, names))) for change in newest],
        "alone": alone(newest) if is_administrator(request.user) else (),
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("integrations/_again.html", takes_context=True)
def kaonavi_again(context: RequestContext, kind: str, job: Any = None) -> dict[str, Any]:
    """「もう一度同期する」 and its like, after the newest run of its kind, where that left something out.

    `job` is the run of the page, with `is_newest`. A sync is for 管理者 while connected, a file for those who may take it in.
    """
    request = context["request"]
    again = kinds.KINDS[kind]
    newest = None
    if again.menu and may_run_again(request, again):
        newest = SyncJob.objects.filter(kind=kind).first() if job is None else job if job.is_newest else None
    is_offered = newest is not None and newest.left_something_out
    return {
        "kind": again if is_offered else None,
        "has_errors": is_offered and newest is not None and newest.status != SyncJob.Status.SUCCEEDED,
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


def may_run_again(request: HttpRequest, kind: kinds.Kind) -> bool:
    """Whether the person could start such a run now."""
    if kind.takes_file:
        return may_import(request.user, kind)
    return is_administrator(request.user) and (
        not kind.needs_connection or state_of(request) == KaonaviConnection.State.ACTIVE
    )


@register.inclusion_tag("integrations/_status.html")
def job_status(job: SyncJob, *, is_drawn: bool = False) -> dict[str, Any]:
    """The status as icon and word; with `is_drawn` the icon is one of `job_status_icons`, which the page has."""
    look, icon = STATUS_LOOK[SyncJob.Status(job.status)]
    return {"job": job, "look": look, "icon": icon, "is_drawn": is_drawn}


@register.simple_tag
def job_status_icons(jobs: Iterable[SyncJob]) -> str:
    """The icons of these runs' statuses, to be referred to: a long list draws none of them twice."""
    return draw_icons(*sorted({STATUS_LOOK[SyncJob.Status(job.status)][1] for job in jobs}))


@register.filter
def as_duration(length: timedelta | None) -> str:
    """「2分5秒」; blank for nothing."""
    if length is None:
        return ""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "時間"), (minutes, "分"), (seconds, "秒")]
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "1秒未満"
