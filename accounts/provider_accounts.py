"""Which account of ours is whose at the company's provider."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.audit import Action
from accounts.models import AuditEntry, ProviderIdentity
from accounts.provider import Identity, Refusal, RefusedLogInError


def account_for(identity: Identity) -> User:
    """The account of the person. Raises RefusedLogInError.

    Bound once, it is found by issuer and subject alone: an address that somebody else gets one day opens nothing. The
    first time it is found by the address that the provider vouches for, and bound. Nobody gets an account by this.
    """
    try:
        with transaction.atomic():
            bound = ProviderIdentity.objects.filter(issuer=identity.issuer, subject=identity.subject).first()
            user = bind(identity) if bound is None else bound.user
    except IntegrityError:  # bound at this moment to another account: the address was changed there in between
        raise RefusedLogInError(Refusal.STALE) from None
    if not user.is_active:
        raise RefusedLogInError(Refusal.STOPPED, user)
    return user


def bind(identity: Identity) -> User:
    if not identity.mail:
        raise RefusedLogInError(Refusal.NO_MAIL)
    found = list(User.objects.select_for_update().filter(email__iexact=identity.mail).order_by("pk")[:2])
    if not found:
        raise RefusedLogInError(Refusal.NO_ACCOUNT)
    if len(found) > 1:
        raise RefusedLogInError(Refusal.SEVERAL_ACCOUNTS)
    user = found[0]
    known = ProviderIdentity.objects.filter(user=user, issuer=identity.issuer).first()
    if known is not None and known.subject != identity.subject:
        raise RefusedLogInError(Refusal.BOUND_TO_ANOTHER, user)
    if known is None and user.is_active:
        if has_address_by_another(user):
            raise RefusedLogInError(Refusal.ADDRESS_CHANGED, user)
        ProviderIdentity.objects.create(user=user, issuer=identity.issuer, subject=identity.subject)
        audit.record(Action.BOUND, by=user, on=user, what="アカウント")
    return user


def has_address_by_another(user: User) -> bool:
    """Whether somebody else gave the account, which is in use, the address that it has: an administrator could give it
    their own, and act in the person's name. Before the first log-in it is like an invitation; a command line vouches.
    """
    if user.last_login is None:
        return False
    edits = AuditEntry.objects.filter(action=Action.EDITED, what="アカウント", object_id=str(user.pk))
    changes = (edit for edit in edits.order_by("-at", "-pk").iterator() if "email" in edit.detail.get("fields", ()))
    last = next(changes, None)
    return last is not None and last.actor_id not in (None, user.pk)


def is_theirs(user: User, identity: Identity) -> bool:
    """Whether the account is bound to that identity."""
    return ProviderIdentity.objects.filter(user=user, issuer=identity.issuer, subject=identity.subject).exists()
