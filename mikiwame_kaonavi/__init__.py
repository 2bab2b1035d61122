"""The project package: settings, URLs, the Celery application and the launcher."""

from mikiwame_kaonavi.celery import app as celery_app

__all__ = ("celery_app",)
