"""Making, changing and deleting カスタム権限: each one transaction with its audit entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import transaction

from accounts import audit
from accounts.actions import RefusedError, take_turns
from accounts.audit import Action
from accounts.audit_changes import changed
from accounts.models import Role
from accounts.rights import Right
from departments.models import Department, RoleDepartment

GONE = "この権限はたった今、削除されました。"
DEPARTMENT_GONE = "選んだ部署の一部はたった今、削除されました。もう一度選んでください。"
NO_LIMIT = "会社全体"
NAME_TAKEN = "この名前の権限はすでにあります。別の名前を入力してください。"


@dataclass(frozen=True, slots=True)
class RoleContent:
    """What a role is to be. `departments` None: for the whole company."""

    name: str
    rights: frozenset[Right]
    departments: frozenset[Department] | None


@transaction.atomic
def save_role(role: Role | None, content: RoleContent, *, by: User) -> Role:
    """Make or change the role. Raises RefusedError where its name was taken or it or a department deleted."""
    take_turns()
    if role is not None and (role := Role.objects.select_related("group").filter(pk=role.pk).first()) is None:
        raise RefusedError(GONE)
    wanted = [department.pk for department in content.departments or ()]
    if len(Department.objects.filter(pk__in=wanted).lock()) != len(wanted):
        raise RefusedError(DEPARTMENT_GONE)
    if Group.objects.filter(name=content.name).exclude(pk=role.group_id if role else 0).exists():
        raise RefusedError(NAME_TAKEN)
    is_new = role is None
    before = described(role) if role else {}
    if role is None:
        role = Role(group=Group.objects.create(name=content.name))
    elif role.group.name != content.name:
        role.group.name = content.name
        role.group.save(update_fields=["name"])
    role.rights = sorted(content.rights)
    role.is_limited = content.departments is not None
    role.save()
    limit(role, content.departments or ())
    after = described(role)
    if is_new:
        audit.record(Action.CREATED, by=by, on=role, detail={name: after[name] for name in ("rights", "departments")})
    else:
        audit.record(Action.EDITED, by=by, on=role, detail={"changes": changed(before, after)})
    return role


def described(role: Role) -> dict[str, Any]:
    """For the audit trail: departments by name, or that there is no limit."""
    limits = RoleDepartment.objects.filter(role=role).order_by("department__order", "department__code", "department")
    departments = list(limits.values_list("department__name", flat=True)) if role.is_limited else NO_LIMIT
    return {"name": role.group.name, "rights": list(role.rights), "departments": departments}


def limit(role: Role, departments: Iterable[Department]) -> None:
    """From now on the role is limited to these departments and what lies below them."""
    RoleDepartment.objects.filter(role=role).delete()
    RoleDepartment.objects.bulk_create(RoleDepartment(role=role, department=department) for department in departments)


@transaction.atomic
def delete_role(role: Role, *, by: User) -> None:
    """Delete the role. Raises RefusedError while accounts have it: they would lose every right without a decision; also
    where somebody else has just deleted it.
    """
    take_turns()
    if not Role.objects.filter(pk=role.pk).exists():
        raise RefusedError(GONE)
    holders = role.group.user_set.count()
    if holders:
        raise RefusedError(
            f"「{role}」は{holders}件のアカウントに割り当てられているため、削除できません。"
            "先にアカウント管理で別の権限に変更してください。"
        )
    audit.record(Action.DELETED, by=by, on=role)
    role.group.delete()
