"""What fits the words that somebody types to choose a department: a part of a page, `choices.MOST` lines at most."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import row_numbers
from accounts.rights import Right, for_administrators, needs
from accounts.search import searched
from departments.choices import look_for
from departments.chooser import AS_LIMIT, AS_PARENT, AS_PLACE, TO_ANALYSE, TO_FILTER, Purpose, selectable
from departments.outline import Branch
from departments.scope import reach


@needs(Right.VIEW_EMPLOYEES)
@require_safe
def choose_to_filter(request: HttpRequest) -> HttpResponse:
    """Departments whose people the person may see."""
    return answer(request, TO_FILTER, selectable(reach(request.user, Right.VIEW_EMPLOYEES)))


@needs(Right.VIEW_RESULTS)
@require_safe
def choose_to_analyse(request: HttpRequest) -> HttpResponse:
    """Departments whose people's results the person may see."""
    return answer(request, TO_ANALYSE, selectable(reach(request.user, Right.VIEW_RESULTS)))


@needs(Right.EDIT_EMPLOYEES)
@require_safe
def choose_place(request: HttpRequest) -> HttpResponse:
    """Departments into which the person may put somebody; whoever is limited to some has to choose one."""
    within = reach(request.user, Right.EDIT_EMPLOYEES)
    return answer(request, AS_PLACE, selectable(within), AS_PLACE.others if within is None else {})


@needs(Right.EDIT_DEPARTMENTS)
@require_safe
def choose_parent(request: HttpRequest) -> HttpResponse:
    """Departments below which the one that `without` names may hang."""
    numbers = row_numbers([request.GET.get("without", "")])
    return answer(request, AS_PARENT, selectable(None, numbers[0] if numbers else None))


@for_administrators
@require_safe
def choose_limit(request: HttpRequest) -> HttpResponse:
    """Departments to which a role can be limited."""
    return answer(request, AS_LIMIT, selectable(None))


def answer(
    request: HttpRequest, purpose: Purpose, branches: list[Branch], others: Mapping[str, str] | None = None
) -> HttpResponse:
    """The lines: what else can be chosen, the departments, and how many more there are."""
    words = searched(request.GET)
    found = look_for(words, branches, request.GET.get("chosen", ""))
    context = {
        "found": found,
        "others": {} if words else purpose.others if others is None else others,
        "lines": [(branch, purpose.label(branch)) for branch in found.branches],
        "is_scope": purpose.is_scope,
        "chosen": request.GET.get("chosen", ""),
        "words": words,
    }
    return render(request, "departments/_choices.html", context)
