"""タイプ × 項目: the page and its file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from assessments.analysis.balance import DIRECT, KindName, kind_names
from assessments.analysis.figures import Figures, Values
from assessments.analysis.group import Group, Scope
from assessments.analysis.load import KIND, YEAR_HIRED, Row
from assessments.analysis.small_groups import hidden_parts, untold_words
from assessments.analysis.types import OTHERS, Cross, Kind, Tally, cross, tally_by, total_of
from assessments.charts.bars import count_words, share_words
from employees.linked_filters import BLANK
from employees.models import Employee
from employees.search import NO_DEPARTMENT

LETTERS = {"S": 0}  # before A, B, …
SIGNS = {"+": 0, "": 1, "-": 2}
SHADES = (0.05, 0.1, 0.2, 0.35)  # from which share on a cell is darker


def grade_order(grade: str) -> tuple[Any, ...]:
    """S, A+, A, A-, B+, …; none comes last."""
    letter, sign = grade[:1], grade[1:]
    return grade == BLANK, LETTERS.get(letter, 1), letter, SIGNS.get(sign, 3), sign


class Item(NamedTuple):
    """What the types are held against. `parameter` narrows 自社社員管理 to one value."""

    label: str
    column: Any
    parameter: str
    names: Mapping[str, str] = {}
    order: Callable[[str], Any] = lambda value: (value == BLANK, value)
    of_blank: str = ""  # the parameter for those who have none, where it is another one


def in_order_of(names: Mapping[str, str]) -> Callable[[str], Any]:
    places = {value: place for place, value in enumerate(names)}
    return lambda value: places.get(value, len(places))


GENDERS, EMPLOYMENT = dict(Employee.Gender.choices), dict(Employee.EmploymentType.choices)
ITEMS = {
    "department": Item("所属", None, "department"),
    "position": Item("役職", "position", "position"),
    "employment": Item(
        "雇用形態", "employment_type", "type", EMPLOYMENT, in_order_of(EMPLOYMENT), of_blank="employment"
    ),
    "gender": Item("性別", "gender", "gender", GENDERS, in_order_of(GENDERS)),
    "hired": Item("入社年", YEAR_HIRED, "hired"),
    "grade": Item("判定", "result.grade", "grade", order=grade_order),
}


class Head(NamedTuple):
    label: str
    words: str
    href: str


class Cell(NamedTuple):
    people: int
    share: str
    shade: int
    href: str


class Line(NamedTuple):
    """A type: all of it, and by column; None where a column's figures are not told."""

    kind: KindName
    total: Cell
    cells: Sequence[Cell | None]


def shade(share: float) -> int:
    """How dark a cell is, from 0 for nobody to 5."""
    return 0 if not share else 1 + sum(share >= bound for bound in SHADES)


