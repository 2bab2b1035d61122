"""同期の例外 are set, changed and ended here, and nowhere else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.audit_changes import changed
from departments.models import Department
from employees.models import Employee
from integrations.models import SyncException

Kind = SyncException.Kind
BLANK = "未登録"  # how a blank 雇用形態 is called
TYPES: Mapping[str, str] = {**dict(Employee.EmploymentType.choices), "": BLANK}


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody whom an exception is about: one of our people, else whoever has this mail or this 社員番号."""

    employee: Employee | None = None
    email: str = ""
    employee_number: str = ""


@dataclass(frozen=True, kw_only=True)
class ScopeContent:
    """What the scope is to be: `departments` None is all, no `employment_types` are any."""

    departments: Sequence[Department] | None
    employment_types: Sequence[str]


@transaction.atomic
def set_for(people: Iterable[Whom], kind: Kind, *, item: str = "", reason: str, until: date | None, by: User) -> int:
    """Set it for each of them, also where it had ended or says something else; returns for how many.

    One line of the audit trail for all of them.
    """
    said: dict[str, Any] = {"reason": reason, "until": until, "made_by": by, "made_at": timezone.now()}
    count = 0
    with audit.together():
        for whom in people:
            about: dict[str, Any] = {
                "employee": whom.employee,
                "email": whom.email,
                "employee_number": whom.employee_number,
            }
            exception, _ = SyncException.objects.update_or_create(kind=kind, item=item, **about, defaults=said)
            record(audit.Action.CREATED, exception, by)
            count += 1
    return count


@transaction.atomic
def change(exception: SyncException, *, reason: str, until: date | None, by: User) -> None:
    """Another reason or last day. Who set it and when stays."""
    before = exception.until
    fields = ["reason"] if exception.reason != reason else []
    exception.reason, exception.until = reason, until
    exception.save(update_fields=["reason", "until"])
    audit.record(
        audit.Action.EDITED,
        by=by,
        on=exception,
        detail={"fields": fields, "changes": changed({"until": before}, {"until": until})},
    )


@transaction.atomic
def set_scope(content: ScopeContent, *, reason: str, until: date | None, by: User) -> None:
    """Set the one scope, or change it."""
    scope, is_new = SyncException.objects.lock().get_or_create(kind=Kind.SCOPE)
    before = {} if is_new else in_words(scope)
    scope.limits_departments = content.departments is not None
    scope.employment_types = list(content.employment_types)
    scope.reason, scope.until, scope.made_by, scope.made_at = reason, until, by, timezone.now()
    scope.save()
    scope.departments.set(content.departments or ())
    detail = {"changes": changed(before, in_words(scope))}
    audit.record(audit.Action.CREATED if is_new else audit.Action.EDITED, by=by, on=scope, detail=detail)


@transaction.atomic
def end(exception: SyncException, *, by: User) -> None:
    """It holds no more, and its row goes."""
    record(audit.Action.DELETED, exception, by)
    exception.delete()


def record(action: audit.Action, exception: SyncException, by: User) -> None:
    """Which kind, of whom, until when: not the reason, which is free text and would stay for ever."""
    detail = {"until": exception.until.isoformat()} if exception.until else {}
    audit.record(action, by=by, on=exception, label=exception.audit_label, detail=detail)


def in_words(scope: SyncException) -> dict[str, Any]:
    """What the scope says, for the audit trail."""
    names = [department.name for department in scope.departments.in_sibling_order()]
    return {
        "departments": names if scope.limits_departments else [],
        "employment_types": [TYPES.get(kind, kind) for kind in scope.employment_types],
        "until": scope.until,
    }
