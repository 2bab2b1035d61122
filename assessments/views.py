"""受検者詳細: what one test said about one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.requests import person as whoever_asks
from accounts.rights import Right, may, needs
from accounts.viewing_log import record_view
from assessments.charts.dots import Dot, Dots
from assessments.comparison import distribution, scores_on, similar_people
from assessments.models import Assessment, Scale
from assessments.order import NEWEST_FIRST
from assessments.scope import place_of, scales_open_to
from assessments.similar import FEWEST_SCALES
from departments.scope import reach
from employees.models import Employee

EARLIER_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """One 尺度 of a person; `earlier` are the older results' scores, newest first."""

    scale: Scale
    score: float | None
    earlier: tuple[float | None, ...]

    @property
    def dot(self) -> Dot:
        """Its line in the chart: this time, and the time before where there was one."""
        before = self.earlier[0] if self.earlier else None
        cells = [score_words(score) for score in (self.score, *self.earlier[:1])]
        return Dot(self.scale.name, self.score, before, cells=cells)


def number(scores: Mapping[str, Any], code: str) -> float | None:
    """A score as it is stored, or None where the test has none."""
    value = scores.get(code)
    return float(value) if isinstance(value, int | float) else None


def row(scale: Scale, result: Assessment, earlier: Sequence[Assessment]) -> ScaleRow:
    """The scale's line in chart and table."""
    before = tuple(number(older.scores, scale.code) for older in earlier)
    return ScaleRow(scale=scale, score=number(result.scores, scale.code), earlier=before)


def score_words(score: float | None) -> str:
    """A 偏差値 as it stands in a table."""
    return "なし" if score is None else str(score)


def chart(rows: Sequence[ScaleRow]) -> Dots:
    """The scales of one category."""
    return Dots([each.dot for each in rows], heads=("今回", "前回") if rows[0].earlier else ("今回",))


def results_of(person: Employee) -> QuerySet[Assessment]:
    """All results of a person, newest first."""
    return Assessment.objects.filter(employee=person).select_related("personality_type").order_by(*NEWEST_FIRST)


def compared(request: HttpRequest, result: Assessment) -> dict[str, Any]:
    """How the result is judged, and what it is beside those of the others whom one may see."""
    seen = reach(request.user, Right.VIEW_RESULTS)
    judged = result.judged()
    chosen = next((basis for basis in judged if basis.name == request.GET.get("basis")), judged[0] if judged else None)
    scales = scales_open_to(request.user, seen)
    similar = similar_people(result, seen, scales)
    if similar:
        record_view(whoever_asks(request), on=result, what="似ている社員")
    return {
        "judged": judged,
        "chosen": chosen,
        "distribution": distribution(result, chosen, seen) if chosen else None,
        "similar": similar,
        "has_few_scales": len(scores_on(result, [scale.code for scale in scales])) < FEWEST_SCALES,
        "fewest_scales": FEWEST_SCALES,
        "is_limited": seen is not None,
    }


@needs(Right.VIEW_RESULTS)
@require_safe
def show_result(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page that カオナビ's sheets link to."""
    result = get_object_or_404(
        Assessment.objects.open_to(request.user).select_related("employee__department", "personality_type"),
        public_id=public_id,
    )
    record_view(whoever_asks(request), on=result)
    every = list(results_of(result.employee))
    earlier = every[[other.pk for other in every].index(result.pk) + 1 :]
    shown = scales_open_to(request.user, place_of(result.employee))
    rows = [row(scale, result, earlier[:EARLIER_SHOWN]) for scale in shown]
    groups = [(name, list(members)) for name, members in groupby(rows, key=lambda line: line.scale.category)]
    return render(
        request,
        "assessments/detail.html",
        {
            "result": result,
            "person": result.employee,
            "groups": groups,
            "charts": [(category, chart(members)) for category, members in groups],
            **compared(request, result),
            "compared": earlier[:EARLIER_SHOWN],
            "is_editable": may(request.user, Right.EDIT_RESULTS)
            and Assessment.objects.open_to(request.user, Right.EDIT_RESULTS).filter(pk=result.pk).exists(),
            "others": [other for other in every if other.pk != result.pk],
        },
    )
