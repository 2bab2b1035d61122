"""What of a text nobody sees, and which texts look the same to a person. Nothing is matched by its look: it hints."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from accounts.spelling import INVISIBLE_CLASS
from integrations.rules.text import without_nul

Known = TypeVar("Known")

INVISIBLE = re.compile(f"[{INVISIBLE_CLASS}]")
NAMES = {
    "\u200b": "ゼロ幅スペース",
    "\u200c": "ゼロ幅非接合子",
    "\u200d": "ゼロ幅接合子",
    "\u200e": "左から右への記号",
    "\u200f": "右から左への記号",
    "\u2028": "行区切り",
    "\u2029": "段落区切り",
    "\u2060": "単語結合子",
    "\ufeff": "BOM",
    "\xad": "ソフトハイフン",
    "\x7f": "制御文字",
}
STANDARD_SELECTORS = range(0xFE00, 0xFE0E)
PRESENTATION = range(0xFE0E, 0xFE10)  # as text or as emoji
KEYCAPS = frozenset("0123456789")  # and # and *, which are signs
IDEOGRAPHIC_SELECTORS = range(0xE0100, 0xE01F0)
JOINERS = "\u200c\u200d"
NAMED = 5

# NFKC leaves these apart though they look the same, or nearly so, in the fonts that people use
ALIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−ーｰ－﹣─━一", "-"),
        **dict.fromkeys("〜～∼∽˜", "~"),
        **dict.fromkeys("・·•‧∙⋅", "・"),
        **dict.fromkeys("’‘‛′＇´`", "'"),
        **dict.fromkeys("“”„″＂", '"'),
        **dict.fromkeys("×✕✖", "x"),
        **dict.fromkeys("○◯〇", "o"),
        **dict(zip("ヘベペリニカロタエトハミ三", "へべぺり二力口夕工卜八三三", strict=True)),
        **dict(zip("аеорсухіѕ", "aeopcyxis", strict=True)),
        **dict(zip("αορ", "aop", strict=True)),
    }
)

ALIKE_IN_MAILS = str.maketrans("01i", "oll")


def visible(text: str) -> str:
    """The text without characters that nobody sees and that mean nothing where they stand.

    Line ends and tabs stay; so does a variation selector behind the ideograph or sign whose shape it chooses, and a
    joiner between others than Japanese and Latin letters (emoji, other scripts).
    """
    if text.isascii() and text.isprintable():
        return text
    if INVISIBLE.search(text) is None:
        return text
    return "".join(
        character for place, character in enumerate(text) if not INVISIBLE.match(character) or means(text, place)
    )


def as_cell(text: str) -> str:
    """A text of ours as the cell of a file that we wrote is read: so much of it can be compared."""
    return visible(without_nul(text)).strip()


def also_visible(known: Mapping[str, Known]) -> dict[str, Known]:
    """The same by what is seen of each name too: texts of files come without the rest."""
    return {as_cell(name): value for name, value in known.items()} | dict(known)


def invisible_in(text: str) -> str:
    """The names of the characters that `visible` would take away, each once: 「U+200B ゼロ幅スペース」."""
    gone = (text[found.start()] for found in INVISIBLE.finditer(text) if not means(text, found.start()))
    return "、".join(map(called, dict.fromkeys(gone)))


def called(character: str) -> str:
    number = ord(character)
    name = NAMES.get(character)
    if not name:
        control = unicodedata.category(character) == "Cc"
        is_selector = number in STANDARD_SELECTORS or number in PRESENTATION or number in IDEOGRAPHIC_SELECTORS
        name = "異体字セレクタ" if is_selector else "制御文字" if control else "見えない文字"
    return f"U+{number:04X} {name}"


def means(text: str, place: int) -> bool:
    """Whether an invisible character does something where it stands."""
    before, number = text[place - 1] if place else "", ord(text[place])
    if number in IDEOGRAPHIC_SELECTORS:
        return is_ideograph(before)
    if number in STANDARD_SELECTORS:
        return is_ideograph(before) or is_sign(before)
    if number in PRESENTATION:
        return is_sign(before) or before in KEYCAPS
    if text[place] in JOINERS:
        after = text[place + 1 : place + 2]
        return is_joined(before) and is_joined(after)
    return is_tag(text, place)


def is_tag(text: str, place: int) -> bool:
    """Whether it is a letter of a flag (🏴 and tags behind it)."""
    if not 0xE0020 <= ord(text[place]) <= 0xE007F:
        return False
    return text[:place].rstrip("".join(map(chr, range(0xE0020, 0xE0080))))[-1:] == "🏴"


def is_ideograph(character: str) -> bool:
    is_in_range = "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"
    return is_in_range and unicodedata.category(character) == "Lo"


def is_sign(character: str) -> bool:
    return bool(character) and unicodedata.category(character) in {"So", "Sm", "Po", "Sk"}


def is_joined(character: str) -> bool:
    """Whether a joiner beside it can mean something: an emoji or a letter of a script that joins letters."""
    if not character:
        return False
    return unicodedata.category(character) in {"So", "Sk"} or "\u0600" <= character <= "\u0dff" or character == "\ufe0f"


def look(text: str) -> str:
    """A form that is the same for texts a person can hardly tell apart, or that differ in width, case or blanks."""
    plain = unicodedata.normalize("NFKC", visible(text)).translate(ALIKE)
    return "".join(plain.split()).casefold().translate(ALIKE)


def mail_look(mail: str) -> str:
    """The same for a mail address, in which 0 and o, 1 and l are easily taken for each other."""
    return look(mail).translate(ALIKE_IN_MAILS).replace("rn", "m")


class Lookalikes:
    """Texts of ours by their look; made at the first question only."""

    def __init__(self, texts: Iterable[str], *, as_mail: bool = False) -> None:
        self.texts = texts
        self.look = mail_look if as_mail else look

    @cached_property
    def by_look(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for text in dict.fromkeys(self.texts):
            if text:
                found[self.look(text)].append(text)
        return found

    def of(self, text: str) -> list[str]:
        """Ours that look like a text and are not that text."""
        return [other for other in self.by_look.get(self.look(text), ()) if other != text]

    def hint(self, text: str) -> str:
        """A sentence with those, "" where there are none."""
        others = self.of(text)
        if not others:
            return ""
        named = "」「".join(others[:NAMED])
        return f"見た目がよく似た「{named}」があります（{differences(text, others[0])}）。"


def differences(text: str, other: str) -> str:
    """In what two texts differ that look the same."""
    if unicodedata.normalize("NFC", text) == unicodedata.normalize("NFC", other):
        return "濁点などの文字の組み立て方が違います"
    if visible(text) == visible(other):
        return "目に見えない文字が違います"
    if "".join(text.split()) == "".join(other.split()):
        return "空白が違います"
    if unicodedata.normalize("NFKC", text).casefold() == unicodedata.normalize("NFKC", other).casefold():
        return "全角・半角または大文字・小文字が違います"
    for one, two in zip(text, other, strict=False):
        if one != two:
            return f"「{one}」（{code(one)}）と「{two}」（{code(two)}）が違います"
    return "文字が違います"


def code(character: str) -> str:
    return f"U+{ord(character):04X}"
