"""受検者詳細: how somebody compares with the others whom one may see: the distribution of 総合スコア, 似ている社員.

Compared is with the latest results of people who are in service (退職者フラグ off) and within the reach of the right to see
results; of these nothing else has any influence.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, QuerySet

from assessments.bases import COMPANY_BASIS
from assessments.distribution import Distribution
from assessments.models import Assessment, Judged, LatestResult, Scale
from assessments.similar import nearest, shared
from departments.scope import Reach
from employees.models import Employee

COMPANY, REACHED = "全社", "権限のある部署の社員"


def others(person: Employee, seen: Reach) -> QuerySet[LatestResult]:
    """The latest results of the others who are compared with."""
    found = LatestResult.objects.filter(employee__is_retired=False).exclude(employee=person)
    return found if seen is None else found.filter(employee__department__in=seen)


def distribution(result: Assessment, judged: Judged, seen: Reach) -> Distribution | None:
    """Where the result's 総合スコア on this basis stands; None where it has none."""
    if judged.overall_score is None:
        return None
    is_company = judged.name == COMPANY_BASIS
    of_basis = {} if is_company else {"result__judgements__basis": judged.name}
    score = "result__overall_score" if is_company else "result__judgements__overall_score"
    rows = others(result.employee, seen).filter(**{f"{score}__isnull": False}, **of_basis)
    counted = rows.order_by().values_list(score).annotate(Count("employee"))
    return Distribution(judged.overall_score, dict(counted), COMPANY if seen is None else REACHED)


class Alike(NamedTuple):
    """Somebody who is near, by the latest result; the scales on which both are high, and both low, by name."""

    result: Assessment
    distance: Decimal
    scales: int
    high: list[str]
    low: list[str]


def similar_people(result: Assessment, seen: Reach, scales: Iterable[Scale]) -> list[Alike]:
    """The nearest first; nobody where the result has too few scores.

    `scales` are those that one may see of everybody who is `seen`: others have no influence on who is near.
    """
    names = {scale.code: scale.name for scale in scales}
    places = {code: place for place, code in enumerate(Scale.objects.order_by("pk").values_list("code", flat=True))}
    own = scores_on(result, names)
    packed = others(result.employee, seen).values_list("employee", "packed").iterator(chunk_size=10_000)
    near = nearest({places[code]: score for code, score in own.items()}, packed, len(places))
    found = LatestResult.objects.filter(employee__in=[each.person for each in near])
    related = found.select_related("result__personality_type", "result__employee__department")
    latest = {row.employee_id: row.result for row in related}
    return [
        Alike(
            latest[each.person],
            Decimal(f"{each.distance:.1f}"),
            each.scales,
            *in_words(own, latest[each.person], names),
        )
        for each in near
        if each.person in latest
    ]


def scores_on(result: Assessment, codes: Iterable[str]) -> dict[str, float]:
    """The result's scores on these scales, where it has one."""
    scores = {code: result.scores.get(code) for code in codes}
    return {code: float(score) for code, score in scores.items() if isinstance(score, int | float)}


def in_words(own: Mapping[str, float], other: Assessment, names: Mapping[str, str]) -> tuple[list[str], list[str]]:
    high, low = shared(own, scores_on(other, names))
    return [names[code] for code in high], [names[code] for code in low]
