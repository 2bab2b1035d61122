"""One company, served over real HTTP, with a clock that only the test moves."""

from collections.abc import Iterator

import pytest
import requests

from integrations.kaonavi.simulator.server import run_in_thread
from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.company import Api, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tenant(clock: Clock) -> Tenant:
    """Two members, E1 and E2, and tasks that end at once."""
    tenant = Tenant(clock=clock, task_delay=0)
    tenant.add_member("E1")
    tenant.add_member("E2")
    return tenant


@pytest.fixture
def latest(tenant: Tenant) -> Sheet:
    """The single-record sheet of the template, all boxes ticked."""
    sheet = tenant.use_template("latest")
    tenant.tick(sheet)
    return sheet


@pytest.fixture
def history(tenant: Tenant) -> Sheet:
    """The sheet of many records, all boxes ticked."""
    sheet = tenant.use_template("all")
    tenant.tick(sheet)
    return sheet


@pytest.fixture
def api(tenant: Tenant) -> Iterator[Api]:
    with run_in_thread(tenant) as base, requests.Session() as session:
        yield Api(base, tenant, session=session)
