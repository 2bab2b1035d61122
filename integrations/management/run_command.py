"""How a command tells the end of a run, to people or, as JSON, to a script.

Exit codes are part of the product's contract: 0 成功, 1 失敗, 中断 or 中止, 2 wrong usage, 3 一部エラー, 4 確認待ち,
5 refused because a job is unfinished.
"""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder

from integrations.jobs.serialize import job_json
from integrations.models import SyncJob

Status = SyncJob.Status
EXIT_CODES = {Status.SUCCEEDED: 0, Status.PARTIAL: 3, Status.HELD: 4}  # any other end is a 1
WRONG_USAGE, REFUSED = 2, 5


class RunCommand(BaseCommand):
    """A command that makes runs; how it `summarises` one to people is its own."""

    def say_json(self, what: Any) -> None:
        self.stdout.write(json.dumps(what, cls=DjangoJSONEncoder, ensure_ascii=False))

    def refuse(self, error: Exception, *, as_json: bool) -> int:
        """Why no run was started; the exit code."""
        if as_json:
            self.say_json({"error": str(error)})
        else:
            self.stderr.write(str(error))
        return REFUSED

    def tell(self, job: SyncJob, *, as_json: bool, unfinished: int) -> int:
        """The run as it is now; the exit code, which is `unfinished` while somebody else goes on with it."""
        job = SyncJob.objects.select_related("requested_by").get(pk=job.pk)
        if as_json:
            self.say_json(job_json(job))
        else:
            self.summarise(job)
        return unfinished if job.is_unfinished else EXIT_CODES.get(Status(job.status), 1)

    def summarise(self, job: SyncJob) -> None:
        self.stdout.write(f"{job}　{job.get_status_display()}　{job.message}")
