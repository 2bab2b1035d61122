"""Files of every kind, and the run that takes one in, in this process."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

from integrations import actions
from integrations.jobs.inline import run_inline
from integrations.models import SyncJob


def take_file(kind: str, content: bytes, **options: Any) -> SyncJob:
    """Imports a file to the end of its run, or until it is held."""
    job = actions.start_job(kind=kind, by=None, file=("file", content), inline=True, **options)
    run_inline(job)
    job.refresh_from_db()
    return job


def csv_file(*rows: Sequence[str], encoding: str = "utf-8", line_end: str = "\r\n") -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=line_end).writerows(rows)
    return buffer.getvalue().encode(encoding)


def workbook(*rows: Iterable[Any]) -> bytes:
    """A workbook as a program writes it that thinks of texts, numbers and days as such."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def reasons(job: SyncJob) -> list[str]:
    return list(job.issues.values_list("reason", flat=True))
