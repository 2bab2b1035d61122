"""What every page function gets: the company, the request, and ways to answer."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from integrations.kaonavi.simulator.state import Sheet, State
from integrations.kaonavi.simulator.tenant import Tenant

HERE = Path(__file__).parent
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
MESSAGES = {
    "saved": "保存しました",
    "deleted": "削除しました",
    "reissued": "認証情報を再発行しました。以前のキーとアクセストークンは使えません",
}


class Page:
    """One request to the administration pages. The tenant's lock is held while it is answered."""

    def __init__(self, tenant: Tenant, request: Request) -> None:
        self.tenant = tenant
        self.request = request

    @property
    def state(self) -> State:
        return self.tenant.state

    def form(self, name: str, default: str = "") -> str:
        """A form field, trimmed."""
        return self.request.form.get(name, default).strip()

    def query(self, name: str, default: str = "") -> str:
        """A query parameter, trimmed."""
        return self.request.args.get(name, default).strip()

    def sheet(self, sheet_id: int) -> Sheet:
        """The sheet, or 404."""
        sheet = self.state.sheet(sheet_id)
        if sheet is None:
            raise NotFound
        return sheet

    def render(self, template: str, status: int = 200, /, **context: Any) -> Response:
        """A page of the given template."""
        message = MESSAGES.get(self.query("message"), "")
        text = TEMPLATES.get_template(template).render(page=self, path=self.request.path, message=message, **context)
        return Response(text, status=status, content_type="text/html; charset=utf-8")

    def go(self, path: str, message: str = "") -> Response:
        """On to another page after a change, which is noted for the state file."""
        self.tenant.changed.set()
        return redirect(f"{path}?{urlencode({'message': message})}" if message else path, code=303)
