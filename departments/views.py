"""部署管理."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import Right, needs
from departments.models import Department
from departments.outline import outline
from departments.scope import reach


@needs(Right.VIEW_DEPARTMENTS)
@require_safe
def list_departments(request: HttpRequest) -> HttpResponse:
    """The tree with codes, head counts and marks for what カオナビ no longer has."""
    branches = outline(
        Department.objects.within(reach(request.user, Right.VIEW_DEPARTMENTS)).with_headcount().in_sibling_order()
    )
    missing = sum(branch.department.missing_since is not None for branch in branches)
    return render(request, "departments/list.html", {"branches": branches, "missing": missing})
