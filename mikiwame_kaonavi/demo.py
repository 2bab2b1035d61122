"""Try the whole product with a simulated カオナビ and a sample company: `python -m mikiwame_kaonavi.demo`.

`script/demo` calls it. Data and simulator are kept in `.data/` between calls, so a second call finds everything as it
was and must change nothing. `--once` ends after the runs, with 0 when each gave what the sample was built for.
"""

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from datetime import time as time_of_day
from typing import Any, NamedTuple

import django
import requests

from integrations.kaonavi.simulator import sample_company
from mikiwame_kaonavi.broker import write_secret
from mikiwame_kaonavi.launcher import DATA, ROOT
from mikiwame_kaonavi.processes import answers, free_port, port_is_free, start, stop

MANAGE = [sys.executable, str(ROOT / "manage.py")]
STATE = DATA / "simulator.json"
PORTS = DATA / "demo-ports.json"
PASSWORD = DATA / "demo-password"
RESULTS = DATA / "demo-results.csv"
DAMAGED_RESULTS = DATA / "demo-damaged-results.xlsx"
RUN_LOG = DATA / "demo-runs.log"
KNOWN_ISSUES = DATA / "demo-issues.json"  # what each run found the last time: a second one must find the same
ISSUES_SHOWN = 4
CHANGED = "前回のあとに画面やカオナビの内容を変えた場合は、そのためです"
STATUSES = {
    "succeeded": "成功",
    "partial": "一部エラー",
    "failed": "失敗",
    "cancelled": "中止",
    "interrupted": "失敗（中断）",
}
ENDED_WELL = {"succeeded", "partial"}
COUNTS = {"created": "新規", "updated": "更新", "unchanged": "変更なし", "skipped": "対象外", "failed": "エラー"}
SEVERITIES = {"error": "エラー", "skipped": "対象外", "warning": "注意"}


class DemoError(Exception):
    """The demo cannot go on; the message says why to the person at the terminal."""


class Run(NamedTuple):
    """One run of the demo: its command, what it counts the first time and ever after; issues of `told` come first."""

    title: str
    kind: str
    command: list[str]
    first: dict[str, int]
    again: dict[str, int]
    told: tuple[str, ...] = ()


