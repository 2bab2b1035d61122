"""Django's admin, for operators."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import reverse

from integrations.models import KaonaviConnection, SyncJob
from tests.factories.rows import account, logged_in, make_change, make_issue, make_job

OURS = ("accounts", "departments", "employees", "assessments", "integrations")
RECORDS = (
    "syncjob",
    "syncissue",
    "syncchange",
    "uploadchunk",
    "remotecall",
    "resultregistration",
    "workerheartbeat",
    "kaonaviconnection",
)
INNER = {
    "kaonaviquota",
    "metricsum",
    "problemversion",
    "figuresversion",
    "searchkey",
    "signoflife",
    "sourcefile",
    "roledepartment",
    "tombstone",
    "unseenemployee",
    "unseendepartment",
    # for an undo alone
    "merge",
    "beforeimage",
    "imagekey",
    # what 設定 > 自動実行 shows
    "automationsettings",
    "automaticrun",
    "noticesettings",
    "notice",
    "noticedelivery",
    "latestresult",  # kept by the database itself
    # how people log in: changed on pages of ours alone, which ask for the password again and write the audit trail
    "secondfactor",
    "recoverycode",
    "provideridentity",
    "loginpolicy",
    "installation",
    "setupcode",
    "webhook",
}  # a lock without contents, the bytes of a file that is being taken in, what says nothing by itself


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
    "name",
    [
        *("departments_department", "employees_employee", "assessments_assessment", "assessments_scale"),
        *("assessments_personalitytype", "accounts_role", "accounts_auditentry", "auth_user", "auth_group"),
    ],
)
def test_it_lists_what_there_is(name: str, root: Client, company):
    assert root.get(reverse(f"admin:{name}_changelist")).status_code == 200


def test_nothing_at_all_can_be_changed_there_without_an_entry_in_the_audit_trail(root: Client, company):
    request = RequestFactory().get("/")
    request.user = User.objects.get(username="root")
    for model, shown in admin.site._registry.items():
        assert not shown.has_add_permission(request), model
        assert not shown.has_change_permission(request), model
        assert not shown.has_delete_permission(request), model
        assert [name for name in shown.get_actions(request) if name != "delete_selected"] == [], model


def test_it_shows_no_trace_of_a_password(root: Client):
    user = account("taro")
    page = root.get(reverse("admin:auth_user_change", args=[user.pk])).text
    assert "taro" in page
    assert "md5" not in page
    assert user.password not in page


def test_log_in_and_passwords_are_those_of_our_own_pages(root: Client, anonymous: Client):
    there = reverse("admin:login")
    assert (
        anonymous.get(reverse("admin:index"), follow=True).redirect_chain[-1][0].startswith(reverse("accounts:login"))
    )
    assert anonymous.post(there, {"username": "root", "password": "x"})["Location"].startswith(
        reverse("accounts:login")
    )
    assert root.get(reverse("admin:password_change"))["Location"] == reverse("accounts:password")


@pytest.mark.django_db
@pytest.mark.parametrize("is_staff", [True, False])
def test_it_is_for_superusers_alone(is_staff: bool):  # noqa: FBT001 - a parameter of the test
    user = account("taro", "管理者")
    User.objects.update(is_staff=is_staff)
    answer = logged_in(user).get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403


def test_it_is_closed_to_administrators_who_are_no_operators(admin: Client):
    assert admin.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "query",
    ["password__startswith=pbkdf2", "password__regex=.", "groups__name=x", "email__contains=a", "username=root"],
)
def test_nobody_reads_letter_by_letter_what_no_page_shows(query: str, root: Client):
    assert root.get(f"{reverse('admin:auth_user_changelist')}?{query}").status_code == 400


def test_every_list_answers_to_its_own_filters_alone(root: Client, company):
    user = User.objects.get(username="root")
    for model, shown in admin.site._registry.items():
        offered = set(shown.list_filter)
        for field in model._meta.concrete_fields:
            names = {f"{field.name}__startswith", f"{field.name}__gt"}
            names |= set() if field.name in offered else {field.name, f"{field.name}__exact"}
            names |= {f"{field.name}__password__startswith"} if field.remote_field else set()
            for name in names:
                request = RequestFactory().get("/", {name: "1"})
                request.user = user
                with pytest.raises(DisallowedModelAdminLookup):  # the answer to which is 400, as above
                    shown.get_changelist_instance(request)
    assert root.get(f"{reverse('admin:integrations_syncjob_changelist')}?status__exact=held").status_code == 200
