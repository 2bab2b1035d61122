"""Whose row is it? An address can be given to somebody else, or swapped, and lead to another person (§3.15, 3.16).

A row is doubted where it is found by its mail although both sides have a 社員番号, these differ, and so do the names. What
a person has decided about exactly these three is followed; without that the row is not taken. Beyond the specification
a row is doubted too where one side has no 社員番号, ours has results, and 氏名 and フリガナ both are others: the results would
become the other person's.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from integrations.rules.employees.fields import LocalEmployee, employees_by_mail
from integrations.rules.text import fold_width

Decisions = Mapping[tuple[int, str, str], bool]
"""(number (pk) of the employee, 社員番号 and mail of the row) → whether a person said that they are the same."""

ClaimOf = Callable[[int], "Claim | None"]


class Key(NamedTuple):
    """社員番号 and mail of a row, trimmed, the mail in lower case; a blank mail where the row is left out or shares it."""

    employee_number: str
    mail: str


class Claim(NamedTuple):
    """Who a row is about. `names` and `kanas` are its 氏名 and フリガナ in each form that it may have here; none is blank."""

    names: frozenset[str]
    kanas: frozenset[str]
    birth_date: date | None

    @classmethod
    def of(cls, names: Sequence[str], kanas: Sequence[str], birth_date: date | None) -> "Claim":
        return cls(frozenset(map(fold_width, names)) - {""}, frozenset(map(fold_width, kanas)) - {""}, birth_date)


@dataclass(frozen=True, slots=True)
class Identities:
    """Who the rows of a source are, where that is not simply who has their mail; rows are told by their places, from 0.

    `known`: the employee, or None for a new one. `doubtful`: rows not to be taken, with the employee whom they may be.
    `released`: rows whose mail was somebody's who has none after the run. `numbers`: the 社員番号 in question, so that
    nobody who has one of them counts as gone.
    """

    known: Mapping[int, LocalEmployee | None] = field(default_factory=dict)
    doubtful: Mapping[int, LocalEmployee] = field(default_factory=dict)
    released: Mapping[int, LocalEmployee] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()


def is_same_person(claim: Claim, employee: LocalEmployee) -> bool:
    """By the dates of birth where both sides have one, otherwise by 氏名 and (where both have it) フリガナ."""
    if claim.birth_date and employee.values.birth_date:
        return claim.birth_date == employee.values.birth_date
    kana = fold_width(employee.values.last_name_kana + employee.values.first_name_kana)
    return fold_width(employee.values.last_name + employee.values.first_name) in claim.names and (
        not kana or not claim.kanas or kana in claim.kanas
    )


def shares_a_name(claim: Claim, employee: LocalEmployee) -> bool:
    """Whether 氏名 or フリガナ agree: a name is often typed with another form of a character, and read alike."""
    kana = fold_width(employee.values.last_name_kana + employee.values.first_name_kana)
    return kana in claim.kanas or fold_width(employee.values.last_name + employee.values.first_name) in claim.names


def identify(
    rows: Sequence[Key],
    local: Sequence[LocalEmployee],
    decisions: Decisions,
    claim_of: ClaimOf,
    *,
    tested: Collection[int] = (),
    aside: AbstractSet[int] = frozenset(),
) -> Identities:
    """Who the rows are. `claim_of` reads the row at a place; None where something else forbids to take it.

    `tested` are the numbers (pk) of employees who have results: of those without 社員番号, and of all where a row has none.
    The rows `aside` are not taken, whosever they are: what they have goes to nobody, and who has it now keeps it.
    """
    return Search(rows, local, decisions, claim_of, tested, aside).result()


@dataclass
class Search:
    """One search; few rows of a source get beyond the first comparison."""

    rows: Sequence[Key]
    local: Sequence[LocalEmployee]
    decisions: Decisions
    claim_of: ClaimOf
    tested: Collection[int]
    aside: AbstractSet[int]
    claims: dict[int, Claim | None] = field(default_factory=dict)
    unsure: set[int] = field(default_factory=set)

    def result(self) -> Identities:
        doubted = dict(self.doubted())
        if not doubted and all(employee.values.email for employee in self.local):
            return Identities(numbers=self.numbers_of(self.unsure))
        moved, open_again = self.settle(doubted)
        leaving = {place: doubted[place] for place in moved}
        known, doubtful = self.found_again(moved, leaving)
        doubtful |= {place: holder for place, holder in doubted.items() if place not in moved} | open_again
        staying = {employee.pk for employee in known.values() if employee}
        released = {place: holder for place, holder in leaving.items() if holder.pk not in staying}
        return Identities(known, doubtful, released, self.numbers_of({*known, *doubtful, *self.unsure}))

    def numbers_of(self, places: Iterable[int]) -> frozenset[str]:
        return frozenset(self.rows[place].employee_number for place in places) - {""}

    def doubted(self) -> Iterator[tuple[int, LocalEmployee]]:
        """The rows that may not be the one's who has their mail; `unsure` has also those with something else wrong."""
        by_mail = employees_by_mail(self.local)
        for place, (number, mail) in enumerate(self.rows):
            holder = by_mail.get(mail)
            if holder is None or (number and number == holder.values.employee_number):
                continue
            is_numbered = number and holder.employee_number
            if not is_numbered and not (holder.pk in self.tested and self.has_other_names(place, holder)):
                continue
            if self.verdict(place, holder):
                continue
            self.unsure.add(place)
            if place not in self.aside and self.claim(place) is not None:
                yield place, holder

    def has_other_names(self, place: int, holder: LocalEmployee) -> bool:
        claim = self.claim(place)
        return claim is not None and not shares_a_name(claim, holder)

    def claim(self, place: int) -> Claim | None:
        if place not in self.claims:
            self.claims[place] = self.claim_of(place)
        return self.claims[place]

    def decision(self, place: int, employee: LocalEmployee) -> bool | None:
        return self.decisions.get((employee.pk, *self.rows[place]))

    def settle(
        self, doubted: Mapping[int, LocalEmployee]
    ) -> tuple[dict[int, LocalEmployee | None], dict[int, LocalEmployee]]:
        """The rows that are somebody else's than their mail's, with whose: those decided, and those that follow.

        A 社員番号 can be given to somebody else like an address. So a row whose names are not those of who has its number
        is asked about once more: it comes with that employee in the second dict.

        Where somebody gets an address by a decision, the row of the address that they had is not theirs. If its
        社員番号 and name point to somebody, nobody need be asked again: so one decision settles a swap, or a ring.
        """
        leaving = {
            place
            for place, holder in doubted.items()
            if self.decision(place, holder) is False and holder.employee_number not in self.numbers_aside
        }
        while True:
            owners = {place: self.owner_of_number(place) for place in sorted(leaving)}
            open_again = {
                place: owner for place, owner in owners.items() if owner and self.verdict(place, owner) is None
            }
            targets = {
                place: owner if owner and self.verdict(place, owner) else None
                for place, owner in owners.items()
                if place not in open_again
            }
            wanted = Counter(target.pk for target in targets.values() if target)
            moved = {place: target if target and wanted[target.pk] == 1 else None for place, target in targets.items()}
            placed = {target.pk for place, target in moved.items() if target and self.fits(place, target)}
            more = {
                place
                for place, holder in doubted.items()
                if place not in leaving
                and holder.pk in placed
                and (target := self.owner_of_number(place))
                and self.fits(place, target)
            }
            if not more:
                return moved, open_again
            leaving |= more

    def verdict(self, place: int, employee: LocalEmployee) -> bool | None:
        """Whether the row is the employee's: as was decided, or as the names say; None where somebody must say it."""
        decision = self.decision(place, employee)
        return (self.fits(place, employee) or None) if decision is None else decision

    def fits(self, place: int, employee: LocalEmployee) -> bool:
        claim = self.claim(place)
        return claim is not None and is_same_person(claim, employee)

    def owner_of_number(self, place: int) -> LocalEmployee | None:
        """The one employee who has the row's 社員番号, unless another row is certainly that person's."""
        number = self.rows[place].employee_number
        owner = self.only_one_with(number) if number not in self.numbers_aside else None
        own_row = self.place_of_mail.get(owner.email) if owner else None
        return owner if own_row is None or own_row in self.unsure else None

    def found_again(
        self, moved: Mapping[int, LocalEmployee | None], leaving: Mapping[int, LocalEmployee]
    ) -> tuple[dict[int, LocalEmployee | None], dict[int, LocalEmployee]]:
        """`moved` with the employees without mail found by 社員番号 alone; and the rows that may be theirs or not."""
        known, doubtful = dict(moved), dict[int, LocalEmployee]()
        without_mail = [employee for employee in self.local if not employee.email] + list(leaving.values())
        by_number = {
            employee.employee_number: employee
            for employee in without_mail
            if self.only_one_with(employee.employee_number) is employee
        }
        if not by_number:
            return known, doubtful
        mails = {employee.email for employee in self.local}
        for place, (number, mail) in enumerate(self.rows):
            employee = by_number.get(number)
            if employee is None or not mail or mail in mails or self.times[number] > 1 or place in self.aside:
                continue
            if self.claim(place) is None:
                continue
            verdict = self.verdict(place, employee)
            if verdict:
                known[place] = employee
            elif verdict is None:
                doubtful[place] = employee
        return known, doubtful

    @cached_property
    def numbers_aside(self) -> frozenset[str]:
        return self.numbers_of(self.aside)

    def only_one_with(self, number: str) -> LocalEmployee | None:
        holders = self.by_number.get(number, ()) if number else ()
        return holders[0] if len(holders) == 1 else None

    @cached_property
    def by_number(self) -> Mapping[str, Sequence[LocalEmployee]]:
        holders = defaultdict(list)
        for employee in self.local:
            holders[employee.employee_number].append(employee)
        return holders

    @cached_property
    def place_of_mail(self) -> Mapping[str, int]:
        return {mail: place for place, (_, mail) in enumerate(self.rows) if mail}

    @cached_property
    def times(self) -> Mapping[str, int]:
        """How many rows of the source have each 社員番号."""
        return Counter(number for number, _ in self.rows)
