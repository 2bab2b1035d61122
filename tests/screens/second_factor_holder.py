"""Somebody with a second factor, and what they do at the log-in page."""

import time

import pyotp
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from accounts import second_factor
from accounts.models import AuditEntry, LogInPolicy, SecondFactor
from accounts.sessions import TRUSTED
from tests.screens.conftest import PASSWORD

LOG_IN, CODE = reverse("accounts:login"), reverse("accounts:code")
FACTOR = reverse("accounts:factor")
NAMED = {"username": "hanako", "password": PASSWORD}


def with_factor(user: User) -> SecondFactor:
    shown = second_factor.begin(user)
    assert shown is not None
    second_factor.complete(user, code_of(shown))
    SecondFactor.objects.update(last_step=0)
    return SecondFactor.objects.get(user=user)


def code_of(factor: SecondFactor, steps: int = 0) -> str:
    return pyotp.TOTP(factor.secret).at(time.time(), counter_offset=steps)


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


def tired(client: Client) -> Client:
    session = client.session
    session["confirmed"] -= TRUSTED + 1
    session.save()
    return client
