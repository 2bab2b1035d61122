"""The second question of a log-in, asked as Django asks for passwords: failures count, are written, stop the log-in."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

from accounts.second_factor import is_right


class SecondFactorBackend(BaseBackend):
    """Takes a name and a `token`. Whoever asks has made sure of the password: this alone lets nobody in."""

    def authenticate(self, request: HttpRequest | None, username: str, token: str) -> User | None:  # type: ignore[override] # noqa: ARG002 - Django hands over what a back end names
        user = User.objects.filter(username=username, is_active=True).first()
        return user if user is not None and is_right(user, token) else None
