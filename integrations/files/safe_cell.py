"""The ' before a text that a spreadsheet takes for a formula, or an import for damage: exports put it, imports take it.

A text of ours may begin with ' itself, so what would lose one on the way back is given another: a round trip is safe.
"""

from integrations.files.damage import damage
from integrations.files.error_file import is_formula
from integrations.rules.text import without_nul

QUOTE = "'"


def quoted(text: str) -> str:
    """A text as a CSV cell, without NULs."""
    text = without_nul(text)
    return QUOTE + text if is_misread(text.lstrip(QUOTE)) else text


def quoted_for_text_cell(text: str) -> str:
    """The same for a cell marked as text, where a formula does nothing: only what `unquoted` would take away."""
    return QUOTE + text if text.startswith(QUOTE) and is_misread(text.lstrip(QUOTE)) else text


def unquoted(cell: str) -> str:
    """What a cell meant before an export made it harmless."""
    return cell[1:] if cell.startswith(QUOTE) and is_misread(cell.lstrip(QUOTE)) else cell


def is_misread(text: str) -> bool:
    return is_formula(text) or is_damage(text)


def is_damage(text: str) -> bool:
    return damage(text.strip()) is not None
