"""Django's admin, where operators look at rows. Whoever logs in or changes a password does so on our own pages."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.generic import RedirectView


class OperatorsSite(AdminSite):
    """Open to superusers alone."""

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002 - Django's own signature
        """Our log-in page, with its lock-out and its entry in the audit trail; a refusal for others than superusers."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(reverse("admin:index"))

    def get_urls(self) -> list[Any]:
        """With our page in place of the one for the password."""
        ours = path("password_change/", RedirectView.as_view(pattern_name="accounts:password"), name="password_change")
        return [ours, *super().get_urls()]
