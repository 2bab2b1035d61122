"""Pure: the shape of a JSON document, over all elements of its lists."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from integrations.probe import words
from integrations.probe.documented import FLAG, KEYS, LIST, NULL, NUMBER, OBJECT, TEXT, Documented

WHOLE = "（全体）"
UNKNOWN_KEY = "（知らないキー）"
DEEPEST = 9
MOST_PLACES = 400
KINDS = {bool: FLAG, int: NUMBER, float: NUMBER, str: TEXT, list: LIST, dict: OBJECT, type(None): NULL}
BOM = b"\xef\xbb\xbf"
TAKEN_APART = 2  # levels that are read piece by piece, so that a list of all members is never in memory as a whole


class NoJsonError(ValueError):
    """The text says what is there in its place."""


@dataclass
class Place:
    """What was seen at one place."""

    times: int = 0
    objects: int = 0
    kinds: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    scripts: set[str] = field(default_factory=set)
    lengths: set[str] = field(default_factory=set)
    elements: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)  # lengths of unknown ones


@dataclass
class Shape:
    """Path → what was seen there. `notes` say what is odd about the document."""

    documented: Documented
    places: dict[str, Place] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Each place and what is there, in words."""
        for path, place in self.places.items():
            yield path or WHOLE, "、".join(self._words(path, place))

    def differences(self) -> Iterator[tuple[str, str]]:
        """Where a kind of value is not the documented one, or a key is not there. `null` always fits."""
        for path, wanted in self.documented.items():
            seen = self.places.get(path)
            strange = (seen.kinds if seen else set()) - wanted.kinds - {NULL}
            if strange:
                yield path, f"{'、'.join(sorted(strange))}がある（説明書は{'、'.join(sorted(wanted.kinds))}）"
            elif self._is_lacking(path) and not wanted.may_lack:
                yield path, "ない" if seen is None else "ないことがある"
        if any(UNKNOWN_KEY in path for path in self.places):
            yield UNKNOWN_KEY, "説明書にないキーがある"

    def _is_lacking(self, path: str) -> bool:
        """Whether an object that should have this key is without it."""
        if path.endswith("[]"):
            return False
        parent, seen = self.places.get(path.rpartition(".")[0]), self.places.get(path)
        return parent is not None and parent.objects > (seen.times if seen else 0)

    def _words(self, path: str, place: Place) -> Iterator[str]:
        yield "または".join(sorted(place.kinds))
        yield from sorted(place.named)
        yield from sorted(place.forms)
        if place.scripts:
            yield f"文字の種類は{'・'.join(sorted(place.scripts))}"
        if place.lengths:
            yield f"長さは{'・'.join(sorted(place.lengths, key=_low))}"
        if place.elements:
            yield f"要素は{'・'.join(sorted(place.elements, key=_low))}"
        if place.keys:
            yield f"キーの長さは{'・'.join(sorted(place.keys, key=_low))}"
        if self._is_lacking(path):
            yield "ないことがある"

    def add(self, value: Any, path: str = "", depth: int = 0) -> None:
        """Look at a value and all that is in it."""
        place = self._place(path, depth)
        if place is None:
            return
        place.times += 1
        place.kinds.add(KINDS[type(value)])
        if isinstance(value, dict):
            self._add_object(place, value, path, depth)
        elif isinstance(value, list):
            place.elements.add(words.count_of(len(value)))
            for element in value:
                self._enter(element, f"{path}[]", depth)
        elif value is not None:
            self._add_plain(place, value, path)

    def _enter(self, value: Any, path: str, depth: int) -> None:
        """A piece that is still bytes is read now, and forgotten when it was looked at."""
        self.add(_apart(value, depth + 1) if isinstance(value, msgspec.Raw) else value, path, depth + 1)

    def _place(self, path: str, depth: int) -> Place | None:
        if path in self.places:
            return self.places[path]
        if depth > DEEPEST or len(self.places) >= MOST_PLACES:
            self.notes.add("深すぎるか、場所が多すぎるため、見ていない部分があります。")
            return None
        return self.places.setdefault(path, Place())

    def _add_object(self, place: Place, value: dict[str, Any], path: str, depth: int) -> None:
        place.objects += 1
        for key, inner in value.items():
            known = key if key in KEYS else UNKNOWN_KEY
            here = f"{path}.{known}".removeprefix(".")
            self._enter(inner, here, depth)
            if known is UNKNOWN_KEY and here in self.places:
                self.places[here].keys.add(words.length_of(key))

    def _add_plain(self, place: Place, value: Any, path: str) -> None:
        wanted = self.documented.get(path)
        if wanted and wanted.values:
            known = next((each for each in wanted.values if type(each) is type(value) and each == value), None)
            place.named.add("一覧にない値" if known is None else json.dumps(known))
            if known is not None:
                return
        if isinstance(value, str):
            place.lengths.add(words.length_of(value))
            if form := words.form_of(value):
                place.forms.add(form)
            else:
                place.scripts |= words.scripts_of(value)
        elif not isinstance(value, bool):
            place.forms.add(words.digits_of(value))


def shape_of(body: bytes, documented: Documented) -> Shape:
    """The shape of a body. Raises NoJsonError for one that is none."""
    shape = Shape(documented)
    content = body.removeprefix(BOM)
    if content != body:
        shape.notes.add("先頭にバイト順マーク（BOM）があります。")
    if not content.strip():
        raise NoJsonError("本文がありません。")
    try:
        shape.add(_apart(content, 0))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _patient_shape(content, documented)
    return shape


def _patient_shape(content: bytes, documented: Documented) -> Shape:
    """Of what msgspec refuses, the standard library still reads half an emoji, bytes that are no UTF-8, NaN."""
    if content.lstrip().startswith(b"<"):
        raise NoJsonError("JSONではなく、Webページのような内容です。")
    shape = Shape(documented, notes={"文字の並びに、正しいJSONではない部分があります。"})
    try:
        shape.add(json.loads(content.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        raise NoJsonError("JSONとして読み取れません（途中で切れているか、別の形式です）。") from None
    return shape


def _apart(content: bytes | msgspec.Raw, depth: int) -> Any:
    """The value with its own level read, and what is below still as bytes; further down the whole of it."""
    if depth < TAKEN_APART:
        start = bytes(memoryview(content)[:100]).lstrip()[:1]
        if start == b"{":
            return msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        if start == b"[":
            return msgspec.json.decode(content, type=list[msgspec.Raw])
    return msgspec.json.decode(content)


def _low(word: str) -> int:
    """Ranges stand in order of their lower ends."""
    digits = word.replace(",", "").split("〜")[0]
    return int("".join(character for character in digits if character.isascii() and character.isdigit()) or 0)
