"""Settings of a measurement: the product's own, as in production, but with secrets that protect nothing."""

import os

os.environ.update(
    {
        "DJANGO_DEBUG": "true",  # lets the other variables have their defaults
        "DJANGO_SECRET_KEY": "a measurement protects nothing, so that everybody may read this key",
        "CREDENTIAL_KEYS": "dGhlLXRlc3RzLXByb3RlY3Qtbm90aGluZy0tLS0tLS0=",
        "CELERY_BROKER_URL": "memory://",
    }
)

from mikiwame_kaonavi.settings import *  # noqa: F403 - the environment must be set before it is read

DEBUG = False  # in DEBUG, Django keeps every statement
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "script.benchmark.bare"
STATIC_ROOT = None  # type: ignore[assignment]  # nothing was collected
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}}
KAONAVI_UPDATE_WINDOW = 0.2  # seconds; how long one waits for the company's limit is not what is measured
