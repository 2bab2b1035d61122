"""バックグラウンド処理一覧, one run, its error file."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from django import forms
from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, When
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.pagination import page_of
from accounts.partials import render_part_or_page, wants_part
from accounts.requests import person
from accounts.rights import Right, needs
from accounts.viewing_log import record_view
from departments.scope import reach
from integrations import kinds
from integrations.files import error_file
from integrations.files.exports import about_run
from integrations.files.tables import issues_table
from integrations.files.write import XLSX_TYPE, xlsx_file
from integrations.forms import FilterForm
from integrations.imports.undo.offer import with_traces
from integrations.jobs.records import about_others
from integrations.models import SyncIssue, SyncJob
from integrations.reasons import REASONS, Reason, Severity
from integrations.screens.access import check_may_see, may_decide
from integrations.screens.held_question import Question
from integrations.screens.job_list import WITHOUT_SUCCESS, by_day
from integrations.screens.open_problems import handling_of
from integrations.screens.progress import Progress
from integrations.screens.redaction import Redaction
from integrations.screens.run_summary import beside_counts, tiles
from integrations.views.attachment import as_attachment
from integrations.views.findings import findings
from integrations.views.identities import asked_anew, questions

# PostgreSQL takes a run for one that has as many problems as any other, and would look for the first of a run without
# any among those of all runs: what is said twice it takes for rare, and asks an index.
OF_RUN = SyncIssue.objects.filter(job=OuterRef("pk"), job__gte=OuterRef("pk"), job__lte=OuterRef("pk"))
WITH_ERROR_FILE = OF_RUN.filter(severity__in=[Severity.ERROR, Severity.SKIPPED])
CSV_BATCH = 500  # rows in memory at a time
STOPPED_EARLY = (SyncJob.Status.FAILED, SyncJob.Status.PARTIAL)
MENDED_BY_CHECK = [code for code, entry in REASONS.items() if entry.link == "integrations:check"]


class JobsFilter(FilterForm):
    """Which runs are listed."""

    kind = forms.ChoiceField(required=False, choices=SyncJob.Kind.choices)
    status = forms.ChoiceField(required=False, choices=SyncJob.Status.choices)


def jobs_with_files() -> QuerySet[SyncJob]:
    """All runs, newest first, each with `has_error_file`."""
    return SyncJob.objects.select_related("requested_by").annotate(has_error_file=Exists(WITH_ERROR_FILE))


def listed_jobs(chosen: Mapping[str, str]) -> QuerySet[SyncJob]:
    """Those that are chosen, each with the first error's reason as `first_reason` where it came to nothing."""
    first = OF_RUN.filter(severity=Severity.ERROR).order_by("pk").values("reason")[:1]
    wanted = {name: value for name, value in chosen.items() if value}
    first_reason = Case(When(status__in=WITHOUT_SUCCESS, then=Subquery(first)))
    return jobs_with_files().filter(**wanted).annotate(first_reason=first_reason)


