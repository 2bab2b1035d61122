"""Secrets at rest: a text column that only holders of CREDENTIAL_KEYS can read."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

# A Fernet token: version 0x80 and a time that has five zero bits at its start for centuries.
TOKEN_BEGINS = "gAAAAA"  # noqa: S105 - the beginning of all of them


class UnreadableSecretError(Exception):
    """A stored secret was encrypted with a key that CREDENTIAL_KEYS no longer has."""

    def __init__(self) -> None:
        super().__init__(
            "保存されている認証情報を復号できません。環境変数 CREDENTIAL_KEYS に、保存したときの鍵を加えてください。"
        )


@lru_cache(maxsize=4)
def cipher_of(keys: tuple[str, ...]) -> MultiFernet:
    """The first key encrypts, all of them decrypt."""
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """The text as a Fernet token (authenticated encryption)."""
    return cipher_of(tuple(settings.CREDENTIAL_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text of a Fernet token. Raises UnreadableSecretError, never returns something else."""
    try:
        return cipher_of(tuple(settings.CREDENTIAL_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken:
        raise UnreadableSecretError from None


class EncryptedTextField(models.TextField):
    """A text that is encrypted on its way into the database and decrypted on its way out. Blank stays blank.

    The product goes on without one that `can_be_lost`: with its key only what it is kept for is gone.
    """

    def __init__(self, *args: Any, can_be_lost: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.can_be_lost = can_be_lost

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value else value

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> str | None:
        return decrypt(value) if value else value

    def value_to_string(self, obj: models.Model) -> str:
        """What `dumpdata` writes: a token, as in the database."""
        value = str(self.value_from_object(obj) or "")
        return encrypt(value) if value else ""

    def to_python(self, value: Any) -> Any:
        """What `loaddata` reads: the token again. Any other text is the secret itself."""
        if isinstance(value, str) and value.startswith(TOKEN_BEGINS):
            return decrypt(value)
        return super().to_python(value)
