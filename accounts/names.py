"""How people are called on the screens."""

from django.contrib.auth.models import AbstractBaseUser, User

NOBODY = "システム"


def shown_name(user: User | AbstractBaseUser | None) -> str:
    """The person's name as Japanese is written, 姓 名; the account's name where there is none; 「システム」 for nobody."""
    if user is None:
        return NOBODY
    parts = (getattr(user, "last_name", ""), getattr(user, "first_name", ""))
    return " ".join(filter(None, parts)) or user.get_username()
