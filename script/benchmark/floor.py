"""The limit: カオナビ's answer decoded by the slimmest types and written in the database's fastest way, without any rule.

Where nothing has changed: decoded, fingerprinted, and compared with the fingerprints of the last time, read in one
statement.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from script.benchmark.company import EMPLOYMENT_TYPE_ID, POSITION_ID, is_flawed

TIME = timezone.now()
EMPLOYEE = (
    *("id", "email", "employee_number", "last_name", "first_name", "last_name_kana", "first_name_kana", "birth_date"),
    *("gender", "department_id", "position", "employment_type", "hire_date", "retirement_date", "is_retired"),
    *("retirement_source", "last_seen_at"),
)
CHANGE = ("job_id", "what", "object_id", "key", "name", "action", "fields")
MAPPED = (*EMPLOYEE[1:9], "department", *EMPLOYEE[10:16])


class Post(msgspec.Struct, gc=False):
    code: str = ""


class ItemValues(msgspec.Struct, gc=False):
    id: int
    values: list[str]


class Member(msgspec.Struct, gc=False):
    code: str
    name: str
    name_kana: str
    mail: str
    entered_date: str
    retired_date: str
    gender: str
    birthday: str
    department: Post
    custom_fields: list[ItemValues]


class Answer(msgspec.Struct, gc=False):
    member_data: list[Member]


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Answer).decode


def members_in(file: Path) -> list[Member]:
    return members_taken(decode(file.read_bytes()))


def members_taken(answer: Answer) -> list[Member]:
    """Those whom the rules take; which ones these are is known beforehand."""
    return [member for number, member in enumerate(answer.member_data) if not is_flawed(number)]


def values_of(member: Member) -> tuple[Any, ...]:
    """The mapped values, unmapped."""
    position = employment_type = ""
    for item in member.custom_fields:
        if item.id == POSITION_ID:
            position = item.values[0] if item.values else ""
        elif item.id == EMPLOYMENT_TYPE_ID:
            employment_type = item.values[0] if item.values else ""
    last, _, first = member.name.partition(" ")
    last_kana, _, first_kana = member.name_kana.partition(" ")
    return (
        *(member.mail, member.code, last, first, last_kana, first_kana, member.birthday, member.gender),
        *(member.department.code, position, employment_type, member.entered_date),
        *(member.retired_date or None, bool(member.retired_date), "kaonavi" if member.retired_date else ""),
    )


def employee_rows(people: Sequence[tuple[Any, ...]], departments: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(people, start=1):
        yield (number, *row[:8], departments[row[8]], *row[9:], TIME_TEXT)


def change_rows(people: Sequence[tuple[Any, ...]], job: int) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(people, start=1):
        fields = dict(zip(MAPPED, [(None, value) for value in row], strict=True))
        yield (job, "employee", number, row[0], row[2], "create", encode(fields).decode())


TIME_TEXT = TIME.strftime("%Y-%m-%d %H:%M:%S")


def first_run(file: Path, departments: dict[str, int], job: int) -> None:
    """Decode and write everybody, and what was written."""
    people = [values_of(member) for member in members_in(file)]
    with transaction.atomic():
        insert("employees_employee", EMPLOYEE, employee_rows(people, departments))
        insert("integrations_syncchange", CHANGE, change_rows(people, job))


def insert(table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as stream:
                for row in rows:
                    stream.write_row(row)
        else:
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names
            connection.connection.executemany(statement, rows)


def fingerprints(members: Sequence[Member]) -> dict[str, bytes]:
    """Mail → fingerprint of the slim member."""
    return {member.mail: blake2b(encode(member), digest_size=16).digest() for member in members}


def keep_fingerprints(file: Path) -> None:
    """What an import would leave behind for the next one. Not measured."""
    kind = "bytea" if connection.vendor == "postgresql" else "blob"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS floor_fingerprints")
        cursor.execute(f"CREATE TABLE floor_fingerprints (email varchar(254) PRIMARY KEY, fingerprint {kind})")
        rows = list(fingerprints(members_in(file)).items())
        cursor.executemany("INSERT INTO floor_fingerprints VALUES (%s, %s)", rows)


def next_run(file: Path, departments: dict[str, int], job: int) -> None:
    """Decode, fingerprint, compare, and write whoever differs."""
    members = members_in(file)
    with connection.cursor() as cursor:
        cursor.execute("SELECT email, fingerprint FROM floor_fingerprints")
        known = dict(cursor.fetchall())
    marks = fingerprints(members)
    changed = [values_of(member) for member in members if known.get(member.mail) != marks[member.mail]]
    if changed:
        write_changed(changed, departments, job)


def write_changed(people: Sequence[tuple[Any, ...]], departments: dict[str, int], job: int) -> None:
    pairs = ", ".join(f"{column} = %s" for column in EMPLOYEE[2:])
    rows = [(*row[1:8], departments[row[8]], *row[9:], TIME_TEXT, row[0]) for row in people]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE employees_employee SET {pairs} WHERE email = %s", rows)  # noqa: S608 - our own names
        insert("integrations_syncchange", CHANGE, change_rows(people, job))
