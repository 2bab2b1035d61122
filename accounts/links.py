"""One-time links by which a person sets a password: there is no mail server, so an administrator hands them over.

A link works for PASSWORD_RESET_TIMEOUT, once, and only until the next one is made. Its code stands behind the `#`,
which browsers send to nobody: no log of ours, or of a proxy before us, can hold it.
"""

from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts.site import site_url


class Codes(PasswordResetTokenGenerator):
    """Signed with SECRET_KEY over the account's password, so that setting one spends the code."""

    key_salt = "accounts.links"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        """Without the mail address, which an administrator may correct while the link is on its way."""
        return f"{user.pk}{user.password}{timestamp}"


codes = Codes()


def make_code(user: User) -> str:
    """A new code for the account as it stands. The account has no usable password meanwhile."""
    return f"{urlsafe_base64_encode(force_bytes(user.pk))}.{codes.make_token(user)}"


def link_for(code: str) -> str:
    """The address to hand over."""
    return f"{site_url()}{reverse('accounts:first_password')}#{code}"


def account_of(code: str, *, lock: bool = False) -> User | None:
    """Whose password the code may set; None when it is wrong, spent, too old, or the account was stopped.

    `lock` keeps the row until the transaction ends, so that two who use the code at once are told apart.
    """
    number, _, token = code.strip().partition(".")
    accounts = User.objects.select_for_update() if lock else User.objects.all()
    try:
        user = accounts.get(pk=int(urlsafe_base64_decode(number)), is_active=True)
    except (ValueError, OverflowError, User.DoesNotExist):
        return None
    return user if not user.has_usable_password() and codes.check_token(user, token) else None
