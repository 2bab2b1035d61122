"""The first day: while there is no account, whoever has the code that this machine printed makes the first one."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from accounts import audit, site
from accounts.actions import take_turns
from accounts.audit import Action
from accounts.codes import digest_of, readable_code
from accounts.models import SetupCode


class FirstDayOverError(Exception):
    """There is an account already."""


class WrongCodeError(Exception):
    """Not the code that was printed last."""


def is_first_day() -> bool:
    """Whether nobody has an account yet."""
    return not User.objects.exists()


def wait_for_first_day() -> None:
    """Wait for whoever else is at it, until the transaction ends. Raises FirstDayOverError."""
    take_turns()
    if not is_first_day():
        raise FirstDayOverError


@transaction.atomic
def new_setup_code() -> str:
    """A code for the first account; the one before is void. Raises FirstDayOverError."""
    wait_for_first_day()
    code = readable_code()
    SetupCode.objects.update_or_create(pk=1, defaults={"digest": digest_of(code)})
    return code


@transaction.atomic
def create_first_administrator(user: User, *, code: str, address: str) -> None:
    """Store the account, who may do everything, and spend the code. Raises WrongCodeError and FirstDayOverError.

    `address` is where the page was opened: from now on that host is answered, until another one is chosen.
    """
    wait_for_first_day()
    spent, _ = SetupCode.objects.filter(digest=digest_of(code)).delete()
    if not spent:
        raise WrongCodeError
    user.is_superuser = user.is_staff = True
    user.save()
    audit.record(Action.CREATED, by=user, on=user, what="アカウント", detail={"first": True})
    if not settings.IS_SITE_URL_GIVEN:
        site.choose(address, by=user)
