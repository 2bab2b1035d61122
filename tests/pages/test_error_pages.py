import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse


def test_it_has_a_page_for_an_address_that_does_not_exist(admin: Client):
    answer = admin.get("/nowhere/")
    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.text


def test_it_tells_people_without_log_in_nothing_more(anonymous: Client):
    assert "サブメニュー" not in anonymous.get("/nowhere/").text


def test_it_has_a_page_for_a_form_that_cannot_be_trusted(administrator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    answer = client.post(reverse("integrations:start"), {"kind": "employees"})
    assert answer.status_code == 403
    assert "操作を完了できませんでした" in answer.text


def test_it_has_a_page_for_its_own_failures_that_needs_nothing(settings):
    page = render_to_string("500.html")
    assert "問題が発生しました" in page
    assert "{" not in page.split("<body>")[1]


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
