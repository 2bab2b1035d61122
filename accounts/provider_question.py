"""A question that was asked of the provider, kept by the browser until the answer comes.

In a signed cookie of its own, for those pages alone: a stranger makes no row in the database by asking.
"""

from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.provider import Question

COOKIE = "provider_question"
PATIENCE = 10 * 60  # seconds that the provider's own pages may take
LONGEST = 3000  # bytes; browsers keep 4096, and the cookie's name and rules count


@dataclass(frozen=True, slots=True)
class Kept:
    """What was asked, the page of ours that is wanted, and whether somebody who is logged in was to be asked again."""

    question: Question
    back: str
    again: bool


def keep(answer: HttpResponse, kept: Kept) -> None:
    """Give the browser the question with the way to the provider. A page of too long an address is not come back to."""
    value = signed(kept.question, kept.back, again=kept.again)
    if len(value) > LONGEST:
        value = signed(kept.question, reverse("home"), again=kept.again)
    answer.set_cookie(
        COOKIE,
        value,
        max_age=PATIENCE,
        path=reverse("accounts:provider"),
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",  # it comes along when the provider sends the person back
    )


def signed(question: Question, back: str, *, again: bool) -> str:
    asked: dict[str, Any] = asdict(question)
    del asked["address"]
    return signing.dumps({"asked": asked, "back": back, "again": again}, salt=COOKIE, compress=True)


def kept_by(request: HttpRequest) -> Kept | None:
    """The question that the request answers; None where this browser asked none lately, or another one."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=PATIENCE)
    except signing.BadSignature:
        return None
    question = Question(address="", **found["asked"])
    if not constant_time_compare(request.GET.get("state", ""), question.state):
        return None
    return Kept(question, found["back"], found["again"])


def forget(answer: HttpResponse) -> None:
    """The question is spent, whatever came of it."""
    answer.delete_cookie(COOKIE, path=reverse("accounts:provider"), samesite="Lax")
