"""What is done to many people is confirmed by a fingerprint of them, and by their number where they are many."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from employees.models import Employee, EmployeeQuerySet

CLICKED = 20  # people at most
NAMES_SHOWN = 20
BATCH = 1000


class SelectionChangedError(Exception):
    """Whom it concerns is not what the person confirmed (any more). Nothing was done."""


class NotTheNumberError(Exception):
    """These are too many for a click, and what was typed is not their number. Nothing was done."""


@dataclass(frozen=True, slots=True)
class Shown(ABC):
    """What a page shows before it is done: `pks` are the people whom it concerns, `names` the first of them."""

    pks: Sequence[int]
    names: Sequence[Employee]

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """Of what a person was shown and confirms, and of nothing else."""

    @property
    def count(self) -> int:
        return len(self.pks)

    @property
    def others(self) -> int:
        """How many people are not named."""
        return self.count - len(self.names)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person sent: the fingerprint of what was shown, and the number of people where it was typed."""

    fingerprint: str
    number: str = ""
    always_typed: bool = False

    def judge(self, now: Shown) -> None:
        """Raises SelectionChangedError or NotTheNumberError where this is not what was confirmed."""
        if now.fingerprint != self.fingerprint:
            raise SelectionChangedError
        if (self.always_typed or needs_number(now.count)) and self.number != str(now.count):
            raise NotTheNumberError


def needs_number(people: int) -> bool:
    """Whether so many must not be concerned by a click alone: their number is typed."""
    return people > CLICKED


def fingerprint_of(what: object, pks: Sequence[int]) -> str:
    """Of these people, and of what is said of them."""
    return hashlib.blake2b(f"{what}:{','.join(map(str, pks))}".encode(), digest_size=16).hexdigest()


def batches(pks: Sequence[int]) -> Iterator[EmployeeQuerySet]:
    """The people, some at a time: no database takes any number of values in one statement."""
    for start in range(0, len(pks), BATCH):
        yield Employee.objects.filter(pk__in=pks[start : start + BATCH])
