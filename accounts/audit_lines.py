"""操作の記録 as a page shows it: entries in words, with names of and links to what is still there.

Names and links are read in one statement for each kind of thing, however many entries there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import Count, JSONField, Model, TextField, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from accounts.audit import actor_of
from accounts.audit_words import Fact, facts, names_thing, sentence, technical
from accounts.models import AuditEntry
from accounts.requests import row_numbers
from accounts.subjects import subjects

PERSON, RESULT, EXCEPTION = "社員", "検査結果", "同期の例外"
ACCOUNTS = ("アカウント", "会社のアカウント")
# whose label says what they are
SAID_BY_LABEL = {"バックグラウンド処理": "{}", "カオナビ連携": "{}", "ダウンロード": "一覧「{}」"}
FOLDED = 5  # of those that one entry stands for


@dataclass(frozen=True, slots=True)
class Thing:
    """What something was done to, in words; `address` leads there while it is still there."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words: `before`, the thing, `behind`. Of a bulk action it stands for `others` more, in `unit`.

    `named` are some of those.
    """

    entry: AuditEntry
    before: str
    thing: Thing | None
    behind: str
    facts: Sequence[Fact]
    technical: Sequence[Fact]
    others: int = 0
    unit: str = "件"
    named: Sequence[Thing] = ()

    @property
    def total(self) -> int:
        return self.others + 1

    @property
    def all(self) -> Sequence[Thing]:
        """Those that the page names, the first among them."""
        return [*([self.thing] if self.thing else []), *self.named]

    @property
    def text(self) -> str:
        """The sentence without its links."""
        more = f"ほか{self.others:,}{self.unit}" if self.others else ""
        return f"{self.before}{self.thing.text if self.thing else ''}{more}{self.behind}"


def lines_of(entries: Iterable[AuditEntry], *, folded: bool = True) -> list[Line]:
    """The entries in words; `folded`: each with some of those that it stands for."""
    entries = list(entries)
    others = followers(entries) if folded else {}
    known = Known([*entries, *(each for some in others.values() for each in some)])
    return [line_of(entry, others.get(entry.pk, ()), known) for entry in entries]


def followers(entries: Iterable[AuditEntry]) -> Mapping[int, list[AuditEntry]]:
    """The first ones of those for which each of these entries stands; each knows how `many` there are."""
    found = AuditEntry.objects.filter(part_of__in=[entry.pk for entry in entries]).annotate(
        place=Window(RowNumber(), partition_by="part_of", order_by="pk"),
        many=Window(Count("pk"), partition_by="part_of"),
    )
    by_first: dict[int, list[AuditEntry]] = defaultdict(list)
    for each in found.filter(place__lte=FOLDED).order_by("part_of", "pk"):
        by_first[each.part_of or 0].append(each)
    return by_first


def line_of(entry: AuditEntry, others: Sequence[AuditEntry], known: "Known") -> Line:
    labels = known.labels(entry.what)
    thing = known.thing(entry) if names_thing(entry) else None
    before, behind = sentence(entry, has_thing=thing is not None)
    return Line(
        entry=entry,
        before=before,
        thing=thing,
        behind=behind,
        facts=list(facts(entry, labels, known.person)),
        technical=list(technical(entry, labels)),
        others=others[0].many if others else 0,  # type: ignore[attr-defined]  # annotated
        unit="件" if entry.what != PERSON else "名",
        named=[found for each in others if (found := known.thing(each))],
    )


class Known:
    """What is known today of what the entries tell of."""

    def __init__(self, entries: Sequence[AuditEntry]) -> None:
        self.people = subjects.known({number for entry in entries for number in numbers_of(entry)})
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        fields: dict[type[Model], set[str]] = defaultdict(set)
        for entry in entries:
            if (model := model_of(entry.what)) is not None:
                wanted[model].update(row_numbers([entry.object_id]))
                fields[model] |= {*entry.detail.get("fields", ()), *entry.detail.get("changes", {})}
        self.rows = {model: rows_of(model, numbers) for model, numbers in wanted.items() if numbers and has_page(model)}
        self.fields = {model: labels_of(model, names) for model, names in fields.items() if names}

    def labels(self, what: str) -> Mapping[str, str]:
        """What the fields of such a thing are called, as far as entries name them."""
        model = model_of(what)
        return self.fields.get(model, {}) if model else {}

    def person(self, number: int) -> str:
        name, _ = self.people.get(number, ("", ""))
        return f"{name}さん" if name else subjects.gone(number)

    def thing(self, entry: AuditEntry) -> Thing | None:
        """What the entry is about; None where nothing is known of it."""
        row = self.row(entry)
        address = row.get_absolute_url() if row and hasattr(row, "get_absolute_url") else ""
        if (number := person_of(entry)) is not None:
            return self.of_person(entry, number, address)
        if entry.what in ACCOUNTS:
            name = actor_of(row) if isinstance(row, User) else entry.label
            address = reverse("accounts:edit", args=[row.pk]) if row else ""
            return Thing(f"アカウント「{name}」", address) if name else None
        if entry.what in SAID_BY_LABEL and entry.label:
            return Thing(SAID_BY_LABEL[entry.what].format(entry.label), address)
        words = f"{entry.what}「{entry.label}」" if entry.label not in ("", entry.what) else entry.what
        return Thing(words, address) if words else None

    def row(self, entry: AuditEntry) -> Model | None:
        model = model_of(entry.what)
        rows = self.rows.get(model, {}) if model else {}
        return next((rows[number] for number in row_numbers([entry.object_id]) if number in rows), None)

    def of_person(self, entry: AuditEntry, number: int, address: str) -> Thing:
        """A person, or something of a person. Nothing is erased from the trail, so it names nobody itself."""
        if entry.what == PERSON:
            name, address = self.people.get(number, ("", ""))
            return Thing(f"{name}さん" if name else entry.label or subjects.gone(number), address)
        which = (
            f" #{entry.object_id}" if entry.what == RESULT else f"「{entry.label}」" if entry.what == EXCEPTION else ""
        )
        return Thing(f"{self.person(number)}の{entry.what}{which}", address or self.people.get(number, ("", ""))[1])


def person_of(entry: AuditEntry) -> int | None:
    """Whom the entry is about: older ones have the row's number alone."""
    if entry.subject_id is not None or entry.what != PERSON:
        return entry.subject_id
    return next(iter(row_numbers([entry.object_id])), None)


