"""The product's settings with its intervals shortened, and with brakes: points at which a test can stop a worker."""

import os

from tests.faults import brake
from tests.processes.settings import *  # noqa: F403 - the product's own, all of them
from tests.processes.settings import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES

CODE_VERSION = os.environ["FAULTS_CODE_VERSION"]  # the same also when a file of the tree is saved meanwhile

JOB_HEARTBEAT = 0.4
JOB_LOOK_EVERY = 0.3
JOB_LOOK_AT_REST = 0.6
JOB_DEAD_AFTER = 3.0  # several heartbeats: a busy machine is not a dead one
JOB_LOST_AFTER = 1.0
JOB_RETRY_AFTER = 0.5
JOB_NOBODY_AFTER = 2.0
JOB_SEEN_WITHIN = 5.0

CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 1.0
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **CELERY_BROKER_TRANSPORT_OPTIONS,
    "visibility_timeout": 1,
    "unacked_restore_interval": 0.5,
    "unacked_mutex_expire": 1,  # whoever is killed while it looks for late messages keeps nobody else from it
}
if "timeout" in DATABASES["default"].get("OPTIONS", {}):
    DATABASES["default"]["OPTIONS"]["timeout"] = 2

KAONAVI_UPDATE_LIMIT = 1000  # the limits have tests of their own
KAONAVI_CHUNK_RECORDS = 3  # two calls for the five people of an upload

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow hashing guards nothing here

brake.install()
