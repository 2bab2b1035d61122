"""Settings of which there is one row at most: two administrators who are the first to save them, at the same moment."""

from http import HTTPStatus

import pytest
from django.db import models
from django.urls import reverse

from accounts.models import AuditEntry, Installation, LogInPolicy
from integrations.models import AutomationSettings, NoticeSettings, PrivacySettings, SyncException
from tests.factories.rows import account, logged_in
from tests.factories.two_writers import write_at_once

HOURS = {"maintenance_from": "01:00", "maintenance_to": "06:00"}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(
    ("page", "sent", "kept"),
    [
        ("integrations:automation", HOURS, AutomationSettings),
        ("integrations:stop_automation", {}, AutomationSettings),
        ("integrations:notices", {"silent_days": "7"}, NoticeSettings),
        ("integrations:retention", {"retention_months": "12"}, PrivacySettings),
        ("integrations:scope", {"employment_types": ["regular"], "reason": "x"}, SyncException),
        ("accounts:policy", {}, LogInPolicy),
        ("accounts:site_address", {"address": "http://testserver"}, Installation),
    ],
)
def test_of_two_who_are_the_first_to_save_neither_is_refused(page: str, sent: dict[str, str], kept: type[models.Model]):
    pair = [logged_in(account(name, "管理者")) for name in ("hanako", "taro")]
    answers = []

    def save() -> None:
        answers.append(pair.pop().post(reverse(page), sent))

    write_at_once(save, save, AuditEntry.objects.count, on_one_row=True)
    assert [answer.status_code for answer in answers] == [HTTPStatus.FOUND, HTTPStatus.FOUND]
    assert kept._default_manager.count() == 1
