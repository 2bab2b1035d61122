"""What Django's error pages and reports may show: where it happened, never with which values."""

import re
from collections.abc import ItemsView
from types import FrameType, TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

HIDDEN = SafeExceptionReporterFilter.cleansed_substitute


class PlacesOnly(SafeExceptionReporterFilter):
    """Holds with DEBUG too: a debug page would print the form's secret and whatever a function had in hand."""

    # addresses hold passwords too: of the broker, the database, a mail server, a proxy
    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|BROKER|DATABASE|_PROXY|_URLS?(_|$)", re.IGNORECASE
    )

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        return {} if request is None else dict.fromkeys(request.POST, HIDDEN)

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return dict.fromkeys(request.COOKIES, HIDDEN)

    def get_traceback_frame_variables(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's own signature
        tb_frame: FrameType | TracebackType,  # noqa: ARG002 - as above
    ) -> ItemsView[str, Any]:
        return {}.items()
