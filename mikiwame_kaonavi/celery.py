"""The Celery application: it only wakes jobs, whose truth is in the database."""

import logging.config
import os

from celery import Celery
from celery.signals import celeryd_init, setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mikiwame_kaonavi.settings")

app = Celery("mikiwame_kaonavi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect  # a worker's first words come before its logging
@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery would put handlers of its own beside ours."""
    logging.config.dictConfig(settings.LOGGING)
    logging.captureWarnings(capture=True)
