"""Storing what a person says about departments, while others and the sync may be storing too."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import ProtectedError
from django.shortcuts import get_object_or_404

from accounts import audit
from accounts.rights import Account
from departments.forms import DepartmentForm, read_tree
from departments.models import Department

BUSY = "ほかの人または同期が、ちょうど部署を保存していました。もう一度保存してください。"
ATTEMPTS = 2

Form = TypeVar("Form", bound=DepartmentForm)


def submit(make_form: Callable[[], Form], *, by: Account) -> Form:
    """The form that was sent: stored when it has no errors.

    The tree is locked while it is judged, so that two people cannot hang two departments below each other. The lock is
    never waited for: a sync locks rows in another order, and one of the two would have to die. Whoever adds a
    department at the same time is stopped by a constraint; the second look then says at which field.
    """
    for _ in range(ATTEMPTS):
        form = make_form()
        with suppress(IntegrityError, OperationalError), transaction.atomic():
            form.tree = read_tree(Department.objects.lock(nowait=True, no_key=True))
            if form.is_valid():
                form.store(by=by)
            return form
    if form.is_valid():
        form.add_error(None, BUSY)
    return form


def delete(department: Department, *, by: Account) -> bool:
    """Delete it; False, and nothing is deleted, where departments or people belong to it, however new they are. 404
    where somebody else has just deleted it.
    """
    try:
        with transaction.atomic():
            audit.record(audit.Action.DELETED, by=by, on=get_object_or_404(Department.objects.lock(), pk=department.pk))
            department.delete()
    except (ProtectedError, IntegrityError):
        return False
    return True
