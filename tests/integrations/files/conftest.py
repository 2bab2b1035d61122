"""A small company, and the import of a file in this process."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from employees.models import Employee
from integrations import actions
from integrations.jobs.inline import run_inline
from integrations.models import SyncJob


@pytest.fixture
def people(db) -> dict[str, Employee]:
    """By 社員番号."""
    made = [
        Employee(employee_number=number, email=mail, last_name=last_name, first_name=first_name)
        for number, mail, last_name, first_name in (
            ("1001", "aoyama@example.co.jp", "青山", "直樹"),
            ("0012", "inoue@example.co.jp", "井上", "花"),
            ("", "ueda@example.co.jp", "上田", "純"),
        )
    ]
    Employee.objects.bulk_create(made)
    return {person.employee_number: person for person in made}


@pytest.fixture
def table() -> Callable[..., str]:
    """A file as text: columns as keywords ("_16タイプ" for 16タイプ), each a list of its cells."""

    def text_of(**columns: list[str]) -> str:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow([name.lstrip("_") for name in columns])
        writer.writerows(zip(*columns.values(), strict=True))
        return buffer.getvalue()

    return text_of


@pytest.fixture
def take(db) -> Callable[..., SyncJob]:
    """Imports a file to the end of its run, or until it is held."""

    def take_file(content: str | bytes, **options: Any) -> SyncJob:
        data = content.encode() if isinstance(content, str) else content
        job = actions.start_job(
            kind=SyncJob.Kind.ASSESSMENTS_FILE, by=None, file=("results.csv", data), inline=True, **options
        )
        run_inline(job)
        job.refresh_from_db()
        return job

    return take_file
