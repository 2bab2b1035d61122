"""Run the whole product on one machine: `python -m mikiwame_kaonavi.launcher`, which `script/serve` calls.

Starts broker (unless one is named in the environment), web, worker and beat, prefixes their logs, starts again what
dies, and ends them all within about ten seconds of SIGTERM or Ctrl-C. They die with it when it is killed. All but the
broker are forks of this process: most of the memory of four Pythons is what they all have read, here once.
"""

import argparse
import contextlib
import errno
import fcntl
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from accounts.this_machine import is_this_machine
from mikiwame_kaonavi import image
from mikiwame_kaonavi.broker import BrokerError, prepare_broker
from mikiwame_kaonavi.forks import Fork, Forked, fork
from mikiwame_kaonavi.practice_program import Practice
from mikiwame_kaonavi.processes import answers, kill_group, start, stop, trouble_listening
from mikiwame_kaonavi.version import in_full

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".data"
PYTHON = [sys.executable, "-m"]
GRACE = 9.0  # seconds that programs get to end: a worker gives up an unfinished step within eight
STEADY = 30.0  # seconds after which a program counts as healthy again
LONGEST_PAUSE = 30.0
# Makes SIGTERM Celery's soft shutdown: an unfinished step is given up after a few seconds.
SOFT_END = {"REMAP_SIGTERM": "SIGQUIT"}
UNCHECKED = {"CELERY_SKIP_CHECKS": "true"}  # Celery would look at all models twice, and tell nobody what it found
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - all of a machine's addresses → one to ask it by


class LaunchError(Exception):
    """The product cannot be started; the message tells the person at the terminal what to do."""


@dataclass
class Program:
    """One of the processes that make the product, and how it has fared."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | Fork | None = None
    started_at: float = 0.0
    pause: float = 1.0  # seconds before the next start; doubles while the program keeps dying
    due_at: float = 0.0
    rest: bytes = field(default=b"", repr=False)  # a line of log that has not ended yet


class Launcher:
    """Starts programs, relays their logs, and starts again what dies. One thread: forking needs no more.

    A program that is a module of Python, `python -m …`, is a fork of this process once it `is_warm`.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.is_warm = False
        self.programs: list[Program] = []
        self._logs = selectors.DefaultSelector()

    def add(self, name: str, command: Sequence[str]) -> None:
        """Start a program and keep it running from now on."""
        program = Program(name, command)
        self.programs.append(program)
        self._start(program)

    def remove(self, name: str) -> None:
        """End a program that is not wanted any more."""
        [program] = [program for program in self.programs if program.name == name]
        self.programs.remove(program)
        if program.process:
            stop([program.process], within=GRACE)
        self._hang_up(program)

    def tend(self, *, timeout: float = 0.2) -> None:
        """Relay what the programs have said and start again what has died. Returns after about `timeout` seconds."""
        for key, _ in self._logs.select(timeout):
            self._relay(key.data)
        now = time.monotonic()
        for program in self.programs:
            if program.process is None:
                if now >= program.due_at:
                    self._start(program)
            elif program.process.poll() is not None:
                self._bury(program, now)

    def stop(self) -> None:
        """End everything, the broker last: the others hand their messages back to it."""
        running = [program.process for program in self.programs if program.process]
        first = [program.process for program in self.programs if program.process and program.name != "broker"]
        stop(first, within=GRACE)
        stop(running, within=2)
        for program in self.programs:
            self._hang_up(program)

    def _start(self, program: Program) -> None:
        if self.is_warm and list(program.command[:2]) == PYTHON:
            program.process = fork(f"mikiwame-{program.name}", program.command[2], program.command[3:])
        else:
            program.process = start(program.command, environment=self.environment, output=subprocess.PIPE)
        program.started_at = time.monotonic()
        assert program.process.stdout is not None  # noqa: S101 - asked for one line above
        os.set_blocking(program.process.stdout.fileno(), False)
        self._logs.register(program.process.stdout, selectors.EVENT_READ, program)

    def _bury(self, program: Program, now: float) -> None:
        process = program.process
        if process is None:
            return
        kill_group(process)  # a worker that was killed leaves its pool behind
        self._hang_up(program)
        program.process = None
        if now - program.started_at > STEADY:
            program.pause = 1.0
        program.due_at = now + program.pause
        say(f"{program.name} が終了しました（{process.returncode}）。{program.pause:.0f}秒後に再び起動します。")
        program.pause = min(program.pause * 2, LONGEST_PAUSE)

    def _relay(self, program: Program) -> None:
        stream = program.process.stdout if program.process else None
        if stream is None or stream not in self._logs.get_map():
            return
        while True:
            try:
                chunk = os.read(stream.fileno(), 65536)
            except BlockingIOError:
                return
            if not chunk:  # closed by the program
                self._logs.unregister(stream)
                return
            *lines, program.rest = (program.rest + chunk).split(b"\n")
            for line in lines:
                say(line.decode(errors="replace"), who=program.name)

    def _hang_up(self, program: Program) -> None:
        """Take the last words of a program that has ended."""
        self._relay(program)
        stream = program.process.stdout if program.process else None
        if stream is None:
            return
        if stream in self._logs.get_map():
            self._logs.unregister(stream)
        stream.close()


