"""同期の例外: the one list of all of them, and those of a person."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.names import shown_name
from accounts.search import mentions, searched
from accounts.spelling import fits, words_of
from departments.models import Department
from departments.tree import descend
from employees.models import Employee
from integrations.exception_forms import ExceptionFilter
from integrations.files.table import Table, Value
from integrations.models import SyncException
from integrations.rules.cells import Sort
from integrations.rules.employees.exceptions import PINNABLE
from integrations.sync_exceptions import TYPES

Kind = SyncException.Kind
TITLE = "同期の例外"
COLUMNS = ("種類", "内容", "氏名", "社員番号", "メールアドレス", "理由", "終了日", "状態", "設定した人", "設定日時")
SORTS = {"終了日": Sort.DAY, "設定日時": Sort.MOMENT}
NAMES = (("employee__last_name", "employee__first_name"), ("employee__last_name_kana", "employee__first_name_kana"))
BATCH = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One of them. `content` is what the kind alone does not say: the item, or whom the scope has."""

    exception: SyncException
    content: str

    @property
    def name(self) -> str:
        person = self.exception.employee
        return person.full_name if person else ""

    @property
    def number(self) -> str:
        person = self.exception.employee
        return person.employee_number if person else self.exception.employee_number

    @property
    def mail(self) -> str:
        person = self.exception.employee
        return person.email if person else self.exception.email

    @property
    def state(self) -> str:
        return "終了" if self.exception.has_ended else "有効"


class ExceptionList:
    """Those that a filter leaves, newest first, the scope before all."""

    def __init__(self, query: QueryDict) -> None:
        self.chosen = ExceptionFilter.chosen(query)
        self.words = searched(query)

    kinds = (("", "すべて"), *Kind.choices)
    states = ExceptionFilter.STATES

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.chosen["kind"] or self.chosen["state"])

    def found(self) -> QuerySet[SyncException]:
        rows = SyncException.objects.select_related("employee", "made_by").prefetch_related("departments")
        held = SyncException.objects.in_force(timezone.localdate())
        if self.chosen["state"] == "ended":
            rows = rows.exclude(pk__in=held.values("pk"))
        elif not self.chosen["state"]:
            rows = rows.in_force(timezone.localdate())
        if self.chosen["kind"]:
            rows = rows.filter(kind=self.chosen["kind"])
        for word in words_of(self.words):
            rows = rows.filter(found_by(word))
        is_scope = ExpressionWrapper(Q(kind=Kind.SCOPE), BooleanField())
        return rows.annotate(is_scope=is_scope).order_by("-is_scope", "-made_at", "-pk")


def found_by(word: str) -> Q:
    """Those of somebody, with words of the reason, the item or the kind, or of departments of the scope."""
    items = [name for name, item in PINNABLE.items() if fits(word, item.label)]
    kinds = [value for value, label in Kind.choices if fits(word, label)]
    own = mentions(word, "email", "employee_number", "reason")
    person = mentions(word, *NAMES, "employee__email", "employee__employee_number")
    departments = Q(departments__in=Department.objects.filter(mentions(word, "name", "code")))
    here = SyncException.objects.filter(own | (Q(employee__isnull=False) & person) | departments)
    return Q(pk__in=here.values("pk")) | Q(item__in=items) | Q(kind__in=kinds)


def rows_of(exceptions: Iterable[SyncException]) -> Iterator[Row]:
    for exception in exceptions:
        yield Row(exception, content_of(exception))


def content_of(exception: SyncException) -> str:
    if exception.kind == Kind.SCOPE:
        return scope_in_words(exception)
    return exception.item_label


def scope_in_words(scope: SyncException) -> str:
    """「営業部（下の部署を含む）、正社員・契約社員」."""
    parts = []
    if scope.limits_departments:
        names = [department.name for department in scope.departments.all()]
        parts.append(f"{'・'.join(names)}（下の部署を含む）" if names else "限定した部署はすべて削除されました")
    if scope.employment_types:
        parts.append("・".join(TYPES.get(kind, kind) for kind in scope.employment_types))
    return "、".join(parts)


def beyond(scope: SyncException) -> int:
    """How many of our people it does not cover, as they are now: they stay as they are."""
    taken = Q()
    if scope.limits_departments:
        parents = dict(Department.objects.values_list("pk", "parent_id"))
        within = descend(parents, [department.pk for department in scope.departments.all()])
        taken &= Q(department__in=within)
    if scope.employment_types:
        taken &= Q(employment_type__in=scope.employment_types)
    return Employee.objects.count() - Employee.objects.filter(taken).count()


def of_person(person: Employee) -> Sequence[SyncException]:
    """Those that hold for somebody, also by the mail or 社員番号; read once for all parts of a page."""
    known: Sequence[SyncException] | None = vars(person).get("held_exceptions")
    if known is None:
        held = SyncException.objects.in_force(timezone.localdate()).about(person)
        known = vars(person)["held_exceptions"] = list(held.select_related("made_by").order_by("pk"))
    return known


def table_of(exceptions: QuerySet[SyncException], about: Mapping[str, Value]) -> Table:
    """The list as a file."""
    rows = (cells(row) for row in rows_of(exceptions.iterator(chunk_size=BATCH)))
    return Table(COLUMNS, rows, SORTS, TITLE, about, is_read=True)


def cells(row: Row) -> Sequence[Value]:
    exception = row.exception
    return (
        *(exception.get_kind_display(), row.content, row.name, row.number, row.mail, exception.reason),
        *(exception.until, row.state, shown_name(exception.made_by), exception.made_at.replace(microsecond=0)),
    )
