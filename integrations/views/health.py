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
    """503 while database, migrations, broker or worker keep the product from its work; says which, and the version."""
    parts = readiness()
    is_ready = not any(parts.values())
    body = {part: problem or "ok" for part, problem in parts.items()} | {"version": settings.VERSION}
    return JsonResponse(body, status=200 if is_ready else 503, json_dumps_params={"ensure_ascii": False})
