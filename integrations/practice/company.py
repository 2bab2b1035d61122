"""Going into 練習モード and out of it again. Nothing of one's own may be there before, nothing of the sample after."""

from typing import Any, Final

from django.contrib.auth.models import User
from django.db import models, transaction

from accounts import audit, site
from accounts.models import Installation
from assessments.models import Assessment, Judgement, LatestResult, PersonalityType, ProtectedName, Scale, Tombstone
from departments.models import Department, RoleDepartment
from employees.models import Employee, FormerIdentity, IdentityDecision, SearchKey
from integrations import actions
from integrations.models import (
    AutomaticRun,
    AutomationSettings,
    BeforeImage,
    Export,
    ImageKey,
    KaonaviConnection,
    Merge,
    MetricSum,
    Notice,
    NoticeDelivery,
    ProblemNote,
    ProblemVersion,
    RemoteCall,
    ResultRegistration,
    SourceFile,
    SyncChange,
    SyncException,
    SyncIssue,
    SyncJob,
    UploadChunk,
    Webhook,
)
from integrations.models.unseen import UnseenDepartment, UnseenEmployee
from integrations.practice import sample_mistakes, sample_results, simulator

LABEL = "練習モード"

# What goes when practising ends, the pointing before the pointed at. Only such rows can have come from the sample,
# because it is entered only while none of them is there.
ERASED: Final[tuple[type[models.Model], ...]] = (
    *(
        UnseenEmployee,
        UnseenDepartment,
        Export,
        ResultRegistration,
        ProblemNote,
        UploadChunk,
        BeforeImage,
        ImageKey,
        Merge,
        SyncChange,
        SyncIssue,
        SourceFile,
        SyncJob,
        ProblemVersion,
        NoticeDelivery,
        Notice,
        AutomaticRun,
        AutomationSettings,  # a schedule that was tried must not go on with the company's real カオナビ
        Webhook,  # its secret is with the simulated カオナビ
    ),
    *(SyncException, IdentityDecision, FormerIdentity, Judgement, LatestResult, Assessment, Tombstone, Employee),
    SearchKey,
    *(RoleDepartment, Department, KaonaviConnection, RemoteCall, MetricSum),
)
# In these the product has rows of its own from the beginning: they become what they were.
PUT_BACK: Final[tuple[type[models.Model], ...]] = (PersonalityType, Scale, ProtectedName)
OF_ONES_OWN: Final = (Employee, Department, Assessment, Tombstone, SyncException, SyncJob, KaonaviConnection)


class NotPossibleError(Exception):
    """練習モード cannot be entered now; the message says why."""


def is_possible() -> bool:
    """Whether it can be entered: nothing of one's own is there, and the simulator is installed."""
    return simulator.is_installed() and not site.is_practice() and not has_something_of_its_own()


def has_something_of_its_own() -> bool:
    return any(model._default_manager.exists() for model in OF_ONES_OWN)


def begin(*, by: User) -> None:
    """Enter it: a simulated カオナビ is connected, with everything ticked, and ミキワメ knows some people wrongly.

    Raises NotPossibleError where there is something of one's own, SimulatorMissingError, and whatever `connect` does.
    """
    if not is_possible():
        raise NotPossibleError(
            "すでに社員、部署、検査結果（削除したものを含む）、同期の例外、処理またはカオナビ連携があるため、練習モードを始められません。"
        )
    simulator.begin()
    try:
        simulator.control("POST", "ticks", {})
        keys = simulator.control("GET", "credentials")
        enter(simulator.control("GET", "tenant")["members"], by=by)
    except Exception:
        if not site.is_practice():  # else somebody else was faster, and practises with it
            simulator.end()
        raise
    try:
        actions.connect(key=keys["consumer_key"], secret=keys["consumer_secret"], by=by)
    except Exception:
        leave(by=by)
        raise


@transaction.atomic
def enter(members: list[dict[str, Any]], *, by: User) -> None:
    """Raises NotPossibleError where something of one's own has come meanwhile."""
    site.begin_practice({model._meta.label: list(model._default_manager.values()) for model in PUT_BACK})
    if has_something_of_its_own():
        raise NotPossibleError("ほかの操作と重なったため、練習モードを始められませんでした。")
    audit.record(audit.Action.CHANGED_SETTINGS, by=by, what=LABEL, label=LABEL, detail={"practice": True})
    sample_results.add_local_people()
    sample_mistakes.add_people_with_others_addresses({member["code"]: member for member in members})


def leave(*, by: User) -> bool:
    """End it. Whatever runs is cancelled, then everything that it brought is erased; accounts and settings stay.

    False where somebody else has ended it meanwhile.
    """
    with transaction.atomic():
        try:
            before = site.end_practice()  # first: two who leave at once come one after the other
        except Installation.DoesNotExist:
            return False
        actions.disconnect(by=by)
        for job in SyncJob.objects.lock():
            if job.status not in SyncJob.ENDS:
                actions.cancel_job(job, by=by)
        Department.objects.update(parent=None)  # none is kept because of those below it
        counts = {}
        for model in ERASED:
            # a plain query: what remembers who was deleted goes itself
            counts[model._meta.label], _ = models.QuerySet(model).delete()
        for model in PUT_BACK:
            models.QuerySet(model).delete()
            model._default_manager.bulk_create(model(**row) for row in before[model._meta.label])
        people = {"practice": False, "employees": counts[Employee._meta.label]}
        audit.record(audit.Action.CHANGED_SETTINGS, by=by, what=LABEL, label=LABEL, detail=people)
    simulator.end()
    return True