def say(text: str, *, who: str = "serve") -> None:
    """Print one line of log with the name of whoever it comes from."""
    print(f"{who:<6} | {text}", flush=True)


def web(*, host: str, port: int) -> list[str]:
    """The command of the web server, which starts WEB_CONCURRENCY processes. Each request is a line of our own log."""
    address = [f"--bind={in_url(host)}:{port}", "--threads=16", "--graceful-timeout=5", "--no-control-socket"]
    return [
        *PYTHON,
        "gunicorn",
        *address,
        "--worker-class=mikiwame_kaonavi.gunicorn_worker.PunctualWorker",
        "--logger-class=mikiwame_kaonavi.gunicorn_log.GunicornLogger",
        "mikiwame_kaonavi.wsgi",
    ]


def in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def worker(*, concurrency: int = 2) -> list[str]:
    """The command of the worker. It talks to no other worker, so it need not look for them at the start.

    It is to run with SOFT_END.
    """
    options = [
        "--pool=prefork",
        f"--concurrency={concurrency}",
        "--without-gossip",
        "--without-mingle",
        "--loglevel=INFO",
    ]
    return [*PYTHON, "celery", "--app=mikiwame_kaonavi", "--quiet", "worker", *options]


def beat(data: Path) -> list[str]:
    """The command of the clock that wakes the worker for its regular tasks; it remembers the last times in `data`."""
    options = [f"--schedule={data / 'beat-schedule'}", "--pidfile=", "--loglevel=INFO"]
    return [*PYTHON, "celery", "--app=mikiwame_kaonavi", "--quiet", "beat", *options]


