"""What results are judged on further bases, as a file tells it: by the heading of its column, 「判定（チーム基準）」."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Manager, QuerySet

from assessments.models import Judgement
from integrations.rules.assessments.headings import JUDGED, heading_on
from integrations.rules.assessments.values import as_read

GRADE, OVERALL_SCORE = JUDGED


def bases_of(judgements: QuerySet[Judgement] | Manager[Judgement]) -> list[str]:
    """The further bases on which somebody is judged, in the order of their names."""
    return list(judgements.order_by("basis").values_list("basis", flat=True).distinct())


def judged_of(judgements: QuerySet[Judgement]) -> Mapping[int, dict[str, str | float]]:
    """By result (pk): heading → what it says, texts as a file that we wrote tells them, without what says nothing."""
    told: dict[int, dict[str, str | float]] = defaultdict(dict)
    found = judgements.order_by().values_list("assessment", "basis", "grade", "overall_score")
    for result, basis, grade, score in found:
        if grade:
            told[result][heading_on(GRADE, basis)] = as_read(grade)
        if score is not None:
            told[result][heading_on(OVERALL_SCORE, basis)] = float(score)
    return told
