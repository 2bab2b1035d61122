"""Every value with every other one is for the long run; at each change, each of them once."""

from collections.abc import Sequence

import pytest


def pairs(many: Sequence[object], few: Sequence[object]) -> list:
    """All pairs, for `parametrize`; long ones but for so many that each value is in one."""
    return [
        pytest.param(first, second, marks=() if place % len(few) == turn else pytest.mark.long)
        for place, first in enumerate(many)
        for turn, second in enumerate(few)
    ]
