"""シートの追加 > テンプレートを利用する > システム連携 > このテンプレートを使用する > 作成 > 保存."""

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from integrations.kaonavi.simulator.sheet_templates import TEMPLATES, SheetTemplate
from integrations.kaonavi.simulator.state import Counters

from .page import Page


def list_groups(page: Page) -> Response:
    """The groups of templates; only システム連携 holds any here."""
    return page.render("template_groups.html", category=page.query("category"))


def list_templates(page: Page) -> Response:
    """システム連携."""
    return page.render("template_list.html", templates=TEMPLATES.values(), category=page.query("category"))


def ask_names(page: Page, key: str) -> Response:
    """The dialogue: カテゴリ名 and シート名, キャンセル or 作成."""
    return page.render("template_use.html", template=_template(key), category=page.query("category"), error="")


def preview(page: Page, key: str) -> Response:
    """作成: the sheet as it will be. It exists only after 保存, as in カオナビ."""
    template = _template(key)
    category, name = page.form("category"), page.form("name")
    if not category or not name:
        error = "*必須入力項目です"
        return page.render("template_use.html", 400, template=template, category=category, error=error)
    items = template.items(Counters())
    return page.render("template_preview.html", template=template, category=category, name=name, items=items)


def save(page: Page, key: str) -> Response:
    """保存: now the sheet exists, with no box of 操作対象の管理 ticked."""
    template = _template(key)
    sheet = page.tenant.use_template(
        template.key, category=page.form("category") or "その他", name=page.form("name") or template.name
    )
    return page.go(f"/layouts/sheets/{sheet.id}", "saved")


def _template(key: str) -> SheetTemplate:
    for template in TEMPLATES.values():
        if template.key == key:
            return template
    raise NotFound


ROUTES = {
    "GET /layouts/templates": list_groups,
    "GET /layouts/templates/system": list_templates,
    "GET /layouts/templates/system/<key>": ask_names,
    "POST /layouts/templates/system/<key>": preview,
    "POST /layouts/templates/system/<key>/save": save,
}
