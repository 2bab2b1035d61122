"""操作の記録: the page that searches the audit trail."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry

PAGE = reverse("accounts:audit")
DAY = datetime(2026, 4, 1, 23, 30, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def trail(db) -> None:
    AuditEntry.objects.create(
        at=DAY, actor="佐藤 花子（hanako）", action="edited", what="社員", label="青山 直樹",
        detail={"fields": ["position", "is_retired"]}, address="192.0.2.7",
    )  # fmt: skip
    AuditEntry.objects.create(at=DAY + timedelta(hours=1), actor="鈴木 太郎（taro）", action="started", what="処理")
    AuditEntry.objects.create(at=DAY + timedelta(days=3), actor="システム", action="deleted", what="部署", label="旧部")


def found(admin: Client, **search: str) -> list[str]:
    return [entry.action for entry in admin.get(PAGE, search).context["page"]]


def test_it_shows_who_did_what_to_what_when_and_from_where(admin: Client):
    page = admin.get(PAGE).text
    for text in ("2026/04/01", "23:30:00", "佐藤 花子（hanako）", "編集", "社員：青山 直樹", "is_retired", "192.0.2.7"):
        assert text in page


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ({}, ["deleted", "started", "edited"]),
        ({"person": "HANAKO"}, ["edited"]),
        ({"action": "started"}, ["started"]),
        ({"q": "社員 青山"}, ["edited"]),
        ({"q": "靑山直樹 -"}, ["edited"]),
        ({"person": "佐藤花子"}, ["edited"]),
        ({"q": "旧"}, ["deleted"]),
        ({"since": "2026-04-02"}, ["deleted", "started"]),
        ({"until": "2026-04-01"}, ["edited"]),
        ({"since": "2026-04-02", "until": "2026-04-02"}, ["started"]),
        ({"person": "x"}, []),
    ],
)
def test_it_finds_by_person_action_thing_and_period(search: dict[str, str], expected: list[str], admin: Client):
    assert found(admin, **search) == expected


@pytest.mark.parametrize(
    "search", [{"action": "x"}, {"since": "x"}, {"until": "9999-12-31"}, {"page": "x"}, {"since": "0001-01-01"}]
)
def test_it_survives_nonsense(search: dict[str, str], admin: Client):
    assert len(found(admin, **search)) == 3


def test_it_is_paged(admin: Client):
    AuditEntry.objects.bulk_create(AuditEntry(actor="x", action="started") for _ in range(60))
    assert len(found(admin)) == 50
    assert len(found(admin, page="2")) == 13


def test_it_puts_details_into_words(admin: Client):
    detail = {"rights": ["view_employees"], "dry_run": True, "role": "", "other": 3}
    AuditEntry.objects.create(actor="x", action="created", detail=detail)
    page = admin.get(PAGE).text
    for text in ("できること：社員を見る", "内容の確認だけ：はい", "other：3"):
        assert text in page
    assert "権限：" not in page
