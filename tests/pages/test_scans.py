"""No page makes the database read a large table from its first row to its last, but for what is explained here.

Every page and list of the large company is asked for, and the database says how it would answer each statement.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import resolve

from accounts.models import AuditEntry
from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee
from integrations.models import SyncChange, SyncIssue, SyncJob
from tests.pages.test_weight import addresses  # noqa: F401 - the fixture

pytestmark = pytest.mark.long

LARGE = 1_000  # rows
Scan = tuple[str, str]  # the table, and the page's name
TREE = "the whole tree is read: a department's level, path and what lies below it follow from all departments"
FIGURES = "figures about everybody: everybody's latest result is counted"
WORDS = "words are looked for in the middle of texts, of which no index is kept there"
SCORES = "how many results have a score of the scale: asked once in its life, before its scores go"
EXPLAINED: Mapping[Scan, str] = {
    **{("departments_department", f"analysis:{page}"): TREE for page in ("balance", "crossing", "profile")},
    **{
        ("departments_department", f"departments:choose_{what}"): TREE
        for what in ("limit", "parent", "place", "to_analyse", "to_filter")
    },
    **{
        ("departments_department", f"{room}:{page}"): TREE
        for room, pages in {
            "departments": ("add", "edit"),
            "employees": ("add", "edit"),
            "integrations": ("downloads", "exceptions", "scope"),
            "roles": ("add", "edit", "list"),
        }.items()
        for page in pages
    },
    ("accounts_auditentry", "accounts:audit"): WORDS,
    ("assessments_assessment", "assessments:delete_scale"): SCORES,
    ("assessments_assessment", "integrations:kept_scale"): SCORES,
}
ONLY: Mapping[str, Mapping[Scan, str]] = {  # what the other database reads from an index of its choice
    "sqlite": {
        ("assessments_latestresult", "assessments:detail"): FIGURES,
        ("assessments_latestresult", "home"): FIGURES,
        **{("employees_employee", f"analysis:{page}"): FIGURES for page in ("balance", "crossing", "profile")},
        ("employees_employee", "home"): FIGURES,
        ("employees_employee", "employees:list"): "how many people each of the filters offers where one is set",
        ("employees_employee", "accounts:audit"): WORDS,
        ("departments_department", "departments:code"): TREE,
    },
    "postgresql": {
        ("employees_searchkey", "employees:list"): "the keys are narrow and there to be read through",
        ("employees_employee", "employees:change_flags"): "everybody is chosen, and counted before it is done",
        ("integrations_problemnote", "integrations:problems"): "the notes are joined to all open problems, by hash",
    },
}
# in SQLite's plan a table has the name that the statement gives it
NAMED = re.compile(r'(?:FROM|JOIN) "(\w+)" ([A-Z]\d+)')
Statement = tuple[str, Any]


@pytest.fixture
def large_tables(addresses: list[str]) -> set[str]:  # noqa: F811 - the company is there first
    """More rows than any page shows, in each table that grows with the company or with time."""
    number = LARGE + LARGE // 2
    places = list(Department.objects.values_list("pk", flat=True))
    people = Employee.objects.bulk_create(
        Employee(email=f"n{n}@example.co.jp", employee_number=f"N{n}", last_name=f"姓{n}", department_id=places[n])
        for n in range(number)
    )
    Assessment.objects.bulk_create(
        Assessment(employee=person, taken_on=date(2026, 4, 1), title="2026", grade="A", scores={}) for person in people
    )
    job = SyncJob.objects.filter(status="partial").earliest("pk")
    SyncIssue.objects.bulk_create(
        SyncIssue(
            job=job,
            severity="error",
            reason="MEMBER_MAIL_INVALID",
            subject_key=f"k{n}",
            detail="x",
            remedy="y",
            fingerprint=10**9 + n,
        )
        for n in range(number)
    )
    SyncChange.objects.bulk_create(
        SyncChange(job=job, what="employee", object_id=each.pk, action="update", fields={}) for each in people
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(actor="x", action="edited", what="社員", object_id=str(each.pk)) for each in people
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # it would not take an index for so few rows
        return {table for table in connection.introspection.table_names(cursor) if rows_of(table) > LARGE}


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def test_no_page_reads_a_large_table_from_end_to_end(
    addresses: list[str],  # noqa: F811 - as above
    large_tables: set[str],
    admin: Client,
    administrator: User,
):
    found: dict[Scan, str] = {}
    for where in addresses:
        for sql, params in statements(admin, where):
            for table in {*scanned(sql, params)} & large_tables:
                found[table, resolve(where.partition("?")[0]).view_name] = sql
    explained = {**EXPLAINED, **ONLY[connection.vendor]}
    assert {scan: sql for scan, sql in found.items() if scan not in explained} == {}
    assert explained.keys() - found.keys() == set()  # an explanation that nobody needs any more


def statements(client: Client, where: str) -> list[Statement]:
    """What a page asks the database."""
    asked: list[Statement] = []

    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
        if sql.startswith(("SELECT", "WITH", "(SELECT")):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        list(client.get(where))
    return asked


def scanned(sql: str, params: Any) -> Iterator[str]:
    """The tables that a statement reads from end to end, without an index."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            names = {alias: table for table, alias in NAMED.findall(sql)}
            for *_, step in cursor.fetchall():
                if step.startswith("SCAN ") and " USING " not in step:
                    name = step.split()[1]
                    yield names.get(name, name)
        else:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            [[plan]] = cursor.fetchone()
            yield from sequential(plan["Plan"])


def sequential(node: Mapping[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from sequential(inner)
