"""`manage.py assessments import FILE`: takes results from a CSV file, in this process, without worker or broker."""

import sys
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from integrations import actions
from integrations.jobs.inline import run_inline
from integrations.management.patient_start import start_patiently
from integrations.management.run_command import WRONG_USAGE, RunCommand
from integrations.models import SyncJob

SHOWN_ISSUES = 20


class Command(RunCommand):
    help = "検査結果（CSV ファイルの取込）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        subcommands = parser.add_subparsers(dest="action", required=True)
        load = subcommands.add_parser("import", help="検査結果CSVを取り込む")
        load.add_argument("file", type=Path, metavar="FILE", help="1行に1件の検査結果、尺度ごとに1列の CSV")
        load.add_argument("--dry-run", action="store_true", help="書き込まずに確認待ちで終わる")
        load.add_argument("--json", action="store_true", help="結果を JSON で出力する")

    def handle(self, *_: Any, **options: Any) -> None:
        if code := self.load(options["file"], dry_run=options["dry_run"], as_json=options["json"]):
            sys.exit(code)

    def load(self, path: Path, *, dry_run: bool, as_json: bool) -> int:
        """Run the import to its end; the exit code."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"ファイルを開けません: {path}（{error.strerror}）", returncode=WRONG_USAGE) from error
        try:
            start = partial(
                actions.start_job,
                kind=SyncJob.Kind.ASSESSMENTS_FILE,
                by=None,
                dry_run=dry_run,
                file=(path.name[:255], content),
                inline=True,
            )
            job = start_patiently(start, self.stderr.write)
        except actions.AlreadyRunning as error:
            return self.refuse(error, as_json=as_json)
        run_inline(job)
        return self.tell(job, as_json=as_json, unfinished=1)

    def summarise(self, job: SyncJob) -> None:
        """The run and its first problems, each with what to do."""
        super().summarise(job)
        issues = list(job.issues.all()[: SHOWN_ISSUES + 1])
        for issue in issues[:SHOWN_ISSUES]:
            self.stdout.write(f"　{issue.get_severity_display()} {issue.reason} {issue.subject_key} {issue.sentence}")
            self.stdout.write(f"　　→ {issue.remedy}")
        if len(issues) > SHOWN_ISSUES:
            rest = job.issues.count() - SHOWN_ISSUES + job.left_out
            self.stdout.write(f"　ほか{rest:,}件（manage.py kaonavi issues {job.pk} で表示）")
