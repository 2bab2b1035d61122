"""Child processes that never outlive us: how launcher, demo and tests start and stop programs."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, Protocol

PR_SET_PDEATHSIG = 1  # prctl(2): the signal that this process gets when its parent dies


class Process(Protocol):
    """What is needed of a process that was started: `subprocess.Popen`, or a fork."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...


def tether() -> Callable[[], None] | None:
    """What a new child runs first so that it dies with us, even when we are killed with SIGKILL (Linux only)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up before the fork: after it, as little as possible
    parent = os.getpid()

    def die_with_parent() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return die_with_parent


def start(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    output: int | IO[bytes] | None = None,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program that dies with us, in a process group of its own, so that Ctrl-C reaches us alone.

    `output` takes standard output and error; None leaves both to the terminal. As root, `user` may be somebody else.
    """
    return subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        process_group=0,
        user=user,
        preexec_fn=tether(),  # noqa: PLW1509 - whoever starts programs here has one thread
    )


def stop(processes: Iterable[Process], *, within: float) -> None:
    """Ask programs to end, and kill with all their children what is left after `within` seconds."""
    processes = list(processes)
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + within
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        kill_group(process)
        process.wait()


def kill_group(process: Process) -> None:
    """Kill a program and every child it has left behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    return trouble_listening("127.0.0.1", port) is None


def trouble_listening(host: str, port: int) -> OSError | None:
    """Why no server can listen there now; None where one can."""
    try:
        with socket.socket(family_of(host)) as probe:  # fails on a machine without IPv6
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error
    return None


def family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether somebody listens on this port."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False