class Demo:
    """The processes of one demo, and the steps that it takes with them."""

    def __init__(self, *, port: int | None) -> None:
        remembered = json.loads(PORTS.read_text()) if PORTS.exists() else {}
        self.port = port or usable_port(remembered.get("web", 8000))
        self.has_moved = remembered.get("web", self.port) != self.port  # then every link on the sheets is another one
        self.simulator_port = usable_port(remembered.get("simulator", 0))
        PORTS.write_text(json.dumps({"web": self.port, "simulator": self.simulator_port}))
        self.address = f"http://localhost:{self.port}"
        self.simulator = f"http://127.0.0.1:{self.simulator_port}"
        os.environ["SITE_URL"] = self.address  # part of the links on the sheets
        os.environ["KAONAVI_API_URL"] = f"{self.simulator}/api/v2.0"
        os.environ.setdefault("WEBHOOK_DELAY", "5")  # nobody who looks on wants to wait five minutes
        os.environ["DJANGO_SETTINGS_MODULE"] = "mikiwame_kaonavi.settings"
        django.setup()  # not before: the settings read the variables above
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.differences: list[str] = []

    def check_database(self) -> None:
        """Raise DemoError when there is somebody in the database whom no demo has put there."""
        from django.db import connection  # noqa: PLC0415 - Django is ready now, not when this file is read

        from employees.models import Employee  # noqa: PLC0415 - as above

        is_migrated = Employee._meta.db_table in connection.introspection.table_names()
        if is_migrated and not STATE.exists() and Employee.objects.exists():
            raise DemoError(
                "このデータベースには見本ではない社員がいるため、デモを中止しました。別の DATABASE_URL を指定してください。"
            )

    def start(self) -> None:
        """Start simulator and product and wait until both answer. Raises DemoError when one does not."""
        simulator = ["kaonavi_simulator", "--port", str(self.simulator_port), "--state", str(STATE), "--sample-company"]
        self._start("simulator", [*MANAGE, *simulator])
        self._start("serve", [sys.executable, "-m", "mikiwame_kaonavi.launcher", "--port", str(self.port)])
        self._wait_for("simulator", self.simulator_port)
        self._wait_for("serve", self.port)
        say(f"■ 起動しました（カオナビのシミュレーター: {self.simulator}/）")

    def stop(self) -> None:
        """End everything, the product first."""
        for name in ("serve", "simulator"):
            if name in self.processes:
                stop([self.processes[name]], within=15)

    def prepare(self) -> None:
        """Make the log-in, and connect unless that was done. Raises DemoError when that fails."""
        from django.contrib.auth import get_user_model  # noqa: PLC0415 - Django is ready now, not when this file is read

        from integrations.models import AutomationSettings, KaonaviConnection  # noqa: PLC0415 - as above

        if not PASSWORD.exists():
            write_secret(PASSWORD, secrets.token_urlsafe(12))
        user, _ = get_user_model().objects.get_or_create(
            username="admin",
            defaults={"is_staff": True, "is_superuser": True, "last_name": "管理", "first_name": "花子"},
        )
        if not user.check_password(PASSWORD.read_text()):
            user.set_password(PASSWORD.read_text())
            user.save()
        if KaonaviConnection.objects.filter(state="active").exists():
            say("■ カオナビと連携済みです。")
            return
        self.control("POST", "ticks")
        keys = self.control("GET", "credentials")
        command = [*MANAGE, "kaonavi", "connect", "--key", keys["consumer_key"]]
        secret = {"KAONAVI_CONSUMER_SECRET": keys["consumer_secret"]}
        done = subprocess.run(
            command, env={**os.environ, **secret}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DemoError(f"カオナビ（シミュレーター）と連携できませんでした。\n{done.stderr}")
        # the simulator is never away for maintenance: at no hour need a click be asked about
        AutomationSettings.objects.get_or_create(defaults={"maintenance_to": time_of_day(1)})
        say("■ カオナビで「操作対象の管理」のすべてにチェックマークを加え、連携しました。")

    def run(self, run: Run) -> None:
        """Make one run through the real queue, tell what it gave, and note what it should not have given."""
        remembered: dict[str, Any] = json.loads(KNOWN_ISSUES.read_text()) if KNOWN_ISSUES.exists() else {}
        known = remembered.get(run.title)
        since = self.control("GET", "clock")["now"]
        with RUN_LOG.open("ab") as log:  # what a command writes down beside its answer is for nobody who looks on
            done = subprocess.run(
                [*MANAGE, *run.command, "--json"],
                env=os.environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                check=False,
            )
        try:
            job: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            raise DemoError(
                f"{run.title}を実行できませんでした（終了コード {done.returncode}）。{RUN_LOG} をご確認ください。"
            ) from None
        if "error" in job:
            raise DemoError(f"{run.title}を実行できませんでした: {job['error']}")
        calls = [call for call in self.control("GET", "calls") if call["is_update"] and call["time"] >= since]
        self._tell(run, job, len(calls))
        expected = run.first if known is None else run.again
        issues = sorted([issue["reason"], issue["subject_key"]] for issue in job["issues"])
        problems = {
            "状態": job["status"] not in ENDED_WELL,
            "件数": {name: job[name] for name in COUNTS} != expected,
            "エラーの内容": known is not None and issues != known,
            "更新リクエスト": known is not None and bool(calls) != bool(expected["updated"]),
        }
        for what, differs in problems.items():
            if differs:
                self.differences.append(f"{run.title}: {what}が想定と異なります（想定: {in_words(expected)}）")
        if job["status"] in ENDED_WELL:
            KNOWN_ISSUES.write_text(json.dumps(remembered | {run.title: issues}))

    def sync(self) -> None:
        """Take departments and people over. ミキワメ knows some of them under addresses that others have by now."""
        from integrations.practice import sample_mistakes  # noqa: PLC0415 - its models need Django, which is ready now

        if not KNOWN_ISSUES.exists():
            members = self.control("GET", "tenant")["members"]
            sample_mistakes.add_people_with_others_addresses({member["code"]: member for member in members})
        departments, people = ["kaonavi", "sync", "departments"], ["kaonavi", "sync", "employees"]
        first, again = sample_company.EXPECTED, sample_company.EXPECTED_AGAIN
        self.run(Run("部署の同期", "departments", departments, first["departments"], again["departments"]))
        not_taken, counts = sample_mistakes.NOT_TAKEN, (first["employees"], again["employees"])
        once, ever_after = (
            tally | {name: tally[name] - not_taken, "failed": tally["failed"] + not_taken}
            for name, tally in zip(("created", "unchanged"), counts, strict=True)
        )
        self.run(Run("社員の同期", "employees", people, once, ever_after, sample_mistakes.IDENTITY))

    def play_company(self) -> None:
        """Give ミキワメ what it has of its own, and カオナビ two records that an upload must leave alone."""
        from integrations.practice import sample_mistakes, sample_results  # noqa: PLC0415 - as above

        if not RESULTS.exists():
            sample_results.add_local_people()
            sheets = self.control("GET", "tenant")["sheets"]
            self.control("PUT", "tenant", {"sheets": sample_results.with_untouchable_records(sheets, self.address)})
            sample_results.write_results(RESULTS)
        once, ever_after = sample_results.IMPORTED, sample_results.IMPORTED_AGAIN
        self.run(
            Run("検査結果の取り込み", "assessments_file", ["assessments", "import", str(RESULTS)], once, ever_after)
        )
        sample_mistakes.write_damaged_workbook(DAMAGED_RESULTS)
        command, none = ["assessments", "import", str(DAMAGED_RESULTS)], sample_mistakes.IMPORTED
        self.run(Run("壊れた Excel の取り込み", "assessments_file", command, none, none, sample_mistakes.DAMAGE))

    def upload(self) -> None:
        """Register the results in カオナビ."""
        from integrations.practice import sample_results  # noqa: PLC0415 - as above

        once, ever_after = sample_results.EXPECTED, sample_results.EXPECTED_AGAIN
        if self.has_moved:
            ever_after = sample_results.EXPECTED_AFTER_A_MOVE
        self.run(Run("性格検査結果の登録", "results", ["kaonavi", "sync", "results"], once, ever_after))

    def subscribe(self) -> None:
        """Have カオナビ tell of its members. A new secret each time, since only the hash of the last one is known."""
        from django.contrib.auth.models import User  # noqa: PLC0415 - as above

        from integrations.automation import secret  # noqa: PLC0415 - as above
        from integrations.practice.simulator import subscribe  # noqa: PLC0415 - as above

        subscribe(self.control, self.address, secret.make(by=User.objects.get(username="admin")))
        say("\n■ カオナビに Webhook を登録しました。メンバーを変えると、社員の同期が自動で始まります。")

    def wait(self) -> None:
        """Stay until Ctrl-C. Raises DemoError when the product ends by itself."""
        if self.processes["serve"].wait():
            raise DemoError(f"起動したプログラムが終了しました。{DATA / 'serve.log'} をご確認ください。")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the simulator for something that カオナビ itself would not tell or do."""
        answer = requests.request(method, f"{self.simulator}/_control/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def _start(self, name: str, command: list[str]) -> None:
        with (DATA / f"{name}.log").open("wb") as log:
            self.processes[name] = start(command, environment=os.environ, output=log)

    def _wait_for(self, name: str, port: int) -> None:
        deadline = time.monotonic() + 60
        while not answers(port):
            if self.processes[name].poll() is not None or time.monotonic() > deadline:
                last_words = "".join((DATA / f"{name}.log").read_text(errors="replace").splitlines(keepends=True)[-15:])
                raise DemoError(f"{name} を起動できませんでした。\n{last_words}")
            time.sleep(0.1)

    def _tell(self, run: Run, job: dict[str, Any], calls: int) -> None:
        say(f"\n■ {run.title}: {STATUSES.get(job['status'], job['status'])}（{in_words(job)}）")
        if run.kind == "results" or job["status"] not in ENDED_WELL:  # the counts stand above already
            say(f"   {job['message']}")
        if run.kind == "results":
            say(f"   カオナビへの更新リクエスト: {calls}回")
        first = sorted(job["issues"], key=lambda issue: issue["reason"] not in run.told)
        shown = max(ISSUES_SHOWN, sum(issue["reason"] in run.told for issue in first))
        for issue in first[:shown]:
            subject = " ".join(filter(None, [issue["subject_key"], issue["subject_name"]]))
            say(f"   - [{SEVERITIES[issue['severity']]}] {subject} {issue['reason']}: {issue['detail']}")
        if len(first) > shown:
            say(f"   - ほか{len(first) - shown}件（画面の「バックグラウンド処理一覧」で確認できます）")


def in_words(counts: dict[str, Any]) -> str:
    """The five counts, as the screens name them."""
    return " / ".join(f"{word} {counts[name]}" for name, word in COUNTS.items())


def usable_port(wanted: int) -> int:
    """The wanted port, or any other while somebody else has it."""
    return wanted if wanted and port_is_free(wanted) else free_port()


def say(text: str) -> None:
    """Speak to the person at the terminal at once."""
    print(text, flush=True)


def tell_what_next(demo: Demo) -> None:
    """Where to go from here."""
    say(f"""
■ ミキワメの画面: {demo.address}/
   ユーザー名 admin   パスワード {PASSWORD.read_text()}
■ カオナビ（シミュレーター）の管理画面: {demo.simulator}/

次にできること:
 1. 「バックグラウンド処理一覧」で、いまの処理の件数とエラーの対処方法を見る
 2. カオナビ側のメンバーや所属ツリーを変え、「自社社員管理」「部署管理」の「カオナビと同期」を試す
 3. カオナビ側のメンバーを編集して保存し、何も押さずに1分ほど待つ（「設定」の「自動実行」に、届いた通知と始まった処理が出ます）
 4. 社員の受検者詳細を開き、カオナビのカスタムガジェットやシャッフルフェイスで登録された結果を見る
データは {DATA} にあり、次回もそのまま使われます。削除すると最初からやり直せます。""")


def main() -> None:
    """Read the command line, run the demo, and end with 1 where something was not as it must be."""
    parser = argparse.ArgumentParser(
        prog="script/demo", description="見本の会社で、連携から結果の登録までを実行します。"
    )
    parser.add_argument("--once", action="store_true", help="実行して結果を表示したら終了します")
    parser.add_argument("--port", type=int, help="画面のポート（既定: 前回と同じ、初回は 8000）")
    arguments = parser.parse_args()
    DATA.mkdir(mode=0o700, exist_ok=True)
    for number in (signal.SIGTERM, signal.SIGINT):  # the latter too: a shell's background job ignores it otherwise
        signal.signal(number, signal.default_int_handler)
    demo = Demo(port=arguments.port)
    try:
        demo.check_database()
        demo.start()
        demo.prepare()
        demo.sync()
        demo.play_company()
        demo.upload()
        demo.subscribe()
        tell_what_next(demo)
        if demo.differences:
            say("\n".join(["", f"想定と異なる結果がありました（{CHANGED}）:", *demo.differences]))
        if not arguments.once:
            say("\n終了するには Ctrl-C を押してください。")
            demo.wait()
    except KeyboardInterrupt:
        say("\n終了しています…")
    except DemoError as error:
        sys.exit(str(error))
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave anything behind
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        demo.stop()
    sys.exit(1 if demo.differences else 0)


if __name__ == "__main__":
    main()
