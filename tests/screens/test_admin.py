"""Django's admin, for operators."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from integrations.models import KaonaviConnection, SyncJob
from tests.screens.conftest import make_change, make_issue, make_job

OURS = ("departments", "employees", "assessments", "integrations")
RECORDS = (
    "syncjob",
    "syncissue",
    "syncchange",
    "uploadchunk",
    "remotecall",
    "resultregistration",
    "workerpulse",
    "kaonaviconnection",
)
INNER = {
    "kaonaviquota",
    "tally",
    "sourcefile",
    "roledepartment",
}  # a lock without contents, and the bytes of a file that is being taken in


@pytest.fixture
def root(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_it_knows_every_model_that_has_something_to_look_at():
    models = {model for app in OURS for model in apps.get_app_config(app).get_models()}
    hidden = {model._meta.model_name for model in models if not admin.site.is_registered(model)}
    assert hidden == INNER


@pytest.mark.parametrize("name", RECORDS)
def test_it_lets_nobody_add_to_the_records(name: str, root: Client):
    assert root.get(reverse(f"admin:integrations_{name}_changelist")).status_code == 200
    assert root.get(reverse(f"admin:integrations_{name}_add")).status_code == 403


def test_it_lets_nobody_change_or_delete_a_record(root: Client):
    job = make_job("partial", message="前")
    for row in (job, make_issue(job), make_change(job, {"position": ["a", "b"]})):
        name = f"admin:integrations_{row._meta.model_name}"
        page = reverse(f"{name}_change", args=[row.pk])
        assert root.get(page).status_code == 200
        assert root.post(page, {"message": "後"}).status_code == 403
        assert root.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert SyncJob.objects.get().message == "前"


def test_it_never_shows_the_keys(root: Client, connected: KaonaviConnection):
    page = root.get(reverse("admin:integrations_kaonaviconnection_change", args=[1])).text
    assert "連携中" in page
    assert "the canary secret" not in page
    assert "the key" not in page


@pytest.mark.parametrize(
    "name", ["departments_department", "employees_employee", "assessments_assessment", "assessments_scale"]
)
def test_it_lists_what_there_is(name: str, root: Client, company):
    assert root.get(reverse(f"admin:{name}_changelist")).status_code == 200


def test_it_is_closed_to_administrators_who_are_no_operators(admin: Client):
    assert admin.get("/admin/").status_code == 302
