"""`/healthz` and `/readyz`, for whatever watches the product."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from integrations.operations.health import readiness


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The web process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """503 while a part keeps the product from its work; says of each how it is, and the version."""
    parts = readiness()
    body = {each.part: each.problem or "ok" for each in parts} | {"version": settings.VERSION}
    status = 503 if any(each.stops_work for each in parts) else 200
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
