"""Settings of a test run: the product's own, with nothing on the machine read or left behind.

Without this a test would make keys in `.data/` and could wake the worker of a demo that runs beside it.
`DATABASE_URL` passes through, so the same tests run on SQLite and on PostgreSQL.
"""

import os
from datetime import time

os.environ.update(
    {
        "DJANGO_DEBUG": "true",
        "DJANGO_SECRET_KEY": "the tests protect nothing",
        "CREDENTIAL_KEYS": "dGhlLXRlc3RzLXByb3RlY3Qtbm90aGluZy0tLS0tLS0=",
        "CELERY_BROKER_URL": "memory://",
    }
)

from mikiwame_kaonavi.settings import *  # noqa: F403 - the environment must be set before it is read

KAONAVI_MAINTENANCE = (time(0), time(0))  # none: a test passes at any time of day
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow hashing guards nothing here
WHITENOISE_AUTOREFRESH = True  # nothing was collected: static files are found where they are
