"""For operators: what ran and what it found, to look at. Nothing here can be changed, and no key is shown."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import ReadOnlyAdmin
from integrations import kinds
from integrations.models import (
    Export,
    KaonaviConnection,
    PrivacySettings,
    ProblemNote,
    RemoteCall,
    ResultRegistration,
    SyncChange,
    SyncException,
    SyncIssue,
    SyncJob,
    UploadChunk,
    WorkerHeartbeat,
)


@admin.register(KaonaviConnection)
class KaonaviConnectionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "state", "connected_at", "connected_by")
    fields = ("state", "connected_at", "connected_by")


@admin.register(PrivacySettings)
class PrivacySettingsAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "retention_months")


@admin.register(SyncException)
class SyncExceptionAdmin(ReadOnlyAdmin):
    list_display = ("employee", "kind", "until", "made_by", "made_at")
    list_select_related = ("employee", "made_by")
    list_filter = ("kind",)


@admin.register(ProblemNote)
class ProblemNoteAdmin(ReadOnlyAdmin):
    list_display = ("id", "set_aside_at", "set_aside_by", "until", "assignee")
    list_select_related = ("set_aside_by",)


@admin.register(SyncJob)
class SyncJobAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "status", "requester", "created_at", "finished_at", "worker", "attempts")
    list_select_related = ("requested_by",)
    list_filter = ("kind", "status")

    def looked_at(self, row: SyncJob) -> SyncJob | None:
        return run_with_results(row)


def run_with_results(job: SyncJob) -> SyncJob | None:
    """The run, if it is about results: whatever is opened of it counts as its page."""
    return job if kinds.of(job).shows_results else None


class OfRunAdmin(ReadOnlyAdmin):
    """What a run found, wrote or sent."""

    list_select_related = ("job",)

    def looked_at(self, row: SyncIssue | SyncChange | UploadChunk) -> SyncJob | None:
        return run_with_results(row.job)


@admin.register(SyncIssue)
class SyncIssueAdmin(OfRunAdmin):
    list_display = ("id", "job", "severity", "reason", "subject_key", "subject_name", "field")
    list_filter = ("severity", "reason")
    search_fields = ("subject_key", "subject_name", "email")
    lists_results = True


@admin.register(SyncChange)
class SyncChangeAdmin(OfRunAdmin):
    list_display = ("id", "job", "what", "action", "key", "name")
    list_filter = ("what", "action")
    search_fields = ("key", "name")
    lists_results = True


@admin.register(UploadChunk)
class UploadChunkAdmin(OfRunAdmin):
    list_display = ("id", "job", "sheet", "number", "state", "task_id", "sent_at", "ended_at")
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
    lists_results = True

    def looked_at(self, row: ResultRegistration) -> ResultRegistration:
        return row


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("name", "version", "seen_at")


@admin.register(RemoteCall)
class RemoteCallAdmin(ReadOnlyAdmin):
    list_display = ("id", "is_update", "reserved_at", "returned_at", "outcome")
