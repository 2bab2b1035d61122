"""The chosen group, and what every page of analysis says of it: its name, its number, the tree beside it."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.http import QueryDict
from django.urls import reverse

from accounts.rights import Account, Right, may
from assessments.analysis.counted import count_once
from assessments.analysis.filters import Filters
from assessments.analysis.load import Row
from assessments.analysis.small_groups import FEWEST, TOO_FEW, hidden_departments, untold_words
from departments.choices import look_for
from departments.models import Department
from departments.outline import Branch, outline
from departments.scope import Reach, covers, reach
from employees.search import NO_DEPARTMENT

WHOLE = "全社"
WITHIN_REACH = "閲覧できる部署の全体"
NO_DEPARTMENT_NAME = "所属なしの人"


class TreeLine(NamedTuple):
    """A department of the tree: `number` is how many of it have a result, in words."""

    name: str
    number: str
    level: int
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class Scope:
    """Who asks: the results within `reach`; `is_restricted`: somebody who may see no single one of them all."""

    user: Account
    reach: Reach
    is_restricted: bool

    @classmethod
    def of(cls, user: Account, within: Reach = None) -> "Scope":
        """Of results also within another reach, such as that of files."""
        seen = reach(user, Right.VIEW_RESULTS)
        if within is not None:
            seen = within if seen is None else seen & within
        # who may see single results: whoever may open the people, too
        listed = reach(user, Right.VIEW_EMPLOYEES) if may(user, Right.VIEW_EMPLOYEES) else frozenset()
        return cls(user, seen, is_restricted=not covers(listed, seen))


class Group:
    """The group that the address chooses, and what is counted of everybody within the reach."""

    def __init__(self, scope: Scope, query: QueryDict) -> None:
        self.scope = scope
        self.branches = outline(Department.objects.within(scope.reach).in_sibling_order())
        self.filters = Filters(query, self.branches, restricted=scope.is_restricted)
        self.direct: Mapping[int | None, int] = {}

    def count(self, columns: Sequence[Any], what: Hashable, count: Callable[[list[Row]], Any]) -> Any:
        """What `count` makes of the rows of everybody within the reach, 所属 and the columns; see `count_once`.

        From now on `direct` has how many people each department has itself; None are those without one.
        """
        self.direct, counted = count_once(self.filters, self.scope.reach, columns, what, count)
        return counted

    @cached_property
    def hidden(self) -> set[int | None]:
        """The departments of which no figure may be told."""
        return hidden_departments(self.branches, self.direct) if self.scope.is_restricted else set()

    @cached_property
    def sizes(self) -> Mapping[int | None, int]:
        """How many people each department has with all below it."""
        sizes: dict[int | None, int] = {None: self.direct.get(None, 0)}
        for branch in reversed(self.branches):
            pk = branch.department.pk
            sizes[pk] = self.direct.get(pk, 0) + sum(sizes[each.department.pk] for each in branch.below)
        return sizes

    def is_in(self, department: int | None) -> bool:
        """Whether the group has the people of this department."""
        departments = self.filters.departments
        return departments is None or department in departments

    def own(self, rows: list[Row]) -> list[Row]:
        """Those of the group."""
        departments = self.filters.departments
        return rows if departments is None else [row for row in rows if row[0] in departments]

    @cached_property
    def number(self) -> int:
        """How many people of the group have a result."""
        return sum(people for department, people in self.direct.items() if self.is_in(department))

    @cached_property
    def whole_number(self) -> int:
        """How many of all with whom it is compared have one."""
        return sum(self.direct.values())

    @property
    def is_whole(self) -> bool:
        """Whether the group is all that it could be compared with."""
        return self.filters.departments is None

    @property
    def whole_name(self) -> str:
        return WHOLE if self.scope.reach is None else WITHIN_REACH

    @property
    def name(self) -> str:
        """As a head of a column has it."""
        if self.filters.department == NO_DEPARTMENT:
            return NO_DEPARTMENT_NAME
        return self.filters.branch.department.name if self.filters.branch else self.whole_name

    @property
    def names(self) -> tuple[str, ...]:
        """Whose figures stand side by side: the group's, and those of all with whom it is compared."""
        return (self.name,) if self.is_whole else (self.name, self.whole_name)

    @property
    def full_name(self) -> str:
        """As the sentence names it, with what lies below."""
        if (branch := self.filters.branch) is None:
            return self.name
        return f"{branch.path}（直属のみ）" if self.filters.is_direct and branch.lower else branch.scope

    @property
    def refusal(self) -> str:
        """Why there are no figures; "" where there are."""
        if self.filters.problem:
            return self.filters.problem
        if not self.number:
            return "条件に合う検査結果がありません。部署や絞り込みを変えてください。"
        if not self.scope.is_restricted:
            return ""
        chosen = self.filters.branch.department.pk if self.filters.branch else None
        if self.number < FEWEST:
            return f"検査結果のある人が{TOO_FEW}のため、数値を表示しません。1人ひとりの結果が分かってしまうためです。"
        if not self.is_whole and chosen in self.hidden:
            return f"この部署の数値は、ほかの部署との差から{TOO_FEW}の部署の結果が分かってしまうため、表示しません。"
        return ""

    def people_address(self, **changes: object) -> str:
        """Where the people of the group who are so are listed; "" for those who may not see all of them."""
        if self.scope.is_restricted:
            return ""
        return f"{reverse('employees:list')}?{self.filters.people_with(changes)}"

    def size_words(self, department: int | None) -> str:
        """How many people a department has with all below."""
        size = self.sizes[department]
        if department in self.hidden:
            return untold_words(size)
        return f"{size:,}人"

    @property
    def tree(self) -> list[TreeLine]:
        """The part of the tree around the chosen department, as the chooser shows it."""
        shown: Sequence[Branch] = look_for("", self.branches, self.filters.department).branches if self.branches else []
        return [
            TreeLine(
                branch.department.name,
                self.size_words(branch.department.pk),
                branch.level,
                self.filters.query_with({"department": branch.department.pk, "below": ""}),
                branch is self.filters.branch,
            )
            for branch in shown
        ]

    @property
    def context(self) -> dict[str, Any]:
        """What each page needs besides its figures."""
        return {
            "group": self,
            "filters": self.filters,
            "tree": self.tree,
            "elsewhere": max(len(self.branches) - len(self.tree), 0),
            "whole_query": self.filters.query_with({"department": "", "below": ""}),
            "with_below_query": self.filters.query_with({"below": ""}),
            "direct_query": self.filters.query_with({"below": "no"}),
            "query": self.filters.query_with(),
            "has_whole": not self.is_whole,
            "everybody": self.people_address(kind="~any"),
        }
