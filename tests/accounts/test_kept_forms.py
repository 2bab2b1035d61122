"""A form that is sent after its session has ended comes back after the log-in, and does nothing before."""

import re
import time
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse

from accounts import kept_forms
from accounts.form_secrets import secret_fields
from accounts.kept_forms import COOKIE, KEPT, PATIENCE
from accounts.methods import is_page
from departments.models import Department
from employees.models import Employee
from integrations.models import KaonaviConnection, SyncJob
from tests.factories.provider import Provider
from tests.factories.provider_visitor import go
from tests.factories.rows import PASSWORD, account, make_department, make_person
from tests.factories.second_factor_holder import code_of, with_factor
from tests.pages.rights_table import PAGES, address

LOG_IN, LOG_OUT, HOME = reverse("accounts:login"), reverse("accounts:logout"), reverse("home")
ADD, LIST, START = reverse("employees:add"), reverse("employees:list"), reverse("integrations:start")


class Tab:
    """A page that stands open in a browser, with what its forms carry along."""

    def __init__(self, browser: Client, path: str) -> None:
        self.browser, self.path = browser, path
        page = browser.get(path, follow=True).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        self.token = token[1]

    def send(self, path: str = "", /, **fields: object) -> Any:
        """Press a button of the page, as it was when it was opened."""
        data = {"csrfmiddlewaretoken": self.token, **fields}
        return self.browser.post(path or self.path, data, headers={"referer": f"http://testserver{self.path}"})


@pytest.fixture
def browser(administrator: User) -> Client:
    """花子 has logged in by the form."""
    browser = Client(enforce_csrf_checks=True)
    log_in(browser)
    return browser


def log_in(browser: Client, name: str = "hanako", after: str = LOG_IN) -> Any:
    tab = Tab(browser, after)
    wanted = re.search(r"next=([^&]*)", after)
    return tab.send(LOG_IN, username=name, password=PASSWORD, next=unescape(wanted[1]) if wanted else "")


def end_session() -> None:
    Session.objects.all().delete()


def log_out_elsewhere(browser: Client) -> None:
    assert Tab(browser, LIST).send(LOG_OUT).status_code == 302


@pytest.mark.parametrize("way", ["ended", "logged out in another tab"])
def test_what_was_typed_is_on_its_page_again_after_the_log_in(browser: Client, way: str):
    tab = Tab(browser, ADD)
    end_session() if way == "ended" else log_out_elsewhere(browser)
    asked = tab.send(last_name="新井", email="arai@example.co.jp")
    assert asked["Location"] == f"{LOG_IN}?next={ADD}"
    page = browser.get(asked["Location"]).text
    assert "操作は行われていません" in page
    assert "入力した内容が表示されます" in page
    assert log_in(browser, after=asked["Location"])["Location"] == ADD
    page = browser.get(ADD).text
    assert 'value="新井"' in page
    assert "まだ行われていません" in page
    assert not Employee.objects.exists()
    assert Tab(browser, ADD).send(last_name="新井", email="arai@example.co.jp").status_code == 302
    assert 'value="新井"' not in browser.get(ADD).text


def test_a_form_comes_back_with_all_that_its_page_carries_along(browser: Client):
    person = make_person(department=make_department("100", "営業本部"))
    other = make_department("200", "開発本部")
    edit = reverse("employees:edit", args=[person.pk])
    tab = Tab(browser, edit)
    end_session()
    shown = {"last_name": "青山", "position": "", "department": person.department_id}
    initial = {f"initial-{name}": value for name, value in shown.items()}
    asked = tab.send(**initial | {"last_name": "青木", "position": "部長", "department": other.pk})
    log_in(browser, after=asked["Location"])
    page = browser.get(edit).text
    assert 'value="青木"' in page
    assert f'name="department" value="{other.pk}"' in page
    assert 'name="initial-last_name" value="青山"' in page


