"""The same job as a person of data writes it: frames by pandas, `merge` for what differs, `to_sql` for what is new,
and a temporary table with an UPDATE for what changed. None of our rules either, one transaction as well.

Of the ways that pandas' documentation shows, the fastest on each database: `COPY` on PostgreSQL, and on SQLite the
plain `INSERT` (several rows in one, `method="multi"`, take four times as long there).
"""

import json
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from integrations.rules.employees.values import EMPLOYMENT_TYPES, GENDERS, OTHER
from script.benchmark.company import EMPLOYMENT_TYPE_ID, POSITION_ID, is_flawed

DAYS = ["birth_date", "hire_date", "retirement_date"]
PEOPLE, CHANGES, CHANGED = "employees_employee", "integrations_syncchange", "changed_people"
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
AS_DAYS: Any = dict.fromkeys(DAYS, sa.Date())  # else to_sql writes a moment


def run(file: Path, departments: dict[str, int], job: int) -> None:
    there = members(file, departments)
    with engine().begin() as connection:
        names = ", ".join(there.columns)
        here = pd.read_sql(f"SELECT id, {names} FROM {PEOPLE}", connection, parse_dates=DAYS)  # noqa: S608 - our own names
        both = there.merge(here, on="email", how="left", suffixes=("", "_before"), indicator=True)
        is_new = both["_merge"] == "left_only"
        news = both.loc[is_new, there.columns]
        known = both[~is_new]
        differs = pd.DataFrame(
            {name: unlike(known[name], known[f"{name}_before"]) for name in there.columns.drop("email")}
        )
        changed = known[differs.any(axis=1)]
        if len(news):
            write(news, PEOPLE, connection)
            numbers = pd.read_sql(f"SELECT id, email FROM {PEOPLE}", connection)  # noqa: S608 - our own names
            write(created(news.merge(numbers, on="email"), job), CHANGES, connection)
        if len(changed):
            update(changed[there.columns], connection)
            write(updated(changed, differs.loc[changed.index], job), CHANGES, connection)


@cache
def engine() -> sa.Engine:
    url = sa.make_url(os.environ["DATABASE_URL"])
    return sa.create_engine(url.set(drivername=DRIVERS[url.drivername]), poolclass=sa.NullPool)


def members(file: Path, departments: dict[str, int]) -> pd.DataFrame:
    """A row for each member whom the rules take; which ones these are is known beforehand."""
    rows = [row for number, row in enumerate(json.loads(file.read_bytes())["member_data"]) if not is_flawed(number)]
    read = pd.DataFrame.from_records(rows, exclude=["id", "age", "years_of_service", "sub_departments", "face_image"])
    items = pd.DataFrame.from_records(
        [{item["id"]: item["values"][0] if item["values"] else "" for item in row["custom_fields"]} for row in rows]
    )
    names = read["name"].str.partition(" ")
    kana = read["name_kana"].str.partition(" ")
    is_retired = read["retired_date"] != ""
    return pd.DataFrame(
        {
            "email": read["mail"],
            "employee_number": read["code"],
            "last_name": names[0],
            "first_name": names[2],
            "last_name_kana": kana[0],
            "first_name_kana": kana[2],
            "birth_date": pd.to_datetime(read["birthday"]),
            "gender": read["gender"].map(GENDERS).fillna(OTHER),
            "department_id": read["department"].str["code"].map(departments),
            "position": items[POSITION_ID],
            "employment_type": items[EMPLOYMENT_TYPE_ID].map(EMPLOYMENT_TYPES).fillna(OTHER),
            "hire_date": pd.to_datetime(read["entered_date"]),
            "retirement_date": pd.to_datetime(read["retired_date"]),
            "is_retired": is_retired,
            "retirement_source": is_retired.map({True: "kaonavi", False: ""}),
        }
    )


def unlike(now: pd.Series, before: pd.Series) -> pd.Series:
    """Where two columns differ; nothing is like nothing."""
    return (now != before) & ~(now.isna() & before.isna())


def write(rows: pd.DataFrame, table: str, connection: sa.Connection) -> None:
    method: Any = copy if connection.dialect.name == "postgresql" else None
    rows.to_sql(table, connection, if_exists="append", index=False, method=method, dtype=AS_DAYS)


def copy(table: Any, connection: sa.Connection, names: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    """What pandas' documentation hands to `to_sql` for PostgreSQL, with psycopg 3."""
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def update(rows: pd.DataFrame, connection: sa.Connection) -> None:
    """Over a temporary table."""
    names = ", ".join(rows.columns)
    connection.execute(sa.text(f"CREATE TEMPORARY TABLE {CHANGED} AS SELECT {names} FROM {PEOPLE} LIMIT 0"))  # noqa: S608 - our own names
    write(rows, CHANGED, connection)
    pairs = ", ".join(f"{name} = {CHANGED}.{name}" for name in rows.columns.drop("email"))
    connection.execute(sa.text(f"UPDATE {PEOPLE} SET {pairs} FROM {CHANGED} WHERE {PEOPLE}.email = {CHANGED}.email"))  # noqa: S608 - our own names
    connection.execute(sa.text(f"DROP TABLE {CHANGED}"))


def created(news: pd.DataFrame, job: int) -> pd.DataFrame:
    """What changed of people who are new: everything."""
    fields = [
        json.dumps({name: [None, value] for name, value in row.items()}, ensure_ascii=False)
        for row in plain(news.drop(columns="id")).to_dict("records")
    ]
    return changes(news, job, "create", fields)


def updated(people: pd.DataFrame, differs: pd.DataFrame, job: int) -> pd.DataFrame:
    """What changed of the others."""
    fields = [
        json.dumps({name: [row[f"{name}_before"], row[name]] for name in differs if news[name]}, ensure_ascii=False)
        for row, news in zip(plain(people).to_dict("records"), differs.to_dict("records"), strict=True)
    ]
    return changes(people, job, "update", fields)


def changes(people: pd.DataFrame, job: int, action: str, fields: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "job_id": job,
            "what": "employee",
            "object_id": people["id"].astype(int),
            "key": people["email"],
            "name": people["last_name"] + " " + people["first_name"],
            "action": action,
            "fields": fields,
        }
    )


def plain(people: pd.DataFrame) -> pd.DataFrame:
    """As JSON knows it: days as texts, nothing as None."""
    days = {name: days.dt.strftime("%Y-%m-%d") for name, days in people.select_dtypes("datetime").items()}
    texts = people.assign(**days).astype(object)
    return texts.where(texts.notna(), None)
