import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse


def test_it_has_a_page_for_an_address_that_does_not_exist(admin: Client):
    answer = admin.get("/nowhere/")
    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.text


@pytest.mark.parametrize("path", ["/nowhere/", "/jobs/4711/"])
def test_that_page_is_also_a_developer_s(path: str, admin: Client, settings):
    settings.DEBUG = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "accounts.errors.NotFoundMiddleware"]
    answer = admin.get(path)
    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.text
    assert "サブメニュー" in answer.text
    assert "DEBUG" not in answer.text


def test_it_tells_people_without_log_in_nothing_more(anonymous: Client):
    assert "サブメニュー" not in anonymous.get("/nowhere/").text


def test_it_has_a_page_for_a_form_that_cannot_be_trusted(administrator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    answer = client.post(reverse("integrations:start"), {"kind": "employees"})
    assert answer.status_code == 403
    assert "操作を完了できませんでした" in answer.text


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("400.html", "受け付けられない操作です"),
        ("400_host.html", "このアドレスでは開けません"),
        ("413.html", "送信された内容が大きすぎます"),
        ("415.html", "この形式では送信できません"),
        ("500.html", "問題が発生しました"),
    ],
)
def test_it_has_a_page_for_what_fails_early_that_needs_nothing(page: str, title: str):
    shown = render_to_string(page)
    assert f"<h1>{title}</h1>" in shown
    assert 'class="brand"' in shown
    assert "ください。" in shown  # what to do
    assert "{" not in shown.split("<body>")[1]


def test_it_tells_nothing_about_a_failure(admin: Client, monkeypatch: pytest.MonkeyPatch):
    admin.raise_request_exception = False
    monkeypatch.setattr("integrations.views.jobs.page_of", lambda *_, **__: 1 / 0)
    answer = admin.get(reverse("integrations:jobs"))
    assert answer.status_code == 500
    assert "問題が発生しました" in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_it_forbids_inline_script_and_style(admin: Client):
    policy = admin.get(reverse("integrations:jobs"))["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
