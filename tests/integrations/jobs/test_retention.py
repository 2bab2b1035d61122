"""Old runs go with their issues and changes; the newest of each kind stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import SyncChange, SyncIssue, SyncJob
from integrations.retention import remove_old_jobs

pytestmark = pytest.mark.django_db


def ended(kind: str, days_ago: int, status: str = "succeeded") -> SyncJob:
    then = timezone.now() - timedelta(days=days_ago)
    finished = None if status == "held" else then
    job = SyncJob.objects.create(kind=kind, status=status, created_at=then, finished_at=finished)
    SyncIssue.objects.create(job=job, severity="error", reason="MEMBER_UNREADABLE")
    SyncChange.objects.create(job=job, what="employee", action="create")
    return job


def test_it_removes_old_runs_with_everything_they_hold(settings):
    settings.JOB_RETENTION_DAYS = 400
    old, young = ended("employees", 401), ended("employees", 399)
    assert remove_old_jobs() == 1
    assert list(SyncJob.objects.all()) == [young]
    assert not SyncIssue.objects.filter(job=old.pk).exists()
    assert not SyncChange.objects.filter(job=old.pk).exists()


def test_it_keeps_the_newest_of_each_kind_and_whatever_has_not_ended():
    ended("departments", 901)
    kept = {ended("departments", 900), ended("results", 800), ended("employees", 700, "held")}
    assert remove_old_jobs(days=30) == 1
    assert set(SyncJob.objects.all()) == kept
