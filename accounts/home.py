"""The first page after the log-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.rights import Right, for_anybody_with_a_role, may

FIRST_PAGES = {
    Right.VIEW_EMPLOYEES: "employees:list",
    Right.VIEW_JOBS: "integrations:jobs",
    Right.VIEW_DEPARTMENTS: "departments:list",
}


@for_anybody_with_a_role
@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """To the first page that the person may see."""
    return redirect(
        next((page for right, page in FIRST_PAGES.items() if may(request.user, right)), "integrations:settings")
    )
