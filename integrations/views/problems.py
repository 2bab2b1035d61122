"""要対応: the page, what people say of its problems, and the list as a file."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.methods import require_form
from accounts.pagination import page_of
from accounts.requests import page_of_ours, person, row_numbers
from accounts.rights import Right, for_administrators, needs
from accounts.viewing_log import record_view
from departments.scope import reach
from integrations.files.tables import issues_table
from integrations.forms import HandlingForm
from integrations.handling import say
from integrations.models import SyncIssue
from integrations.screens.open_problems import Problems, handling_of, notes_on
from integrations.screens.problem_list import STATES, Filter, ProblemList, assignees
from integrations.screens.redaction import is_about_results
from integrations.views.attachment import table_as_file

ON_A_PAGE = 25
CSV_BATCH = 500  # rows in memory at a time
TITLE = "要対応"
MOVED_ON = "その間に新しい処理が終わったため、一覧が変わりました。内容を確認して、もう一度選んでください。"
NOBODY = "対応を入力するものを選んでから、「選んだものの対応を入力する」を押してください。"


@needs(Right.VIEW_JOBS)
@require_safe
def list_problems(request: HttpRequest) -> HttpResponse:
    """The list as the address says."""
    listing = ProblemList(Filter.of(request.GET), request.user)
    number = sum(group.times for group in listing.shown_groups)
    page = page_of(listing.issues(), request, size=ON_A_PAGE, number=number, numbers=listing.numbers)
    parts = listing.parts(page.object_list)
    note_view(request, [row.issue for part in parts for row in part.rows])
    context: dict[str, Any] = {
        "listing": listing,
        "page": page,
        "parts": parts,
        "states": STATES,
        "kinds": [(kind, newest.run.get_kind_display()) for kind, newest in listing.problems.newest.items()],
        "assignees": assignees(),
        "runs": runs_of(listing.problems),
    }
    return render(request, "integrations/problems.html", context)


def note_view(request: HttpRequest, issues: list[SyncIssue]) -> None:
    """Write down who looks where people's results are told, as on the page of the run that tells them."""
    if reach(request.user, Right.VIEW_RESULTS) is None:
        for job in {issue.job for issue in issues if is_about_results(issue)}:
            record_view(person(request), on=job)


@needs(Right.VIEW_JOBS)
@require_safe
def download_problems(request: HttpRequest, *, extension: str) -> HttpResponseBase:
    """All that the filter leaves, in the columns of an error file and as whoever asks may read it."""
    listing = ProblemList(Filter.of(request.GET), request.user)
    issues = listing.issues()
    runs = {newest.run.pk: newest.run for newest in listing.problems.newest.values()}

    def with_runs() -> Iterator[SyncIssue]:
        for issue in issues.iterator(chunk_size=CSV_BATCH):
            issue.job = runs[issue.job_id]
            yield issue

    table = issues_table(listing.redaction.apply(with_runs()), handling_of(issues, listing.redaction))
    detail = {"what": "problems", "format": extension, "rows": issues.count()}
    audit.record(audit.Action.DOWNLOADED, by=request.user, what=TITLE, label=TITLE, detail=detail)
    return table_as_file(table._replace(title=TITLE), extension, f"{TITLE}_{timezone.localtime():%Y%m%d-%H%M}")


def runs_of(problems: Problems) -> str:
    """Names the runs that tell the problems now."""
    return "-".join(str(newest.run.pk) for newest in problems.newest.values())


@for_administrators
@require_form
def handle_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """対応を入力する, of one problem as it stands."""
    problems = Problems.now()
    issue = problems.told().filter(pk=pk).select_related("job").first()
    if issue is None:
        get_object_or_404(SyncIssue, pk=pk)
        return turned_back(request, MOVED_ON)
    note = notes_on([issue]).get(issue.fingerprint or 0)
    form = HandlingForm(request.POST or None, note=note, is_set_aside=bool(vars(issue)["is_set_aside"]))
    return handle(request, problems, problems.told().filter(pk=pk), form, issue)


@for_administrators
@require_form
def handle_problems(request: HttpRequest) -> HttpResponse:
    """The same of several: `issue` by number, or with `all` whatever the filter of the address leaves.

    With `all` the address also names the runs by which somebody saw what that is.
    """
    if request.GET.get("all"):
        listing = ProblemList(Filter.of(request.GET), request.user)
        problems, issues = listing.problems, listing.issues()
        is_stale = runs_of(problems) != request.GET.get("runs")
    else:
        problems = Problems.now()
        chosen = row_numbers(request.GET.getlist("issue"))
        issues = problems.told().filter(pk__in=chosen)
        is_stale = bool(chosen) and not issues.exists()
    if is_stale or not issues.exists():
        return turned_back(request, MOVED_ON if is_stale else NOBODY)
    return handle(request, problems, issues, HandlingForm(request.POST or None, note=None, many=True))


def handle(
    request: HttpRequest,
    problems: Problems,
    issues: QuerySet[SyncIssue],
    form: HandlingForm,
    only: SyncIssue | None = None,
) -> HttpResponse:
    """The form, or what it says written down."""
    if request.method == "POST" and form.is_valid():
        handled = say(issues, form.said, by=person(request))
        messages.success(request, f"{handled:,}件の対応を保存しました")
        return redirect(way_to_list(request))
    groups = problems.groups(issues)
    context = {
        "form": form,
        "issue": only,
        "groups": groups,
        "count": sum(group.times for group in groups),
        "back": way_to_list(request),
        "assignees": assignees(),
    }
    return render(request, "integrations/handle.html", context)


def way_to_list(request: HttpRequest) -> str:
    """Back to the page of ours that the address names, else to the list as its filter says."""
    if wanted := request.GET.get("next"):
        return page_of_ours(request, wanted)
    query = Filter.of(request.GET).query
    return reverse("integrations:problems") + (f"?{query}" if query else "")


def turned_back(request: HttpRequest, why: str) -> HttpResponse:
    messages.warning(request, why)
    return redirect(way_to_list(request))
