"""Somebody who logs in at the provider of the tests."""

from django.core import signing
from django.test import Client
from django.urls import reverse

from accounts.provider_question import COOKIE
from tests.factories.provider import Provider

ASK = reverse("accounts:provider")


def question_of(client: Client) -> dict[str, str]:
    """What the browser keeps of the question that it asked, as we alone can read it."""
    return signing.loads(client.cookies[COOKIE].value, salt=COOKIE)["asked"]


def go_and_show(provider: Provider) -> Client:
    """Somebody whom the provider has just asked who they are."""
    return go(provider, go(provider)[1])[1]


def go(provider: Provider, client: Client | None = None, **query: str):
    """Through the provider and back: the answer of ours, and the client."""
    client = client or Client()
    question = client.get(ASK, query)
    answer = client.get(provider.log_in(question["Location"]))
    return answer, client
