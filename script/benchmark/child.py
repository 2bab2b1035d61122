"""`python -m script.benchmark.child NAME ARGUMENTS`: one measurement in a process of its own, told as JSON."""

import sys
from importlib import import_module

import django
import msgspec


def main() -> None:
    name, arguments = sys.argv[1:]
    django.setup()
    measured = import_module(f"script.benchmark.{name}").measure(**msgspec.json.decode(arguments))
    sys.stdout.buffer.write(msgspec.json.encode(measured))


if __name__ == "__main__":
    main()
