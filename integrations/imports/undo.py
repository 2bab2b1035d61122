"""The people whom one import made, for taking a wrong import back: who is as the import left them, and who is not."""

from dataclasses import dataclass
from typing import Self

from accounts.rights import Account, Right
from assessments.models import Assessment
from departments.models import Department
from departments.scope import reach
from employees.models import Employee
from integrations import kinds
from integrations.imports.employees import load
from integrations.models import SyncChange, SyncJob
from integrations.rules.employees.fields import department_code
from integrations.rules.undo import is_as_created


def can_be_taken_back(job: SyncJob) -> bool:
    """Whether the run is one that made people."""
    return kinds.of(job).writes_people and job.status in SyncJob.COMPLETED and job.created > 0


def may_take_back(user: Account) -> bool:
    """Whether somebody may delete those whom a run made.

    Such a run is about the whole company, and who goes depends on who has been tested: it takes the right to know that.
    """
    return reach(user, Right.DELETE_EMPLOYEES) is None and reach(user, Right.VIEW_RESULTS) is None


@dataclass(frozen=True, slots=True)
class CreatedPeople:
    """`untouched` are the numbers (pk) of those who are as they were made, without a result; others are counted."""

    untouched: list[int]
    edited: int = 0
    tested: int = 0
    gone: int = 0

    @classmethod
    def of(cls, job: SyncJob) -> Self:
        """By the values that the run wrote, compared with the present ones: whatever changed them since."""
        created = job.changes.filter(what=SyncChange.What.EMPLOYEE, action=SyncChange.Action.CREATE)
        pks = created.order_by().values("object_id")
        labels = {
            pk: department_code(code, name) for pk, code, name in Department.objects.values_list("pk", "code", "name")
        }
        people = load(labels, Employee.objects.filter(pk__in=pks))
        present = {person.pk: person.values._asdict() for person in people}
        tested = set(Assessment.objects.filter(employee__in=pks).values_list("employee_id", flat=True))
        untouched: list[int] = []
        edited = gone = 0
        for pk, fields in created.order_by().values_list("object_id", "fields").iterator(chunk_size=5000):
            if pk is None or pk not in present:
                gone += 1
            elif pk in tested:
                continue
            elif fields and is_as_created(fields, present[pk]):
                untouched.append(pk)
            else:
                edited += 1
        return cls(untouched, edited, len(tested), gone)
