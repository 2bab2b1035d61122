"""Turns of observers at rest: of all processes that would look into the database, one does."""

import logging

from celery import current_app

from accounts.causes import told

logger = logging.getLogger(__name__)


def take(name: str, seconds: float) -> bool:
    """Whether the turn is ours: then it is nobody's again for so long.

    Also where the queue's server cannot be asked, or knows no turns: two who look are better than none.
    """
    try:
        with current_app.connection_for_write() as queue:
            server = getattr(queue.default_channel, "client", None)
            return server is None or bool(server.set(f"turn:{name}", 1, nx=True, px=round(seconds * 1000)))
    except Exception as error:  # noqa: BLE001 - whatever the server has against it
        logger.debug("no turn to take (%s)", told(error))
        return True
