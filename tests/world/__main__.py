"""`script/worlds`: worlds for so many minutes, one world told in words, or the faults that are sown."""

import argparse
import os
import sys
from importlib import import_module
from math import inf

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

from tests.world import sown
from tests.world.sorts import SORTS

ADDRESSES = {  # for the settings to read: each world has a database of its own
    "sqlite": "sqlite:////dev/shm/worlds-have-their-own.sqlite3",
    "postgresql": "postgresql://postgres@localhost/postgres",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/worlds", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, help="1 unless told, or until NUMBER worlds are over")
    parser.add_argument("--database", choices=ADDRESSES, default="sqlite")
    parser.add_argument("--seed", type=int, help="tell the story of this world")
    parser.add_argument("--first", type=int, help="the first seed; another one each time unless told")
    parser.add_argument("--number", type=int, help="no more worlds than these")
    parser.add_argument("--sort", choices=[sort.name for sort in SORTS], help="only worlds of this sort")
    parser.add_argument("--sown", action="store_true", help="sow each fault, for at most MINUTES each, and count")
    parser.add_argument("--some", type=int, default=1, help="with --sown: only every so many of them")
    parser.add_argument("--fault", metavar="NAME", help="with this fault, until a world shows it or MINUTES are over")
    asked = parser.parse_args()
    if asked.fault and asked.fault not in {fault.name for fault in sown.FAULTS}:
        parser.error("no such fault; those that there are:\n" + "\n".join(fault.name for fault in sown.FAULTS))
    if asked.minutes is None:
        asked.minutes = 1.0 if asked.number is None else inf
    if asked.sown:
        return sown.count(sown.FAULTS[:: asked.some], minutes=asked.minutes)
    if asked.fault:
        sown.sow(asked.fault)
    os.environ["DATABASE_URL"] = ADDRESSES[asked.database]
    django.setup()
    from tests.world import hunt

    kind = import_module(f"tests.world.{asked.database}")
    if asked.seed is not None:
        return hunt.tell(asked.seed, kind)
    if asked.fault:
        return hunt.search(kind, seconds=60 * asked.minutes, fault=asked.fault)
    return hunt.hunt(kind, seconds=60 * asked.minutes, first=asked.first, number=asked.number, sort=asked.sort)


sys.exit(main())
