"""On which bases a result is judged: 会社基準, and whatever else a company judges by. Pure: knows no database."""

import re
from collections.abc import Iterable

from accounts.spelling import INVISIBLE_CLASS
from assessments.name_lookup import fold_name

COMPANY_BASIS = "会社基準"  # the first and default one
LONGEST_BASIS = 50
INVISIBLE = re.compile(f"[{INVISIBLE_CLASS}]")


def basis_called(text: str, known: Iterable[str]) -> str:
    """The one of the `known` bases that is called so in any spelling, else the text on one line, as a new one."""
    text = " ".join(INVISIBLE.sub("", text).split())
    name = fold_name(text)
    return next((basis for basis in (COMPANY_BASIS, *known) if fold_name(basis) == name), text)
