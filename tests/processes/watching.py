"""The product with whoever watches it: what /readyz and /metrics say while real servers have real faults."""

from collections.abc import Iterator
from pathlib import Path

import requests

from tests.processes.deployment import Deployment

TOKEN = "a token for the tests"
LONGEST = 30  # seconds for /readyz on a machine that is busy with tests, while what it asks about is away for ever


def watched(folder: Path, database_url: str, *programs: str) -> Iterator[Deployment]:
    """So much of the product on this database, until somebody has looked at it."""
    deployment = Deployment(folder, database_url=database_url)
    deployment.environment |= {"METRICS_TOKEN": TOKEN}
    try:
        deployment.start("broker", *programs)
        for _ in range(10):  # each web process reads the product at its first requests, which is not measured
            requests.get(f"{deployment.web_url}/readyz", timeout=60)
        deployment.wait_until(lambda: not troubles(deployment), what="all is well")
        yield deployment
    finally:
        deployment.close()


def troubles(deployment: Deployment) -> dict[str, str]:
    """What /readyz says, in time, of the parts that are not well; those apart that this deployment has not."""
    answer = requests.get(f"{deployment.web_url}/readyz", headers={"Host": "10.1.2.3"}, timeout=LONGEST)
    parts = {part: said for part, said in answer.json().items() if said != "ok" and part != "version"}
    assert (answer.status_code == 503) == bool({"database", "broker", "worker"} & parts.keys())
    return {part: said for part, said in parts.items() if part != "worker" or part in deployment.processes}


def numbers(deployment: Deployment) -> dict[str, str]:
    answer = requests.get(
        f"{deployment.web_url}/metrics",
        headers={"Host": "10.1.2.3", "Authorization": f"Bearer {TOKEN}"},
        timeout=30,
    )
    assert answer.status_code == 200
    lines = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: value for name, _, value in lines}


def says(deployment: Deployment, part: str, words: str) -> dict[str, str]:
    """Wait until it says this of the part; all that it says then."""

    def told() -> dict[str, str]:
        found = troubles(deployment)
        return found if words in found.get(part, "") else {}

    return dict(deployment.wait_until(told, what=f"{part}: {words}", within=60))


def is_well_again(deployment: Deployment) -> None:
    deployment.wait_until(lambda: not troubles(deployment), what="all is well again")
