"""What becomes of a run that was just started: a line of the notice that says so, which asks for itself again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.rights import Right, needs
from integrations.models import SyncJob
from integrations.screens.access import check_may_see
from integrations.templatetags.following import followed


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
