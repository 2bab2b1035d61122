"""Findings as a person reads them."""

from integrations.rules.plan import Finding
from integrations.rules.wording import in_words


def sentence(found: Finding) -> str:
    """Of what カオナビ has."""
    return in_words(found).sentence


def remedy(found: Finding) -> str:
    return in_words(found).remedy


def file_sentence(found: Finding) -> str:
    """Of a line of a file."""
    return in_words(found, of_file=True).sentence


def file_remedy(found: Finding) -> str:
    return in_words(found, of_file=True).remedy
