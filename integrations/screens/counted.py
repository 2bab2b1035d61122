"""What was counted of problems, kept in this process for as long as the database says that they are the same.

To count 50,000 problems takes a tenth of a second, and every page with a link to 要対応 asks for it. The database gives a
run other numbers with each change of its problems (`problem_triggers`), in the transaction of the change. They are read
first: who counts problems of later keeps that under numbers that nobody will see again.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Self, TypeVar

from django.utils import timezone

from accounts.kept import Kept
from integrations.models import ProblemVersion
from integrations.problem_triggers import NOTES

Counted = TypeVar("Counted")

kept = Kept(128)  # answers, each of some kilobytes at most


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted of the problems of some runs as they were when this was made, and of what was said of them."""

    version: Hashable

    @classmethod
    def of(cls, runs: Iterable[int]) -> Self:
        """One statement. 「対応不要」 also ends by the day."""
        numbers = {NOTES, *runs}
        versions = ProblemVersion.objects.filter(run__in=numbers).values_list("run", "version")
        return cls((timezone.localdate(), frozenset(numbers), frozenset(versions)))

    def get(self, what: Hashable, count: Callable[[], Counted]) -> Counted:
        """What `count` gives, which asks for nothing but these problems, `what` and the day. Nobody may change it."""
        return kept.get((what, self.version), count)
