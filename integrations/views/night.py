"""The question before a click on what talks to カオナビ, in the hours of its maintenance."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.reauthentication import QUESTION
from accounts.requests import way_back
from integrations.automation.maintenance import warning
from integrations.kinds import Kind

ANSWER = "at_night"  # the field of whoever has read it


def night_question(request: HttpRequest, kind: Kind, *, back: str) -> HttpResponse | None:
    """The page that asks whether to start a run of this kind now; None where that is no question, or is answered.

    What was sent waits in the page. `back` is where whoever does not want to goes, unless the form says another place.
    """
    if not kind.needs_connection or ANSWER in request.POST or not (words := warning(timezone.now())):
        return None
    waiting = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in {"csrfmiddlewaretoken", ANSWER} and not name.startswith(f"{QUESTION}-")  # a password
    ]
    context = {"words": words, "waiting": waiting, "back": way_back(request, back)}
    return render(request, "integrations/night.html", context)
