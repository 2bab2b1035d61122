"""The launcher: what it starts it keeps alive, relays and ends. The programs here are small ones of our own."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from mikiwame_kaonavi import launcher as launcher_module
from mikiwame_kaonavi.launcher import EVERYWHERE, ROOT, Launcher, LaunchError, only_one, serve, web
from mikiwame_kaonavi.processes import answers, family_of, trouble_listening
from tests.processes.ports import free_port

pytestmark = pytest.mark.processes

SLEEPER = [sys.executable, "-c", "import time; print('起きました', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print('stubborn', flush=True); time.sleep(600)",
]

PARENT = f"""
import os
from mikiwame_kaonavi.launcher import Launcher
launcher = Launcher(os.environ)
launcher.add("broker", {STUBBORN!r})
print(launcher.programs[0].process.pid, flush=True)
while True:
    launcher.tend()
"""


@pytest.fixture(autouse=True)
def signals_of_tests() -> Iterator[None]:
    """A launcher that ends hears no more signals, and here it is one of our own process."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.fixture
def launcher() -> Iterator[Launcher]:
    launcher = Launcher(os.environ)
    yield launcher
    launcher.stop()


def tend_until(launcher: Launcher, is_so: Callable[[], bool], *, within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        launcher.tend(timeout=0.05)


def test_it_relays_what_programs_say_with_their_name(launcher, capsys):
    said = ""

    def heard() -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return "worker | 起きました" in said

    launcher.add("worker", SLEEPER)
    tend_until(launcher, heard)


def test_it_starts_again_what_died(launcher, monkeypatch):
    launcher.add("worker", SLEEPER)
    [program] = launcher.programs
    first = program.process
    program.pause = 0
    first.kill()
    first.wait()
    tend_until(launcher, lambda: program.process not in {None, first})
    assert program.process.poll() is None


def test_it_waits_longer_each_time_a_program_dies_young(launcher):
    began = time.monotonic()
    launcher.add("beat", [sys.executable, "-c", "raise SystemExit(3)"])
    [program] = launcher.programs
    tend_until(launcher, lambda: program.process is None)
    assert program.pause == 2.0
    assert program.due_at >= began + 1.0
    program.due_at = 0
    tend_until(launcher, lambda: program.process is not None)
    tend_until(launcher, lambda: program.process is None)
    assert program.pause == 4.0


def test_it_forgives_a_program_that_had_run_steadily(launcher, monkeypatch):
    monkeypatch.setattr(launcher_module, "STEADY", 0)
    launcher.add("beat", [sys.executable, "-c", "raise SystemExit(3)"])
    [program] = launcher.programs
    program.pause = 16.0
    tend_until(launcher, lambda: program.process is None)
    assert program.pause == 2.0


def test_it_kills_what_does_not_end_when_asked(monkeypatch, capsys):
    monkeypatch.setattr(launcher_module, "GRACE", 0.1)
    launcher = Launcher(os.environ)
    launcher.add("worker", STUBBORN)
    tend_until(launcher, lambda: "stubborn" in capsys.readouterr().out)
    launcher.stop()
    assert launcher.programs[0].process.returncode == -signal.SIGKILL


def test_it_ends_the_broker_last(monkeypatch):
    order: list[list[str]] = []
    launcher = Launcher(os.environ)
    launcher.add("broker", SLEEPER)
    launcher.add("worker", SLEEPER)
    names = {program.process.pid: program.name for program in launcher.programs}
    really_stop = launcher_module.stop

    def watch(processes, *, within):
        order.append([names[process.pid] for process in processes if process.poll() is None])
        really_stop(processes, within=within)

    monkeypatch.setattr(launcher_module, "stop", watch)
    launcher.stop()
    assert order == [["worker"], ["broker"]]


def test_its_programs_die_with_it_when_it_is_killed():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    assert child not in psutil.wait_procs([child], timeout=60)[1]


def test_it_refuses_a_second_launcher_on_the_same_data(tmp_path):
    with (
        only_one(tmp_path),
        pytest.raises(LaunchError, match=f"すでに起動しています（プロセス {os.getpid()}）"),
        only_one(tmp_path),
    ):
        pass


def test_a_second_one_is_told_of_the_first_rather_than_of_its_port(tmp_path):
    with only_one(tmp_path), socket.create_server(("127.0.0.1", 0)) as web_of_the_first:
        port = web_of_the_first.getsockname()[1]
        with pytest.raises(LaunchError, match="すでに起動しています"):
            serve(host="127.0.0.1", port=port, data=tmp_path)


def test_it_lets_the_next_one_in_after_the_end(tmp_path):
    with only_one(tmp_path):
        pass
    with only_one(tmp_path):
        assert (tmp_path / "serve.lock").read_text() == str(os.getpid())


def test_its_web_server_writes_no_access_log_beside_our_own_lines():
    assert not any("access-log" in part for part in web(host="127.0.0.1", port=free_port()))


def test_it_shows_debug_pages_to_nobody_beyond_this_machine(tmp_path, settings, monkeypatch):
    monkeypatch.setattr("mikiwame_kaonavi.settings.DEBUG", True)
    with pytest.raises(LaunchError, match="DJANGO_DEBUG"):
        launcher_module.serve(host="0.0.0.0", port=free_port(), data=tmp_path)  # noqa: S104 - what is refused
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", *EVERYWHERE])
def test_it_knows_when_its_web_server_listens_wherever_that_is(host):
    port, own = free_port(), EVERYWHERE.get(host, host)
    assert (trouble_listening(host, port), answers(port, own)) == (None, False)
    with socket.create_server((host, port), family=family_of(host)):
        assert trouble_listening(host, port).errno == errno.EADDRINUSE
        assert answers(port, own)


def test_an_address_of_ipv6_stands_in_brackets_before_its_port():
    assert "--bind=[::1]:8000" in web(host="::1", port=8000)
    assert "--bind=127.0.0.1:8000" in web(host="127.0.0.1", port=8000)


@pytest.mark.parametrize("host", ["203.0.113.9", "2001:db8::9", "no-such-name.invalid"])
def test_an_address_that_is_not_this_machines_is_refused_with_what_to_do(host):
    with pytest.raises(LaunchError, match=f"「{host}」では待ち受けられません.*0.0.0.0"):
        launcher_module.refuse_what_cannot_listen(host, free_port())


def test_a_port_that_only_root_may_use_is_refused_with_what_to_do(monkeypatch):
    refusal = PermissionError(errno.EACCES, "denied")
    monkeypatch.setattr(launcher_module, "trouble_listening", lambda *_: refusal)
    with pytest.raises(LaunchError, match="--port で1024以上の番号"):
        launcher_module.refuse_what_cannot_listen("127.0.0.1", 80)


@pytest.mark.parametrize("port", ["0", "65536", "http", ""])
def test_what_is_no_port_is_refused(port, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["serve", "--port", port])
    with pytest.raises(SystemExit):
        launcher_module.main()
    assert "ポートは 1 から 65535 までの番号" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "address"),
    [(host, "localhost") for host in ("127.0.0.1", *EVERYWHERE)] + [("::1", "[::1]"), ("10.0.0.5", "10.0.0.5")],
)
def test_it_tells_where_the_pages_are_and_the_code_while_there_is_no_account(host, address, capsys):
    launcher_module.announce(host, 8000, "abcd-efgh-jkmn-pqrs")
    told = capsys.readouterr().out
    assert f"http://{address}:8000/ で利用できます" in told
    assert "セットアップコード: abcd-efgh-jkmn-pqrs\n" in told
    assert ("ほかのマシンからは" in told) == (host in EVERYWHERE)
    launcher_module.announce(host, 8000, "")
    assert "セットアップコード" not in capsys.readouterr().out


