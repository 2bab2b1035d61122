"""A terminal of the product: `python -m tests.processes.terminal` runs the management commands that lines of JSON on
standard input ask for, each in a process of its own.

Starting Python and reading the product takes longer than most commands; here that is done once, and each command is a
fork. A line is `{"arguments": …, "variables": …, "output": FILE, "errors": FILE}`, the answer the exit code.
"""

import gc
import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from django.core.checks import run_checks
from django.db import connections

LONGEST_COMMAND = 300  # seconds


class Terminal:
    """The same from outside: a terminal in which these variables are set."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.environment = dict(environment)
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.processes.terminal"],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                process_group=0,
            )

    def run(self, arguments: Sequence[str], variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run `manage.py ARGUMENTS` with some variables more."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with TemporaryDirectory() as name:
            output, errors = Path(name) / "output", Path(name) / "errors"
            asked = {"arguments": arguments, "variables": variables, "output": str(output), "errors": str(errors)}
            self.process.stdin.write(json.dumps(asked).encode() + b"\n")
            self.process.stdin.flush()
            assert select.select([self.process.stdout], [], [], LONGEST_COMMAND)[0], f"{arguments} takes too long"
            line = self.process.stdout.readline()
            assert line, "the terminal has died, see terminal.log"
            return subprocess.CompletedProcess(arguments, int(line), output.read_text(), errors.read_text())

    def close(self) -> None:
        self.process.kill()  # between two commands it does nothing
        self.process.communicate()


def turn_to(asked: dict[str, Any]) -> None:
    """Give this process the arguments, variables and files of a command."""
    sys.argv = ["manage.py", *asked["arguments"]]
    os.environ.update(asked["variables"])
    for number, file in enumerate((os.devnull, asked["output"], asked["errors"])):
        opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)


def main() -> None:
    django.setup()
    import manage

    import_module("integrations.management.commands.kaonavi")
    run_checks()  # reads whatever else a command does
    connections.close_all()  # a connection must not be shared by processes
    gc.freeze()  # a fork that looks for garbage there would copy all of it

    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            turn_to(json.loads(line))
            manage.main()
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
