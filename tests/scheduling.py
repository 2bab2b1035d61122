"""Which of several test processes runs what: one test at a time, in order; but a deployment that tests share is opened
once.

The marks of pytest-xdist for this (`xdist_group`) do nothing with the pytest that we use.
"""

import re
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

SHARED = re.compile(
    r"tests/(faults/|mikiwame_kaonavi/test_(serve|demo)|processes/test_(deployment|slow_clients|application_role))"
)


class Scheduling(LoadScopeScheduling):
    """The tests of one scope go to one process, whichever is free when the first of them is due."""

    def _split_scope(self, nodeid: str) -> str:
        shared = SHARED.match(nodeid)
        return f"{shared[0]} {'[postgresql' in nodeid}" if shared else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    config.option.loadscopereorder = False
    return Scheduling(config, log)