def test_after_a_log_in_in_another_tab_it_comes_back_at_once(browser: Client):
    tab = Tab(browser, ADD)
    log_out_elsewhere(browser)
    log_in(browser)
    data = {"csrfmiddlewaretoken": tab.token, "last_name": "新井"}
    assert browser.post(ADD, data, headers={"HX-Request": "true"})["HX-Redirect"] == ADD
    assert tab.send(last_name="新井")["Location"] == ADD
    assert 'value="新井"' in browser.get(ADD).text
    assert not Employee.objects.exists()


@pytest.mark.parametrize("when", ["before it is sent", "after"])
def test_nobody_else_gets_what_was_typed(browser: Client, when: str):
    account("taro", "管理者")
    tab = Tab(browser, ADD)
    log_out_elsewhere(browser)
    if when == "after":
        asked = tab.send(last_name="新井")
        log_in(browser, "taro", after=asked["Location"])
        assert KEPT not in browser.session
    else:
        log_in(browser, "taro")
        assert tab.send(last_name="新井")["Location"] == HOME
    page = browser.get(ADD).text
    assert "新井" not in page
    assert "別のアカウントでログインしている" in page
    assert not Employee.objects.exists()


def test_a_button_leads_back_to_the_page_that_it_stood_on_and_has_done_nothing(browser: Client):
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    page = f"{LIST}?q=%E9%9D%92"
    tab = Tab(browser, page)
    end_session()
    asked = tab.send(START, kind="employees")
    assert asked["Location"] == f"{LOG_IN}?next={LIST}%3Fq%3D%25E9%259D%2592"
    assert "もう一度操作してください" in browser.get(asked["Location"]).text
    log_in(browser)
    assert "先ほどの操作は行われていません" in browser.get(page, follow=True).text
    assert not SyncJob.objects.exists()


def test_without_a_page_to_return_to_it_is_the_first_one(browser: Client):
    token = Tab(browser, LIST).token
    end_session()
    for before in ({}, {"referer": "https://elsewhere.example/"}, {"referer": f"http://testserver{START}"}):
        answer = browser.post(START, {"csrfmiddlewaretoken": token, "kind": "employees"}, headers=before)
        assert answer["Location"] == f"{LOG_IN}?next={HOME}"


def test_what_is_only_sent_is_known_as_that(company: Employee):
    only_sent = {name for name, methods in PAGES.items() if set(methods) == {"POST"}}
    assert {name for name in PAGES if not is_page(address(name, company))} == only_sent


def test_passwords_and_keys_are_kept_nowhere(browser: Client, monkeypatch: pytest.MonkeyPatch):
    written: list[str] = []

    def encrypt(text: str) -> str:
        written.append(text)
        return text

    monkeypatch.setattr(kept_forms, "encrypt", encrypt)
    change, keys = reverse("accounts:password"), reverse("integrations:connection")
    tabs = [Tab(browser, page) for page in (change, keys, ADD)]
    end_session()
    tabs[0].send(old_password="hidden", new_password1="hidden", anything="hidden")
    tabs[1].send(consumer_key="hidden", consumer_secret="hidden")
    tabs[2].send(**{"last_name": "新井", "again-password": "hidden", "again-token": "hidden"})
    assert len(written) == 3
    assert "hidden" not in "".join(written)
    assert "\\u65b0\\u4e95" in written[2]  # 新井


def test_every_field_for_a_password_is_in_a_form_that_says_so(admin: Client, company: Employee, rf):
    for name, methods in PAGES.items():
        if "POST" not in methods or "GET" not in methods:
            continue
        path = address(name, company)
        answer = admin.get(path)
        typed = set(re.findall(r'<input type="password" name="([^"]+)"', answer.text))
        request = rf.post(path)
        request.resolver_match = resolve(path)
        hidden = secret_fields(request)
        assert hidden is None or typed <= hidden, name


def test_it_is_encrypted_and_gone_when_it_is_shown_or_too_old(browser: Client, monkeypatch: pytest.MonkeyPatch):
    tab = Tab(browser, ADD)
    end_session()
    tab.send(last_name="新井")
    row = Session.objects.get()
    assert "新井" not in str(row.get_decoded())
    assert row.expire_date.timestamp() - time.time() <= PATIENCE
    log_in(browser, after=f"{LOG_IN}?next={ADD}")
    assert Session.objects.get().expire_date.timestamp() - time.time() > PATIENCE
    later = time.time() + PATIENCE + 1
    monkeypatch.setattr(kept_forms.time, "time", lambda: later)
    assert "新井" not in browser.get(ADD).text
    assert KEPT not in browser.session


