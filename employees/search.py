"""What the list of people shows: search, filters and order, all of them in the address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Exists, F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from accounts.search import few_of, searched
from departments.chooser import TO_FILTER, UNCLEAR, DepartmentFilter
from departments.outline import Branch, at_and_below
from departments.scope import Reach
from employees.linked_filters import LINKED
from employees.models import Employee, EmployeeQuerySet, IsBlank, SearchKey

NO_DEPARTMENT = "none"
LONGEST = 200  # letters of what a link may say
UNFIT = "（今は使えない条件）"
Choice = tuple[str, Q | Exists]  # in words, and who fits
EMPLOYMENT: dict[str, Choice] = {
    value: (label, Q(employment_type=value)) for value, label in Employee.EmploymentType.choices
}
RETIREMENT: dict[str, Choice] = {"no": ("在籍", Q(is_retired=False)), "yes": ("退職者", Q(is_retired=True))}
# カオナビ登録: what the list knows by itself
PRESENCE: dict[str, Choice] = {
    "seen": ("メンバーあり", Q(last_seen_at__isnull=False, missing_since__isnull=True)),
    "missing": ("カオナビになし", Q(missing_since__isnull=False)),
    "never": ("未連携", Q(last_seen_at__isnull=True)),
}
# and what `integrations` adds to it (no page of ours knows an integration), which tells who has results
REGISTRATION: dict[str, Choice] = {}
MAIL: dict[str, Choice] = {"none": ("なし", Q(email=""))}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A head of the table, and the fields that it sorts by."""

    key: str
    label: str
    fields: tuple[str, ...]


COLUMNS = (
    ListColumn("name", "氏名", ("last_name_kana", "first_name_kana")),
    ListColumn("department", "所属部署", ("department__order", "department__code")),
    ListColumn("number", "社員番号", ("employee_number",)),
    ListColumn("position", "役職", ("position",)),
    ListColumn("type", "雇用形態", ("employment_type",)),
    ListColumn("mail", "メールアドレス", ("email",)),
    ListColumn("hired", "入社日", ("hire_date",)),
)
BY_NAME = COLUMNS[0]  # whose order has an index, up and down
NULLABLE = {"department__order", "department__code", "hire_date"}  # the others are "" at least


class Select(NamedTuple):
    """A filter with its choices (value → words), and which of them is set."""

    parameter: str
    label: str
    choices: Mapping[str, str]
    value: str


