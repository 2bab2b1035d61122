#!/usr/bin/env python
"""Django's command line for this project."""

import io
import os
import shlex
import sys
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parent
OURS = {"accounts", "assessments", "departments", "employees", "integrations", "mikiwame_kaonavi"}


class Unread(io.FileIO):
    """Output that may be left unread: `| head` closes its end when it has seen enough, and the rest goes nowhere.

    The command goes on to its end and exits with its own code: a run that was started is not given up for that.
    """

    def write(self, data: Any) -> int:
        """Write, or act as if, where nobody reads any more."""
        try:
            return super().write(data)
        except BrokenPipeError:
            return len(data)


def may_be_left_unread(stream: TextIO) -> TextIO:
    """The same stream, which its reader may leave."""
    writer = io.BufferedWriter(Unread(stream.fileno(), "w", closefd=False))
    lines = isinstance(stream, io.TextIOWrapper) and (stream.line_buffering or stream.write_through)
    return io.TextIOWrapper(writer, encoding=stream.encoding, errors=stream.errors, line_buffering=lines)


def what_to_type(missing: str) -> str:
    """For somebody whose Python lacks a package: what to type instead."""
    environment = ROOT / ".venv"
    lacks = f"この Python（{sys.executable}）には、必要なパッケージ {missing} がありません。"
    if Path(sys.prefix).resolve() != environment.resolve() and (environment / "bin" / "python").exists():
        return f"{lacks}\n次のように入力してください: {shlex.join([str(environment / 'bin' / 'python'), *sys.argv])}"
    prepare = shlex.join([str(ROOT / "script" / "serve"), "--version"])
    return f"{lacks}\n次のように入力すると .venv に用意されます。そのあとは .venv/bin/python manage.py … とします: {prepare}"


def main() -> None:
    """Run one management command."""
    if sys.stdout and sys.stderr:  # neither was closed from the start
        sys.stdout, sys.stderr = may_be_left_unread(sys.stdout), may_be_left_unread(sys.stderr)
    if sys.version_info < (3, 11):  # noqa: UP036 - the one place that an older one reaches
        sys.exit(f"Python 3.11 以上が必要です。この Python（{sys.executable}）は {sys.version.split()[0]} です。")
    try:
        run()
    except ModuleNotFoundError as error:
        missing = str(error.name)
        if missing.partition(".")[0] in OURS:  # a mistake of ours
            raise
        sys.exit(what_to_type(missing))


def run() -> None:
    if sys.argv[1:] in (["--version"], ["version"]):  # ours, not Django's; it needs no settings
        from mikiwame_kaonavi.version import in_full  # noqa: PLC0415 - nothing else needs it

        print(in_full())  # noqa: T201 - this is what was asked for
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mikiwame_kaonavi.settings")
    from django.conf import settings  # noqa: PLC0415 - settings are named first
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - as above
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - as above

    from accounts.causes import Service, cause_of, told  # noqa: PLC0415 - as above

    try:
        _ = settings.DEBUG
    except ImproperlyConfigured as error:  # a variable, told by its name: nobody needs the way to it
        sys.exit(str(error))
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:  # Django lets some of the database's own errors through, as that of closing a cursor
        known = cause_of(error)
        if known is None or known.service is not Service.DATABASE or "--traceback" in sys.argv:
            raise
        sys.exit(f"{known.sentence}{known.remedy}（{told(error)}）")


if __name__ == "__main__":
    main()
