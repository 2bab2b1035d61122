"""The gallery of our components, for developers."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def show_gallery(request: HttpRequest) -> HttpResponse:
    """Every component in each of its forms, for developers: on a machine with DEBUG, or for superusers."""
    if not (settings.DEBUG or getattr(request.user, "is_superuser", False)):
        raise PermissionDenied
    page = Paginator(range(1, 468), 10).get_page(request.GET.get("page"))
    return render(request, "accounts/gallery.html", {"page": page, "kinds": ("good", "care", "bad", "busy")})
