"""「同じ人です」「別の人です」: what an administrator says of a row that may be somebody else's. The next import follows it."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from accounts import audit
from employees.models import Employee, IdentityDecision
from integrations.models import SyncIssue
from integrations.reasons import Reason


def decide(employee: Employee, number: str, mail: str, *, is_same: bool, by: User | None) -> None:
    """Whether a row with exactly this 社員番号 and mail is `employee`. A later decision about the same takes its place."""
    with transaction.atomic():
        IdentityDecision.objects.update_or_create(
            employee=employee,
            employee_number=number.strip(),
            email=mail.strip().lower(),
            defaults={"is_same": is_same, "decided_by": by, "decided_at": timezone.now()},
        )
        audit.record(audit.Action.IDENTIFIED, by=by, on=employee, detail={"is_same": is_same})


def decide_issues(issues: Iterable[SyncIssue], *, is_same: bool, by: User | None) -> list[Employee]:
    """The same for what runs found doubtful, all or none; returns whom it concerned.

    An issue of another kind says nothing, nor does one about somebody who has been deleted or merged since.
    """
    doubts = [issue for issue in issues if issue.reason == Reason.MEMBER_IDENTITY_UNCERTAIN]
    with transaction.atomic():
        people = Employee.objects.lock(no_key=True).in_bulk(
            {issue.object_id for issue in doubts if issue.object_id is not None}
        )
        told = [(people[issue.object_id], issue) for issue in doubts if issue.object_id in people]
        with audit.together():
            for employee, issue in told:
                decide(employee, issue.value, issue.email, is_same=is_same, by=by)
    return [employee for employee, _ in told]
