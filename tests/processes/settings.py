"""The product's settings; only カオナビ is asked again sooner what became of an update, since the simulator is quick."""

import math

from mikiwame_kaonavi.settings import *  # noqa: F403 - the product's own, all of them

KAONAVI_LOOKS = ((math.inf, 0.2),)
KAONAVI_LOST_PAUSE = 3.0
