"""The password once more, before what an open browser that somebody else sits down at must not do."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.forms import ConfirmForm
from accounts.requests import person
from accounts.rights import P, View
from accounts.sessions import confirm, is_confirmed

QUESTION = "again"  # before the name of the password's field, which must not be one of the form that waits


def asks_password_again(view: View[P]) -> View[P]:
    """A view for whoever gave the password within the last `sessions.TRUSTED` seconds; others are asked for it first.

    Stands below the check of the right, so that nobody is asked who may not anyway.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return password_question(request) or view(request, *args, **kwargs)

    return guarded


def password_question(request: HttpRequest) -> HttpResponse | None:
    """The question for the password, None when it was answered lately or is answered right now.

    A page that was to be looked at comes back after it. A form that was sent waits in the question, so that nothing that
    was typed is lost, except what the view has named as secret, which is on no page.
    """
    if is_confirmed(request):
        return None
    if request.method != "POST":
        return redirect_to_login(request.get_full_path(), "accounts:confirm")
    is_answer = f"{QUESTION}-password" in request.POST
    form = ConfirmForm(person(request), request, request.POST if is_answer else None, prefix=QUESTION)
    if is_answer and form.is_valid():
        confirm(request)
        return None
    secret = {*getattr(request, "sensitive_post_parameters", ()), "csrfmiddlewaretoken", f"{QUESTION}-password"}
    waiting = [(name, value) for name, values in request.POST.lists() for value in values if name not in secret]
    return render(request, "accounts/confirm.html", {"form": form, "waiting": waiting})