@contextlib.contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold `data` for us alone. Raises LaunchError while another launcher runs on it."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise LaunchError(
                f"このデータ（{data}）ではすでに起動しています（プロセス {lock.read().strip()}）。先にそちらを終了してください。"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def prepare(environment: Mapping[str, str]) -> str:
    """Bring database and static files to the state of this code. Gives the code with which the first account is made,
    "" where there is one. Raises LaunchError.
    """
    command = [sys.executable, str(ROOT / "manage.py"), "prepare"]
    done = subprocess.run(
        command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise LaunchError("準備（データベースの更新と画面のファイル）に失敗しました。上のメッセージをご確認ください。")
    return done.stdout.strip()


def refuse_what_cannot_listen(host: str, port: int) -> None:
    """Raises LaunchError where nobody could listen."""
    trouble = trouble_listening(host, port)
    if trouble is None:
        return
    if trouble.errno == errno.EADDRINUSE:
        raise LaunchError(f"ポート{port}はほかのプログラムが使っています。--port で別の番号を指定してください。")
    if trouble.errno == errno.EACCES:
        raise LaunchError(f"ポート{port}を使う権限がありません。--port で1024以上の番号を指定してください。")
    raise LaunchError(
        f"「{host}」では待ち受けられません。--host には、このマシンのアドレスを指定してください（このマシンからだけ開くなら"
        " 127.0.0.1 か ::1、ほかのマシンからも開くなら 0.0.0.0）。"
    )


def announce(host: str, port: int, code: str) -> None:
    """Where the pages are, and what the first person there needs."""
    here = "localhost" if host in {"127.0.0.1", *EVERYWHERE} else in_url(host)
    say(f"http://{here}:{port}/ で利用できます。終了するには Ctrl-C を押してください。")
    if host in EVERYWHERE:
        say("ほかのマシンからは、localhost の代わりに、このマシンの名前かアドレスで開きます。")
    if code:
        say("まだアカウントがありません。上のアドレスを開き、最初の管理者を作成してください。")
        say(f"セットアップコード: {code}")


def serve(*, host: str, port: int, data: Path) -> None:
    """Run the product until SIGTERM or Ctrl-C. Raises LaunchError when it cannot be started."""
    from mikiwame_kaonavi import settings  # noqa: PLC0415 - reads the environment; a missing variable is told by main

    if settings.DEBUG and not is_this_machine(host):
        raise LaunchError(
            "DJANGO_DEBUG=true は開発用です。このマシン以外から開けるようにするには、DJANGO_DEBUG の設定を取り除いてください。"
        )
    web_processes = str(settings.WEB_CONCURRENCY)  # the web server reads it for itself, but not from `.env`
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PORT": str(port), "WEB_CONCURRENCY": web_processes}
    environment |= SOFT_END | UNCHECKED
    with only_one(data):
        refuse_what_cannot_listen(host, port)
        launcher = Launcher(environment)
        try:
            if not any(environment.get(name) for name in ("CELERY_BROKER_URL", "CELERY_BROKER_URL_FILE")):
                broker = prepare_broker(data)
                environment["CELERY_BROKER_URL_FILE"] = str(data / "broker-url")
                launcher.add("broker", broker.command)
                broker.wait_until_ready()
            code = prepare(environment)
            image.warm_up(environment)
            launcher.is_warm = True
            launcher.add("web", web(host=host, port=port))
            launcher.add("worker", worker())
            launcher.add("beat", beat(data))
            practice = Practice(data, ROOT / "manage.py", launcher)
            announced = False
            while True:
                launcher.tend()
                practice.tend()
                if not announced and answers(port, EVERYWHERE.get(host, host)):
                    announced = True
                    announce(host, port, code)
        except Forked:
            raise  # this process is one of its programs
        except BaseException:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave anything behind
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            launcher.stop()
            raise


def port_number(text: str) -> int:
    """As argparse wants it."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"ポートは 1 から 65535 までの番号です（{text}）。")
    return int(text)


def main() -> None:
    """Read the command line and serve. Ends with 1 and a sentence when that is impossible."""
    parser = argparse.ArgumentParser(prog="script/serve", description="web・worker・beat・キューを起動します。")
    parser.add_argument(
        "--port", type=port_number, default=os.environ.get("PORT") or "8000", help="既定は環境変数 PORT または 8000"
    )
    parser.add_argument(
        "--host",
        type=lambda text: text.strip("[]"),
        default="127.0.0.1",
        help="待ち受けるアドレス（既定: 127.0.0.1、ほかのマシンからも開くなら 0.0.0.0）",
    )
    parser.add_argument("--version", action="version", version=in_full())
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):  # the latter too: a shell's background job ignores it otherwise
        signal.signal(number, signal.default_int_handler)
    try:
        serve(host=arguments.host, port=arguments.port, data=DATA)
    except Forked as forked:
        program = forked
    except KeyboardInterrupt:
        say("終了しました。")
        return
    except (LaunchError, BrokerError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    program.become()


if __name__ == "__main__":
    main()