class Crossing(Figures):
    """Types by the values of an item of the group."""

    page = "crossing"
    title = "タイプ × 項目"

    def __init__(self, scope: Scope, query: Any) -> None:
        self.name = query.get("item", "") if query.get("item") in ITEMS else "department"
        self.item = ITEMS[self.name]
        self.group = Group(scope, query)
        if self.item.column is None:
            self.counted = self.group.count(KIND, KIND, tally_by)
        else:
            what = (self.name, self.filters.departments)
            self.counted = self.group.count((self.item.column, *KIND), what, self.tallies_of)
        self.level = self.level_of(query.get("level", ""))

    @property
    def levels(self) -> range:
        """The levels of the tree by which the group can be divided."""
        chosen = self.filters.branch
        deepest = max(
            (branch.level for branch in self.group.branches if self.group.is_in(branch.department.pk)), default=1
        )
        first = chosen.level + 1 if chosen else 1
        return range(first, max(deepest, first) + 1)

    def level_of(self, text: str) -> int:
        return int(text) if text in map(str, self.levels) else self.levels[0]

    @cached_property
    def places(self) -> dict[int | None, str]:
        """By department: where the people of it are counted, as the address calls it.

        With a - before the number they are those of a higher department itself.
        """
        found: dict[int | None, str] = {None: NO_DEPARTMENT}
        for branch in self.group.branches:
            pk, above = branch.department.pk, branch.department.parent_id
            if branch.level <= self.level:
                found[pk] = str(pk) if branch.level == self.level or not branch.lower else f"-{pk}"
            else:
                found[pk] = found.get(above, str(pk))
        return found

    def tallies_of(self, rows: list[Row]) -> Mapping[str, Tally]:
        """The group's people by value."""
        return tally_by((value or BLANK, number, unknown) for _, value, number, unknown in self.group.own(rows))

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """The same, where the values are departments by place."""
        if self.item.column is not None:
            return self.counted
        found: dict[str, list[Tally]] = {}
        for department, tally in self.counted.items():
            if self.group.is_in(department):
                found.setdefault(self.places[department], []).append(tally)
        return {place: total_of(those) for place, those in found.items()}

    @cached_property
    def table(self) -> Cross:
        tallies = self.tallies
        self.kinds = kind_names(total_of(tallies.values()))
        return cross(tallies, [each.kind for each in self.kinds], self.order)

    @cached_property
    def order(self) -> Callable[[str], Any]:
        if self.item.column is not None:
            return self.item.order
        places = {str(branch.department.pk): place for place, branch in enumerate(self.group.branches)}
        return lambda value: (value == NO_DEPARTMENT, places.get(value.removeprefix("-"), 0), value)

    @cached_property
    def untold(self) -> set[int]:
        """The columns of which no figure may be told."""
        if not self.group.scope.is_restricted:
            return set()
        columns = self.table.columns
        if self.item.column is not None and not self.group.is_whole:
            # by the same table of another department, or of all, one could work out those who are left
            return set(range(len(columns)))
        hidden = {str(pk) for pk in self.group.hidden if pk is not None} if self.item.column is None else set()
        barred = {
            place
            for place, (value, _) in enumerate(columns)
            if value in hidden
            or (value is OTHERS and hidden)  # hidden ones may be among them, beside others that are told elsewhere
            or str(value).startswith("-")
            or (value == NO_DEPARTMENT and None in self.group.hidden)
        }
        return barred | hidden_parts([people for _, people in columns])

    def name_of(self, value: Any) -> str:
        if value is OTHERS:
            return f"その他（{self.table.others:,}種類）"
        if self.item.column is not None:
            return self.item.names.get(value, value) + ("年" if self.name == "hired" and value != BLANK else "")
        if value == NO_DEPARTMENT:
            return "所属なし"
        branch = self.by_number[value.removeprefix("-")]
        return branch.department.name + (DIRECT if value.startswith("-") else "")

    @cached_property
    def by_number(self) -> dict[str, Any]:
        return {str(branch.department.pk): branch for branch in self.group.branches}

    def address(self, value: Any, kind: Kind | str = "~any") -> str:
        """Where the people of a column are listed; "" for the column of all others, who have no one condition."""
        if value is OTHERS:
            return ""
        if self.item.column is None:
            below = "no" if value.startswith("-") or self.filters.is_direct else ""
            return self.group.people_address(department=value.removeprefix("-"), below=below, kind=kind)
        parameter = self.item.parameter if value != BLANK else self.item.of_blank or self.item.parameter
        return self.group.people_address(**{parameter: value, "kind": kind})

    @cached_property
    def heads(self) -> list[Head]:
        """The columns: value, people with their share of the group."""
        total = self.table.total.total()
        heads = []
        for place, (value, people) in enumerate(self.table.columns):
            if place in self.untold:
                heads.append(Head(self.name_of(value), untold_words(people), ""))
            else:
                heads.append(Head(self.name_of(value), count_words(people, total), self.address(value)))
        return heads

    @property
    def lines(self) -> Iterator[Line]:
        table = self.table
        total = table.total.total()
        for each in self.kinds:
            all_of_it = table.total[each.kind]
            yield Line(
                each,
                cell(all_of_it, total, self.group.people_address(kind=each.code)),
                [
                    None
                    if place in self.untold
                    else cell(people, size, self.address(value, each.code) if people else "")
                    for place, (people, (value, size)) in enumerate(
                        zip(table.cells[each.kind], table.columns, strict=True)
                    )
                ],
            )

    @property
    def context(self) -> dict[str, Any]:
        return {
            "heads": self.heads,
            "lines": list(self.lines),
            "total": self.table.total.total(),
        }

    @property
    def own_context(self) -> dict[str, Any]:
        """For the form, whether there are figures or not."""
        level = self.level if self.name == "department" else ""
        return {
            "items": [(name, item.label) for name, item in ITEMS.items()],
            "item": self.name,
            "item_label": self.item.label,
            "levels": self.levels if self.name == "department" and len(self.levels) > 1 else [],
            "level": level,
            "own_query": f"&item={self.name}" + (f"&level={level}" if level else ""),
        }

    @property
    def header(self) -> list[str]:
        heads = [part for head in self.heads for part in (f"{head.label}の人数", f"{head.label}の割合（%）")]
        return ["16タイプ", "人数", "割合（%）", *heads]

    def file_lines(self) -> Iterator[Values]:
        for line in self.lines:
            cells = [line.total, *line.cells]
            pairs = ((each.people, float(each.share.removesuffix("%"))) if each else (None, None) for each in cells)
            yield [line.kind.label, *(value for pair in pairs for value in pair)]


def cell(people: int, of: int, href: str) -> Cell:
    share = people / of if of else 0
    return Cell(people, share_words(share), shade(share), href if people else "")
