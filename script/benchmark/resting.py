"""How much memory all of the product takes, as `script/serve` runs it, while nobody uses it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from script.benchmark.clicks import empty
from tests.processes.served import Served

# A reader of workbooks takes numpy where it is installed, as it is here beside pandas, and nowhere with the product.
NO_NUMPY = 'raise ImportError("not installed with the product")'


def measure(kind: str, url: str, folder: Path) -> dict[str, int]:
    """Bytes of all processes together, what they share counted once: just started, and with each main page opened."""
    with TemporaryDirectory(dir=folder) as own:
        absent = Path(own) / "absent"
        absent.mkdir()
        (absent / "numpy.py").write_text(NO_NUMPY)
        served = Served(Path(own), DATABASE_URL=empty(kind, url, own), PYTHONPATH=str(absent))
        try:
            served.wait_until_ready()
            started = served.memory()
            served.visit()
            return {"started": started, "opened": served.memory()}
        finally:
            served.stop()