def conditions(chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """What narrows the list, as label and words."""
    kind, status = chosen["kind"], chosen["status"]
    told = (
        ("実行内容", SyncJob.Kind(kind).label if kind else ""),
        ("ステータス", SyncJob.Status(status).label if status else ""),
    )
    return [(label, words) for label, words in told if words]


@needs(Right.VIEW_JOBS)
@require_safe
def list_jobs(request: HttpRequest) -> HttpResponse:
    """The list; for htmx the table alone, which asks again while something is unfinished."""
    chosen = JobsFilter.chosen(request.GET)
    page = page_of(listed_jobs(chosen), request)
    unfinished = SyncJob.objects.unfinished().first()
    context = {
        "page": page,
        "days": by_day(page.object_list, timezone.localdate(), Redaction.for_user(request.user)),
        "chosen": chosen,
        "conditions": conditions(chosen),
        "kinds": SyncJob.Kind.choices,
        "statuses": SyncJob.Status.choices,
        "unfinished": unfinished,
        "is_part": wants_part(request),
        "progress": Progress.of(unfinished, timezone.now()) if unfinished else None,
    }
    return render_part_or_page(
        request, part="integrations/_job_table.html", page="integrations/jobs.html", context=context
    )


def comes_again(job: SyncJob) -> bool:
    """Whether what the undo takes back is カオナビ's: the next sync would write it once more."""
    return job.undone_kind in kinds.codes(lambda kind: kind.needs_connection and not kind.sends)


def is_sent_again(job: SyncJob) -> bool:
    """Whether the undo takes results off カオナビ's sheets: the next upload would put them there once more.

    Told before, and on the page of one that has done it. The undo of an undo shows what an upload shows.
    """
    is_told = job.status in (SyncJob.Status.HELD, *SyncJob.COMPLETED)
    return is_told and job.undone_kind in kinds.SENDING and not (job.undoes and job.undoes.undone_kind)


@needs(Right.VIEW_JOBS, Right.IMPORT_FILES)
@require_safe
def show_job(request: HttpRequest, pk: int) -> HttpResponse:
    """One run. While it is unfinished htmx asks for its state; when it has ended the page is loaded anew.

    With `change` htmx asks for the fields of that change, which the page has folded.
    """
    later = SyncJob.objects.filter(kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
    jobs = with_traces(jobs_with_files().select_related("undoes")).annotate(is_newest=~Exists(later))
    job = get_object_or_404(jobs, pk=pk)
    check_may_see(request.user, job)
    redaction = Redaction.for_user(request.user)
    job.message = redaction.sentence(job.message, job)  # never saved
    context: dict[str, Any] = {
        "job": job,
        "file_name": redaction.file_name(job),
        "tiles": [] if job.is_unfinished else tiles(job),
        "message": beside_counts(job),
        "progress": Progress.of(job, timezone.now()),
        "may_decide": may_decide(request.user, job),
        "question": Question.of(job),
        "kind": kinds.of(job),
        "is_sent_again": is_sent_again(job),
        "does_not_last": job.status == SyncJob.Status.HELD and comes_again(job),
    }
    part = "integrations/_job_change_fields.html" if "change" in request.GET else "integrations/_job_state.html"
    asks_state = wants_part(request) and "change" not in request.GET
    if not asks_state:
        context |= findings(job, request)
        if kinds.of(job).shows_results and reach(request.user, Right.VIEW_RESULTS) is None:
            record_view(person(request), on=job)
        told = {group.reason for group in context["reasons"]}
        context["is_mended_by_check"] = job.status in STOPPED_EARLY and not told.isdisjoint(MENDED_BY_CHECK)
        if Reason.MEMBER_IDENTITY_UNCERTAIN in told:
            context["asked_anew"] = asked_anew(job, request)
            context["questions"] = None if context["asked_anew"] else questions(job, request)
            context["is_answering"] = "people" in request.GET and context["questions"] is not None
    response = render_part_or_page(request, part=part, page="integrations/job.html", context=context)
    if asks_state and not job.is_unfinished:
        response["HX-Refresh"] = "true"
    return response


@needs(Right.VIEW_JOBS, Right.IMPORT_FILES)
@require_safe
def download_errors(request: HttpRequest, pk: int, *, extension: str) -> HttpResponseBase:
    """The error file, as whoever asks may read it; that it was taken is written down.

    CSV is made while it is sent: a run with 50,000 issues costs no memory. In the text cells of the workbook no program
    drops a leading zero; its second sheet says of which run it is.
    """
    job = get_object_or_404(SyncJob.objects.select_related("requested_by"), pk=pk)
    check_may_see(request.user, job)
    detail = {"what": "error_file", "format": extension, "rows": job.issues.count()}
    audit.record(audit.Action.DOWNLOADED, by=request.user, on=job, detail=detail)
    redaction = Redaction.for_user(request.user)
    issues = chain(redaction.apply(job.issues.iterator(chunk_size=CSV_BATCH)), about_others(job))
    handling = handling_of(job.issues.all(), redaction)
    response: HttpResponseBase
    if extension == "csv":
        lines = (line.encode() for line in error_file.lines(issues, handling))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    else:
        table = issues_table(issues, handling, about_run(job))
        response = FileResponse(xlsx_file(table), content_type=XLSX_TYPE)
    at = timezone.localtime(job.created_at)
    return as_attachment(response, f"{error_file.file_name(job.get_kind_display(), job.pk, at)}.{extension}")
