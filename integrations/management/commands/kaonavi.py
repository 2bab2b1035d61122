"""`manage.py kaonavi …`: everything about the link to カオナビ that an operator or a script may do.

Exit codes are part of the product's contract: see `run_command` and the help of each sub-command.
"""

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import Error as DatabaseTrouble
from django.db import connection
from django.utils import timezone

from accounts import site
from accounts.causes import cause_of
from accounts.encryption import UnreadableSecretError
from integrations import actions, kinds
from integrations.automation.maintenance import warning
from integrations.checkup.lines import check_connection
from integrations.connection.session import NotConnectedError, open_client
from integrations.files.error_file import lines
from integrations.jobs.inline import run_inline
from integrations.jobs.records import about_others
from integrations.jobs.serialize import job_json
from integrations.kaonavi.errors import KaonaviError, MustWait
from integrations.management.patient_start import start_patiently
from integrations.management.probing import probe
from integrations.management.run_command import RunCommand
from integrations.models import SyncJob
from integrations.rules.client_errors import finding_of
from integrations.rules.wording import in_words
from integrations.screens.open_problems import handling_of
from integrations.screens.standstill import why_it_stands
from integrations.supervisor import Supervisor

LOOK_EVERY = 0.3  # seconds
REFUSALS = (
    *(actions.AlreadyRunning, actions.NotUndoableError, actions.TooLate),
    *(NotConnectedError, UnreadableSecretError),
)
MARKS = {"ok": "○", "warning": "△", "error": "×", "skipped": "？", "unused": "－"}


