"""Where texts come in that somebody else chooses, and whether what is stored of them fits.

A column of a limited length that is filled from a form, a file, カオナビ, a browser's header or the name of a machine makes
PostgreSQL refuse the row, and the page answer 500. SQLite takes everything, so the rows are looked at here.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

FORM = "a page's form"  # all forms of all pages: test_no_form_takes_more_than_its_column_holds
HEADER = "a header or the log-in form"
FILE = "an uploaded file"
SYNC = "what カオナビ says"
HOST = "the name of the machine"
COPIED = "copied from rows whose longest texts were tried"
PROVIDER = "the company's provider, judged before it is stored"
OURS = "a word, number or digest of our own"

DOORS = {
    "auth.Group.name": (FORM,),
    "auth.User.email": (FORM,),
    "auth.User.first_name": (FORM,),
    "auth.User.last_name": (FORM,),
    "auth.User.password": (OURS,),
    "auth.User.username": (FORM, HEADER),
    "accounts.AuditEntry.actor": (COPIED, HEADER),
    "accounts.AuditEntry.address": (HEADER,),
    "accounts.AuditEntry.label": (COPIED,),
    "accounts.AuditEntry.object_id": (OURS,),
    "accounts.AuditEntry.request_id": (OURS,),
    "accounts.AuditEntry.what": (OURS,),
    "accounts.Installation.site_url": (FORM, HEADER),
    "accounts.ProviderIdentity.issuer": (PROVIDER,),
    "accounts.ProviderIdentity.subject": (PROVIDER,),
    "accounts.RecoveryCode.digest": (OURS,),
    "accounts.SetupCode.digest": (OURS,),
    "axes.AccessAttempt.http_accept": (HEADER,),
    "axes.AccessAttempt.ip_address": (HEADER,),
    "axes.AccessAttempt.path_info": (HEADER,),
    "axes.AccessAttempt.user_agent": (HEADER,),
    "axes.AccessAttempt.username": (HEADER,),
    "departments.Department.code": (FORM, FILE, SYNC),
    "departments.Department.name": (FORM, FILE, SYNC),
    "employees.Employee.email": (FORM, FILE, SYNC),
    "employees.Employee.employee_number": (FORM, FILE, SYNC),
    "employees.Employee.first_name": (FORM, FILE, SYNC),
    "employees.Employee.first_name_kana": (FORM, FILE, SYNC),
    "employees.Employee.last_name": (FORM, FILE, SYNC),
    "employees.Employee.last_name_kana": (FORM, FILE, SYNC),
    "employees.Employee.position": (FORM, FILE, SYNC),
    **{
        f"employees.FormerIdentity.{name}": (COPIED,)
        for name in ("email", "employee_number", "first_name", "first_name_kana", "last_name", "last_name_kana")
    },
    "employees.IdentityDecision.email": (COPIED,),
    "employees.IdentityDecision.employee_number": (COPIED,),
    "assessments.Assessment.grade": (FORM, FILE),
    "assessments.Assessment.title": (FORM, FILE),
    "assessments.Assessment.unknown_type": (FILE,),
    "assessments.Judgement.basis": (FORM, FILE),
    "assessments.Judgement.grade": (FORM, FILE),
    "assessments.PersonalityType.category": (FORM,),
    "assessments.PersonalityType.code": (OURS,),
    "assessments.PersonalityType.japanese_name": (FORM,),
    "assessments.PersonalityType.name": (FORM,),
    "assessments.Scale.category": (FORM,),
    "assessments.Scale.code": (OURS,),
    "assessments.Scale.name": (FORM,),
    "integrations.KaonaviConnection.first_name_filler": (FORM,),
    "integrations.ProblemNote.assignee": (FORM,),
    **{f"integrations.Notice.{name}": (OURS,) for name in ("kind", "occasion", "sort", "subject", "telling")},
    "integrations.NoticeDelivery.outcome": (OURS,),
    "integrations.NoticeDelivery.target": (COPIED,),
    "integrations.NoticeSettings.sender": (FORM,),
    "integrations.SyncException.email": (FORM,),
    "integrations.SyncException.employee_number": (FORM,),
    "integrations.SyncException.item": (OURS,),
    "integrations.RemoteCall.outcome": (OURS,),
    "integrations.SourceFile.name": (FILE,),
    "integrations.SyncJob.file_name": (COPIED,),
    "integrations.SyncJob.undone_kind": (OURS,),
    "integrations.SyncChange.key": (FILE, SYNC),
    "integrations.SyncChange.name": (FILE, SYNC),
    "integrations.SyncIssue.field": (FILE, SYNC),
    "integrations.SyncIssue.reason": (OURS,),
    "integrations.SyncJob.celery_task_id": (OURS,),
    "integrations.SyncJob.owner": (HOST,),
    "integrations.SyncJob.phase": (OURS,),
    "integrations.SyncJob.worker": (HOST,),
    "integrations.MetricSum.labels": (OURS,),
    "integrations.MetricSum.name": (OURS,),
    "integrations.SignOfLife.name": (OURS,),
    "integrations.Webhook.digest": (OURS,),
    "integrations.WorkerHeartbeat.name": (HOST,),
    "integrations.WorkerHeartbeat.version": (OURS,),
}
FOREIGN = {"admin", "contenttypes", "sessions"}  # Django's own, written by Django alone
SWITCHED_OFF = {"axes.AccessFailureLog", "axes.AccessLog", "auth.Permission"}


def limited() -> Iterator[models.Field]:
    """Every column of text that has an end and is no choice from a list."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in FOREIGN or model._meta.label in SWITCHED_OFF:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField | models.GenericIPAddressField)
            if is_text and field.max_length and not field.choices:
                yield field


def too_long() -> list[str]:
    """What is stored that does not fit."""
    found = []
    for field in limited():
        texts = field.model._default_manager.values_list(field.attname, flat=True)
        if any(text and len(text) > (field.max_length or 0) for text in texts):
            found.append(str(field))
    return found
