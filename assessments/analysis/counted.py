"""What figures have counted, kept in this process for as long as the database says that it would be the same.

To read 100,000 people takes a quarter of a second. The database gives what is read another version with each change
of it (`employees.triggers`, `figures_triggers`), in the transaction of the change. It is read first: who counts of
later keeps that under a version that nobody will see again. What is kept is of a reach, never of a person, and has
numbers alone.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from accounts.kept import Kept
from assessments.analysis.filters import Filters
from assessments.analysis.load import Row, latest_rows
from departments.scope import Reach
from employees.models import FiguresVersion

kept = Kept(16)  # answers; the largest, of types, take two megabytes with 2,000 departments

Direct = Mapping[int | None, int]


def count_once(
    filters: Filters, reach: Reach, columns: Sequence[Any], what: Hashable, count: Callable[[list[Row]], Any]
) -> tuple[Direct, Any]:
    """How many people each department has itself (None: those without one), and what `count` makes of the rows.

    `what` tells the columns and all that `count` goes by. Of one reading, so that both are of the same moment.
    """
    if filters.problem:
        return {}, count([])
    version = frozenset(FiguresVersion.objects.values_list("pk", flat=True))

    def anew() -> tuple[Direct, Any]:
        rows = latest_rows(filters, reach, *columns)
        return Counter(map(itemgetter(0), rows)), count(rows)

    asked = (what, reach, filters.with_retired, *filters.of_tests.values())
    return kept.get((asked, version), anew)