def test_what_is_too_much_is_not_kept_and_the_page_says_so(browser: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept_forms, "LARGEST", 300)
    tab = Tab(browser, ADD)
    end_session()
    asked = tab.send(last_name="あ" * 300)
    assert "もう一度操作してください" in browser.get(asked["Location"]).text


def test_a_second_factor_in_between_keeps_it(browser: Client, administrator: User):
    factor = with_factor(administrator)
    tab = Tab(browser, ADD)
    end_session()
    asked = tab.send(last_name="新井")
    code_page = log_in(browser, after=asked["Location"])["Location"]
    answer = Tab(browser, code_page).send(token=code_of(factor))
    assert answer["Location"] == ADD
    assert 'value="新井"' in browser.get(ADD).text


def test_the_companys_provider_in_between_keeps_it(provider: Provider, hanako: User):
    browser = Client(enforce_csrf_checks=True)
    go(provider, browser)
    tab = Tab(browser, ADD)
    end_session()
    asked = tab.send(last_name="新井")
    assert f"{reverse('accounts:provider')}?next={ADD.replace('/', '%2F')}" in browser.get(asked["Location"]).text
    assert go(provider, browser, next=ADD)[0]["Location"] == ADD
    assert 'value="新井"' in browser.get(ADD).text


def test_a_file_is_not_read_and_asked_for_again(browser: Client):
    upload = reverse("integrations:import", args=["employees"])
    tab = Tab(browser, upload)
    end_session()
    asked = tab.send(file=SimpleUploadedFile("people.csv", b"x"))
    assert asked["Location"] == f"{LOG_IN}?next={upload}"
    assert "ファイルを受け取っていません" in browser.get(asked["Location"]).text


def test_a_stranger_makes_no_session_and_a_forged_token_is_refused(browser: Client, administrator: User):
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post(ADD, {"csrfmiddlewaretoken": "a" * 64, "last_name": "新井"})
    assert answer["Location"] == f"{LOG_IN}?next={ADD}"
    assert Session.objects.count() == 1  # 花子's
    for token in ("a" * 64, "!" * 64, "", "short"):
        assert browser.post(ADD, {"csrfmiddlewaretoken": token, "last_name": "新井"}).status_code == 403
    tab = Tab(browser, ADD)
    browser.cookies[COOKIE] = browser.cookies[COOKIE].value[:-2]
    log_out_elsewhere(browser)
    assert tab.send(last_name="新井").status_code == 302
    assert not Employee.objects.exists()


def test_a_log_in_page_of_before_leads_on(browser: Client):
    log_out_elsewhere(browser)
    tab = Tab(browser, f"{LOG_IN}?next={ADD}")
    log_in(browser)
    assert tab.send(LOG_IN, username="hanako", password=PASSWORD, next=ADD)["Location"] == ADD
    log_out_elsewhere(browser)
    again = tab.send(LOG_IN, username="hanako", password=PASSWORD, next=ADD)
    assert again["Location"] == f"{LOG_IN}?next={ADD}"
    assert "もう一度ログインしてください" in browser.get(again["Location"]).text
    assert tab.send(LOG_OUT)["Location"].startswith(LOG_IN)  # a second time


def test_a_department_form_and_the_address_of_the_pages_come_back_too(browser: Client):
    for page, name, value in (
        (reverse("departments:add"), "name", "営業本部"),
        (reverse("accounts:site_address"), "address", "http://pages.example"),
        (reverse("roles:add"), "name", "営業の担当"),
    ):
        tab = Tab(browser, page)
        end_session()
        asked = tab.send(**{name: value})
        log_in(browser, after=asked["Location"])
        assert f'value="{value}"' in browser.get(page).text
    assert not Department.objects.exists()
