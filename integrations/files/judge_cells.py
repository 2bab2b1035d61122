"""The cells of a row as they were meant: what an export put there is taken away, and what a spreadsheet or an encoding
did to them on their way is told (see `rules.cells`). Pure.
"""

import re
from collections.abc import Sequence

from accounts.spelling import INVISIBLE_CLASS
from integrations.files.damage import damage
from integrations.files.safe_cell import QUOTE, unquoted
from integrations.reasons import Reason
from integrations.rules.cells import Cleaned, Day, Lost, Refused
from integrations.rules.lookalikes import invisible_in, visible

# one look at a whole row: what has none of these has nothing to tell
SUSPECT = re.compile(f"[{INVISIBLE_CLASS}{QUOTE}#＃?&=\ufffd〓月]|[Ee][+-]|[A-Za-z]-|-[A-Za-z]")
FORMULA = re.compile(r"=[+-]?(?:[A-Z][A-Z0-9.]*\(|\$?[A-Z]{1,3}\$?\d|(?:'[^']+'|[^\s'!]+)!\$?[A-Z])")
AS_TEXT = re.compile(r'\s*="([^"]*)"\s*')  # how a CSV file keeps a spreadsheet from touching a text
LOST = re.compile(r"\ufffd|〓|&#(?:\d{2,7}|[xX][0-9A-Fa-f]{2,6});")  # 〓 is what host systems write
QUESTION = re.compile(r"\?(?=[^\x00-\x7f])")  # which nobody writes before a Japanese letter


def judged(cells: Sequence[str], *, is_csv: bool = False, is_cp932: bool = False) -> Sequence[str]:
    if SUSPECT.search("\n".join(cells)) is None:
        return cells
    return [damage_of(cell, is_csv=is_csv, is_cp932=is_cp932) if type(cell) is str else cell for cell in cells]


def damage_of(cell: str, *, is_csv: bool, is_cp932: bool) -> str:
    """What was meant by one cell, and what happened to it. `is_cp932`: that encoding writes ? for what it lacks."""
    if (meant := unquoted(cell)) is not cell:
        return meant
    if is_csv and (kept := AS_TEXT.fullmatch(cell)):
        return damage_of(kept[1], is_csv=False, is_cp932=is_cp932)
    text = visible(cell)
    trimmed = text.strip()
    reason = damage(trimmed)
    if reason is Reason.FILE_CELL_IS_DATE:
        return Day(cell) if is_csv else cell  # in a workbook somebody wrote it as a text
    if is_csv and FORMULA.match(trimmed):
        reason = Reason.FILE_FORMULA_WITHOUT_RESULT
    if reason:
        return Refused.because(reason, cell)
    if lost := LOST.search(text):
        return Lost.of(cell, lost[0], is_certain=lost[0] != "〓")
    if is_cp932 and "?" in text:
        return Lost.of(cell, "?", is_certain=QUESTION.search(text) is not None)
    return cell if text == cell else Cleaned.of(cell, text, invisible_in(cell))
