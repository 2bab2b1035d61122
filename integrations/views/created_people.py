"""「この処理で新規登録した社員を削除」: a wrong import is taken back (the manual's Q2)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.methods import require_form
from accounts.reauthentication import asks_password_again
from accounts.rights import Right, may, needs
from employees.deletion import Selection
from employees.deletion_views import confirm_deletion
from integrations import kinds
from integrations.imports.undo import CreatedPeople, may_take_back
from integrations.models import SyncJob


@needs(Right.DELETE_EMPLOYEES)
@needs(Right.VIEW_RESULTS)
@asks_password_again
@require_form
def delete_created(request: HttpRequest, pk: int) -> HttpResponse:
    """For those who may delete in the whole company, and know who has been tested there."""
    if not may_take_back(request.user):
        raise Http404
    job = get_object_or_404(
        SyncJob, pk=pk, kind__in=kinds.codes(lambda kind: kind.writes_people), status__in=SyncJob.COMPLETED
    )
    return confirm_deletion(
        request,
        lambda: Selection.of_untested(CreatedPeople.of(job).untouched),
        template="integrations/delete_created.html",
        context={"job": job, "created": CreatedPeople.of(job)},
        back=job.get_absolute_url() if may(request.user, Right.VIEW_JOBS) else "employees:list",
        detail={"job": job.pk},
    )
