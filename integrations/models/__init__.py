"""The connection to カオナビ, the runs (jobs) with what they found and wrote, and the upload's ledger."""

from integrations.models.automation import AutomaticRun, AutomationSettings
from integrations.models.connection import KaonaviConnection, KaonaviQuota, RemoteCall
from integrations.models.exceptions import SyncException
from integrations.models.exports import Export
from integrations.models.jobs import (
    MetricSum,
    SignOfLife,
    SourceFile,
    SyncChange,
    SyncIssue,
    SyncJob,
    SyncJobQuerySet,
    WorkerHeartbeat,
)
from integrations.models.merging import Merge
from integrations.models.notices import Notice, NoticeDelivery, NoticeSettings
from integrations.models.privacy import PrivacySettings
from integrations.models.problems import ProblemNote, ProblemVersion
from integrations.models.run_options import RunOptions
from integrations.models.unseen import UnseenDepartment, UnseenEmployee
from integrations.models.upload import BeforeImage, ImageKey, ResultRegistration, UploadChunk
from integrations.models.webhook import Webhook

__all__ = [
    "AutomaticRun",
    "AutomationSettings",
    "BeforeImage",
    "Export",
    "ImageKey",
    "KaonaviConnection",
    "KaonaviQuota",
    "Merge",
    "MetricSum",
    "Notice",
    "NoticeDelivery",
    "NoticeSettings",
    "PrivacySettings",
    "ProblemNote",
    "ProblemVersion",
    "RemoteCall",
    "ResultRegistration",
    "RunOptions",
    "SignOfLife",
    "SourceFile",
    "SyncChange",
    "SyncException",
    "SyncIssue",
    "SyncJob",
    "SyncJobQuerySet",
    "UnseenDepartment",
    "UnseenEmployee",
    "UploadChunk",
    "Webhook",
    "WorkerHeartbeat",
]
