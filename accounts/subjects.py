"""Whom the audit trail tells of. Who these people are is known above this app, which says here how to find them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Subjects:
    """`find` gives the numbers of the people whom a search means; `names` the names of those who are still here, and
    `address` where somebody's page is.
    """

    find: Callable[[str], Iterable[int]] = field(default=lambda _: ())
    names: Callable[[Iterable[int]], Mapping[int, str]] = field(default=lambda _: {})
    address: Callable[[int], str] = field(default=lambda _: "")

    def known(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """The name and the page of those who are still here."""
        asked = set(numbers)
        names = self.names(asked) if asked else {}
        return {number: (name, self.address(number)) for number, name in names.items()}

    def label(self, number: int) -> str:
        """A person by name, or as somebody who was deleted: the trail itself keeps the number alone."""
        name = self.names([number]).get(number)
        return f"{name}さん" if name else self.gone(number)

    @staticmethod
    def gone(number: int) -> str:
        return f"削除された社員 #{number}"


subjects = Subjects()
