"""By which methods a page is asked, where Django's own `require_safe` and `require_POST` do not fit."""

from django.views.decorators.http import require_http_methods

require_form = require_http_methods(["GET", "HEAD", "POST"])  # a page with a form: looked at, then sent
