"""The product's employee import as a worker runs it: one step of a job, with カオナビ's answers read from files."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from departments.models import Department
from integrations import actions
from integrations.connection.remote_state import DatabaseQuota, MemoryTokens
from integrations.jobs import runner
from integrations.kaonavi.client import KaonaviClient
from integrations.models import KaonaviConnection, SyncJob
from script.benchmark import company
from script.benchmark.measuring import seconds_of


class RecordedAnswers(HTTPAdapter):
    """Answers from files, at once: what カオナビ and the network take is not ours to measure."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]  # how to send does not matter here
        file = self.folder / urlsplit(request.url or "").path.rsplit("/", 1)[-1]
        headers = {"Content-Type": "application/json"}
        raw = HTTPResponse(body=file.open("rb"), status=200, headers=headers, preload_content=False)
        return self.build_response(request, raw)


def connect_company() -> dict[str, int]:
    """Departments and a connection, for everybody who imports. Gives code → number of the departments."""
    KaonaviConnection.objects.update_or_create(pk=1, defaults={"consumer_key": "k", "consumer_secret": "s"})
    codes = [company.department_code(number) for number in range(company.DEPARTMENTS)]
    Department.objects.bulk_create(Department(code=code, name=f"部署{code}") for code in codes)
    return departments_by_code()


def departments_by_code() -> dict[str, int]:
    return dict(Department.objects.values_list("code", "pk"))


def queue_import() -> SyncJob:
    return actions.start_job(kind=SyncJob.Kind.EMPLOYEES, by=None, inline=True)


def run_import(job: SyncJob, answers: Path) -> None:
    """The whole run, from カオナビ's answer to the committed database."""

    @contextmanager
    def connect() -> Iterator[KaonaviClient]:
        with requests.Session() as session:
            session.mount("http://", RecordedAnswers(answers))
            yield KaonaviClient(
                "http://recorded/api", "key", "secret", session=session, tokens=MemoryTokens(), quota=DatabaseQuota()
            )

    runner.advance(job.pk, job.lease, worker="measured", connect=connect)


def measure(*, answers: str) -> dict[str, float]:
    """One import into the database as it is: seconds."""
    return {"seconds": seconds_of(partial(run_import, queue_import(), Path(answers) / "base"))}


def check(job: SyncJob, **expected: int) -> None:
    """Raises AssertionError where the run did not come to these counts: a fast wrong answer is none."""
    job.refresh_from_db()
    found = {name: count for name, count in job.counts.items() if name in expected}
    if found != expected:
        raise AssertionError(f"{job.message} {found} {expected}")
