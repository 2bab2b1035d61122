"""二要素認証: a code from an app (TOTP, RFC 6238) beside the password; recovery codes for the day without the phone."""

import time
from contextlib import suppress

import pyotp
import segno
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from pyotp.exceptions import OTPVerificationError

from accounts import audit
from accounts.audit import Action
from accounts.codes import digest_of, plain, readable_code
from accounts.encryption import UnreadableSecretError, decrypt, encrypt
from accounts.models import RecoveryCode, SecondFactor

ISSUER = "ミキワメ カオナビ連携"  # what the app calls us
WINDOW = 1  # codes of so many half minutes before and after, since clocks differ
CODES = 10
SHOWN = 15 * 60  # seconds; a secret that was shown and not confirmed is made anew after that
UNCONFIRMED = "unconfirmed_factor"  # in the session that was shown it


def factor_of(user: User) -> SecondFactor | None:
    """The account's second factor, if it has one that counts. The secret is not read."""
    return SecondFactor.objects.defer("secret").filter(user=user).first()


def codes_left(factor: SecondFactor) -> int:
    return factor.recovery_codes.count()


def secret_for(session: SessionBase) -> str:
    """The secret to show for the set-up: the one that this session was shown a moment ago, or a new one.

    It stays with the session: somebody else who only has the password sees another one, and it counts after `complete`.
    """
    kept = session.get(UNCONFIRMED)
    if kept and time.time() - kept["at"] <= SHOWN:
        with suppress(UnreadableSecretError):
            return decrypt(kept["secret"])
    secret = pyotp.random_base32()
    session[UNCONFIRMED] = {"secret": encrypt(secret), "at": time.time()}
    return secret


def picture_of(secret: str, user: User) -> str:
    """The QR code that apps scan, as SVG for the middle of a page."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name=ISSUER)
    return segno.make(address, error="m").svg_inline(scale=1, border=4, omitsize=True, svgclass=None, lineclass=None)


@transaction.atomic
def complete(user: User, secret: str, token: str) -> list[str] | None:
    """The app showed `token`, so it has the secret: from now on that is the account's. The recovery codes; None for a
    wrong one, and where the account has a second factor: it is removed first, or a stolen browser could replace it.
    """
    step = step_of(secret, token)
    User.objects.select_for_update().get(pk=user.pk)  # one of two at once
    if step is None or factor_of(user) is not None:
        return None
    factor = SecondFactor.objects.create(user=user, secret=secret, last_step=step)
    audit.record(Action.FACTOR_SET, by=user, on=user, what="アカウント")
    return new_codes(factor)


@transaction.atomic
def renew_codes(user: User) -> list[str] | None:
    """New recovery codes; those before are void, also those of a renewal at the same moment. None without a factor."""
    factor = SecondFactor.objects.select_for_update().defer("secret").filter(user=user).first()
    if factor is None:
        return None
    audit.record(Action.CODES_RENEWED, by=user, on=user, what="アカウント")
    return new_codes(factor)


def new_codes(factor: SecondFactor) -> list[str]:
    codes = [readable_code() for _ in range(CODES)]
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=digest_of(code)) for code in codes)
    return codes


def is_right(user: User, token: str) -> bool:
    """Whether `token` is a code of the app or a recovery code. Spent by this: each works once, also for two at once.

    Raises UnreadableSecretError for a code of the app when CREDENTIAL_KEYS no longer has the key of the secret.
    """
    typed = plain(token)
    return spend_code(user, typed) if typed.isdigit() else spend_recovery_code(user, typed)


def step_of(secret: str, token: str) -> int | None:
    """The 30 seconds whose code this is, if they are now."""
    try:
        return int(pyotp.TOTP(secret).verify_and_get_timecode(plain(token), for_time=time.time(), valid_window=WINDOW))
    except OTPVerificationError:
        return None


def spend_code(user: User, token: str) -> bool:
    factor = SecondFactor.objects.filter(user=user).first()
    step = step_of(factor.secret, token) if factor else None
    return step is not None and bool(SecondFactor.objects.filter(user=user, last_step__lt=step).update(last_step=step))


@transaction.atomic
def spend_recovery_code(user: User, token: str) -> bool:
    spent, _ = RecoveryCode.objects.filter(factor__user=user, digest=digest_of(token)).delete()
    if spent:
        left = RecoveryCode.objects.filter(factor__user=user).count()
        audit.record(Action.CODE_USED, by=user, on=user, what="アカウント", detail={"codes_left": left})
    return bool(spent)


@transaction.atomic
def remove(user: User, *, by: User | None) -> bool:
    """Take the factor and its recovery codes away; whether there was one. None as `by` is the command line."""
    gone, _ = SecondFactor.objects.defer("secret").filter(user=user).delete()  # also one that the keys no longer read
    if gone:
        audit.record(Action.FACTOR_REMOVED, by=by, on=user, what="アカウント")
    return bool(gone)
