#!/usr/bin/env python
"""Django's command line for this project."""

import io
import os
import sys
from typing import Any, TextIO


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


def main() -> None:
    """Run one management command."""
    if sys.stdout and sys.stderr:  # neither was closed from the start
        sys.stdout, sys.stderr = may_be_left_unread(sys.stdout), may_be_left_unread(sys.stderr)
    if sys.argv[1:] in (["--version"], ["version"]):  # ours, not Django's; it needs no settings
        from mikiwame_kaonavi.version import in_full  # noqa: PLC0415 - nothing else needs it

        print(in_full())  # noqa: T201 - this is what was asked for
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mikiwame_kaonavi.settings")
    from django.conf import settings  # noqa: PLC0415 - settings are named first
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - settings are named first
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings are named first

    try:
        _ = settings.DEBUG
    except ImproperlyConfigured as error:  # a variable, told by its name: nobody needs the way to it
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
