"""`script/worlds`: worlds for so many minutes, one world told in words, or the faults that are sown."""

import argparse
import os
import sys

os.environ["DATABASE_URL"] = "sqlite:////dev/shm/worlds-have-their-own.sqlite3"
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

from tests.world import sown


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/worlds", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=1.0)
    parser.add_argument("--seed", type=int, help="tell the story of this world")
    parser.add_argument("--first", type=int, help="the first seed; another one each time unless told")
    parser.add_argument("--sown", action="store_true", help="sow each fault, for at most MINUTES each, and count")
    parser.add_argument("--some", type=int, default=1, help="with --sown: only every so many of them")
    parser.add_argument("--fault", help="with this fault, until a world shows it or MINUTES are over")
    asked = parser.parse_args()
    if asked.sown:
        return sown.count(sown.FAULTS[:: asked.some], minutes=asked.minutes)
    if asked.fault:
        sown.sow(asked.fault)
    django.setup()
    from tests.world import hunt

    if asked.seed is not None:
        return hunt.tell(asked.seed)
    if asked.fault:
        return hunt.search(seconds=60 * asked.minutes)
    return hunt.hunt(seconds=60 * asked.minutes, first=asked.first)


sys.exit(main())
