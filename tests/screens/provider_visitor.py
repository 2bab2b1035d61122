"""Somebody who logs in at the provider of the tests."""

from django.test import Client
from django.urls import reverse

from tests.provider import Provider

ASK = reverse("accounts:provider")


def go(provider: Provider, client: Client | None = None, **query: str):
    """Through the provider and back: the answer of ours, and the client."""
    client = client or Client()
    question = client.get(ASK, query)
    answer = client.get(provider.log_in(question["Location"]))
    return answer, client
