"""Log-in, and the gallery of our components for developers."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

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


@require_safe
def show_gallery(request: HttpRequest) -> HttpResponse:
    """Every component in each of its forms, for developers: on a machine with DEBUG, or for superusers."""
    if not (settings.DEBUG or getattr(request.user, "is_superuser", False)):
        raise PermissionDenied
    page = Paginator(range(1, 468), 10).get_page(request.GET.get("page"))
    return render(request, "accounts/gallery.html", {"page": page, "kinds": ("good", "care", "bad", "busy")})
