"""Lists as files, and ダウンロード一覧: what was made, by whom and when, to be made again, and the error files of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.methods import require_post
from accounts.pagination import page_of
from accounts.reauthentication import password_question
from accounts.requests import person
from accounts.rights import Account, Right, is_administrator, may, needs
from departments.models import Department
from departments.outline import Branch, outline
from departments.scope import reach
from employees.search import Listing
from integrations.files.exports import about, exportable, extract, file_name
from integrations.models import Export
from integrations.views.attachment import table_as_file
from integrations.views.jobs import WITH_ERROR_FILE, jobs_with_files

ON_A_PAGE = 25  # of each of the two lists


def exports_open_to(user: Account) -> QuerySet[Export]:
    """Everybody's for 管理者, for others their own."""
    made = Export.objects.select_related("made_by")
    return made if is_administrator(user) else made.filter(made_by=user.pk)


@needs(Right.EXPORT_FILES)
@require_post
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Make a file of the list as `query` says."""
    if kind not in Export.Kind.values:
        raise Http404
    return export_now(request, kind, request.POST.get("form", Export.Form.CSV), request.POST.get("query", ""))


@needs(Right.EXPORT_FILES)
@require_post
def export_again(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make the same file of today's data: for whoever clicks, with their own rights and reach."""
    before = get_object_or_404(exports_open_to(request.user), pk=pk)
    return export_now(request, before.kind, before.form, before.query)


def export_now(request: HttpRequest, kind: str, form: str, query: str) -> HttpResponseBase:
    """The file as an answer; that it was made, with how many rows, is written down before it is sent."""
    if kind == Export.Kind.ASSESSMENTS and (question := password_question(request)):
        return question
    if form not in Export.Form.values:
        return HttpResponseBadRequest("この形式では作成できません。", content_type="text/plain; charset=utf-8")
    by = person(request)
    found = extract(by, kind, query)
    if found.problem:
        messages.error(request, f"ファイルは作成しませんでした。{found.problem}")
        return redirect("integrations:downloads")
    with transaction.atomic():
        row = Export.objects.create(kind=kind, form=form, query=found.query, rows=found.rows, made_by=by)
        detail = {"kind": kind, "format": form, "rows": found.rows, "filters": list(found.filters)}
        audit.record(audit.Action.DOWNLOADED, by=by, on=row, detail=detail)
    return table_as_file(found.table._replace(about=about(row, found)), form, file_name(row, found))


@dataclass(frozen=True, slots=True)
class Line:
    """A file that was made, with what narrowed it, in words."""

    export: Export
    filters: Mapping[str, str]
    can_be_made: bool


@needs(Right.EXPORT_FILES, Right.VIEW_JOBS)
@require_safe
def list_downloads(request: HttpRequest) -> HttpResponse:
    """What the person made, or everybody for 管理者, and for those who see runs their error files."""
    context: dict[str, Any] = {}
    if may(request.user, Right.EXPORT_FILES):
        page = page_of(exports_open_to(request.user), request, parameter="made", size=ON_A_PAGE)
        context |= {"made": page, "lines": lines_of(list(page.object_list), request)}
    if may(request.user, Right.VIEW_JOBS):
        context["page"] = page_of(jobs_with_files().filter(Exists(WITH_ERROR_FILE)), request, size=ON_A_PAGE)
    return render(request, "integrations/downloads.html", context)


def lines_of(exports: Sequence[Export], request: HttpRequest) -> list[Line]:
    """Each with its filters in words. A department is named where the person may see it."""
    branches: list[Branch] = []
    if any(row.query for row in exports):
        seen = reach(request.user, Right.VIEW_EMPLOYEES)
        branches = outline(Department.objects.within(seen).in_sibling_order())
    possible = exportable(person(request))
    return [
        Line(row, Listing(QueryDict(row.query), branches, tested=None).filters, row.kind in possible) for row in exports
    ]
