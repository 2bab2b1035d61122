"""Two at the same moment with one code, one recovery code, one account at the provider: on SQLite and on PostgreSQL."""

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection as database
from django.test import Client
from django.urls import reverse

from accounts import first_day, provider_accounts, second_factor
from accounts.models import AuditEntry, ProviderIdentity, RecoveryCode, SecondFactor
from tests.accounts.test_second_factor import RECOVERY_CODE
from tests.factories.provider import Provider
from tests.factories.provider_visitor import ASK
from tests.factories.rows import logged_in
from tests.factories.second_factor_holder import CODE, code_of, code_shown, half_way, is_in

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
HOME, SET_UP, RENEW = reverse("home"), reverse("accounts:set_up_factor"), reverse("accounts:renew_codes")


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> Callable[[object, str], None]:
    """Lets two threads meet when they call this function of that module, unless one is kept away by the other's
    lock.
    """

    def meet(module: object, name: str) -> None:
        together, original = threading.Barrier(2), getattr(module, name)

        def waiting(*args: Any, **kwargs: Any) -> Any:
            with suppress(threading.BrokenBarrierError):
                together.wait(timeout=0.5)
            return original(*args, **kwargs)

        monkeypatch.setattr(module, name, waiting)

    return meet


def at_once(*asks: Callable[[], Any]) -> list[Any]:
    answers: list[Any] = []

    def run(ask: Callable[[], Any]) -> None:
        try:
            answers.append(ask())
        finally:
            database.close()

    threads = [threading.Thread(target=run, args=[ask]) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(asks)
    return answers


def posting(client: Client, address: str, **sent: str) -> Callable[[], Any]:
    return lambda: client.post(address, sent)


def test_a_code_of_the_app_lets_one_in(factor: SecondFactor, meet):
    pair, code = (half_way(), half_way()), code_of(factor)
    meet(second_factor.SecondFactor.objects, "filter")
    at_once(*(posting(client, CODE, token=code) for client in pair))
    assert [is_in(client) for client in pair].count(True) == 1
    assert AuditEntry.objects.filter(action="logged_in").count() == 1


def test_a_recovery_code_lets_one_in(factor: SecondFactor, meet):
    [code, *_] = second_factor.renew_codes(factor.user) or []
    pair = half_way(), half_way()
    meet(second_factor, "digest_of")
    at_once(*(posting(client, CODE, token=code) for client in pair))
    assert [is_in(client) for client in pair].count(True) == 1
    assert RecoveryCode.objects.count() == 9
    assert AuditEntry.objects.filter(action="code_used").count() == 1


def test_of_two_set_ups_one_shows_the_recovery_codes(admin: Client, administrator: User, meet):
    other = logged_in(administrator)
    asks = [posting(client, SET_UP, token=code_shown(client)) for client in (admin, other)]
    meet(second_factor, "step_of")
    answers = at_once(*asks)
    shown = [set(RECOVERY_CODE.findall(answer.text)) for answer in answers]
    assert sorted(map(len, shown)) == [0, 10]
    assert RecoveryCode.objects.count() == 10


def test_of_two_renewals_the_codes_of_one_count(admin: Client, factor: SecondFactor, meet):
    other = logged_in(factor.user)
    meet(second_factor, "new_codes")
    answers = at_once(*(posting(client, RENEW) for client in (admin, other)))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert RecoveryCode.objects.count() == 10


def test_a_factor_that_is_removed_meanwhile_gets_no_codes(admin: Client, factor: SecondFactor, monkeypatch):
    original = second_factor.renew_codes

    def removed_first(user: User) -> list[str] | None:
        second_factor.remove(user, by=None)
        return original(user)

    monkeypatch.setattr(second_factor, "renew_codes", removed_first)
    assert admin.post(RENEW)["Location"] == reverse("accounts:factor")
    assert not RecoveryCode.objects.exists()


def test_two_first_log_ins_at_the_provider_bind_one_account(provider: Provider, hanako: User, meet):
    pair = Client(), Client()
    back = [provider.log_in(client.get(ASK)["Location"]) for client in pair]
    meet(provider_accounts, "bind")
    answers = at_once(*(lambda c=client, a=address: c.get(a) for client, address in zip(pair, back, strict=True)))
    assert [answer["Location"] for answer in answers] == [HOME, HOME]
    assert all(is_in(client) for client in pair)
    assert ProviderIdentity.objects.count() == 1
    assert AuditEntry.objects.filter(action="bound").count() == 1


def test_two_first_log_ins_of_one_person_with_two_addresses_do_not_break(
    provider: Provider, hanako: User, meet, monkeypatch
):
    User.objects.create(username="other", email="other@example.co.jp")
    pair = Client(), Client()
    back = [provider.log_in(client.get(ASK)["Location"]) for client in pair]
    addresses = queue.SimpleQueue[str]()
    addresses.put("hanako@example.co.jp")
    addresses.put("other@example.co.jp")
    bind = provider_accounts.bind
    monkeypatch.setattr(
        provider_accounts, "bind", lambda identity: bind(replace(identity, mail=addresses.get_nowait()))
    )
    meet(provider_accounts, "bind")
    answers = at_once(*(lambda c=client, a=address: c.get(a) for client, address in zip(pair, back, strict=True)))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert ProviderIdentity.objects.count() == 1


def test_two_at_once_make_one_first_account(meet):
    code = first_day.new_setup_code()
    meet(first_day, "is_first_day")

    def make(name: str) -> str:
        try:
            first_day.create_first_administrator(User(username=name), code=code, address="http://localhost")
        except (first_day.FirstDayOverError, first_day.WrongCodeError) as refused:
            return type(refused).__name__
        return "made"

    answers = at_once(lambda: make("hanako"), lambda: make("taro"))
    assert sorted(answers) == ["FirstDayOverError", "made"]
    assert User.objects.count() == 1
