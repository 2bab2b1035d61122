"""Whatever somebody sends to whatever address: an answer, never a crash, never a right too many."""

import html
import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from accounts.provider import Question
from accounts.provider_question import COOKIE, signed
from accounts.rights import WHOLE_COMPANY, Right
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations.kaonavi import client as kaonavi_client
from integrations.models import KaonaviConnection
from tests.factories.provider import Provider
from tests.factories.rows import PASSWORD, account, logged_in, make_department, make_person, make_result
from tests.factories.second_factor_holder import with_factor
from tests.pages.rights_table import (
    ABOUT_OWN_FACTOR,
    ADMINISTRATOR,
    FOR_DEVELOPERS,
    FOR_EVERY_ACCOUNT,
    OPEN,
    PAGES,
    address,
)

EXAMPLES = 30 if database.vendor == "sqlite" else 15  # another database adds what it alone refuses
STATE = "1"  # of a question that `NASTY` answers
ROLES = ("管理者", "閲覧者", "limited", "nobody", "anonymous")
MANUAL = (Path(__file__).parents[2] / "docs/manual.ja.md").read_text()
TABOO = ("青山", "p1@example.co.jp", "営業")  # of the company that the limited role must not see
NAMES = re.compile(r'\bname="([^"]+)"')
QUERY = (
    *("q", "page", "sort", "department", "type", "retired", "kaonavi", "severity", "reason", "action", "loss"),
    *("issues", "changes", "next", "from", "to", "format", "kind", "ids", "all", "state", "comparison"),
)
NASTY = (
    *(
        "",
        "0",
        "-1",
        "9" * 40,
        "1e400",
        "NaN",
        "１２",
        "\x00",
        "a\x00b",
        "\r\nSet-Cookie: a=b",
        "%00",
        "\u202e",
        "\ufeff",
        "🙂" * 120,
    ),
    *(
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "=cmd|' /C calc'!A0",
        "../../etc/passwd",
        "//evil.example/",
        "https://evil.example/",
    ),
    *(
        "0000-00-00",
        "9999-12-31",
        "2026-02-30",
        "2026-04-01",
        "26:61",
        "on",
        "true",
        "none",
        "{}",
        '{"a": [1]}',
        "[[[[",
        "x" * 3_000,
    ),
    *(
        "employees",
        "results",
        "departments",
        "employees_file",
        "csv",
        "xlsx",
        "1",
        "2",
        "3",
        "-name",
        "a@b.example",
        "Ａ＠b.example",
    ),
)

values = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=40).filter(lambda text: text.encode(errors="ignore").decode() == text)
)
files = st.binary(max_size=400).map(lambda content: SimpleUploadedFile("名簿.csv", content))


