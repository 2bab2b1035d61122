"""The product's settings; only カオナビ is asked again sooner what became of an update, since the simulator is quick;
and with LOOK_EVERY it is looked so often (seconds) for what is due by itself.
"""

import math
import os
from datetime import time

from mikiwame_kaonavi.settings import *  # noqa: F403 - the product's own, all of them
from mikiwame_kaonavi.settings import CELERY_BEAT_SCHEDULE

KAONAVI_MAINTENANCE = (time(0), time(0))  # none: a test passes at any time of day
KAONAVI_LOOKS = ((math.inf, 0.2),)
KAONAVI_LOST_PAUSE = 3.0

if "LOOK_EVERY" in os.environ:
    CELERY_BEAT_SCHEDULE["look"]["schedule"] = float(os.environ["LOOK_EVERY"])
