"""The launcher's part of 練習モード in a thread: while the marker is there, the sample company is served."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.kaonavi.simulator.sample_company import fill_with_sample_company
from integrations.kaonavi.simulator.server import run_in_thread
from integrations.kaonavi.simulator.tenant import Tenant
from mikiwame_kaonavi.broker import write_secret


@pytest.fixture
def data(settings, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def launcher(data: Path) -> Iterator[None]:
    """Leaves the address of a simulator beside the marker, and takes it away with it."""
    company = Tenant(task_delay=0)
    fill_with_sample_company(company)
    folder, is_over = data / "practice", threading.Event()
    with run_in_thread(company) as url:

        def tend() -> None:
            while not is_over.wait(0.01):
                if (folder / "wanted").exists():
                    write_secret(folder / "address", url.removesuffix("/api/v2.0"))
                else:
                    (folder / "address").unlink(missing_ok=True)

        thread = threading.Thread(target=tend)
        thread.start()
        yield
        is_over.set()
        thread.join()
