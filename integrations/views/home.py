"""ホーム, where the log-in leads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.rights import Right, for_anybody_with_a_role, is_administrator, may
from integrations.models import KaonaviConnection
from integrations.screens.guide import guide
from integrations.screens.home import home

SEEN_WITH = (Right.VIEW_JOBS, Right.VIEW_EMPLOYEES)


@for_anybody_with_a_role
@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """How things stand; while nothing is connected, and until there is something, the first steps.

    Whoever may see nothing of it is led to the first page that they may see.
    """
    user = request.user
    if not any(may(user, right) for right in SEEN_WITH):
        return redirect("departments:list" if may(user, Right.VIEW_DEPARTMENTS) else "integrations:settings")
    state = KaonaviConnection.objects.state()
    shown = home(user, state)
    may_start = is_administrator(user)
    is_guided = may_start and state != KaonaviConnection.State.BROKEN and (not state or shown.is_new)
    context = {
        "home": shown,
        "may_start": may_start and state == KaonaviConnection.State.ACTIVE,
        "guide": guide() if is_guided else None,
    }
    return render(request, "integrations/home.html", context)
