"""Programs as forks of this process. What it has read they share, where a Python of their own would read it again."""

import contextlib
import ctypes
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import BinaryIO, NoReturn

from mikiwame_kaonavi.processes import tether

ENDING = {signal.SIGTERM, signal.SIGINT}
PR_SET_NAME = 15  # prctl(2): what `ps` and `top` call a process, 15 signs at most
LOOK_EVERY = 0.02  # seconds


class Forked(BaseException):
    """Raised in a new process: it leaves whatever its parent was in the midst of, and becomes `module`.

    An exception, so that each `with` of the parent lets go of what this process has of it, such as open files. What a
    parent does to others at its end is not for this one to do.
    """

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        super().__init__(module)
        self.module = module
        self.arguments = arguments

    def become(self) -> NoReturn:
        """Run the module as `python -m` would, and end with it."""
        sys.argv = [self.module, *self.arguments]
        runpy.run_module(self.module, run_name="__main__", alter_sys=True)
        sys.exit()


class Fork:
    """A process that was forked, as `subprocess.Popen` would show it."""

    def __init__(self, pid: int, stdout: BinaryIO) -> None:
        self.pid = pid
        self.stdout = stdout
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            time.sleep(LOOK_EVERY)
        return self.returncode or 0

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def fork(name: str, module: str, arguments: Sequence[str]) -> Fork:
    """Start `module` in a fork that dies with us, in a process group of its own. Raises Forked there.

    Its command line is ours, so `ps` is told the `name`.

    Only for a process of one thread: a lock that another one holds would stay locked in the fork for ever.
    """
    die_with_parent = tether()
    reading, writing = os.pipe()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # until the fork has laid down our ways to end
    pid = os.fork()
    if pid:
        os.close(writing)
        with contextlib.suppress(OSError):  # both do it: neither knows who is first
            os.setpgid(pid, pid)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return Fork(pid, os.fdopen(reading, "rb", buffering=0))
    os.setpgid(0, 0)
    if die_with_parent:
        die_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode())
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    os.close(reading)
    os.close(writing)
    raise Forked(module, arguments)
