"""What becomes of a run that was just started: a line of the notice that says so, which asks for itself again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.rights import Right, needs
from integrations import kinds
from integrations.models import SyncJob
from integrations.screens.access import check_may_see
from integrations.screens.progress import pause_at
from integrations.screens.run_summary import in_short, went_idle
from integrations.screens.standstill import why_it_stands


@needs(Right.VIEW_JOBS, Right.IMPORT_FILES)
@require_safe
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """The line as the run is now. It asks for no more than the run's row: it is asked for several times a second."""
    job = get_object_or_404(SyncJob.objects.defer("state"), pk=pk)
    check_may_see(request.user, job)
    response = HttpResponse(followed(request, job))
    if not job.is_unfinished:
        response["HX-Trigger"] = "run-ended"  # for what the page says of runs
    return response


def followed(request: HttpRequest, job: SyncJob) -> SafeString:
    """The line, to stand in a page of whoever asks."""
    now = timezone.now()
    context = {
        "job": job,
        "kind": kinds.of(job),
        "counts": in_short(job),
        "is_idle": went_idle(job),
        "problem": why_it_stands(job, now),
        "pause": pause_at((now - job.created_at).total_seconds()),
    }
    return render_to_string("integrations/_followed.html", context, request)
