"""The Celery application: it only wakes jobs, whose truth is in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mikiwame_kaonavi.settings")

app = Celery("mikiwame_kaonavi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
