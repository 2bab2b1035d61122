"""Log-in, log-out, and the question for the password in between."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts import audit
from accounts.audit import Action
from accounts.forms import ConfirmForm
from accounts.methods import require_form
from accounts.partials import wants_part
from accounts.requests import person
from accounts.rights import for_every_account
from accounts.sessions import confirm, forget_ended_sessions


class LogInView(LoginView):
    """The log-in page. A live part of a page whose session has ended is told to load the whole page, which leads here."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless htmx would put it in the middle of another page."""
        if wants_part(request):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)

    @transaction.atomic
    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Name and password are right."""
        forget_ended_sessions()
        answer = super().form_valid(form)
        audit.record(Action.LOGGED_IN, by=form.get_user())
        return answer


class LogOutView(LogoutView):
    """The end of the session."""

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Written down before the session is gone."""
        if isinstance(request.user, User):
            audit.record(Action.LOGGED_OUT, by=request.user)
        return super().post(request, *args, **kwargs)


@sensitive_post_parameters()
@sensitive_variables("form")
@for_every_account
@require_form
def confirm_password(request: HttpRequest) -> HttpResponse:
    """The password once more, and back to the page of ours that was asked for."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    back = (
        wanted
        if url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
        else reverse("home")
    )
    form = ConfirmForm(person(request), request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        confirm(request)
        return redirect(back)
    return render(request, "accounts/confirm.html", {"form": form, "next": back})
