"""Whether every stored secret can be read with CREDENTIAL_KEYS, and the move of all of them to the first key."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's name for a level
from django.db import Error as DatabaseTrouble
from django.db import connections, models, transaction
from django.db.models.functions import Cast

from accounts import audit
from accounts.encryption import EncryptedTextField, UnreadableSecretError, decrypt

logger = logging.getLogger(__name__)

TROUBLE = (
    "保存されている認証情報を、環境変数 CREDENTIAL_KEYS の鍵で復号できません。保存したときの鍵を加えて起動し直すか、"
    "画面の「カオナビ連携」で認証情報を入力し直してください。"
)


@dataclass(frozen=True)
class Rotation:
    """How many rows were encrypted anew, and how many needed nothing."""

    renewed: int
    current: int


def problem() -> str:
    """What is wrong with the stored secrets, as a sentence; "" when each that is needed can be read."""
    try:
        for _, _, tokens in stored_tokens(needed_only=True):
            for token in tokens.values():
                decrypt(token)
    except UnreadableSecretError:
        return TROUBLE
    return ""


def trouble_at_start() -> str:
    """`problem`, for a process that has just begun: "" also without a database, which is told elsewhere and later."""
    try:
        return problem()
    except DatabaseTrouble:
        return ""


def tell_at_start(**_: object) -> None:
    """For web and beat, useful without the secrets too: one loud line of log, and /readyz says the same."""
    if problem := trouble_at_start():
        logger.critical(problem)
    connections.close_all()


def refuse_to_start(**_: object) -> None:
    """For a worker, whose every sync would fail. Once the keys are right its keeper starts it again."""
    if problem := trouble_at_start():
        logger.critical(problem)
        raise SystemExit(1)
    connections.close_all()  # the pool's processes, which are forked next, must not inherit what is open


@transaction.atomic
def reencrypt() -> Rotation:
    """Encrypt with the first of CREDENTIAL_KEYS what is not. What can be lost stays as it is where no key reads it.

    Raises UnreadableSecretError, with nothing changed, where one that is needed cannot be read.
    """
    first = Fernet(settings.CREDENTIAL_KEYS[0])
    renewed = current = 0
    for model, pk, tokens in stored_tokens(lock=True):
        old = {name: token for name, token in tokens.items() if not opens(first, token)}
        if texts := dict(readable(model, old)):
            model._base_manager.filter(pk=pk).update(**texts)
            renewed += 1
        else:
            current += 1
    audit.record(
        audit.Action.CHANGED_SETTINGS,
        by=None,
        what="認証情報の暗号鍵",
        detail={"renewed": renewed, "current": current},
    )
    return Rotation(renewed, current)


def readable(model: type[models.Model], tokens: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Column and text of each token. Raises UnreadableSecretError for one that is needed."""
    for name, token in tokens.items():
        try:
            yield name, decrypt(token)
        except UnreadableSecretError:
            if not can_be_lost(model._meta.get_field(name)):
                raise


def can_be_lost(field: object) -> bool:
    return isinstance(field, EncryptedTextField) and field.can_be_lost


def stored_tokens(
    *, lock: bool = False, needed_only: bool = False
) -> Iterator[tuple[type[models.Model], Any, dict[str, str]]]:
    """Each row with encrypted columns, as the database has it: its model, its key, and column → what is stored."""
    for model in apps.get_models():
        names = [
            field.name
            for field in model._meta.local_fields
            if isinstance(field, EncryptedTextField) and not (needed_only and field.can_be_lost)
        ]
        if not names:
            continue
        rows = model._base_manager.annotate(**{f"raw_{name}": Cast(name, models.TextField()) for name in names})
        if lock:
            rows = rows.select_for_update()
        for pk, *tokens in rows.values_list("pk", *(f"raw_{name}" for name in names)):
            yield model, pk, {name: token for name, token in zip(names, tokens, strict=True) if token}


def opens(key: Fernet, token: str) -> bool:
    try:
        key.decrypt(token)
    except InvalidToken:
        return False
    return True


@register(Tags.database)
def check_secrets(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Told by `migrate` and `check --database default`. A warning: it must not keep anybody from the way out."""
    problem = trouble_at_start() if databases and "default" in databases else ""
    return [Warning(problem, id="integrations.W001")] if problem else []