class Command(RunCommand):
    help = "カオナビとの連携（接続、確認、同期、処理の一覧、解除）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions_ = parser.add_subparsers(dest="action", required=True)
        connect = actions_.add_parser("connect", help="キーを確かめて連携する")
        connect.add_argument("--key", required=True, help="Consumer Key")
        actions_.add_parser("check", help="連携チェック")
        probe = actions_.add_parser(
            "probe", help="カオナビの応答の形を調べ、値を含まない報告をファイルに書く（読み取りだけ）"
        )
        probe.add_argument("file", type=Path, help="書き込むファイル（所有者だけが読めるように作る。上書きはしない）")
        probe.add_argument(
            "--key", default="", help="連携中のものではない Consumer Key（シークレットは connect と同じ）"
        )
        probe.add_argument(
            "--write-question",
            default="",
            metavar="社員番号",
            help="レコードのないこの1名の「受検日」に書き込む問いも尋ねる（確認してから実行する）",
        )
        actions_.add_parser("disconnect", help="連携を解除する")
        sync = actions_.add_parser("sync", help="同期を実行し、終わるまで待つ")
        sync.add_argument("kind", choices=kinds.codes(lambda kind: kind.has_button))
        add_places(sync)
        approve = actions_.add_parser("approve", help="確認待ちの処理を実行し、終わるまで待つ")
        approve.add_argument("job", type=int)
        approve.add_argument(
            "--keep", action="store_true", help="確認を求められた項目や印を変えずに実行する（失われる値はありません）"
        )
        add_places(approve)
        undo = actions_.add_parser("undo", help="1つの処理を元に戻す（まず確認待ちになる）")
        undo.add_argument("job", type=int)
        add_places(undo)
        for command in (sync, undo):
            how = command.add_mutually_exclusive_group()
            how.add_argument("--dry-run", action="store_true", help="書き込まずに確認待ちで終わる")
            how.add_argument("--approve", action="store_true", help="確認待ちで止まらない")
        jobs = actions_.add_parser("jobs", help="バックグラウンド処理一覧")
        jobs.add_argument("--json", action="store_true")
        cancel = actions_.add_parser("cancel", help="1つの処理を中止する")
        cancel.add_argument("job", type=int)
        issues = actions_.add_parser("issues", help="1つの処理のエラーと注意")
        issues.add_argument("job", type=int)
        issues.add_argument("--csv", action="store_true", help="エラーファイルと同じ CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["action"] in {"connect", "disconnect"} or options.get("key")) and site.is_practice():
            raise CommandError(
                "練習モードのため、実際のカオナビの認証情報は使えず、連携も変更できません。"
                "先に、設定 > 外部ツールとの連携 > 練習モード で練習モードを終了してください。"
            )
        run = {
            "connect": self.connect,
            "check": self.check_connection,
            "probe": self.probe,
            "disconnect": self.disconnect,
            "sync": self.sync,
            "approve": self.approve,
            "undo": self.undo,
            "jobs": self.jobs,
            "cancel": self.cancel,
            "issues": self.issues,
        }[options["action"]]
        if code := run(options):
            sys.exit(code)

    def connect(self, options: dict[str, Any]) -> int:
        if not (secret := self.secret()):
            return 1
        try:
            actions.connect(key=options["key"], secret=secret, by=None)
        except (KaonaviError, MustWait) as error:
            problem = in_words(finding_of(error))
            self.stderr.write(f"連携できませんでした。{problem.detail}\n→ {problem.remedy}")
            return 1
        self.stdout.write("連携が完了しました")
        return 0

    def secret(self) -> str:
        """From the environment or standard input, so that no process list shows it; "" after a word about it."""
        secret = os.environ.get("KAONAVI_CONSUMER_SECRET") or sys.stdin.readline().strip()
        if not secret:
            self.stderr.write("Consumer Secretを入力してください（環境変数 KAONAVI_CONSUMER_SECRET または標準入力）。")
        return secret

    def check_connection(self, options: dict[str, Any]) -> int:
        broken = False
        for line in check_connection(open_client):
            broken = broken or line.status == "error"
            self.stdout.write(f"{MARKS[line.status]} {line.title}　{line.detail}")
            if line.remedy:
                self.stdout.write(f"　　→ {line.remedy}")
        return int(broken)

    def probe(self, options: dict[str, Any]) -> int:
        secret = self.secret() if options["key"] else ""
        if options["key"] and not secret:
            return 1
        write_for = options["write_question"]
        try:
            return probe(options["file"], key=options["key"], secret=secret, write_for=write_for, say=self.stdout.write)
        except (NotConnectedError, UnreadableSecretError) as error:
            self.stderr.write(str(error))
            return 1

    def disconnect(self, options: dict[str, Any]) -> int:
        if actions.disconnect(by=None):
            self.stdout.write("連携を解除しました")
            return 0
        self.stderr.write("カオナビと連携していません。")
        return 1

    def sync(self, options: dict[str, Any]) -> int:
        return self.see_through(
            partial(
                actions.start_job,
                kind=options["kind"],
                by=None,
                dry_run=options["dry_run"],
                approve=options["approve"],
            ),
            options,
            kinds.KINDS[options["kind"]],
        )

    def approve(self, options: dict[str, Any]) -> int:
        job = job_of(options)
        start = partial(actions.approve_job, job, by=None, keep_items=options["keep"])
        return self.see_through(start, options, kinds.of(job))

    def undo(self, options: dict[str, Any]) -> int:
        job = job_of(options)
        start = partial(actions.undo_job, job, by=None, approve=options["approve"])
        return self.see_through(start, options, kinds.UNDOING.get(job.undone_kind or job.kind))

    def see_through(self, start: Callable[..., SyncJob], options: dict[str, Any], kind: kinds.Kind | None) -> int:
        """Let a run of the kind start or go on, and tell how it ends."""
        if kind and kind.needs_connection and (words := warning(timezone.now())):
            self.stderr.write(words)
        try:
            job = start_patiently(partial(start, inline=options["inline"]), self.stderr.write)
        except REFUSALS as error:
            return self.refuse(error, as_json=options["json"])
        if options["inline"]:
            run_inline(job)
        if not options["no_wait"]:
            self.wait(job)  # also where another process took an inline run over
        return self.tell(job, as_json=options["json"], unfinished=0)

    def wait(self, job: SyncJob) -> None:
        """Until the run has ended or is held; says once each thing that keeps it, waits for a database that is away.

        Meanwhile this process looks after the run: where no worker and no beat is, it is the only one.
        """
        supervisor, looked_at, told = Supervisor(sends=False), time.monotonic(), ""
        while True:
            try:
                job.refresh_from_db()
                if not job.is_unfinished:
                    return
                if time.monotonic() - looked_at >= settings.JOB_LOOK_EVERY:
                    looked_at = time.monotonic()
                    supervisor.look()
                    if (problem := why_it_stands(job, timezone.now())) and problem != told:
                        self.stderr.write(f"{problem}終わるまで待ち続けます。")
                        told = problem
            except DatabaseTrouble as error:
                connection.close()
                if (known := cause_of(error)) and known.sentence != told:
                    self.stderr.write(f"{known.sentence}{known.remedy}終わるまで待ち続けます。")
                    told = known.sentence
            time.sleep(LOOK_EVERY)

    def summarise(self, job: SyncJob) -> None:
        super().summarise(job)
        if job.status == SyncJob.Status.HELD:
            keep = "（失われる値がないようにする場合は --keep を付ける）" if job.run_options.question else ""
            self.stdout.write(
                f"　→ 実行するには manage.py kaonavi approve {job.pk}{keep}、やめるには manage.py kaonavi cancel {job.pk}"
            )
        for issue in job.issues.all()[:20]:
            self.stdout.write(f"　{issue.get_severity_display()} {issue.reason} {issue.subject_key} {issue.sentence}")

    def jobs(self, options: dict[str, Any]) -> int:
        jobs = SyncJob.objects.select_related("requested_by")
        if options["json"]:
            self.say_json([job_json(job) for job in jobs.prefetch_related("issues")])
            return 0
        for job in jobs[:50]:
            at = timezone.localtime(job.created_at)
            self.stdout.write(f"{job.pk}\t{job.get_kind_display()}\t{job.get_status_display()}\t{at:%Y/%m/%d %H:%M}")
        return 0

    def cancel(self, options: dict[str, Any]) -> int:
        job = job_of(options)
        try:
            actions.cancel_job(job, by=None)
        except actions.TooLate as error:
            self.stderr.write(str(error))
            return 1
        self.stdout.write(f"「{job.get_kind_display()}」を中止しました")
        return 0

    def issues(self, options: dict[str, Any]) -> int:
        job = job_of(options)
        if options["csv"]:
            for line in lines(chain(job.issues.iterator(), about_others(job)), handling_of(job.issues.all())):
                self.stdout.write(line, ending="")
            return 0
        for issue in job.issues.all():
            self.stdout.write(
                f"{issue.get_severity_display()}\t{issue.reason}\t{issue.subject_key}"
                f"\t{issue.subject_name}\t{issue.sentence}"
            )
            self.stdout.write(f"　→ {issue.remedy}")
        for rest in about_others(job):
            self.stdout.write(f"{rest.get_severity_display()}\t{rest.reason}\t{rest.detail}")
        return 0


def add_places(parser: ArgumentParser) -> None:
    """The flags of what runs a job: where, and how its end is told."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--no-wait", action="store_true", help="開始だけして待たない")
    where.add_argument("--inline", action="store_true", help="ワーカーを使わず、このプロセスで実行する")
    parser.add_argument("--json", action="store_true", help="結果を JSON で出力する")


def job_of(options: dict[str, Any]) -> SyncJob:
    """The run that is meant. Raises CommandError where there is none."""
    job = SyncJob.objects.filter(pk=options["job"]).first()
    if job is None:
        raise CommandError(f"処理 {options['job']} はありません。")
    return job
