"""16タイプのバランス: the page and its file."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from assessments.analysis.figures import Figures, Values
from assessments.analysis.group import Group, Scope
from assessments.analysis.load import KIND
from assessments.analysis.types import Kind, Tally, tally_by, total_of
from assessments.charts.bars import Bar, Bars
from assessments.charts.stack import FILLS, Part, Stack, StackLine
from assessments.latest import KINDS, NONE, UNKNOWN
from assessments.models import PersonalityType
from departments.outline import Branch, at_and_below

ON_A_PAGE = 6  # departments below
DIRECT = "（直属）"


class KindName(NamedTuple):
    """A 16タイプ as the pages call it, and as links do."""

    kind: Kind
    label: str
    code: str


def kind_names(total: Tally) -> list[KindName]:
    """The sixteen; and what is none of them, where somebody is that. Of more than sixteen those that somebody is."""
    rows = list(PersonalityType.objects.all())
    shown = rows if len(rows) <= FILLS else [row for row in rows if total[row.pk]]
    types = [KindName(row.pk, row.label, row.code) for row in shown]
    return types + [KindName(other, KINDS[other], other) for other in (UNKNOWN, NONE) if total[other]]


class Below(NamedTuple):
    """A department below the chosen one. Without a tally its figures are not told."""

    name: str
    words: str
    tally: Tally | None
    query: str
    department: int | str
    is_direct: bool = False


class Balance(Figures):
    """Shares of each type in the group beside everybody's, and the departments below it."""

    page = "balance"
    title = "16タイプのバランス"

    def __init__(self, scope: Scope, query: Any) -> None:
        self.group = Group(scope, query)
        self.tallies = self.group.count(KIND, KIND, tally_by)
        self.whole = total_of(self.tallies.values())
        self.own = total_of(tally for department, tally in self.tallies.items() if self.group.is_in(department))
        self.kinds = kind_names(self.whole)

    @property
    def bars(self) -> Bars:
        return Bars(
            [
                Bar(
                    each.label,
                    self.own[each.kind],
                    self.whole[each.kind],
                    self.group.people_address(kind=each.code) if self.own[each.kind] else "",
                )
                for each in self.kinds
            ],
            self.own.total(),
            0 if self.group.is_whole else self.whole.total(),
            head="16タイプ",
            group=self.group.name,
            whole_name=self.group.whole_name,
        )

    @cached_property
    def below(self) -> list[Below]:
        """The departments right below the group, then its own people, or those without a department."""
        chosen = self.filters.branch
        if self.filters.is_direct or (self.filters.department and chosen is None):
            return []
        branches = chosen.below if chosen else [branch for branch in self.group.branches if branch.level == 1]
        found = [self.at(branch) for branch in branches if self.group.sizes[branch.department.pk]]
        if self.group.scope.is_restricted or not branches:
            return found
        place = chosen.department.pk if chosen else None
        if alone := self.tallies.get(place):
            name, number = (DIRECT, place) if chosen else ("所属なし", "none")
            query = self.filters.query_with({"department": number, "below": "no" if chosen else ""})
            found.append(Below(name, f"{alone.total():,}人", alone, query, number or "none", is_direct=bool(chosen)))
        return found

    def at(self, branch: Branch) -> Below:
        pk = branch.department.pk
        departments = at_and_below(self.group.branches, str(pk)) if branch.lower else [pk]
        tally = total_of(self.tallies[each] for each in departments if each in self.tallies)
        return Below(
            branch.department.name,
            self.group.size_words(pk),
            None if pk in self.group.hidden else tally,
            self.filters.query_with({"department": pk}),
            pk,
        )

    def stack(self, shown: Sequence[Below]) -> Stack:
        """The departments on the page as bars."""

        def link(each: Below, kind: KindName) -> str:
            below = "no" if each.is_direct else ""
            return self.group.people_address(department=each.department, below=below, kind=kind.code)

        return Stack(
            [
                StackLine(
                    each.name,
                    each.words,
                    [
                        Part(place, each.tally[kind.kind], link(each, kind))
                        for place, kind in enumerate(self.kinds)
                        if each.tally[kind.kind]
                    ]
                    if each.tally
                    else [],
                    f"?{each.query}",
                )
                for each in shown
            ],
            [each.label for each in self.kinds],
            head="部署",
        )

    def numbers(self, shown: Sequence[Below]) -> list[tuple[str, str, list[int | None]]]:
        """The same as a table: name, number in words, people of each kind."""
        return [
            (each.name, each.words, [each.tally[kind.kind] if each.tally else None for kind in self.kinds])
            for each in shown
        ]

    @property
    def header(self) -> list[str]:
        return ["16タイプ", *(f"{name}の{what}" for name in self.group.names for what in ("人数", "割合（%）"))]

    def file_lines(self) -> Iterator[Values]:
        for each in self.kinds:
            tallies = [self.own] if self.group.is_whole else [self.own, self.whole]
            numbers = ((tally[each.kind], round(tally[each.kind] / tally.total() * 100, 1)) for tally in tallies)
            yield [each.label, *(number for pair in numbers for number in pair)]


class BalanceBelow(Balance):
    """部署ごとの16タイプ as a file: the departments below the group, people of each type."""

    title = "部署ごとの16タイプ"

    @property
    def header(self) -> list[str]:
        return ["部署", "人数", *(each.label for each in self.kinds)]

    def file_lines(self) -> Iterator[Values]:
        for (name, _, numbers), each in zip(self.numbers(self.below), self.below, strict=True):
            yield [name, each.tally.total() if each.tally else None, *numbers]
