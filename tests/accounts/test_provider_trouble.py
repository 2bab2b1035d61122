"""A provider that is slow, or answers with anything at all: the person reads a sentence, soon, and nobody gets in."""

import base64
import json
import time
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounts import provider as ours
from accounts.models import AuditEntry
from accounts.provider import Refusal
from tests.factories.provider import KEY, Provider
from tests.factories.provider_visitor import ASK
from tests.factories.second_factor_holder import is_in

LOG_IN = reverse("accounts:login")
DESCRIPTION = "/.well-known/openid-configuration"
TOKEN, KEYS = "/token", "/keys"
HALF_A_TOKEN = base64.urlsafe_b64encode(b'{"alg":"RS256"}').decode().rstrip("=")


def json_of(*documents: object) -> list[bytes]:
    return [json.dumps(document).encode() for document in documents]


ANYTHING: list[bytes] = [
    *(b"", b"\xff\xfe\x00", b"<html>Service Unavailable</html>", b"[" * 100_000, b'{"a":' * 100_000, b'{"a": 1e999}'),
    *json_of(None, [], {}, "text", 1, [{}], {"error": {"a": 1}}, {"error": "x", "error_description": ["y"]}),
]
TOKENS: list[object] = [
        None, 1, [], {}, "", "..", "a.b.c", "日本.語.x", f"{HALF_A_TOKEN}.{HALF_A_TOKEN}.x", f"{HALF_A_TOKEN}." * 5, "x" * 100_000,
]  # fmt: skip
ODD_TOKENS = json_of(
    *({"access_token": "x", "token_type": "Bearer", "id_token": token} for token in TOKENS),
    {"access_token": ["x"], "token_type": 1, "expires_in": "soon", "id_token": "a.b.c"},
    {"expires_at": "never", "id_token": "a.b.c"},
    {"id_token": "a.b.c", "expires_in": 10**400},
)  # fmt: skip
SETS: list[object] = [
        None, 1, "x", {}, [], [None], [1], ["x"], [[]], [{}], [{"kty": 1}], [{"kty": "RSA"}],
        [{"kty": "RSA", "n": 1, "e": 2}],
        [{"kty": "RSA", "n": "日本", "e": "AQAB"}], [{"kty": "oct", "k": ""}], [{"kty": "EC", "crv": "x", "x": "", "y": ""}],
        [KEY.as_dict(private=False) | {"n": "AQAB"}], [KEY.as_dict(private=False) | {"kid": 1}],
        [KEY.as_dict(private=False) | {"key_ops": 1, "use": 1, "alg": 1}],
]  # fmt: skip
ODD_KEYS = json_of(*({"keys": keys} for keys in SETS), {"kty": "RSA"})


def odd_descriptions(address: str) -> list[bytes]:
    good: dict[str, object] = {
        "issuer": address,
        "authorization_endpoint": f"{address}/authorize",
        "token_endpoint": f"{address}/token",
        "jwks_uri": f"{address}/keys",
    }
    odd: list[object] = [
        None,
        1,
        [],
        {},
        "",
        "x",
        "http://[",
        "https://a b/",
        "https://日本.example:99999/",
        "javascript:alert(1)",
    ]
    wrong: list[dict[str, object]] = [{name: value} for name in good for value in odd]
    return json_of(*(good | change for change in wrong))


def assert_told(client: Client, body: bytes) -> None:
    page = client.get(LOG_IN).text
    assert Refusal.NOT_BELIEVED.label in page or Refusal.UNREACHABLE.label in page, body[:200]
    assert not is_in(client)


def test_whatever_it_says_of_itself_nobody_is_sent_anywhere(provider: Provider, db, monkeypatch):
    monkeypatch.setattr("accounts.views.provider.guard.has_too_many_refusals", lambda: False)
    for body in ANYTHING + odd_descriptions(provider.address):
        provider.bodies = {DESCRIPTION: body}
        client = Client()
        assert client.get(ASK)["Location"] == LOG_IN, body[:200]
        assert_told(client, body)


@pytest.mark.parametrize(("path", "odd"), [(TOKEN, ANYTHING + ODD_TOKENS), (KEYS, ANYTHING + ODD_KEYS)])
def test_whatever_it_answers_nobody_gets_in(path: str, odd: list[bytes], provider: Provider, hanako: User, monkeypatch):
    monkeypatch.setattr("accounts.views.provider.guard.has_too_many_refusals", lambda: False)
    for body in odd:
        provider.bodies = {}
        client = Client()
        back = provider.log_in(client.get(ASK)["Location"])
        provider.bodies = {path: body}
        assert client.get(back)["Location"] == LOG_IN, body[:200]
        assert_told(client, body)


@pytest.mark.parametrize("path", [DESCRIPTION, TOKEN, KEYS])
def test_it_does_not_read_without_end(path: str, provider: Provider, hanako: User):
    client = Client()
    question = client.get(ASK)["Location"]
    back = provider.log_in(question)
    body = b'{"keys": "' + b"x" * ours.LONGEST_ANSWER + b'"}'
    provider.bodies = {path: body}
    assert client.get(back)["Location"] == LOG_IN
    assert Refusal.NOT_BELIEVED.label in client.get(LOG_IN).text


@pytest.mark.parametrize("methods", [1, "x", {}, [[]], None])
def test_odd_words_about_how_to_send_the_secret_do_no_harm(methods: object, provider: Provider, hanako: User):
    described = provider.description() | {"token_endpoint_auth_methods_supported": methods}
    provider.bodies = {DESCRIPTION: json.dumps(described).encode()}
    client = Client()
    assert client.get(provider.log_in(client.get(ASK)["Location"])).status_code == 302


@pytest.fixture
def dripping(provider: Provider, monkeypatch) -> Iterator[Provider]:
    """One that never comes to an end, until the test does."""
    monkeypatch.setattr(ours, "DEADLINE", 0.3)
    yield provider
    provider.trouble = ""
    for _ in range(ours.AT_ONCE):  # nobody waits for it any more
        assert ours.at_once.acquire(timeout=30)
    ours.at_once.release(ours.AT_ONCE)


def test_all_its_answers_together_have_one_deadline(dripping: Provider, hanako: User, monkeypatch):
    client = Client()
    with monkeypatch.context() as unhurried:
        unhurried.setattr(ours, "DEADLINE", 60)
        back = dripping.log_in(client.get(ASK)["Location"])
    dripping.trouble = "dripping"
    for address in (back, ASK):
        began = time.monotonic()
        assert client.get(address)["Location"] == LOG_IN
        assert time.monotonic() - began < 30  # it drips for ever
        assert Refusal.UNREACHABLE.label in client.get(LOG_IN).text
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"log_in_failed"}


def test_no_more_than_a_few_wait_for_it_at_once(dripping: Provider, db):
    dripping.trouble = "dripping"
    for _ in range(ours.AT_ONCE + 1):
        assert Client().get(ASK)["Location"] == LOG_IN
    assert not ours.at_once.acquire(blocking=False)
