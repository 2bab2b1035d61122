"""重複した社員を統合する."""

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.methods import require_form
from accounts.reauthentication import asks_password_after_a_few
from accounts.requests import person as account
from accounts.rights import Right, for_administrators, may, needs
from employees.models import Employee, EmployeeQuerySet
from integrations.imports.merge import Pair, PairChangedError, merge, twins_of
from integrations.imports.unmerge import NotUnmergeableError, last_merge, taken_by, unmerge, why_not

CHOOSE = "残す社員を選んでください。"
CHANGED = "確認した内容から変わりました。もう一度確認してください。"
CROSSED_BACK = "同じときに行われた別の処理と重なったため、取り消しませんでした。もう一度実行してください。"
CROSSED = "同じときに行われた別の処理と重なったため、統合しませんでした。もう一度実行してください。"


@needs(Right.DELETE_EMPLOYEES)
@asks_password_after_a_few
@require_form
def merge_employees(request: HttpRequest, pk: int) -> HttpResponse:
    """The two side by side, what happens, and on POST the merge. Of several twins `with` says which is meant."""
    people: EmployeeQuerySet = Employee.objects.open_to(request.user, Right.DELETE_EMPLOYEES).select_related(
        "department"
    )
    person = get_object_or_404(people, pk=pk)
    twins = list(twins_of(person, people).order_by("pk"))
    asked = request.GET.get("with", "")
    others = [twin for twin in twins if len(twins) == 1 or str(twin.pk) == asked]
    if not others:
        return render(request, "integrations/merge.html", {"person": person, "twins": twins})
    both = people.filter(pk__in=[person.pk, others[0].pk], employee_number=person.employee_number)
    problem = ""
    if request.method == "POST":
        stays = next((one.pk for one in (person, others[0]) if str(one.pk) == request.POST.get("stays")), None)
        try:
            kept = merge(both, stays=stays, fingerprint=request.POST.get("fingerprint", ""), by=request.user)
        except PairChangedError:
            problem = CHANGED if stays else CHOOSE
        except (IntegrityError, OperationalError):
            problem = CROSSED
        else:
            messages.success(request, f"{kept.full_name}さんに統合しました")
            return redirect(kept if may(request.user, Right.VIEW_EMPLOYEES) else "home")
    pair = Pair.of([person, others[0]], by=request.user)
    return render(
        request,
        "integrations/merge.html",
        {"person": person, "pair": pair, "problem": problem, "undo_days": settings.UNDO_DAYS},
    )


@for_administrators
@require_form
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """統合を取り消す: who comes back with what, and on POST it happens; or why it cannot."""
    person = get_object_or_404(Employee, pk=pk)
    merge = last_merge(person)
    if merge is None:
        return render(request, "integrations/unmerge.html", {"person": person})
    problem = why_not(merge)
    if request.method == "POST" and not problem:
        try:
            back = unmerge(merge, by=account(request))
        except NotUnmergeableError as error:
            problem = str(error)
        except (IntegrityError, OperationalError):
            problem = CROSSED_BACK
        else:
            messages.success(
                request, f"{person.full_name}さんの統合を取り消しました。{back.full_name}さんが元に戻りました"
            )
            return redirect(back)
    context = {"person": person, "merge": merge, "problem": problem, "taken": taken_by(merge)}
    return render(request, "integrations/unmerge.html", context)
