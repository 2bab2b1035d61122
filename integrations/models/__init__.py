"""The connection to カオナビ, the runs (jobs) with what they found and wrote, and the upload's ledger."""

from integrations.models.connection import KaonaviConnection, KaonaviQuota, RemoteCall
from integrations.models.exceptions import PersonException
from integrations.models.exports import Export
from integrations.models.jobs import SourceFile, SyncChange, SyncIssue, SyncJob, SyncJobQuerySet, Tally, WorkerPulse
from integrations.models.privacy import PrivacySettings
from integrations.models.unseen import UnseenDepartment, UnseenEmployee
from integrations.models.upload import ResultRegistration, UploadChunk

__all__ = [
    "Export",
    "KaonaviConnection",
    "KaonaviQuota",
    "PersonException",
    "PrivacySettings",
    "RemoteCall",
    "ResultRegistration",
    "SourceFile",
    "SyncChange",
    "SyncIssue",
    "SyncJob",
    "SyncJobQuerySet",
    "Tally",
    "UnseenDepartment",
    "UnseenEmployee",
    "UploadChunk",
    "WorkerPulse",
]
