"""Pages travel compressed, whatever stands in front of the product."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Compresses the pages that somebody looks at.

    Not what answers a form: that may hold a secret (a one-time link, recovery codes). Not files either, which go out as
    they are made. Of a page nobody learns more by its length: Django adds a random number of bytes.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if request.method == "GET" and is_page else response
