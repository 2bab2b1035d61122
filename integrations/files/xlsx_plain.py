"""Stretches of a workbook's XML that are nothing but ordinary rows or texts: read by a regular expression each. Pure.

A parser calls us five times a cell, and that is most of the time that reading takes. Here each expression says all that
an ordinary stretch can be, so whatever differs by a single sign (another order of attributes, a comment, a character
that no XML may have) is none, and is left to the parser.
"""

import re
from collections.abc import Container, Iterator
from xml.sax.saxutils import unescape

SIGNS = r"[^<>&\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]*+"
TEXT = rf"{SIGNS}(?:&(?:amp|lt|gt|quot|apos);{SIGNS})*+"
WRITTEN = r'<t(?: xml:space="preserve")?+>'
ENTITIES = {"&quot;": '"', "&apos;": "'"}  # besides those that `unescape` knows

VALUE = rf"<v>{TEXT}</v></c>"
RESULT = rf"(?:<f>{TEXT}</f>(?!<v></v>))?+"  # a formula without one is told: the parser hears it
CELL = (
    r'<c r="[A-Z]{1,2}\d{1,7}"(?: s="\d{1,6}")?+'
    rf'(?: t="inlineStr"(?: ?/>|><is>{WRITTEN}{TEXT}</t></is></c>)'
    rf'| t="str"(?: ?/>|>(?:<f>{TEXT}</f>)?+{VALUE})'
    rf'|(?: t="(?:s|n|b|e)")?+(?: ?/>|>{RESULT}{VALUE}))'
)
ROWS = re.compile(rf'(?:<row r="\d{{1,7}}"[^<>/]*+>(?:{CELL})*+</row>)++')
# the same where it is known to be one
PARTS = re.compile(r'<c r="([A-Z]+)\d+"([^>]*)>(?:<f>[^<]*</f>)?(?:<v>|<is><t[^>]*>)?([^<]*)')
HEADS = re.compile(r'<row r="\d{1,7}"([^<>/]*+)>')
ATTRIBUTES = re.compile(r'(?: s="(\d+)")?(?: t="(\w+)")?')

SPOKEN = rf'<rPh sb="\d+" eb="\d+">{WRITTEN}{TEXT}</t></rPh>'
SOUND = r'<phoneticPr fontId="\d+"(?: type="\w+")?+(?: alignment="\w+")?+/>'
ITEM = rf"<si>{WRITTEN}({TEXT})</t>(?:{SPOKEN})*+({SOUND})?+</si>"
ITEMS = re.compile(ITEM)
TEXTS = re.compile(rf"(?:{ITEM})++")

Cell = tuple[str, str, str]  # its column, its other attributes, its value


def plain_rows(stretch: str, heads: Container[str]) -> list[tuple[int, list[Cell]]] | None:
    """The numbers and cells of the rows; None where there is anything else, or a row with other attributes."""
    if not ROWS.fullmatch(stretch):
        return None
    found = []
    for row in stretch.split("</row>")[:-1]:
        head, _, cells = row.partition(">")
        _, line, attributes = head.split('"', 2)
        if attributes not in heads:
            return None
        found.append((int(line), PARTS.findall(cells)))
    if "&" in stretch:
        return [
            (line, [(column, told, without_entities(value)) for column, told, value in cells]) for line, cells in found
        ]
    return found


def style_and_kind(attributes: str) -> tuple[str, str]:
    """What the attributes of a plain cell say."""
    found = ATTRIBUTES.match(attributes)
    return (found[1] or "", found[2] or "n") if found else ("", "n")


def plain_texts(stretch: str) -> list[tuple[str, str]] | None:
    """The texts, each with what is said of how it is read aloud; None where there is anything else."""
    if not TEXTS.fullmatch(stretch):
        return None
    return [(without_entities(text), sound) for text, sound in ITEMS.findall(stretch)]


def ordinary_heads(stretch: str) -> Iterator[str]:
    """What stands behind the numbers of rows that a parser has read, where it says nothing of their cells."""
    return (head for head in HEADS.findall(stretch) if "hidden" not in head and "xmlns" not in head)


def without_entities(text: str) -> str:
    return unescape(text, ENTITIES) if "&" in text else text
