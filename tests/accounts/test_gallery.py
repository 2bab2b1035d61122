"""The gallery of components is for developers."""

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

GALLERY = reverse("accounts:gallery")


def test_it_is_open_on_a_developers_machine(viewer: Client, settings):
    settings.DEBUG = True
    assert "部品の一覧" in viewer.get(GALLERY).text


def test_it_is_closed_in_production_but_for_superusers(admin: Client, settings):
    settings.DEBUG = False
    assert admin.get(GALLERY).status_code == 403
    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    assert "部品の一覧" in root.get(GALLERY).text


def test_it_asks_for_log_in(anonymous: Client):
    assert anonymous.get(GALLERY).status_code == 302
