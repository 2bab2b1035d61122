"""Who asks."""

from django.contrib.auth.models import User
from django.http import HttpRequest


def person(request: HttpRequest) -> User:
    """Whoever is logged in; the rights have been looked at before."""
    if not isinstance(request.user, User):
        raise TypeError("the view is open to people without log-in")
    return request.user
