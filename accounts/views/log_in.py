"""Log-in."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse

from accounts.partials import wants_part


class LogInView(LoginView):
    """The log-in page. A live part of a page whose session has ended is told to load the whole page, which leads here."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless htmx would put it in the middle of another page."""
        if wants_part(request):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)
