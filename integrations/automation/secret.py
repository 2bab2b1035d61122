"""The secret by which カオナビ is known: made here, shown once, kept as a hash.

A plain SHA-256 is enough: the secret is 256 random bits, so nobody finds it from the hash however fast that is made. A
slow hash guards passwords, which people choose, and would make each forged call dear.
"""

import hashlib
import re
import secrets

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.audit import Action
from integrations.models import Webhook

BYTES = 32
SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")  # as `token_urlsafe` writes 32 bytes


def looks_like_one(token: str) -> bool:
    return SHAPE.fullmatch(token) is not None


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make(*, by: User) -> str:
    """A new secret, which alone is good from now on. What has come until now still waits for its run."""
    secret = secrets.token_urlsafe(BYTES)
    row, is_new = Webhook.objects.update_or_create(
        pk=1,
        defaults={
            "digest": digest_of(secret),
            "made_at": timezone.now(),
            "last_event_at": None,
            "received": 0,
            "last_refused_at": None,
            "refused": 0,
        },
    )
    audit.record(Action.CREATED if is_new else Action.EDITED, by=by, on=row)
    return secret


@transaction.atomic
def turn_off(*, by: User) -> bool:
    """Receive nothing any more, and forget what waited. False where nothing was received before."""
    row = Webhook.objects.filter(pk=1).first()
    if row is None:
        return False
    audit.record(Action.DELETED, by=by, on=row)
    row.delete()
    return True
