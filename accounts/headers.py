"""What every answer of ours tells the browser, beside what Django's own settings do."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# What no page of ours uses, so that nothing that gets into one can use it either.
PERMISSIONS = (
    *("accelerometer", "camera", "display-capture", "fullscreen", "geolocation", "gyroscope", "magnetometer"),
    *("microphone", "midi", "payment", "publickey-credentials-get", "usb", "xr-spatial-tracking"),
)


class HeadersMiddleware:
    """Stands behind the one that serves static files, which may be kept; pages and downloads may not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response["Permissions-Policy"] = ", ".join(f"{name}=()" for name in PERMISSIONS)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        return response
