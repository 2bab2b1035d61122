"""Somebody with a second factor, and what they do at the log-in page."""

import time

import pyotp
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from accounts import second_factor
from accounts.models import AuditEntry, LogInPolicy, SecondFactor
from accounts.sessions import TRUSTED
from tests.factories.rows import PASSWORD

LOG_IN, CODE = reverse("accounts:login"), reverse("accounts:code")
FACTOR, SET_UP = reverse("accounts:factor"), reverse("accounts:set_up_factor")
NAMED = {"username": "hanako", "password": PASSWORD}


def with_factor(user: User) -> SecondFactor:
    factor = SecondFactor.objects.create(user=user, secret=pyotp.random_base32())
    second_factor.new_codes(factor)
    return factor


def code_of(factor: SecondFactor, steps: int = 0) -> str:
    return pyotp.TOTP(factor.secret).at(time.time(), counter_offset=steps)


def code_shown(client: Client) -> str:
    """What the app shows that has the secret of the set-up page."""
    return pyotp.TOTP(client.get(SET_UP).context["secret"].replace(" ", "")).at(time.time())


def wrong_code_of(factor: SecondFactor) -> str:
    return next(
        code
        for code in ("000000", "111111", "222222", "333333")
        if code not in [code_of(factor, n) for n in (-2, -1, 0, 1, 2)]
    )


def half_way() -> Client:
    client = Client()
    assert client.post(LOG_IN, NAMED)["Location"] == CODE
    return client


def is_in(client: Client) -> bool:
    return client.get(FACTOR).status_code == 200


def demand(*roles: str, everyone: bool = False) -> None:
    policy, _ = LogInPolicy.objects.update_or_create(pk=1, defaults={"everyone_needs_factor": everyone})
    policy.roles_that_need_factor.set(Group.objects.filter(name__in=roles))


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def tired(client: Client, since: float = TRUSTED + 1) -> Client:
    """Who they are was last asked so many seconds ago."""
    session = client.session
    session["confirmed"] = int(time.time() - since)
    session.save()
    return client
