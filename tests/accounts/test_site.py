"""The address that stands in our links: the variable's, else what the first day chose, else this machine."""

import pytest
from django.db import IntegrityError, transaction

from accounts.links import link_for
from accounts.models import Installation
from accounts.provider import return_address
from accounts.site import site_url
from integrations.rules.results.values import NIL
from integrations.upload.source import links

pytestmark = pytest.mark.django_db
CHOSEN = "https://mikiwame.example.co.jp"


def test_before_anything_was_chosen_it_is_this_machine():
    assert site_url() == "http://localhost:8000"


def test_what_was_chosen_stands_in_every_link():
    Installation.objects.create(pk=1, site_url=CHOSEN)
    for link in (link_for("x"), return_address(), links().to(NIL)):
        assert link.startswith(f"{CHOSEN}/")


def test_the_variable_goes_before_what_was_chosen(settings):
    Installation.objects.create(pk=1, site_url=CHOSEN)
    settings.IS_SITE_URL_GIVEN, settings.SITE_URL = True, "https://other.example"
    assert site_url() == "https://other.example"


def test_there_is_one_installation_and_no_other():
    with pytest.raises(IntegrityError), transaction.atomic():
        Installation.objects.create(pk=2)
