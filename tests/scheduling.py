"""Which of several test processes runs what, and when: one test at a time, in order; but a deployment that tests share
is opened once.

The marks of pytest-xdist for this (`xdist_group`) do nothing with the pytest that we use.
"""

import re
import time
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.databases import empties_database, reads_database

PROCESSES = "application_role|deployment|failover|pgbouncer|proxies|slow_clients|watched_database|watched_queue|webhook"
SHARED = re.compile(rf"tests/(faults/|mikiwame_kaonavi/test_(serve|demo)|processes/test_({PROCESSES}))\b")
HOUR, DAY = 3600, 86_400  # seconds
LONGEST_ORDINARY = 5  # seconds
OTHER = re.compile(r"\[(postgresql|caddy)")  # of two that are shared, each by tests of its own
# What takes minutes, so that no process is alone with it at the end: first what stands and waits for other programs,
# then what would wait for nobody.
LONGEST = (
    "tests/faults/",
    "tests/world/",
    "tests/integrations/imports/truth/",
    "tests/integrations/imports/undo/test_any_history.py",
    "tests/pages/test_links.py",
    "tests/integrations/automation/test_webhook.py",
    "tests/integrations/operations/test_published.py",
)


class Scheduling(LoadScopeScheduling):
    """The tests of one scope go to one process, whichever is free when the first of them is due."""

    def _split_scope(self, nodeid: str) -> str:
        shared = SHARED.match(nodeid)
        return f"{shared[0]} {bool(OTHER.search(nodeid))}" if shared else nodeid


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First those without Django's database, since the longest are among them: the processes end together where short
    ones are left for the end. Last those that empty it. The longest of each come first.
    """
    items.sort(key=lambda item: (empties_database(item), reads_database(item), place(item)))


def place(item: pytest.Item) -> int:
    return next((place for place, name in enumerate(LONGEST) if item.nodeid.startswith(name)), len(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    config.option.loadscopereorder = False
    return Scheduling(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """No test begins on one day in Japan and ends on the next, as far as it is an ordinary one."""
    if (left := time_left_of_today()) < LONGEST_ORDINARY:
        time.sleep(left)


def time_left_of_today() -> float:
    """Seconds; Japan has no summer time."""
    return DAY - (time.time() + 9 * HOUR) % DAY
