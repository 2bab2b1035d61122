"""Settings of a test run: the product's own, with nothing on the machine read or left behind.

Without this a test would make keys in `.data/` and could wake the worker of a demo that runs beside it.
`DATABASE_URL` passes through, so the same tests run on SQLite and on PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile

os.environ.update(
    {
        "DJANGO_DEBUG": "true",
        "DJANGO_SECRET_KEY": "the tests protect nothing",
        "CREDENTIAL_KEYS": "dGhlLXRlc3RzLXByb3RlY3Qtbm90aGluZy0tLS0tLS0=",
        "CELERY_BROKER_URL": "memory://",
    }
)

from mikiwame_kaonavi.settings import *  # noqa: F403 - the environment must be set before it is read

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow hashing guards nothing here
WHITENOISE_AUTOREFRESH = True  # nothing was collected: static files are found where they are

database = DATABASES["default"]  # noqa: F405 - it comes with the product's settings
if database["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in the product: Django's own choice, memory, lets all threads of the live server share one transaction.
    folder = tempfile.mkdtemp(prefix="mikiwame-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database["TEST"] = {"NAME": f"{folder}/db.sqlite3"}
