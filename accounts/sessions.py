"""Sessions of an account."""

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone


def end_sessions(user: User) -> int:
    """End all sessions of the account; how many there were. Those of other accounts are read, but not many are alive."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).iterator()
    theirs = [row.session_key for row in alive if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(session_key__in=theirs).delete()
    return len(theirs)
