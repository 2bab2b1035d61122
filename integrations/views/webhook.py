"""`/webhooks/kaonavi/`, where カオナビ tells that it has changed. Whom it names is not kept.

There is no signature, only the token. So the time in the body proves nothing and is not looked at: whoever can repeat
an old event knows the token, and brings about no more than the one run that waits anyway.
"""

from typing import Any, Literal

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.methods import require_post
from integrations.automation import events

LARGEST = 1_000_000  # bytes; ten thousand codes are less than half of it
UTF_8 = {"utf-8", "utf8"}


class Event(msgspec.Struct):
    """As much of it as must be right. カオナビ may send more, and the time in any form or not at all."""

    event: Literal["member_created", "member_updated", "member_deleted"]
    member_data: list[dict[str, Any]] | None = None


@csrf_exempt
@login_not_required
@require_post
def receive(request: HttpRequest) -> HttpResponse:
    """200 for an event that has the secret, else 403 or 400; never a word. Without the secret no body is read."""
    try:
        if not events.is_known(request.headers.get("Kaonavi-Token", "")):
            events.refusals.add()
            return answer(403)
        if not is_event(request):
            events.refusals.add()
            return answer(400)
        events.take(timezone.now())
    except (DatabaseError, OSError):
        return answer(503)  # nothing can be kept just now
    return answer(200)


def answer(status: int) -> HttpResponse:
    return HttpResponse(status=status, content_type="text/plain")


def is_event(request: HttpRequest) -> bool:
    if request.content_type != "application/json":
        return False
    if (request.content_params or {}).get("charset", "utf-8").lower() not in UTF_8:
        return False
    body = body_of(request)
    if body is None:
        return False
    try:
        msgspec.json.decode(body.decode("utf-8-sig"), type=Event)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def body_of(request: HttpRequest) -> bytes | None:
    """All of it; None where it is too long or was cut off. Of one without a length, which comes in pieces, no more
    is read than we take.
    """
    length = request.META.get("CONTENT_LENGTH", "")
    try:
        if not length and (read_pieces := getattr(request.META["wsgi.input"], "read_pieces", None)):
            body: bytes = read_pieces(LARGEST + 1)
            return body if len(body) <= LARGEST else None
        return request.body if length.isdecimal() and int(length) <= LARGEST else None
    except OSError:
        return None