def test_the_web_server_has_as_many_processes_as_the_variable_says():
    assert not any("--workers" in part for part in web(host="127.0.0.1", port=8000))
    show = "from gunicorn.config import Config; print(Config().workers)"
    environment = os.environ | {"WEB_CONCURRENCY": "3"}
    assert subprocess.check_output([sys.executable, "-c", show], env=environment, text=True) == "3\n"


def test_it_hands_on_how_many_the_port_and_how_a_worker_ends(tmp_path, monkeypatch):
    given: list[dict[str, str]] = []

    class Launched(Launcher):
        def add(self, name, command):  # noqa: ARG002 - nothing is started
            given.append(dict(self.environment))
            if name == "web":
                raise LaunchError("far enough")

    monkeypatch.setattr(launcher_module, "Launcher", Launched)
    monkeypatch.setattr("mikiwame_kaonavi.settings.WEB_CONCURRENCY", 5)
    monkeypatch.setenv("CELERY_BROKER_URL", "memory://")
    monkeypatch.setattr(launcher_module, "prepare", lambda _: "")
    monkeypatch.setattr("mikiwame_kaonavi.image.warm_up", lambda _: None)
    port = free_port()
    with pytest.raises(LaunchError, match="far enough"):
        launcher_module.serve(host="127.0.0.1", port=port, data=tmp_path)
    assert (given[0]["WEB_CONCURRENCY"], given[0]["PORT"]) == ("5", str(port))
    assert given[0]["REMAP_SIGTERM"] == "SIGQUIT"
    assert "SITE_URL" not in given[0]  # it is chosen on the first day
