"""What integrations do when people, results or scores are deleted or corrected, in that transaction."""

from collections.abc import Collection

from django.db.models import QuerySet

from assessments.models import Assessment, Scale
from employees.models import Employee
from integrations import kinds
from integrations.erasure import erase, erase_results, erase_scores
from integrations.jobs.dropping import drop
from integrations.models import SyncJob

DROPPED = (
    "社員または検査結果が削除されたため、取りやめになりました。ファイルにその人の値があるかもしれないため、ファイルも消去しました。"
    "必要な場合は、もう一度取り込んでください。"
)
SCALE_LEFT_OUT = (
    "保存しない設定にした尺度の偏差値がファイルにあるかもしれないため、取りやめになり、ファイルも消去しました。"
    "必要な場合は、もう一度取り込んでください。"
)


def forget_people(people: QuerySet[Employee], **_: object) -> None:
    """Erase what runs know of them."""
    numbers = list(people.order_by().values_list("pk", flat=True))
    if numbers:
        erase(numbers)
        drop_held_files(kinds.FILES_OF_PEOPLE, DROPPED)


def forget_results(results: QuerySet[Assessment], **_: object) -> None:
    """The same for results whose person stays."""
    numbers = list(results.order_by().values_list("pk", flat=True))
    if numbers:
        erase_results(numbers, are_deleted=True)
        drop_held_files(kinds.FILES_OF_PEOPLE, DROPPED)


def forget_wrong_values(results: QuerySet[Assessment], **_: object) -> None:
    """What a run once wrote or sent of a corrected result was wrong."""
    erase_results(list(results.values_list("pk", flat=True)), are_deleted=False)


def forget_scores(scale: Scale, **_: object) -> None:
    """What runs know of the scores of a scale that is not kept any more."""
    drop_held_files(kinds.FILES_OF_RESULTS, SCALE_LEFT_OUT)
    erase_scores(scale)


def drop_held_files(codes: Collection[str], message: str) -> None:
    """A file that waits with its run for an answer is full of values, and nobody can take some of them out of it."""
    held = SyncJob.objects.filter(status=SyncJob.Status.HELD, kind__in=codes)
    for job in held.lock():
        drop(job, message)