def numbers_of(entry: AuditEntry) -> Iterator[int]:
    """The people whom it names."""
    if (number := person_of(entry)) is not None:
        yield number
    if isinstance(number := entry.detail.get("merged_into"), int):
        yield number


@lru_cache(maxsize=1)
def models_by_name() -> Mapping[str, type[Model]]:
    named = {str(model._meta.verbose_name): model for model in apps.get_models() if not model._meta.auto_created}
    return named | dict.fromkeys(ACCOUNTS, User)


def model_of(what: str) -> type[Model] | None:
    return models_by_name().get(what)


def has_page(model: type[Model]) -> bool:
    return model is User or (hasattr(model, "get_absolute_url") and str(model._meta.verbose_name) != PERSON)


def rows_of(model: type[Model], numbers: Iterable[int]) -> Mapping[int, Model]:
    """The rows that are still there, without what may be long or secret."""
    heavy = [each.name for each in model._meta.concrete_fields if isinstance(each, JSONField | TextField)]
    return model._base_manager.defer(*heavy).in_bulk(numbers)


def labels_of(model: type[Model], names: Iterable[str]) -> Mapping[str, str]:
    """Fields as people call them; a model may know more of them than it has columns (`audit_fields`)."""
    own = {each.name: str(each.verbose_name) for each in model._meta.concrete_fields}
    more = getattr(model, "audit_fields", None)
    return own | (more(names) if more else {})
