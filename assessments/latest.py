"""Each person's latest result among those that are asked for, and filters of the list of people by what it says."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from assessments.models import MENTAL_HEALTH, Assessment, PersonalityType, Scale
from assessments.order import NEWEST_FIRST
from employees.linked_filters import BLANK, Given, Linked
from employees.models import Employee

ANY, NONE, UNKNOWN = "~any", "~none", "~unknown"  # of `kind`; no code of a type has a ~
KINDS = {ANY: "受検済み", NONE: "16タイプなし", UNKNOWN: "設定にない16タイプ"}
SCORES = range(10)  # a 総合スコア from this to the next whole number; the last has 10.0 too
LABELS = {
    "kind": "16タイプ",
    "grade": "判定",
    "score": "総合スコア",
    "scale": "偏差値のある尺度",
    "title": "検査名",
    "since": "受検日（から）",
    "until": "受検日（まで）",
}


def day_of(text: str) -> date | None:
    """A day as the address has it, None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def tests(title: str, since: date | None, until: date | None) -> QuerySet[Assessment]:
    """The results that are asked for: 検査名 has these words, 受検日 lies between these days."""
    asked = Q()
    if title:
        asked &= Q(title__icontains=title)
    if since:
        asked &= Q(taken_on__gte=since)
    if until:
        asked &= Q(taken_on__lte=until)
    return Assessment.objects.filter(asked)


def with_latest(people: QuerySet[Employee], asked: QuerySet[Assessment]) -> QuerySet[Employee]:
    """The people who have one of these results; what the query reads of `assessments` is the latest of them.

    The index by person and day answers it, one look a person.
    """
    newest = asked.filter(employee=OuterRef("pk")).order_by(*NEWEST_FIRST).values("pk")[:1]
    return people.filter(assessments__pk=Subquery(newest))


def fit_result(given: Given) -> Exists:
    """Whose latest result is so."""
    asked = tests(given.get("title", ""), day_of(given.get("since", "")), day_of(given.get("until", "")))
    newest = asked.filter(employee=OuterRef("employee")).order_by(*NEWEST_FIRST).values("pk")[:1]
    latest = Assessment.objects.filter(employee=OuterRef("pk"), pk=Subquery(newest))
    return Exists(latest.filter(**conditions(given)))


def conditions(given: Given) -> dict[str, Any]:
    found: dict[str, Any] = {}
    match given.get("kind", ANY):
        case "~any":
            pass
        case "~none":
            found |= {"personality_type": None, "unknown_type": ""}
        case "~unknown":
            found |= {"personality_type": None, "unknown_type__gt": ""}
        case code:
            found["personality_type__code"] = code
    if grade := given.get("grade"):
        found["grade__in"] = ["", BLANK] if grade == BLANK else [grade]
    if score := given.get("score"):
        low = 0 if score == BLANK else int(score)
        upper = {"overall_score__lte": 10} if low == SCORES[-1] else {"overall_score__lt": low + 1}
        found |= {"overall_score": None} if score == BLANK else {"overall_score__gte": low, **upper}
    if scale := given.get("scale"):
        found["scores__has_key"] = scale
    return found


def score_words(score: int) -> str:
    """「7.0～7.9」; the last range has 10.0 too."""
    return f"{score}.0～{'10.0' if score == SCORES[-1] else f'{score}.9'}"


def say_result(given: Given) -> Mapping[str, str]:
    told = dict(given)
    if (kind := given.get("kind")) is not None:
        known = PersonalityType.objects.filter(code=kind).first() if kind not in KINDS else None
        told["kind"] = KINDS.get(kind) or (known.label if known else "")
    if (score := given.get("score")) is not None and score != BLANK:
        told["score"] = score_words(int(score)) if score in map(str, SCORES) else ""
    if (scale := given.get("scale")) is not None:
        # who has a score of a protected scale is for those alone who may see it: no filter tells
        known_scale = Scale.objects.exclude(category=MENTAL_HEALTH).filter(code=scale).first()
        told["scale"] = known_scale.name if known_scale else ""
    for parameter in ("since", "until"):
        if parameter in given:
            day = day_of(given[parameter])
            told[parameter] = f"{day:%Y/%m/%d}" if day else ""
    return told


OF_RESULTS = Linked(LABELS, say_result, fit_result, of_results=True)
