"""What the address of an analysis says: the department, and whose results count."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from assessments.latest import LABELS, day_of
from departments.chooser import TO_ANALYSE, DepartmentFilter
from departments.outline import Branch, at_and_below
from employees.search import NO_DEPARTMENT

LONGEST = 200  # letters of a 検査名
WRONG_DAY = "「{}」を2026-04-01のように入力してください。"


class Filters:
    """The chosen group. `departments` are the numbers of its departments, None for everybody.

    A `problem` says what means nothing: then the group has nobody. Somebody `restricted`, who may see no single
    result, chooses the department alone: by two other filters that differ in one person they would see that person.
    """

    def __init__(self, query: QueryDict, branches: Sequence[Branch], *, restricted: bool = False) -> None:
        given = QueryDict(mutable=True) if restricted else query
        self.branches = branches
        self.is_restricted = restricted
        self.choice = DepartmentFilter(query, branches, TO_ANALYSE)
        self.department = self.choice.value
        self.branch = next((each for each in branches if str(each.department.pk) == self.department), None)
        self.is_direct = self.branch is not None and given.get("below") == "no"
        self.with_retired = given.get("retired") == "all"
        self.title = given.get("title", "").replace("\0", "").strip()[:LONGEST]
        self.days = {name: given.get(name, "") for name in ("since", "until")}

    @property
    def since(self) -> date | None:
        return day_of(self.days["since"])

    @property
    def until(self) -> date | None:
        return day_of(self.days["until"])

    @cached_property
    def problem(self) -> str:
        if self.choice.question:
            return self.choice.question
        if self.department not in ("", NO_DEPARTMENT) and self.branch is None:
            return "選んだ部署は、削除されたか、見られなくなりました。部署を選択し直してください。"
        wrong = (name for name, text in self.days.items() if text and not day_of(text))
        return next((WRONG_DAY.format(LABELS[name]) for name in wrong), "")

    @cached_property
    def departments(self) -> frozenset[int | None] | None:
        """Those of the group; None stands for no department in it."""
        if self.problem:
            return frozenset()
        if self.department == NO_DEPARTMENT:
            return frozenset({None})
        if self.branch is None:
            return None
        below = [self.branch.department.pk] if self.is_direct else at_and_below(self.branches, self.department)
        return frozenset(below)

    @property
    def of_tests(self) -> dict[str, Any]:
        """Which results count, for `latest.tests`."""
        return {"title": self.title, "since": self.since, "until": self.until}

    @property
    def narrows_tests(self) -> bool:
        """Whether another result may count than the latest of all."""
        return any(self.of_tests.values())

    @property
    def in_words(self) -> dict[str, str]:
        """What narrows the group besides the department: 「検査名」 → 「2026年」."""
        told = {"退職者": "含む"} if self.with_retired else {}
        if self.title:
            told[LABELS["title"]] = self.title
        days = ((name, day) for name, text in self.days.items() if (day := day_of(text)))
        return told | {LABELS[name]: f"{day:%Y/%m/%d}" for name, day in days}

    @property
    def common(self) -> dict[str, str]:
        """What the pages of analysis and the list of people call alike."""
        return {"below": "no" if self.is_direct else "", "title": self.title, **self.days}

    def query_with(self, changes: Mapping[str, object] = {}) -> str:
        """The address of another analysis, which differs in some parameters; what is "" is left out."""
        values = {"department": self.department, "retired": "all" if self.with_retired else "", **self.common}
        return urlencode({name: value for name, value in (values | dict(changes)).items() if value})

    def people_with(self, changes: Mapping[str, object]) -> str:
        """The query of 自社社員管理 that has the people of the group who are so."""
        values = {"department": self.department, "retired": "" if self.with_retired else "no", **self.common}
        return urlencode({name: value for name, value in (values | dict(changes)).items() if value})
