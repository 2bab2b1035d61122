"""Gunicorn's own lines of log, in the shape of all others."""

import logging.config
from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger


class GunicornLogger(Logger):
    """It has no access log: `accounts.request_log` knows more and tells less."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        logging.config.dictConfig(settings.LOGGING)
        logging.captureWarnings(capture=True)
