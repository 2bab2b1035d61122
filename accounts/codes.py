"""Codes that work once and that people copy by hand. Only a digest is kept."""

import hashlib
import secrets
import unicodedata

LETTERS, GROUPS, OF_EACH = "abcdefghjkmnpqrstuvwxyz23456789", 4, 4  # 79 bits: nothing to guess from a digest


def readable_code() -> str:
    """A new one, such as `abcd-efgh-jkmn-pqrs`."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(OF_EACH)) for _ in range(GROUPS))


def plain(code: str) -> str:
    """As people type it: full-width, with spaces, in capitals."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code).lower() if sign.isalnum())


def digest_of(code: str) -> str:
    return hashlib.sha256(plain(code).encode()).hexdigest()
