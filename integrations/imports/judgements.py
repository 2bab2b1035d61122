"""Writing what a file says of results on further bases."""

from collections.abc import Mapping
from typing import Any

from assessments.models import Judgement
from integrations.rules.assessments.headings import AssessmentColumn, parts_of


def write_judgements(results: Mapping[int, Mapping[str, Any]]) -> None:
    """Make the rows of these results (pk) say this: heading of a column → value, None for none. Others stay.

    A row that says nothing any more goes. The caller has locked the results.
    """
    if not results:
        return
    rows = {(row.assessment_id, row.basis): row for row in Judgement.objects.filter(assessment__in=results)}
    told = {}
    for result, judged in results.items():
        for heading, value in judged.items():
            column, basis = parts_of(heading)
            row = told[result, basis] = rows.setdefault((result, basis), Judgement(assessment_id=result, basis=basis))
            if column == AssessmentColumn.GRADE:
                row.grade = value or ""
            else:
                row.overall_score = value
    kept = [row for row in told.values() if row.grade or row.overall_score is not None]
    gone = [row.pk for row in told.values() if row.pk and not row.grade and row.overall_score is None]
    Judgement.objects.filter(pk__in=gone).delete()
    Judgement.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["assessment", "basis"],
        update_fields=["grade", "overall_score"],
    )
