"""Settings of the product while it serves a measurement: those of production on one machine, in a folder of its own."""

import os
from datetime import time
from pathlib import Path

from mikiwame_kaonavi.settings import *  # noqa: F403 - all of them

DATA_DIR = Path(os.environ["BENCHMARK_FOLDER"])
KAONAVI_MAINTENANCE = (time(0), time(0))  # none: it is measured at any time of day
STATIC_ROOT = DATA_DIR / "static"
