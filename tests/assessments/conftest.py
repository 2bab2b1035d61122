"""Nothing is queued here."""

from tests.factories.queue import queued  # noqa: F401 - a fixture
