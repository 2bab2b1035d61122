"""Taking over the types as カオナビ's sheet has them: its options are the company's own, some of ours are stand-ins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Max

from accounts import audit
from accounts.audit_changes import Changes, changed
from assessments.models import PersonalityType
from assessments.name_lookup import Named, by_spelling, fold_name
from assessments.reference import in_two, lock, name_results, new_code


class OwnType(NamedTuple):
    """One of our types. `results` is how many results have it."""

    named: Named
    is_stand_in: bool
    results: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a PersonalityType with `results` counted."""
        return cls(Named.of(row), row.is_stand_in, row.results)


@dataclass(frozen=True, slots=True)
class Adoption:
    """What taking over would do.

    `renamed` holds code → option: types that stay and are called so from now on, their name until now an alias. `added`
    are options that become new types, `removed` codes of stand-ins that no result has. `undecided` are codes of
    stand-ins that results have: only a person can say which option each of them means. `confirmed` are stand-ins that
    are none, and `unlisted` other types that the sheet does not offer: these stay.
    """

    renamed: Mapping[str, str]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    undecided: tuple[str, ...]
    confirmed: tuple[str, ...]
    unlisted: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether sheet and types do not name the same."""
        return bool(self.renamed or self.added or self.removed or self.undecided or self.unlisted)

    @property
    def does_something(self) -> bool:
        return bool(self.renamed or self.added or self.removed or self.undecided)


def plan_adoption(types: Sequence[OwnType], options: Iterable[str], meant: Mapping[str, str] | None = None) -> Adoption:
    """Compare our types with the sheet's options. `meant` is code → option, what a person said of stand-ins in use.

    An option with the カタカナ of one of ours and another 和名 is that type: several of the 和名 that we ship are guesses.
    """
    ours = {kind.named.code: kind for kind in types}
    known = by_spelling(kind.named for kind in types)
    by_name = by_spelling(Named(kind.named.code, kind.named.name) for kind in types)
    distinct: dict[str, str] = {}
    for option in options:
        distinct.setdefault(fold_name(option), option.strip())
    distinct.pop("", None)
    listed = {known[spelling] for spelling in distinct if spelling in known}
    renamed: dict[str, str] = {}
    new: list[str] = []
    for option in (option for spelling, option in distinct.items() if spelling not in known):
        code = by_name.get(fold_name(in_two(option)[0]))
        if code is None or code in listed:
            new.append(option)
        else:
            renamed[code] = option
            listed.add(code)
    for code, option in (meant or {}).items():
        if option in new and code in ours and code not in listed and ours[code].is_stand_in:
            renamed[code] = option
            listed.add(code)
            new.remove(option)
    gone = [kind for kind in types if kind.named.code not in listed]
    return Adoption(
        renamed=renamed,
        added=tuple(new),
        removed=tuple(kind.named.code for kind in gone if kind.is_stand_in and not kind.results),
        undecided=tuple(kind.named.code for kind in gone if kind.is_stand_in and kind.results),
        confirmed=tuple(kind.named.code for kind in types if kind.is_stand_in and kind.named.code in listed),
        unlisted=tuple(kind.named.code for kind in gone if not kind.is_stand_in),
    )


def own_types() -> list[PersonalityType]:
    """All types in their order, each with `results`, how many results have it."""
    return list(PersonalityType.objects.annotate(results=Count("assessments")).order_by("order", "code"))


@transaction.atomic
def adopt(options: Sequence[str], meant: Mapping[str, str], *, by: User) -> Adoption:
    """Do what `plan_adoption` says of the types as they are now, and say what was done.

    Results that have one of the new names as a text get its type. Raises IntegrityError when one gets a type that goes.
    """
    lock(PersonalityType)
    rows = {row.code: row for row in own_types()}
    plan = plan_adoption([OwnType.of(row) for row in rows.values()], options, meant)
    with audit.together():
        follow(plan, rows, by=by)
    return plan


def follow(plan: Adoption, rows: dict[str, PersonalityType], *, by: User) -> None:
    for code in plan.removed:
        row = rows.pop(code)
        audit.record(audit.Action.DELETED, by=by, on=row)
        row.delete()
    for code, option in plan.renamed.items():
        before = named(rows[code])
        call(rows[code], option, rows.values())
        save(rows[code], by=by, action=audit.Action.EDITED, changes=changed(before, named(rows[code])))
    PersonalityType.objects.filter(code__in=plan.confirmed).update(is_stand_in=False)
    last = PersonalityType.objects.aggregate(last=Max("order"))["last"] or 0
    for order, option in enumerate(plan.added, start=last + 1):
        row = PersonalityType(code=new_code(), order=order)
        call(row, option, rows.values())
        rows[row.code] = row
        save(row, by=by, action=audit.Action.CREATED)


def call(row: PersonalityType, option: str, others: Iterable[PersonalityType]) -> None:
    """Give the row the option's name; what it was called until now becomes an alias."""
    before = list(Named.of(row).names()) if row.name else []
    row.name, row.japanese_name = in_two(option)
    taken = {spelling for other in others if other is not row for spelling in Named.of(other).spellings()}
    if fold_name(row.name) in taken:  # two options of one カタカナ are told apart by the whole
        row.name, row.japanese_name = option, ""
    row.is_stand_in = False
    called = set(Named("", row.name, row.japanese_name).spellings())
    row.aliases = [name for name in dict.fromkeys(before) if fold_name(name) not in called]


def named(row: PersonalityType) -> dict[str, Any]:
    return {"name": row.name, "japanese_name": row.japanese_name, "aliases": row.aliases}


def save(row: PersonalityType, *, by: User, action: audit.Action, changes: Changes | None = None) -> None:
    row.save()
    settled = name_results(row)
    audit.record(action, by=by, on=row, detail={"changes": changes or {}, "results": settled})
