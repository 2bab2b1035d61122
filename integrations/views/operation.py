"""稼働状況, for whoever looks after the product."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.rights import for_administrators
from integrations.screens.operation import operation


@for_administrators
@never_cache
@require_safe
def show_operation(request: HttpRequest) -> HttpResponse:
    """How everything is at this moment."""
    return render(request, "integrations/operation.html", {"operation": operation(), "now": timezone.now()})
