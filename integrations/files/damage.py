"""Texts that are no values: what spreadsheets make of a value on its way into a file, seen in the text alone. Pure."""

import re

from integrations.reasons import Reason

ERRORS = {
    *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"),
    *("#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!", "#EXTERNAL!", "#TIMEOUT!"),
}
TOO_NARROW = re.compile("[#＃]{3,}")  # a CSV file has what the screen showed
ROUNDED = re.compile(r"-?\d(?:\.\d+)?E[+-]\d{2,3}", re.ASCII)
MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
AS_DATE = re.compile(rf"\d{{1,2}}月\d{{1,2}}日|\d{{1,2}}-{MONTHS}|{MONTHS}-\d{{2}}", re.ASCII)  # of 1-2, in a CSV file


def damage(text: str) -> Reason | None:
    """Why a trimmed text is no value, if it is none."""
    if text[:1] in "#＃" and (text.upper() in ERRORS or TOO_NARROW.fullmatch(text)):
        return Reason.FILE_CELL_ERROR
    if ROUNDED.fullmatch(text):
        return Reason.FILE_NUMBER_ROUNDED
    if AS_DATE.fullmatch(text):
        return Reason.FILE_CELL_IS_DATE
    return None
