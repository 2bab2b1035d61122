"""重複した社員を統合する."""

from django.contrib import messages
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.methods import require_form
from accounts.reauthentication import asks_password_after_a_few
from accounts.rights import Right, may, needs
from employees.models import Employee, EmployeeQuerySet
from integrations.imports.merge import Pair, PairChangedError, merge, twins_of

CHOOSE = "残す社員を選んでください。"
CHANGED = "確認した内容から変わりました。もう一度確認してください。"
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
    return render(request, "integrations/merge.html", {"person": person, "pair": pair, "problem": problem})
