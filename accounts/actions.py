"""What administrators do to accounts, each in one transaction with its audit entry; one at a time in the whole site."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.shortcuts import get_object_or_404

from accounts import audit, second_factor
from accounts.audit import Action
from accounts.audit_changes import changed
from accounts.guard import forgive
from accounts.links import account_of, make_code
from accounts.models import LogInPolicy, ProviderIdentity
from accounts.policy import passwords_allowed, policy
from accounts.rights import ADMINISTRATORS, read_access
from accounts.roles import role_of
from accounts.sessions import end_sessions, end_sessions_by_password

SELF = "自分自身のアカウントは停止できず、権限も変更できません。ほかの管理者に依頼してください。"
OPERATOR = "システム管理者のアカウントを変更できるのは、システム管理者だけです。"
ROLE_GONE = "選んだ権限はたった今、削除されました。もう一度選んでください。"
NO_LONGER = "この操作には管理者の権限が必要です。お使いのアカウントの権限が変更された可能性があります。"
ONLY_FROM_PROVIDER = (
    "パスワードでのログインを禁止できるのは、会社のアカウントでログインしている管理者だけです。"
    "全員が入れなくなることを防ぐためです。会社のアカウントでログインし直してから、設定してください。"
)
NO_PASSWORDS = "パスワードでのログインは許可されていません。本人に、会社のアカウントでのログインを案内してください。"


class RefusedError(Exception):
    """The action was not done. Its text tells the person why."""


def take_turns() -> None:
    """Wait until nobody else changes accounts or roles, until the transaction ends."""
    Group.objects.select_for_update().get(name=ADMINISTRATORS)


def assign(user: User, role: Group | None) -> None:
    """From now on the account has this one role. Raises RefusedError when somebody has deleted it meanwhile."""
    if role is not None and not Group.objects.filter(pk=role.pk).exists():
        raise RefusedError(ROLE_GONE)
    user.groups.set([role] if role else [])


def account_to_change(pk: int, *, by: User, is_role_or_access: bool = True) -> User:
    """The account, for an administrator who still is one now that it is their turn.

    Whoever acts stays an administrator and acts on others alone, so the last one is never removed, even by each other.
    404 where the account has just been deleted.
    """
    take_turns()
    actor = User.objects.get(pk=by.pk)
    if not (actor.is_active and read_access(actor).is_administrator):
        raise RefusedError(NO_LONGER)
    user = get_object_or_404(User.objects.select_for_update(), pk=pk)
    if user.pk == actor.pk and is_role_or_access:
        raise RefusedError(SELF)
    if user.is_superuser and not actor.is_superuser:
        raise RefusedError(OPERATOR)
    return user


@transaction.atomic
def invite(user: User, *, role: Group | None, by: User) -> str:
    """Make the account that the form describes, without a password; the code of its first link."""
    take_turns()
    user.set_unusable_password()
    user.save()
    assign(user, role)
    audit.record(Action.INVITED, by=by, on=user, what="アカウント", detail={"role": role.name if role else ""})
    return make_code(user)


@transaction.atomic
def edit(pk: int, *, changes: dict[str, str], role: Group | None, with_role: bool, by: User) -> None:
    """Store the changed fields and, `with_role`, the one role that the account has from now on."""
    user = account_to_change(pk, by=by, is_role_or_access=with_role)
    detail: dict[str, object] = {"fields": sorted(changes)}
    if with_role:
        detail |= {"role": role.name if role else "", "role_before": role_of(user)}
        assign(user, role)
    for field, value in changes.items():
        setattr(user, field, value)
    user.save(update_fields=sorted(changes))
    audit.record(Action.EDITED, by=by, on=user, what="アカウント", detail=detail)


@transaction.atomic
def stop(pk: int, *, by: User) -> None:
    """From now on the account cannot log in; whoever is in is out at once, and a link that was not used is spent."""
    user = account_to_change(pk, by=by)
    user.is_active = False
    if not user.has_usable_password():
        user.set_unusable_password()  # a new random text: codes are signed over it
    user.save(update_fields=["is_active", "password"])
    audit.record(Action.STOPPED, by=by, on=user, what="アカウント", detail={"sessions_ended": end_sessions(user)})


@transaction.atomic
def resume(pk: int, *, by: User) -> None:
    """The account may log in again, with the password that it had."""
    user = account_to_change(pk, by=by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(Action.RESUMED, by=by, on=user, what="アカウント")


@transaction.atomic
def renew_link(pk: int, *, by: User) -> str:
    """The code of a new link. The password and every earlier link are void from now on, and all sessions end."""
    user = account_to_change(pk, by=by)
    if not user.is_active:
        raise RefusedError("停止中のアカウントです。先に再開してください。")
    if not passwords_allowed():
        raise RefusedError(NO_PASSWORDS)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    audit.record(Action.EDITED, by=by, on=user, what="アカウント", detail={"fields": ["password_link"]})
    return make_code(user)


@transaction.atomic
def remove_factor(pk: int, *, by: User) -> None:
    """Somebody lost the phone: their second factor is gone, they are out, and set up a new one where it is a must."""
    user = account_to_change(pk, by=by)
    if second_factor.remove(user, by=by):
        end_sessions(user)


@transaction.atomic
def forget_identity(pk: int, *, by: User) -> None:
    """Somebody else's account is bound to nobody at the provider any more; the next log-in there binds it, by mail."""
    user = account_to_change(pk, by=by)
    gone, _ = ProviderIdentity.objects.filter(user=user).delete()
    if gone:
        end_sessions(user)
        audit.record(Action.UNBOUND, by=by, on=user, what="アカウント")


@transaction.atomic
def set_policy(*, everyone: bool, roles: Iterable[Group], passwords: bool, by: User, at_provider: bool) -> None:
    """How people may log in from now on. Raises RefusedError.

    Passwords can be forbidden only by an administrator who is in through the provider now (`at_provider`): that way
    works for one at least; sessions that began with a password end. A command line allows passwords again.
    """
    take_turns()
    actor = User.objects.get(pk=by.pk)
    if not (actor.is_active and read_access(actor).is_administrator):
        raise RefusedError(NO_LONGER)
    now = policy()
    if now.allows_passwords and not passwords and not at_provider:
        raise RefusedError(ONLY_FROM_PROVIDER)
    before = described(now)
    now.everyone_needs_factor, now.allows_passwords = everyone, passwords
    now.save()
    now.roles_that_need_factor.set(roles)
    after = described(now)
    if differing := changed(before, after):
        detail: dict[str, object] = {"changes": differing}
        if not passwords_allowed():
            detail["sessions_ended"] = end_sessions_by_password()
        audit.record(Action.CHANGED_SETTINGS, by=by, what="ログインの設定", detail=detail)


def described(now: LogInPolicy) -> dict[str, object]:
    """For the audit trail."""
    return {
        "everyone_needs_factor": now.everyone_needs_factor,
        "roles_that_need_factor": sorted(now.roles_that_need_factor.values_list("name", flat=True)),
        "allows_passwords": now.allows_passwords,
    }


@transaction.atomic
def set_password(code: str, password: str) -> bool:
    """Spend the code: from now on the account has this password. False when somebody was faster."""
    user = account_of(code, lock=True)
    if user is None:
        return False
    change_own_password(user, password)
    forgive(user)
    return True


@transaction.atomic
def change_own_password(user: User, password: str) -> None:
    """From now on the account has this password; sessions that began with another one have ended."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(Action.EDITED, by=user, on=user, what="アカウント", detail={"fields": ["password"]})
