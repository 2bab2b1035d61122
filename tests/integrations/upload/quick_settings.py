"""The product's settings, with a dead worker noticed within seconds."""

from mikiwame_kaonavi.settings import *  # noqa: F403 - the product's own, all of them

JOB_HEARTBEAT = 0.4
JOB_LOOK_EVERY = 0.3
JOB_DEAD_AFTER = 3.0  # several heartbeats: a busy machine is not a dead one
JOB_LOST_AFTER = 1.0
