"""Whom the audit trail tells of. Who these people are is known above this app, which says here how to find them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Subjects:
    """`find` gives the numbers of the people whom a search means, `names` the names of those who are still here."""

    find: Callable[[str], Iterable[int]] = field(default=lambda _: ())
    names: Callable[[Iterable[int]], Mapping[int, str]] = field(default=lambda _: {})

    def labels(self, numbers: Iterable[int]) -> dict[int, str]:
        """Each person by name, or as somebody who was deleted: the trail itself keeps the number alone."""
        asked = set(numbers)
        known = self.names(asked)
        return {number: known.get(number) or f"削除された社員 #{number}" for number in asked}


subjects = Subjects()
