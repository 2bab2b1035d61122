"""Files in: choose one, look at what it would do (a run that ends as 確認待ち), and templates to fill."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.file_bodies import takes_files
from accounts.methods import require_form
from accounts.requests import person
from accounts.rights import Right, needs
from integrations import actions
from integrations.files.kinds import KINDS, FileKind
from integrations.files.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, MOST_SCORES
from integrations.files.upload_limit import has_too_large_file
from integrations.forms import UploadForm
from integrations.models import SourceFile, SyncJob
from integrations.screens.access import may_import
from integrations.views.attachment import ENDINGS, table_as_file
from integrations.views.runs import say_who_runs

LAST_RUNS = 5
MOST = {"columns": MOST_COLUMNS, "cells": MOST_CELLS}
LONGEST_NAME = SourceFile._meta.get_field("name").max_length or 0


def kind_of(request: HttpRequest, slug: str) -> FileKind:
    """Raises Http404 where there is no such kind of file, PermissionDenied for somebody who may not take it in."""
    if slug not in KINDS:
        raise Http404
    kind = KINDS[slug]
    if not may_import(request.user, kind.job):
        raise PermissionDenied
    return kind


@needs(Right.IMPORT_FILES)
@require_form
@takes_files
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file; on POST a run is started that looks at it and stores nothing before it is approved."""
    kind = kind_of(request, slug)
    is_sent = request.method == "POST"
    form = (
        UploadForm(request.POST, request.FILES, is_too_large=has_too_large_file(request)) if is_sent else UploadForm()
    )
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = actions.start_job(
                kind=kind.job, by=person(request), dry_run=True, file=(file.name[-LONGEST_NAME:], file.read())
            )
        except actions.AlreadyRunning as error:
            say_who_runs(request, error)
        else:
            return redirect(job)
    context = {
        "kind": kind,
        "form": form,
        "columns": kind.columns(),
        "endings": ENDINGS,
        "most": {"rows": MOST_SCORES if kind.job == SyncJob.Kind.ASSESSMENTS_FILE else MOST_ROWS, **MOST},
        "runs": SyncJob.objects.filter(kind=kind.job).select_related("requested_by")[:LAST_RUNS],
        "held": SyncJob.objects.filter(status=SyncJob.Status.HELD).first(),
    }
    return render(request, "integrations/upload.html", context)


@needs(Right.IMPORT_FILES)
@require_safe
def download_template(request: HttpRequest, slug: str, ending: str) -> HttpResponseBase:
    """The columns and nobody below them."""
    kind = kind_of(request, slug)
    if ending not in ENDINGS:
        raise Http404
    plain, pretty = f"mikiwame-{slug}-template", f"{kind.file}テンプレート"
    return table_as_file(kind.template(), ending, plain=plain, pretty=pretty)