class Listing:
    """One query of the list.

    A filter that means nothing (any more) fits nobody, as `problem` says: were it ignored, a file or a deletion would
    reach everybody once its department is gone.
    """

    def __init__(self, query: QueryDict, branches: Sequence[Branch], reach: Reach = None, *, tested: Reach) -> None:
        """`reach` is whom the person who asks may see, `tested` whose results. `branches` are those of `reach`."""
        self.branches = branches
        self.reach = reach
        self.search = searched(query)
        self.choice = DepartmentFilter(query, branches)
        self.department = self.choice.value
        self.known: dict[str, tuple[str, Mapping[str, Choice]]] = {
            "type": ("雇用形態", EMPLOYMENT),
            "retired": ("退職", RETIREMENT),
            "kaonavi": ("カオナビ登録", PRESENCE | of_tested(tested)),
            "mail": ("メールアドレス", MAIL),
        }
        self.chosen = {parameter: query.get(parameter, "") for parameter in self.known}
        self.tested = tested
        self.linked = [
            (
                linked,
                {
                    parameter: value
                    for parameter in linked.labels
                    if (value := query.get(parameter, "").replace("\0", "")[:LONGEST])
                },
            )
            for linked in LINKED
        ]
        self.is_direct = bool(self.department) and query.get("below") == "no"
        sort = query.get("sort", "")
        self.is_descending = sort.startswith("-")
        self.sorted_by = next((column for column in COLUMNS if column.key == sort.removeprefix("-")), BY_NAME)

    @property
    def sort(self) -> str:
        """The order as the address has it."""
        return f"{'-' if self.is_descending else ''}{self.sorted_by.key}"

    @property
    def selects(self) -> list[Select]:
        """The filters that the page offers besides words and department."""
        return [
            Select(parameter, label, {value: words for value, (words, _) in choices.items()}, self.chosen[parameter])
            for parameter, (label, choices) in self.known.items()
        ]

    def narrowing(self) -> Iterator[tuple[str, str, str, str]]:
        """What narrows the list: parameter, its label, its value, and the value in words, "" where it means nothing."""
        if self.search:
            yield "q", "検索", self.search, self.search
        if self.department:
            names = {str(branch.department.pk): branch.scope for branch in self.branches}
            words = TO_FILTER.others.get(self.department) or names.get(self.department, "")
            yield "department", "所属", self.department, words
        for parameter, (label, choices) in self.known.items():
            if value := self.chosen[parameter]:
                yield parameter, label, value, choices[value][0] if value in choices else ""
        if self.is_direct:
            yield "below", "下位の部署", "no", "含まない"
        for linked, given in self.linked:
            for parameter, value in given.items():
                yield parameter, linked.labels[parameter], value, self.words_of.get(parameter, "")

    @property
    def set_by_links(self) -> dict[str, str]:
        """The filters that have no box, by parameter: another search keeps them."""
        below = {"below": "no"} if self.is_direct else {}
        return below | {parameter: value for _, given in self.linked for parameter, value in given.items()}

    @cached_property
    def words_of(self) -> Mapping[str, str]:
        """What the filters of links say, by parameter; what concerns results says nothing to those who may see none."""
        told: dict[str, str] = {}
        for linked, given in self.linked:
            if given and not (linked.of_results and self.tested is not None and not self.tested):
                told |= linked.words(given)
        return told

    @property
    def problem(self) -> str:
        """Which filters mean nothing (any more), and so fit nobody; "" where all do."""
        question = self.choice.question
        unfit = (label for _, label, value, words in self.narrowing() if not words and value != UNCLEAR)
        labels = "".join(f"「{label}」" for label in unfit)
        return question + (f"絞り込みの{labels}は、今は使えない条件です。条件を選び直してください。" if labels else "")

    @property
    def filters(self) -> dict[str, str]:
        """What narrows the list, in words: 「所属」 → 「営業本部」."""
        return {label: words or UNFIT for _, label, _, words in self.narrowing()}

    @property
    def in_use(self) -> list[tuple[str, str, str, str]]:
        """What narrows the list: parameter, its label, its value in words, and the query without it."""
        return [
            (parameter, label, words or UNFIT, self.query_with({parameter: ""}))
            for parameter, label, _, words in self.narrowing()
        ]

    @property
    def query(self) -> str:
        """What the address says of this list, to make it again."""
        return self.query_with({})

    def query_with(self, changes: Mapping[str, str]) -> str:
        """The same of a list that differs in some parameters; those that are "" narrow it no more."""
        values = {parameter: value for parameter, _, value, _ in self.narrowing()} | {"sort": self.sort, **changes}
        return urlencode({parameter: value for parameter, value in values.items() if value})

    @cached_property
    def few(self) -> Sequence[int] | None:
        """The numbers of whom the words find where they are few: no further statement looks for them."""
        if self.reach is None and not self.lacks:
            return few_of(SearchKey.objects.finding(self.search))
        return few_of(Employee.objects.within(self.reach).matching(self.search, lacks=self.lacks))

    @cached_property
    def lacks(self) -> bool:
        """Whether the keys of the search lack some."""
        return SearchKey.objects.lacks_some()

    def found(self, *, one_by_one: bool) -> EmployeeQuerySet:
        """Whom the words find; see `matching`."""
        people: EmployeeQuerySet = Employee.objects.within(self.reach)
        if not self.search:
            return people
        if self.few is not None:
            return people.filter(pk__in=self.few)
        return people.matching(self.search, one_by_one=one_by_one, lacks=self.lacks)

    def narrowed(self, without: str = "", *, one_by_one: bool = False) -> QuerySet[Employee]:
        """The people in question, in no order; as if the filter `without` were not set."""
        if self.problem:
            return Employee.objects.none()
        people = self.found(one_by_one=one_by_one)
        if self.department == NO_DEPARTMENT:
            people = people.filter(department=None)
        elif self.is_direct:
            people = people.filter(department=int(self.department))
        elif self.department:
            people = people.filter(department__in=at_and_below(self.branches, self.department))
        for linked, given in self.linked:
            if given:
                people = people.filter(linked.fits(given))
                if linked.of_results:
                    people = people.within(self.tested)
        for parameter, value in self.chosen.items():
            if value and parameter != without:
                people = people.filter(self.condition(parameter, value))
        return people.order_by()

    def condition(self, parameter: str, value: str) -> Q | Exists:
        """Who fits one value of a filter."""
        return self.known[parameter][1][value][1]

    def people(self) -> QuerySet[Employee]:
        """The people in question, in order. A department stands for itself and everything below it."""
        return self.narrowed(one_by_one=self.sorted_by == BY_NAME).order_by(*self.order())

    def order(self) -> list[OrderBy]:
        """By the chosen column, those without a value last, and at the end by number, so that pages never overlap."""
        first, down = self.sorted_by.fields[0], self.is_descending
        fields = (*self.sorted_by.fields, "pk")
        order = [OrderBy(F(name), descending=down, nulls_last=True if name in NULLABLE else None) for name in fields]
        # a blank text is the least of all, so that it is last by itself on the way down
        return order if down or first in NULLABLE else [OrderBy(IsBlank(first)), *order]


def of_tested(tested: Reach) -> dict[str, Choice]:
    """What `REGISTRATION` knows, of those alone whose results whoever asks may see."""
    if tested is None:
        return REGISTRATION
    return {
        value: (label, Q(fits) & Q(department__in=tested)) for value, (label, fits) in REGISTRATION.items() if tested
    }
