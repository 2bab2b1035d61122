"""Which process a run belongs to that no queue carries, named so that it is never taken for another one.

A name is a text of host, process number, start and machine. The machine is one start of one kernel and, within it, one
namespace of process numbers: after a reboot, and in another container of that host name, numbers mean others.
"""

import os
import socket
import subprocess
import uuid
from pathlib import Path
from typing import Literal

Standing = Literal["alive", "gone", "unknown"]

LONGEST_HOST = 150
PROC = Path("/proc")
PS = "/bin/ps"  # where there is no /proc
PS_PATIENCE = 5  # seconds


def host() -> str:
    """What this machine is called, as far as the columns that keep it have room."""
    return socket.gethostname()[:LONGEST_HOST]


def name_of(pid: int) -> str:
    """The name of this living process."""
    return " ".join((host(), str(pid), started(pid) or "?", machine()))


def standing(name: str) -> Standing:
    """Whether the process of this name lives. Of other machines, and after a reboot, nothing is known."""
    parts = name.split(" ")
    if len(parts) != 4 or parts[0] != host() or parts[3] != machine() or not parts[1].isdecimal():
        return "unknown"
    pid = int(parts[1])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except OSError:
        pass  # it is there, and somebody else's
    now = started(pid)
    if now is None or parts[2] == "?":
        return "unknown"
    return "alive" if now == parts[2] else "gone"


def machine() -> str:
    """This kernel since it started, and the namespace that our process numbers belong to."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{(PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return f"{uuid.getnode():x}"


def started(pid: int) -> str | None:
    """When the process was started, in whatever way the machine counts; "" for a dead one. None: nobody can tell."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return started_by_ps(pid)
    state, *rest = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return "" if state in "ZX" else rest[18]


def started_by_ps(pid: int) -> str | None:
    try:
        told = subprocess.run(  # noqa: S603 - a program of the system, a number
            [PS, "-o", "stat=,lstart=", "-p", str(pid)],
            env={"LC_ALL": "C", "TZ": "UTC"},
            capture_output=True,
            text=True,
            timeout=PS_PATIENCE,
            check=False,
        ).stdout.split()
    except (OSError, subprocess.SubprocessError):
        return None
    if not told:
        return None
    return "" if told[0].startswith("Z") else "_".join(told[1:])
