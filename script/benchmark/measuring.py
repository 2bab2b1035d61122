"""A clock and a look at this process's memory."""

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
FORGET_PEAK = b"5"  # see proc(5), clear_refs


def seconds_of(run: Callable[[], object]) -> float:
    """How long it takes, beginning with a tidy heap."""
    gc.collect()
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def busy_seconds_of(run: Callable[[], object]) -> float:
    """How long it keeps this process busy, whatever else the machine does."""
    gc.collect()
    started = time.process_time()
    run()
    return time.process_time() - started


def busy_seconds_with(connection: Any, run: Callable[[], object]) -> float:
    """The same with the time of the database's process that serves the connection, where it has one of its own."""
    if connection.vendor != "postgresql":
        return busy_seconds_of(run)
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # else others help, whom nobody counts
        cursor.execute("SELECT pg_backend_pid()")
        [server] = cursor.fetchone()
    before = scheduled(server)
    ours = busy_seconds_of(run)
    return ours + scheduled(server) - before


def scheduled(process: int) -> float:
    """Seconds of processor time that a process with one thread has had. Linux only."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def peak_of(run: Callable[[], object]) -> int:
    """By how many bytes this process's memory rises above what it had before. Linux only."""
    gc.collect()
    Path("/proc/self/clear_refs").write_bytes(FORGET_PEAK)
    before = memory("VmRSS")
    run()
    return memory("VmHWM") - before


def memory(line: str) -> int:
    """One line of this process's status, in bytes."""
    return next(int(text.split()[1]) * 1024 for text in STATUS.read_text().splitlines() if text.startswith(line))
