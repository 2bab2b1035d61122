"""分析: the pages. Who looks is written down, since among the figures are those of single people."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import person
from accounts.rights import Right, needs
from accounts.viewing_log import record_view
from assessments.analysis.balance import ON_A_PAGE, Balance
from assessments.analysis.crossing import Crossing
from assessments.analysis.figures import Figures
from assessments.analysis.group import Scope
from assessments.analysis.profile import Profile

TABS = {made.page: made.title for made in (Balance, Crossing, Profile)}


@needs(Right.VIEW_RESULTS)
@require_safe
def show_balance(request: HttpRequest) -> HttpResponse:
    """16タイプのバランス of a department, beside everybody, and of the departments below it."""
    made = Balance(Scope.of(request.user), request.GET)
    page = Paginator(made.below, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    return answer(
        request,
        made,
        {
            "page": page,
            "bars": made.bars,
            "stack": made.stack(shown) if shown else None,
            "numbers": made.numbers(shown),
            "kinds": [(number, each.label) for number, each in enumerate(made.kinds, 1)],
        },
    )


@needs(Right.VIEW_RESULTS)
@require_safe
def show_crossing(request: HttpRequest) -> HttpResponse:
    """タイプ × 項目 of a department."""
    made = Crossing(Scope.of(request.user), request.GET)
    return answer(request, made, {} if made.group.refusal else made.context, made.own_context)


@needs(Right.VIEW_RESULTS)
@require_safe
def show_profile(request: HttpRequest) -> HttpResponse:
    """尺度: mean and spread of each in a department, beside everybody."""
    made = Profile(Scope.of(request.user), request.GET)
    return answer(request, made, {} if made.group.refusal else made.context)


def answer(
    request: HttpRequest,
    made: Figures,
    figures: Mapping[str, Any],
    others: Mapping[str, Any] = {},
) -> HttpResponse:
    """The page, of figures if there may be any."""
    if not made.group.refusal:
        record_view(person(request), what=f"分析（{made.title}）", label="")
    common = {**made.group.context, "tabs": TABS, "current": made.page, "title": made.title, **others}
    return render(
        request, f"assessments/analysis/{made.page}.html", common | ({} if made.group.refusal else dict(figures))
    )
