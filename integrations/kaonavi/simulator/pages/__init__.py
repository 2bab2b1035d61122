"""Pages like カオナビ's own administration, so that the ミキワメ manual can be walked through without an account."""

from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from integrations.kaonavi.simulator.pages import (
    analysis,
    api_settings,
    departments,
    layouts,
    members,
    templates,
    webhooks,
)
from integrations.kaonavi.simulator.pages.page import HERE, Page
from integrations.kaonavi.simulator.tenant import Tenant


def show_menu(page: Page) -> Response:
    """管理者メニュー."""
    return page.render("menu.html")


def show_style(page: Page) -> Response:
    """The one style sheet."""
    del page
    return Response((HERE.parent / "static" / "style.css").read_bytes(), content_type="text/css; charset=utf-8")


ROUTES = {
    "GET /": show_menu,
    "GET /static/style.css": show_style,
    **api_settings.ROUTES,
    **webhooks.ROUTES,
    **layouts.ROUTES,
    **templates.ROUTES,
    **departments.ROUTES,
    **members.ROUTES,
    **analysis.ROUTES,
}
"""Method and path → the function that answers."""
URLS = Map([Rule(route.split()[1], methods=[route.split()[0]], endpoint=route) for route in ROUTES])


class Pages:
    """Answers everything outside the API."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def respond(self, request: Request) -> Response:
        """The page; unknown ones raise werkzeug's NotFound."""
        endpoint, arguments = URLS.bind_to_environ(request.environ).match()
        view: Any = ROUTES[str(endpoint)]
        response = view(Page(self.tenant, request), **arguments)
        if not isinstance(response, Response):
            raise NotFound
        return response
