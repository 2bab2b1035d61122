"""What integrations do when people or results are deleted or corrected, in that transaction, by whatever door it comes."""

from django.db.models import QuerySet

from assessments.models import Assessment
from employees.models import Employee
from integrations.erasure import erase, erase_results
from integrations.models import SyncJob
from integrations.sync.dropping import drop

DROPPED = (
    "社員または検査結果が削除されたため、取りやめになりました。ファイルにその人の値があるかもしれないため、ファイルも消去しました。"
    "必要な場合は、もう一度取り込んでください。"
)
FILES_OF_PEOPLE = (SyncJob.Kind.EMPLOYEES_FILE, SyncJob.Kind.ASSESSMENTS_FILE)


def forget_people(people: QuerySet[Employee], **_: object) -> None:
    """Erase what runs know of them."""
    numbers = list(people.order_by().values_list("pk", flat=True))
    if numbers:
        erase(numbers)
        drop_held_files()


def forget_results(results: QuerySet[Assessment], **_: object) -> None:
    """The same for results whose person stays."""
    numbers = list(results.order_by().values_list("pk", flat=True))
    if numbers:
        erase_results(numbers, are_deleted=True)
        drop_held_files()


def forget_wrong_values(results: QuerySet[Assessment], **_: object) -> None:
    """What a run once wrote or sent of a corrected result was wrong."""
    erase_results(list(results.values_list("pk", flat=True)), are_deleted=False)


def drop_held_files() -> None:
    """A file that waits with its run for an answer is full of people, and nobody can take one of them out of it."""
    held = SyncJob.objects.filter(status=SyncJob.Status.HELD, kind__in=FILES_OF_PEOPLE)
    for job in held.select_for_update():
        drop(job, DROPPED)
