"""`script/worlds`: worlds for so many minutes, one world told in words, or the faults that are sown."""

import argparse
import os
import sys

os.environ["DATABASE_URL"] = "sqlite:////dev/shm/worlds-have-their-own.sqlite3"
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from tests.world import hunt  # noqa: E402 - Django first


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/worlds", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=1.0)
    parser.add_argument("--seed", type=int, help="tell the story of this world")
    parser.add_argument("--first", type=int, help="the first seed; another one each time unless told")
    asked = parser.parse_args()
    if asked.seed is not None:
        return hunt.tell(asked.seed)
    return hunt.hunt(seconds=60 * asked.minutes, first=asked.first)


sys.exit(main())
