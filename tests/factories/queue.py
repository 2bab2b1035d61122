"""The queue, as tests of pages see it: a folder's conftest takes the fixture over."""

import pytest

from integrations import tasks


@pytest.fixture(autouse=True)
def queued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Nothing is queued in these tests; the numbers of the jobs that would have been."""
    sent: list[int] = []
    monkeypatch.setattr(tasks, "wake", lambda job_id, _number, **_: sent.append(job_id))
    return sent
