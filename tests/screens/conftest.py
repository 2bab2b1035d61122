"""A company to look at, and the people who look at it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, SecondFactor
from accounts.rights import Right
from assessments.models import Assessment, PersonalityType, Scale
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations import tasks
from integrations.models import Export, KaonaviConnection, SyncChange, SyncIssue, SyncJob, UploadChunk
from tests.provider import CLIENT_ID, CLIENT_SECRET, Provider, running

PASSWORD = "a password for tests"
MISSING_ITEMS = [  # why a run is held, as it is stored
    {"guard": "item_missing", "field": field, "losers": losers, "out_of": 2871, "unit": "名"}
    for field, losers in (("position", 461), ("employment_type", 3))
]


def account(name: str, *groups: str, **fields: str) -> User:
    user = User.objects.create_user(name, password=PASSWORD, **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


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
    from tests.screens.second_factor_holder import with_factor

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


def member_of_roles(*roles: tuple[list[Right], Department | None]) -> Client:
    """Somebody logged in who has these roles of one's own: the rights of each, for everybody or for a department."""
    user = account(f"user{User.objects.count()}")
    for rights, department in roles:
        group = Group.objects.create(name=f"権限{Group.objects.count()}")
        role = Role.objects.create(group=group, rights=rights, is_limited=department is not None)
        if department is not None:
            RoleDepartment.objects.create(role=role, department=department)
        user.groups.add(group)
    return logged_in(user)


@pytest.fixture(autouse=True)
def queued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Nothing is queued in these tests; the numbers of the jobs that would have been."""
    sent: list[int] = []
    monkeypatch.setattr(tasks, "wake", lambda job_id, _number, **_: sent.append(job_id))
    return sent


@pytest.fixture
def connected(db) -> KaonaviConnection:
    return KaonaviConnection.objects.create(consumer_key="the key", consumer_secret="the canary secret")


def make_department(code: str, name: str, parent: Department | None = None, **fields: object) -> Department:
    return Department.objects.create(code=code, name=name, parent=parent, **fields)


def make_person(number: int = 1, **fields: object) -> Employee:
    values = {
        "email": f"p{number}@example.co.jp",
        "employee_number": f"{number:04}",
        "last_name": "青山",
        "first_name": f"直樹{number}",
        "last_name_kana": "アオヤマ",
        "first_name_kana": "ナオキ",
    }
    return Employee.objects.create(**values | fields)


def make_result(person: Employee, taken_on: date = date(2026, 4, 1), **fields: object) -> Assessment:
    values = {
        "title": "2026年：自社社員検査_v2",
        "personality_type": PersonalityType.objects.get(code="contributor"),
        "scores": {scale.code: 50.0 for scale in Scale.objects.all()},
    }
    return Assessment.objects.create(employee=person, taken_on=taken_on, **values | fields)


def make_job(status: str = "succeeded", kind: str = "employees", **fields: object) -> SyncJob:
    """A run that was made a minute ago; one that has ended took ten seconds."""
    begun = timezone.now() - timedelta(minutes=1)
    values: dict[str, object] = {"created_at": begun}
    if status != "queued":
        values["started_at"] = begun
    if status in SyncJob.ENDS:
        values["finished_at"] = begun + timedelta(seconds=10)
    return SyncJob.objects.create(kind=kind, status=status, **values | fields)


def make_issue(job: SyncJob, severity: str = "error", **fields: object) -> SyncIssue:
    values = {"reason": "MEMBER_MAIL_INVALID", "detail": "形式が正しくありません。", "remedy": "直してください。"}
    return SyncIssue.objects.create(job=job, severity=severity, **values | fields)


def make_chunk(job: SyncJob, **fields: object) -> UploadChunk:
    """A call of an upload to the latest sheet, which was read just now."""
    values = {"sheet": "latest_sheet", "sheet_id": 1, "number": 1, "read_at": timezone.now()}
    return UploadChunk.objects.create(job=job, **values | fields)


def make_change(
    job: SyncJob, fields: Mapping[str, Sequence[object]], action: str = "update", **others: object
) -> SyncChange:
    values = {"what": "employee", "key": "p1@example.co.jp", "name": "青山 直樹"}
    return SyncChange.objects.create(job=job, action=action, fields=fields, **values | others)


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
    """Two departments, a person with two results and a history, runs of every status, an account, a role of one's own."""
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
    make_job("failed", "results")
    make_job("cancelled", "departments")
    make_job("interrupted", "departments")
    make_job("running", "results", done=5, total=10, phase="送信")
    Export.objects.create(kind="employees", form="csv", query="q=青山", rows=1)
    return person
