"""The same job as one would write it otherwise, in one transaction; none of them has our rules, all write what changed.

`loop` is `update_or_create` for every member. Each library is used twice: as its documentation shows it, an object at a
time, and at its best, with everything known read at once and all rows written by Django's bulk methods. `pandas` stands
in a file of its own (`frames.py`), since it has frames everywhere.
"""

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Self

import msgspec
from django.db import transaction

from employees.models import Employee
from integrations.models import SyncChange
from integrations.rules.employees.values import EMPLOYMENT_TYPES, GENDERS, OTHER
from script.benchmark import floor

FIELDS = tuple(name if name != "department" else "department_id" for name in floor.MAPPED)
BATCH = 1000
Values = dict[str, Any]
Pair = tuple[Values | None, Values]  # before, after


def source_rows(file: Path, departments: dict[str, int]) -> Iterator[Values]:
    """The members as values of our fields."""
    answer = msgspec.convert(json.loads(file.read_bytes()), floor.Answer)
    for row in map(floor.values_of, floor.members_taken(answer)):
        values = dict(zip(FIELDS, row, strict=True))
        for name in ("birth_date", "hire_date", "retirement_date"):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        values["gender"] = GENDERS.get(values["gender"], OTHER)
        values["employment_type"] = EMPLOYMENT_TYPES.get(values["employment_type"], OTHER)
        yield values | {"department_id": departments[values["department_id"]]}


def known_rows() -> dict[str, Values]:
    return {row["email"]: row for row in Employee.objects.values(*FIELDS)}


def change(job: int, pk: int | None, before: Values | None, after: Values) -> SyncChange:
    """What changed of one person, as the product writes it."""
    old = before or dict.fromkeys(after)
    fields = {name: [plain(old[name]), plain(new)] for name, new in after.items() if before is None or old[name] != new}
    action = SyncChange.Action.CREATE if before is None else SyncChange.Action.UPDATE
    mail, name = after["email"], f"{after['last_name']} {after['first_name']}"
    return SyncChange(job_id=job, what="employee", object_id=pk, key=mail, name=name, action=action, fields=fields)


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def loop(file: Path, departments: dict[str, int], job: int) -> None:
    """What people write first."""
    with transaction.atomic():
        known = known_rows()
        for values in source_rows(file, departments):
            person, _ = Employee.objects.update_or_create(email=values["email"], defaults=values)
            before = known.get(values["email"])
            if before != values:
                change(job, person.pk, before, values).save()


def diffsync(file: Path, departments: dict[str, int], job: int, *, in_bulk: bool = False) -> None:
    """The library that compares two sources: models on both sides, and its difference carried out."""
    import diffsync as library  # noqa: PLC0415 - installed for this measurement alone
    import structlog  # noqa: PLC0415 - comes with it

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING)
    )  # two lines a row otherwise
    written: list[Pair] = []

    def write(before: Values | None, after: Values) -> None:
        if in_bulk:
            written.append((before, after))
        else:
            write_one(job, before, after)

    class Person(library.DiffSyncModel):
        _modelname = "person"
        _identifiers = ("email",)
        _attributes = FIELDS[1:]
        __annotations__ = {"email": str, **dict.fromkeys(FIELDS[1:], Any)}

        @classmethod
        def create(cls, adapter: Any, ids: Values, attrs: Values) -> Self | None:
            write(None, ids | attrs)
            return super().create(adapter, ids, attrs)

        def update(self, attrs: Values) -> Self | None:
            before = self.get_identifiers() | self.get_attrs()
            write(before, before | attrs)
            return super().update(attrs)

    class Side(library.Adapter):
        person = Person
        top_level: ClassVar[list[str]] = ["person"]

        def take(self, rows: Iterator[Values]) -> Self:
            for row in rows:
                self.add(Person(**row))
            return self

    with transaction.atomic():
        here = Side().take(iter(known_rows().values()))
        there = Side().take(source_rows(file, departments))
        here.sync_from(there, flags=library.enum.DiffSyncFlags.SKIP_UNMATCHED_DST)
        write_in_bulk(job, written)


def import_export(file: Path, departments: dict[str, int], job: int, *, in_bulk: bool = False) -> None:
    """The library that imports rows into a model."""
    from import_export import fields, instance_loaders, resources, widgets  # noqa: PLC0415 - installed for this measurement alone
    from tablib import Dataset  # noqa: PLC0415 - comes with it

    bulk_loader, plain_loader = instance_loaders.CachedInstanceLoader, instance_loaders.ModelInstanceLoader
    written: list[tuple[Values | None, Employee]] = []

    class People(resources.ModelResource):
        department_id = fields.Field("department_id", "department_id", widget=widgets.IntegerWidget())  # no query a row

        class Meta:
            model = Employee
            fields = FIELDS
            import_id_fields = ("email",)
            instance_loader_class = bulk_loader if in_bulk else plain_loader
            skip_unchanged = True
            report_skipped = False
            skip_html_diff = True
            store_instance = True
            use_bulk = in_bulk
            batch_size = BATCH

        def after_import_row(self, row: Any, row_result: Any, **_: Any) -> None:  # noqa: ARG002 - the library's signature
            if row_result.import_type not in {"new", "update"}:
                return
            before = values_in(row_result.original) if row_result.original else None
            if in_bulk:
                written.append((before, row_result.instance))
            else:
                change(job, row_result.instance.pk, before, values_in(row_result.instance)).save()

    def values_in(person: Employee) -> Values:
        return {name: getattr(person, name) for name in FIELDS}

    with transaction.atomic():
        rows = list(source_rows(file, departments))
        People().import_data(Dataset(*(tuple(row.values()) for row in rows), headers=FIELDS), raise_errors=True)
        SyncChange.objects.bulk_create(
            (change(job, person.pk, before, values_in(person)) for before, person in written), batch_size=BATCH
        )


def pandas(file: Path, departments: dict[str, int], job: int) -> None:
    """Frames, and `to_sql`."""
    from script.benchmark import frames  # noqa: PLC0415 - needs what is installed for this measurement alone

    frames.run(file, departments, job)


def write_one(job: int, before: Values | None, after: Values) -> None:
    if before is None:
        person = Employee.objects.create(**after)
    else:
        person = Employee.objects.get(email=after["email"])
        for name, value in after.items():
            setattr(person, name, value)
        person.save()
    change(job, person.pk, before, after).save()


def write_in_bulk(job: int, written: list[Pair]) -> None:
    """Write the people and what changed of them, by Django's bulk methods."""
    known = dict(Employee.objects.values_list("email", "pk")) if written else {}
    people = [Employee(pk=known.get(values["email"]), **values) for _, values in written]
    Employee.objects.bulk_create([person for person in people if person.email not in known], batch_size=BATCH)
    Employee.objects.bulk_create(
        [person for person in people if person.email in known],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=FIELDS[1:],
    )
    numbers = {person.email: person.pk for person in people}
    SyncChange.objects.bulk_create(
        (change(job, numbers[values["email"]], before, values) for before, values in written), batch_size=BATCH
    )
