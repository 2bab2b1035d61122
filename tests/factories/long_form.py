"""検査結果CSV in its long form, which the product reads and never writes."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet

from assessments.models import Assessment, Scale
from integrations.files.table import Table, Value
from integrations.files.tables import RESULT_COLUMNS, assessment_rows, judged_columns
from integrations.rules.assessments import headings
from integrations.rules.cells import Sort


def assessment_lines_table(results: QuerySet[Assessment], scales: Iterable[Scale] | None = None) -> Table:
    """The same in the long form: one line a score; a result without any has one line of its own."""
    chosen = list(Scale.objects.kept() if scales is None else scales)
    judged = judged_columns(results)
    wide = assessment_rows(results, [*judged], [scale.code for scale in chosen])
    fixed = [*RESULT_COLUMNS, *judged]
    header = [*fixed, *headings.LineColumn]
    sorts = {**headings.SORTS, **judged, headings.LineColumn.SCORE: Sort.NUMBER}
    return Table(header, assessment_lines(wide, len(fixed), [scale.name for scale in chosen]), sorts)


def assessment_lines(rows: Iterable[Sequence[Value]], fixed: int, names: Sequence[str]) -> Iterator[Sequence[Value]]:
    """Each wide row as one line for each of its scores, behind the `fixed` columns. `names` are those of the scales."""
    for row in rows:
        scores: list[tuple[str, Value]] = [
            (name, score) for name, score in zip(names, row[fixed:], strict=True) if score is not None
        ]
        yield from ([*row[:fixed], name, score] for name, score in scores or [("", None)])
