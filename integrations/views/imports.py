"""Files in: choose one, look at what it would do (a run that ends as 確認待ち), and templates to fill."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from accounts.file_bodies import takes_files
from accounts.methods import require_form
from accounts.partials import lead
from accounts.requests import person
from accounts.rights import Right, needs
from integrations import actions, kinds
from integrations.files.columns import FileColumns
from integrations.files.limits import MOST_CELLS, MOST_COLUMNS
from integrations.files.upload_limit import LARGEST_UPLOAD, has_too_large_file
from integrations.forms import UploadForm
from integrations.kinds import Kind
from integrations.models import SourceFile, SyncJob
from integrations.screens.access import may_import
from integrations.views.attachment import EXTENSIONS, table_as_file
from integrations.views.runs import say_who_runs

LAST_RUNS = 5
MOST = {"columns": MOST_COLUMNS, "cells": MOST_CELLS}
LONGEST_NAME = SourceFile._meta.get_field("name").max_length or 0


def kind_of(request: HttpRequest, slug: str) -> tuple[Kind, FileColumns]:
    """Raises Http404 where there is no such kind of file, PermissionDenied for somebody who may not take it in."""
    kind = next((kind for kind in kinds.KINDS.values() if kind.slug == slug), None)
    if kind is None:
        raise Http404
    if not may_import(request.user, kind):
        raise PermissionDenied
    return kind, import_string(kind.columns)


@needs(Right.IMPORT_FILES)
@require_form
@takes_files
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file; on POST a run is started that looks at it and stores nothing before it is approved."""
    kind, columns = kind_of(request, slug)
    is_sent = request.method == "POST"
    form = (
        UploadForm(request.POST, request.FILES, is_too_large=has_too_large_file(request)) if is_sent else UploadForm()
    )
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = actions.start_job(
                kind=kind.code, by=person(request), dry_run=True, file=(file.name[-LONGEST_NAME:], file.read())
            )
        except actions.AlreadyRunning as error:
            say_who_runs(request, error)
        else:
            return lead(request, job.get_absolute_url())
    context = {
        "kind": kind,
        "form": form,
        "effect": columns.effect,
        "columns": columns.columns(),
        "extensions": EXTENSIONS,
        "largest": LARGEST_UPLOAD,
        "most": {"rows": columns.most_rows, **MOST},
        "runs": SyncJob.objects.filter(kind=kind.code).select_related("requested_by")[:LAST_RUNS],
        "held": SyncJob.objects.filter(status=SyncJob.Status.HELD).first(),
    }
    return render(request, "integrations/upload.html", context)


@needs(Right.IMPORT_FILES)
@require_safe
def download_template(request: HttpRequest, slug: str, extension: str) -> HttpResponseBase:
    """The columns and nobody below them."""
    kind, columns = kind_of(request, slug)
    if extension not in EXTENSIONS:
        raise Http404
    return table_as_file(columns.template(), extension, f"{kind.file}テンプレート")
