"""Rows that a fact needs, with all that it does not name: accounts, people, results, runs."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User, update_last_login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from accounts.rights import Right
from accounts.sessions import begin
from assessments.models import Assessment, PersonalityType, Scale
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations.models import Notice, SyncChange, SyncIssue, SyncJob, UploadChunk

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
    """As just after a log-in, without the counts of failures and the second key of the session: those take longer than
    many a page.
    """
    client, session = Client(), SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    request = HttpRequest()
    request.session = session
    begin(request)
    session.create()
    update_last_login(User, user)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


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


def make_notice(*arrivals: tuple[str, str, str], **fields: object) -> Notice:
    """A message that was told just now; of each arrival the mail address, the state and the outcome."""
    now = timezone.now()
    values = {"occasion": "failed", "kind": "employees", "number": 1, "telling": "new", "told_at": now}
    words = {"subject": "【ミキワメ連携】カオナビ社員情報取込が「失敗」で終わりました", "text": "内容"}
    notice = Notice.objects.create(**values | words | fields)
    for target, state, outcome in arrivals:
        notice.deliveries.create(channel="mail", target=target, state=state, outcome=outcome, due_at=now)
    return notice


def make_chunk(job: SyncJob, **fields: object) -> UploadChunk:
    """A call of an upload to the latest sheet, which was read just now."""
    values = {"sheet": "latest_sheet", "sheet_id": 1, "number": 1, "read_at": timezone.now()}
    return UploadChunk.objects.create(job=job, **values | fields)


def make_change(
    job: SyncJob, fields: Mapping[str, Sequence[object]], action: str = "update", **others: object
) -> SyncChange:
    values = {"what": "employee", "key": "p1@example.co.jp", "name": "青山 直樹"}
    return SyncChange.objects.create(job=job, action=action, fields=fields, **values | others)