@pytest.fixture
def _nobody_answers(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KAONAVI_API_URL = "http://127.0.0.1:9"
    monkeypatch.setattr(kaonavi_client, "PAUSES", (0.0, 0.0))


@pytest.fixture
def clients(company: Employee) -> dict[str, Client]:
    """Somebody of each kind; the limited one has every right, for another department, in which there is one person."""
    place = make_department("900", "開発本部")
    make_result(make_person(9, last_name="赤井", department=place), date(2026, 4, 1))
    made = Role.objects.create(group=Group.objects.create(name="開発の部長"), rights=Right.values, is_limited=True)
    RoleDepartment.objects.create(role=made, department=place)
    people = {role: logged_in(account(f"account-{number}", role)) for number, role in enumerate(ROLES[:2])}
    people["limited"] = logged_in(account("kaihatsu", "開発の部長"))
    people["nobody"] = logged_in(account("nobody"))
    people["anonymous"] = Client()
    return people


def fields(name: str, client: Client, company: Employee) -> list[str]:
    """What the page's forms ask for, as an administrator sees them, and what the lists know in their address."""
    asked: set[str] = set()
    if "GET" in PAGES[name]:
        answer = client.get(address(name, company), follow=True)
        if not answer.streaming:
            asked = {html.unescape(field) for field in NAMES.findall(answer.text)} - {"csrfmiddlewaretoken"}
        else:
            list(answer)  # to its end, which closes what it is read from; `close` would close the test's connection too
    return sorted(asked | set(QUERY))


def takes_files(where: str) -> bool:
    return getattr(resolve(where).func, "takes_files", False)


@pytest.mark.long
@pytest.mark.usefixtures("_nobody_answers", "connected")
@pytest.mark.parametrize("name", sorted(set(PAGES)))
def test_it_answers_and_lets_nobody_in_too_far(name: str, clients: dict[str, Client], company: Employee):
    where = address(name, company)
    methods = PAGES[name]
    # elsewhere nothing is looked at behind a file: `tests/pages/test_file_bodies.py`
    anything = st.one_of(values, st.lists(values, max_size=3), *[files] * takes_files(where))

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
    @given(
        role=st.sampled_from(ROLES),
        method=st.sampled_from(sorted(methods)),
        sent=st.dictionaries(st.sampled_from(fields(name, clients["管理者"], company)), anything, max_size=12),
    )
    def ask(role: str, method: str, sent: dict[str, Any]) -> None:
        if method == "GET":
            sent = {key: value for key, value in sent.items() if not isinstance(value, SimpleUploadedFile)}
        before = transaction.savepoint()
        answer = clients[role].get(where, sent) if method == "GET" else clients[role].post(where, sent)
        judge(answer, role, method, sent)
        transaction.savepoint_rollback(before)

    def judge(answer, role: str, method: str, sent: dict[str, Any]) -> None:
        body = (
            b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode(errors="replace")
        )
        assert answer.status_code < 500
        assert "evil.example" not in answer.get("Location", "").split("?")[0]
        assert "\r" not in answer.get("Location", "")
        assert "<script>alert" not in body or answer["Content-Type"].startswith("text/csv")
        need = methods[method]
        if role == "anonymous":
            assert answer.status_code == 302
            assert "/login/" in answer["Location"]
        elif role == "nobody" or (
            role == "閲覧者" and (need == ADMINISTRATOR or str(need).startswith(("edit", "delete", "import")))
        ):
            assert answer.status_code == 403
        elif role == "limited":
            if need == ADMINISTRATOR or need in WHOLE_COMPANY:
                assert answer.status_code == 403
            known = str(sent) + (MANUAL if name.startswith("manual:") else "")  # its examples are nobody's
            assert [word for word in TABOO if word in body and word not in known] == []
            assert Employee.objects.filter(department__code__in=["100", "110"]).count() == 1

    ask()
    assert Department.objects.filter(code="100").exists()
    assert KaonaviConnection.objects.exists()


@pytest.mark.long
@pytest.mark.parametrize(
    "path",
    ["/admin/"]
    + [
        reverse(name) if ":" in name else f"/{name}"
        for name in sorted(OPEN | FOR_EVERY_ACCOUNT | ABOUT_OWN_FACTOR | FOR_DEVELOPERS)
    ],
)
def test_what_is_for_everybody_or_about_oneself_answers_whatever_is_sent(
    path: str, clients: dict[str, Client], provider: Provider
):
    """Somebody with a second factor, somebody whose code is awaited, and a question for the provider among them."""
    taro = account("taro-with-factor", "管理者")
    with_factor(taro)
    people = clients | {"with factor": logged_in(taro), "half way": Client()}
    people["half way"].post(reverse("accounts:login"), {"username": "taro-with-factor", "password": PASSWORD})
    names = {html.unescape(name) for client in people.values() for name in NAMES.findall(client.get(path).text)}
    asked = sorted(
        (names - {"csrfmiddlewaretoken"}) | {"next", "state", "code", "error", "token", "password", *QUERY[:4]}
    )
    keys, question = {}, signed(Question("", STATE, "n", "v", time.time()), "/", again=False)
    for role, client in people.items():
        session = client.session
        session.save()
        keys[role] = str(session.session_key)

    @settings(max_examples=EXAMPLES // 2, suppress_health_check=list(HealthCheck), deadline=None)
    @given(
        role=st.sampled_from(sorted(people)),
        post=st.booleans(),
        sent=st.dictionaries(st.sampled_from(asked), values, max_size=5),
    )
    def ask(role: str, sent: dict[str, str], *, post: bool) -> None:
        before = transaction.savepoint()
        people[role].cookies[COOKIE] = question
        people[role].cookies["sessionid"] = keys[role]  # what was rolled back before may have given it another session
        answer = people[role].post(path, sent) if post else people[role].get(path, sent)
        assert answer.status_code < 500 or path == "/readyz"
        assert "evil.example" not in answer.get("Location", "").split("?")[0]
        assert "<script>alert" not in answer.content.decode(errors="replace")
        transaction.savepoint_rollback(before)

    ask()
