"""For operators: what ran and what it found, to look at. Nothing here can be changed, and no key is shown."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.admin import ReadOnlyAdmin
from accounts.requests import person
from accounts.viewing import record_view
from integrations.models import (
    Export,
    KaonaviConnection,
    PersonException,
    PrivacySettings,
    RemoteCall,
    ResultRegistration,
    SyncChange,
    SyncIssue,
    SyncJob,
    UploadChunk,
    WorkerPulse,
)


@admin.register(KaonaviConnection)
class KaonaviConnectionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "state", "connected_at", "connected_by")
    fields = ("state", "connected_at", "connected_by")


@admin.register(PrivacySettings)
class PrivacySettingsAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "retention_months")


@admin.register(PersonException)
class PersonExceptionAdmin(ReadOnlyAdmin):
    list_display = ("employee", "kind", "until", "made_by", "made_at")
    list_select_related = ("employee", "made_by")
    list_filter = ("kind",)


@admin.register(SyncJob)
class SyncJobAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "status", "requested_by", "created_at", "finished_at", "worker", "attempts")
    list_select_related = ("requested_by",)
    list_filter = ("kind", "status")


class OfRunAdmin(ReadOnlyAdmin):
    """What a run found or wrote. Where it is about results, that somebody looks at one is written down as of the run's page."""

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().change_view(request, object_id, *args, **kwargs)
        row = self.get_object(request, object_id)
        if row is not None and row.job.kind in (SyncJob.Kind.RESULTS, SyncJob.Kind.ASSESSMENTS_FILE):
            record_view(person(request), on=row.job)
        return response


@admin.register(SyncIssue)
class SyncIssueAdmin(OfRunAdmin):
    list_display = ("id", "job", "severity", "reason", "subject_key", "subject_name", "field")
    list_select_related = ("job",)
    list_filter = ("severity", "reason")
    search_fields = ("subject_key", "subject_name", "email")


@admin.register(SyncChange)
class SyncChangeAdmin(OfRunAdmin):
    list_display = ("id", "job", "what", "action", "key", "name")
    list_select_related = ("job",)
    list_filter = ("what", "action")
    search_fields = ("key", "name")


@admin.register(UploadChunk)
class UploadChunkAdmin(ReadOnlyAdmin):
    list_display = ("id", "job", "sheet", "number", "state", "task_id", "sent_at", "ended_at")
    list_select_related = ("job",)
    list_filter = ("sheet", "state")
    exclude = ("content",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[UploadChunk]:
        """Without the bytes, which may be millions."""
        queryset: QuerySet[UploadChunk] = super().get_queryset(request)
        return queryset.defer("content")


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "form", "rows", "made_by", "made_at")
    list_select_related = ("made_by",)
    list_filter = ("kind", "form")


@admin.register(ResultRegistration)
class ResultRegistrationAdmin(ReadOnlyAdmin):
    list_display = ("employee", "assessment", "confirmed_at")
    list_select_related = ("employee", "assessment")
    search_fields = ("employee__email", "employee__employee_number")


@admin.register(WorkerPulse)
class WorkerPulseAdmin(ReadOnlyAdmin):
    list_display = ("name", "version", "seen_at")


@admin.register(RemoteCall)
class RemoteCallAdmin(ReadOnlyAdmin):
    list_display = ("id", "is_update", "reserved_at", "returned_at", "outcome")
