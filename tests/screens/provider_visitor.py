"""Somebody who logs in at the provider of the tests."""

from django.test import Client
from django.urls import reverse

from tests.provider import Provider

ASK = reverse("accounts:provider")


def go_and_show(provider: Provider) -> Client:
    """Somebody whom the provider has just asked who they are."""
    return go(provider, go(provider)[1])[1]


def go(provider: Provider, client: Client | None = None, **query: str):
    """Through the provider and back: the answer of ours, and the client."""
    client = client or Client()
    question = client.get(ASK, query)
    answer = client.get(provider.log_in(question["Location"]))
    return answer, client
