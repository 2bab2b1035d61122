"""Correcting and deleting a result. What that does to カオナビ is said on the page, by whoever knows カオナビ."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import audit
from accounts.methods import require_form
from accounts.reauthentication import asks_password_after_a_few
from accounts.requests import person as whoever_asks
from accounts.rights import Right, needs
from accounts.viewing_log import record_view
from assessments.models import Assessment
from assessments.result_form import NOT_KEPT, ResultForm
from assessments.scope import place_of, scales_open_to
from employees.models import Employee


def result_to_correct(request: HttpRequest, public_id: UUID) -> Assessment:
    """The result, locked until the transaction ends; 404 for somebody who may not correct it.

    Its person is locked first, as a deletion of people and an upload that notes what カオナビ shows do it.
    """
    Employee.objects.filter(assessments__public_id=public_id).lock_now()
    results = Assessment.objects.open_to(request.user, Right.EDIT_RESULTS)
    found = results.select_related("employee", "personality_type").lock()
    return get_object_or_404(found, public_id=public_id)


@needs(Right.EDIT_RESULTS)
@require_form
@transaction.atomic
def edit_result(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Correct one result; scores that the person may not see stay as they are."""
    result = result_to_correct(request, public_id)
    record_view(whoever_asks(request), on=result)
    scales = scales_open_to(request.user, place_of(result.employee))
    form = ResultForm(request.POST or None, instance=result, scales=scales)
    if request.method == "POST" and form.is_valid():
        if changed := form.write():
            audit.record(audit.Action.EDITED, by=request.user, on=result, detail={"fields": changed})
            messages.success(request, "検査結果を訂正しました")
        else:
            messages.info(request, "変更された項目はありません")
        for name in form.left_out():
            messages.warning(request, NOT_KEPT.format(name))
        return redirect(result)
    return render(request, "assessments/edit.html", {"form": form, "result": result, "person": result.employee})


@needs(Right.EDIT_RESULTS)
@asks_password_after_a_few
@require_form
@transaction.atomic
def delete_result(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The confirmation with what deleting means, and on POST the end of the result."""
    result = result_to_correct(request, public_id)
    person = result.employee
    if request.method == "POST":
        audit.record(audit.Action.DELETED, by=request.user, on=result)
        result.delete()
        messages.success(request, f"{person.full_name}さんの検査結果「{result}」を削除しました")
        is_seen = Employee.objects.open_to(request.user).filter(pk=person.pk).exists()
        return redirect(person) if is_seen else redirect("home")
    return render(request, "assessments/delete.html", {"result": result, "person": person})
