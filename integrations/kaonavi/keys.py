"""Which keys an answer does not have at all: of such a key, nobody's value is blank."""

from collections.abc import Collection, Iterable

import msgspec

FEWEST_ELEMENTS = 3  # one or two that lack a key say nothing of others

_keys_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def absent_keys(elements: Iterable[msgspec.Raw], known: Collection[str]) -> frozenset[str]:
    """The known keys that no element of a list has. Nearly always the first have them all: the rest is not read."""
    absent, seen = set(known), 0
    for element in elements:
        try:
            absent -= _keys_of(element).keys()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if not absent:
            break
        seen += 1
    return frozenset(absent) if seen >= FEWEST_ELEMENTS else frozenset()
