"""What was counted, kept in this process as long as what it was counted of is the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

Counted = TypeVar("Counted")


class Kept:
    """No more than so many answers: those that were asked for last."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.answers: OrderedDict[Hashable, Any] = OrderedDict()
        self.turn = Lock()

    def get(self, key: Hashable, count: Callable[[], Counted]) -> Counted:
        """What `count` gives, which asks for nothing that `key` does not tell. Nobody may change it."""
        with self.turn:
            if key in self.answers:
                self.answers.move_to_end(key)
                found: Counted = self.answers[key]
                return found
        found = count()
        with self.turn:
            self.answers[key] = found
            while len(self.answers) > self.most:
                self.answers.popitem(last=False)
        return found

    def clear(self) -> None:
        with self.turn:
            self.answers.clear()
