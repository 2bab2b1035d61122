"""What the list of people shows: search, filters and order, all of them in the address."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from accounts.search import searched
from departments.chooser import TO_FILTER, DepartmentFilter
from departments.outline import Branch, at_and_below
from departments.scope import Reach
from employees.models import Employee

NO_DEPARTMENT = "none"
UNFIT = "（今は使えない条件）"
RETIREMENT = {"no": ("在籍", Q(is_retired=False)), "yes": ("退職者", Q(is_retired=True))}
# カオナビ登録: what the list knows by itself
PRESENCE: dict[str, tuple[str, Q | Exists]] = {
    "seen": ("メンバーあり", Q(last_seen_at__isnull=False, missing_since__isnull=True)),
    "missing": ("メンバーが見つからない", Q(missing_since__isnull=False)),
    "never": ("未連携", Q(last_seen_at__isnull=True)),
}
# and what `integrations` adds to it (no page of ours knows an integration), which tells who has results
REGISTRATION: dict[str, tuple[str, Q | Exists]] = {}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A head of the table. `fields` is what it sorts by; `room` is the class of columns that need a wide screen."""

    key: str
    label: str
    fields: tuple[str, ...]
    room: str = "wide"


COLUMNS = (
    ListColumn("name", "氏名", ("last_name_kana", "first_name_kana"), room=""),
    ListColumn("number", "社員番号", ("employee_number",)),
    ListColumn("department", "所属部署", ("department__order", "department__code"), room=""),
    ListColumn("position", "役職", ("position",)),
    ListColumn("type", "雇用形態", ("employment_type",)),
    ListColumn("mail", "メールアドレス", ("email",)),
    ListColumn("hired", "入社日", ("hire_date",), room="widest"),
)


NULLABLE = {"department__order", "department__code", "hire_date"}  # the others are "" at least, so that an index serves


class Listing:
    """One query of the list.

    A filter that means nothing (any more) fits nobody, as `problem` says: were it ignored, a file or a deletion would
    reach everybody once its department is gone.
    """

    def __init__(self, query: QueryDict, branches: Sequence[Branch], reach: Reach = None, *, tested: Reach) -> None:
        """`reach` is whom the person who asks may see, `tested` whose results."""
        self.branches = branches
        self.reach = reach
        self.tested = tested
        self.known = PRESENCE | (REGISTRATION if tested is None or tested else {})
        self.employment_types: dict[str, str] = dict(Employee.EmploymentType.choices)
        self.retirements = {key: label for key, (label, _) in RETIREMENT.items()}
        self.presences = {key: label for key, (label, _) in self.known.items()}
        self.search = searched(query)
        self.choice = DepartmentFilter(query, branches)
        self.department = self.choice.value
        self.employment_type = query.get("type", "")
        self.retirement = query.get("retired", "")
        self.presence = query.get("kaonavi", "")
        sort = query.get("sort", "")
        self.is_descending = sort.startswith("-")
        self.sorted_by = next((column for column in COLUMNS if column.key == sort.removeprefix("-")), COLUMNS[0])

    @property
    def sort(self) -> str:
        """The order as the address has it."""
        return f"{'-' if self.is_descending else ''}{self.sorted_by.key}"

    def narrowing(self) -> Iterator[tuple[str, str, str, str]]:
        """What narrows the list: parameter, its label, its value, and the value in words, "" where it means nothing."""
        names = {str(branch.department.pk): branch.scope for branch in self.branches}
        told = (
            ("q", "検索", self.search, {self.search: self.search}),
            ("department", "所属", self.department, {**TO_FILTER.others, **names}),
            ("type", "雇用形態", self.employment_type, self.employment_types),
            ("retired", "退職", self.retirement, self.retirements),
            ("kaonavi", "カオナビ登録", self.presence, self.presences),
        )
        for parameter, label, value, words in told:
            if value:
                yield parameter, label, value, words.get(value, "")

    @property
    def problem(self) -> str:
        """Which filters mean nothing (any more), and so fit nobody; "" where all do."""
        labels = "".join(f"「{label}」" for _, label, _, words in self.narrowing() if not words)
        return f"絞り込みの{labels}は、今は使えない条件です。条件を選び直してください。" if labels else ""

    @property
    def filters(self) -> dict[str, str]:
        """What narrows the list, in words: 「所属」 → 「営業本部」."""
        return {label: words or UNFIT for _, label, _, words in self.narrowing()}

    @property
    def query(self) -> str:
        """What the address says of this list, to make it again."""
        return urlencode({parameter: value for parameter, _, value, _ in self.narrowing()} | {"sort": self.sort})

    def people(self) -> QuerySet[Employee]:
        """The people in question, in order. A department stands for itself and everything below it."""
        if self.problem:
            return Employee.objects.none()
        people = Employee.objects.within(self.reach).matching(self.search)
        if self.department == NO_DEPARTMENT:
            people = people.filter(department=None)
        elif self.department:
            people = people.filter(department__in=at_and_below(self.branches, self.department))
        if self.employment_type:
            people = people.filter(employment_type=self.employment_type)
        if self.retirement:
            people = people.filter(RETIREMENT[self.retirement][1])
        if self.presence:
            people = people.filter(self.known[self.presence][1])
        if self.presence in REGISTRATION:
            people = people.within(self.tested)
        return people.order_by(*self.order())

    def order(self) -> list[OrderBy]:
        """By the chosen column, those without a value last, and at the end by number, so that pages never overlap."""
        fields = (*self.sorted_by.fields, "pk")
        down = self.is_descending
        return [OrderBy(F(name), descending=down, nulls_last=True if name in NULLABLE else None) for name in fields]
