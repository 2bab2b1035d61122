"""How much memory all of the product takes, as `script/serve` runs it, while nobody uses it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from script.benchmark.clicks import empty
from tests.processes.served import Served, without_numpy


def measure(kind: str, url: str, folder: Path) -> dict[str, int]:
    """Bytes of all processes together, what they share counted once: just started, and with each main page opened."""
    with TemporaryDirectory(dir=folder) as own:
        served = Served(Path(own), DATABASE_URL=empty(kind, url, own), PYTHONPATH=without_numpy(Path(own)))
        try:
            served.wait_until_ready()
            started = served.memory()
            served.visit()
            return {"started": started, "opened": served.memory()}
        finally:
            served.stop()
