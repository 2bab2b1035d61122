"""A company to look at, and the people who look at it."""

import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, SecondFactor
from employees.models import Employee
from integrations.models import Export, KaonaviConnection, SyncException
from tests.factories.provider import CLIENT_ID, CLIENT_SECRET, Provider, running
from tests.factories.rows import (
    MISSING_ITEMS,
    account,
    logged_in,
    make_change,
    make_department,
    make_issue,
    make_job,
    make_person,
    make_result,
)
from tests.factories.second_factor_holder import with_factor


@pytest.fixture
def administrator(db) -> User:
    return account("hanako", "管理者", last_name="佐藤", first_name="花子")


@pytest.fixture
def admin(administrator: User) -> Client:
    return logged_in(administrator)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch):
    """Lets seconds pass for codes, log-ins and sessions."""
    now = [float(int(time.time()) // 30 * 30 + 5)]

    def wait(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(time, "time", lambda: now[0])
    return wait


@pytest.fixture
def factor(administrator: User) -> SecondFactor:
    """花子's, set up a while ago."""
    return with_factor(administrator)


@pytest.fixture(scope="session")
def provider_server() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(provider_server: Provider, settings) -> Provider:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = (
        provider_server.address,
        CLIENT_ID,
        CLIENT_SECRET,
    )
    provider_server.person = {"sub": "248289761001", "email": "hanako@example.co.jp", "email_verified": True}
    provider_server.lies, provider_server.trouble, provider_server.asked = {}, "", {}
    provider_server.bodies = {}
    cache.clear()  # counts the questions of an address
    return provider_server


@pytest.fixture
def hanako(administrator: User) -> User:
    administrator.email = "hanako@example.co.jp"
    administrator.save()
    return administrator


@pytest.fixture
def viewer(db) -> Client:
    return logged_in(account("jiro", "閲覧者"))


@pytest.fixture
def stranger(db) -> Client:
    """Somebody with an account and no role."""
    return logged_in(account("nobody"))


@pytest.fixture
def anonymous(db) -> Client:
    return Client()


@pytest.fixture
def connected(db) -> KaonaviConnection:
    return KaonaviConnection.objects.create(consumer_key="the key", consumer_secret="the canary secret")


@pytest.fixture
def statements() -> Callable[[Client, str], int]:
    """How many SQL statements a page costs."""

    def count(client: Client, address: str) -> int:
        with CaptureQueriesContext(database) as captured:
            response = client.get(address)
            assert response.status_code == 200, address
            list(response) if response.streaming else response.content
        return len(captured)

    return count


@pytest.fixture
def company(db) -> Employee:
    """Two departments, a person with two results and a history, runs of every status, an account, a role of one's
    own.
    """
    account("taro", "閲覧者")
    Role.objects.create(group=Group.objects.create(name="人事担当"), rights=["view_employees"])
    head = make_department("100", "営業本部", last_seen_at=timezone.now())
    below = make_department("110", "営業第一部", head, last_seen_at=timezone.now())
    person = make_person(department=below, last_seen_at=timezone.now())
    make_result(person, date(2025, 4, 1))
    make_result(person, grade="A+", overall_score="8.6", comment="落ち着いて取り組みます。")
    done = make_job("partial", created=1, failed=1, total=2)
    make_change(done, {"position": ["課長", "部長"]}, object_id=person.pk)
    make_issue(done, subject_key="0002", subject_name="赤井 誠", email="ａ@example.co.jp")
    make_job(
        "held", options={"question": MISSING_ITEMS, "digest": "x"}, message="2,871名の役職が空白で上書き更新されます。"
    )
    SyncException.objects.create(kind="pinned", employee=person, item="position", reason="役職を人事が決めるため")
    make_job("failed", "results")
    make_job("cancelled", "departments")
    make_job("interrupted", "departments")
    make_job("running", "results", done=5, total=10, phase="送信")
    Export.objects.create(kind="employees", form="csv", query="q=青山", rows=1)
    return person
