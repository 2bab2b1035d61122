"""検査結果CSV in its long form, which the product reads and never writes."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet

from assessments.models import Assessment, Scale
from integrations.files.tables import assessment_rows
from integrations.files.write import Table
from integrations.rules.assessments import headings


def assessment_lines_table(results: QuerySet[Assessment], scales: Iterable[Scale] | None = None) -> Table:
    """The same in the long form: one line a score; a result without any has one line of its own."""
    chosen = list(Scale.objects.kept() if scales is None else scales)
    wide = assessment_rows(results, [scale.code for scale in chosen])
    header = [*headings.AssessmentColumn, *headings.LineColumn]
    return Table(header, assessment_lines(wide, [scale.name for scale in chosen]))


def assessment_lines(rows: Iterable[list[str]], names: Sequence[str]) -> Iterator[list[str]]:
    """Each wide row as one line for each of its scores. `names` are those of the scale columns."""
    fixed = len(headings.AssessmentColumn)
    for row in rows:
        scores = [(name, text) for name, text in zip(names, row[fixed:], strict=True) if text]
        yield from ([*row[:fixed], name, text] for name, text in scores or [("", "")])
