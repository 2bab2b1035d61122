"""What an import means, said once more in a few lines, for the rows that a small company has.

Who is told of in an issue is left to the tests of the rules; whoever is not must be here exactly as カオナビ has them.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

ISSUES = "SELECT severity, reason, subject_key FROM integrations_syncissue WHERE job_id = ?"
PEOPLE = """SELECT e.email, e.employee_number, e.last_name, e.first_name, COALESCE(d.code, ''), e.is_retired,
    e.missing_since, e.last_seen_at FROM employees_employee e
    LEFT JOIN departments_department d ON d.id = e.department_id"""
TREE = """SELECT d.code, d.name, COALESCE(p.code, ''), d.missing_since, d.last_seen_at FROM departments_department d
    LEFT JOIN departments_department p ON p.id = d.parent_id"""


def judge_import(side: sqlite3.Connection, row: Any, answer: Mapping[str, Any] | None) -> Iterator[str]:
    """What is wrong with a run that has just completed, by the last answer that カオナビ gave it."""
    if answer is None:
        yield "it has read nothing"
        return
    issues = side.execute(ISSUES, [row.pk]).fetchall()
    if row.kind == "employees":
        yield from judge_people(side, row, answer["member_data"], issues)
    else:
        yield from judge_departments(side, row, answer["department_data"], issues)


def judge_people(side: sqlite3.Connection, row: Any, source: list[dict[str, Any]], issues: list[Any]) -> Iterator[str]:
    mails = Counter(mail_of(one) for one in source)
    blank = {one["code"] for one in source if not all(one[name].strip() for name in ("name", "name_kana", "mail"))}
    known = {"", *(code for (code,) in side.execute("SELECT code FROM departments_department"))}
    taken = [one for one in source if one["code"] not in blank]
    refused = {
        "MEMBER_MAIL_DUPLICATE": {one["code"] for one in taken if mails[mail_of(one)] > 1},
        "MEMBER_DEPARTMENT_UNKNOWN": {one["code"] for one in taken if one["department"]["code"] not in known},
    }
    for reason, wanted in refused.items():
        told = {key for _, why, key in issues if why == reason}
        if told != wanted:
            yield f"{reason} is told of {sorted(told)}, and it is so of {sorted(wanted)}"
    uncertain = {key for _, reason, key in issues if reason == "MEMBER_IDENTITY_UNCERTAIN"}
    failed = uncertain.union(*refused.values())
    for word, number, wanted in (("left out", row.skipped, blank), ("refused", row.failed, failed)):
        if number != len(wanted):
            yield f"{number} are called {word}, and {len(wanted)} are"
    if sum(row.counts) != len(source):
        yield f"{len(source)} rows have {sum(row.counts)} outcomes"
    here = {person[0]: person for person in side.execute(PEOPLE) if person[0]}
    yield from judge_taken([one for one in taken if one["code"] not in failed], here)
    yield from judge_marks(source, here)


def judge_taken(taken: list[dict[str, Any]], here: Mapping[str, Any]) -> Iterator[str]:
    for one in taken:
        person = here.get(mail_of(one))
        last, _, first = one["name"].strip().partition(" ")
        wanted = (mail_of(one), one["code"], last, first, one["department"]["code"])
        if person is None or person[:5] != wanted:
            yield f"{one['code']} is not here as カオナビ has them"
        elif one["retired_date"] and not person[5]:
            yield f"{one['code']} has left and is not marked"


def judge_marks(source: list[dict[str, Any]], here: Mapping[str, Any]) -> Iterator[str]:
    mails, numbers = {mail_of(one) for one in source}, {one["code"] for one in source}
    for mail, number, *_, missing, seen in here.values():
        if mail in mails and missing:
            yield f"{number} is in カオナビ and is marked as missing"
        if mail not in mails and number not in numbers and seen and not missing:
            yield f"{number} is gone and is not marked as missing"


def judge_departments(
    side: sqlite3.Connection, row: Any, source: list[dict[str, Any]], issues: list[Any]
) -> Iterator[str]:
    told = {key for severity, _, key in issues if severity == "error"}
    if row.failed != len(told):
        yield f"{row.failed} are called refused, and {len(told)} are told of"
    if sum(row.counts) != len(source):
        yield f"{len(source)} rows have {sum(row.counts)} outcomes"
    here = {department[0]: department for department in side.execute(TREE) if department[0]}
    for one in source:
        department = here.get(one["code"])
        if one["code"] in told:
            continue
        if department is None or department[:3] != (one["code"], one["name"], one["parent_code"] or ""):
            yield f"{one['code']} is not here as カオナビ has it"
        elif department[3]:
            yield f"{one['code']} is in カオナビ and is marked as missing"
    codes = {one["code"] for one in source}
    for code, _, _, missing, seen in here.values():
        if code not in codes and seen and not missing:
            yield f"{code} is gone and is not marked as missing"


def mail_of(one: Mapping[str, Any]) -> str:
    return one["mail"].strip().lower()
