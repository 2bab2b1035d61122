"""「この処理で新規登録した社員を削除」: a wrong import is taken back (the manual's Q2)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.methods import require_form
from accounts.reauthentication import asks_password_again
from accounts.rights import Right, may, needs
from departments.scope import reach
from employees.deletion import Selection
from employees.deletion_views import confirm_deletion
from integrations.created_people import KINDS, CreatedPeople
from integrations.models import SyncJob


@needs(Right.DELETE_EMPLOYEES)
@asks_password_again
@require_form
def delete_created(request: HttpRequest, pk: int) -> HttpResponse:
    """For those who may delete in the whole company: the run is about all of it."""
    if reach(request.user, Right.DELETE_EMPLOYEES) is not None:
        raise Http404
    job = get_object_or_404(SyncJob, pk=pk, kind__in=KINDS, status__in=SyncJob.COMPLETED)
    return confirm_deletion(
        request,
        lambda: Selection.of_untested(CreatedPeople.of(job).untouched),
        template="integrations/delete_created.html",
        context={"job": job, "created": CreatedPeople.of(job)},
        back=job.get_absolute_url() if may(request.user, Right.VIEW_JOBS) else "employees:list",
        detail={"job": job.pk},
    )
