"""管理者メニュー > マスター設定 > レイアウト設定: items of the basic information, sheets and their items."""

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from integrations.kaonavi.simulator.answers import STANDARD_ITEMS
from integrations.kaonavi.simulator.items import KINDS, Item, Option
from integrations.kaonavi.simulator.state import Sheet

from .page import Page


def show_basic_items(page: Page) -> Response:
    """基本情報: standard items, whose names can be changed, and the company's own."""
    standard = [(key, page.state.labels.get(key, label)) for key, (label, _, _) in STANDARD_ITEMS.items()]
    return page.render("layout_basic.html", standard=standard, kinds=KINDS)


def save_standard_labels(page: Page) -> Response:
    """The names of the standard items; a blank one goes back to its default."""
    given = {key: page.form(key) for key in STANDARD_ITEMS}
    page.state.labels = {key: label for key, label in given.items() if label and label != STANDARD_ITEMS[key][0]}
    return page.go("/layouts/basic", "saved")


def list_sheets(page: Page) -> Response:
    """シート: by category, each with 「+（シートの追加）」."""
    by_category: dict[str, list[Sheet]] = {category: [] for category in page.state.categories}
    for sheet in page.state.sheets:
        by_category.setdefault(sheet.category, []).append(sheet)
    return page.render("layout_sheets.html", by_category=by_category)


def add_category(page: Page) -> Response:
    """A new category."""
    name = page.form("name")
    if name and name not in page.state.categories:
        page.state.categories.append(name)
    return page.go("/layouts/sheets", "saved")


def show_new_sheet(page: Page) -> Response:
    """シートの追加, with 「テンプレートを利用する」 at the bottom left."""
    return page.render("layout_sheet_new.html", category=page.query("category", "その他"))


def create_sheet(page: Page) -> Response:
    """An empty sheet without a template."""
    record_type = 1 if page.form("record_type") == "1" else 0
    sheet = page.tenant.add_sheet(
        page.form("name") or "新しいシート", record_type=record_type, category=page.form("category") or "その他"
    )
    return page.go(f"/layouts/sheets/{sheet.id}", "saved")


def show_sheet(page: Page, sheet_id: int) -> Response:
    """One sheet's items."""
    return page.render("layout_sheet.html", sheet=page.sheet(sheet_id), kinds=KINDS)


def rename_sheet(page: Page, sheet_id: int) -> Response:
    """シート名 and カテゴリ."""
    sheet = page.sheet(sheet_id)
    sheet.name = page.form("name") or sheet.name
    sheet.category = page.form("category") or sheet.category
    return page.go(f"/layouts/sheets/{sheet_id}", "saved")


def delete_sheet(page: Page, sheet_id: int) -> Response:
    """The sheet with all its records."""
    page.tenant.remove_sheet(page.sheet(sheet_id))
    return page.go("/layouts/sheets", "deleted")


def add_item(page: Page, place: str) -> Response:
    """項目の追加, to the basic information (`basic`) or a sheet (its id)."""
    items, back = _items(page, place)
    kind = page.form("kind")
    if kind not in KINDS or not page.form("name"):
        return page.go(back)
    options = [line.strip() for line in page.form("options").splitlines() if line.strip()]
    items.append(page.tenant.new_item(page.form("name"), kind, options=options))
    return page.go(back, "saved")


def save_item(page: Page, place: str, item_id: int) -> Response:
    """項目名 and options. An option keeps its number while it keeps its name."""
    items, back = _items(page, place)
    item = _item(items, item_id)
    item.name = page.form("name") or item.name
    if "options" in page.request.form:
        names = [line.strip() for line in page.form("options").splitlines() if line.strip()]
        _set_options(item, names)
    return page.go(back, "saved")


def delete_item(page: Page, place: str, item_id: int) -> Response:
    """The item; values that members have of it are no longer shown."""
    items, back = _items(page, place)
    items.remove(_item(items, item_id))
    return page.go(back, "deleted")


def _items(page: Page, place: str) -> tuple[list[Item], str]:
    if place == "basic":
        return page.state.items, "/layouts/basic"
    if not place.isdecimal():
        raise NotFound
    return page.sheet(int(place)).items, f"/layouts/sheets/{place}"


def _item(items: list[Item], item_id: int) -> Item:
    for item in items:
        if item.id == item_id:
            return item
    raise NotFound


def _set_options(item: Item, names: list[str]) -> None:
    known = {option.name: option for option in item.options}
    number = max((option.id for option in item.options), default=0)
    options = []
    for name in names:
        if name not in known:
            number += 1
            known[name] = Option(number, name)
        options.append(known[name])
    item.options = options


ROUTES = {
    "GET /layouts/basic": show_basic_items,
    "POST /layouts/basic": save_standard_labels,
    "GET /layouts/sheets": list_sheets,
    "POST /layouts/categories": add_category,
    "GET /layouts/sheets/new": show_new_sheet,
    "POST /layouts/sheets": create_sheet,
    "GET /layouts/sheets/<int:sheet_id>": show_sheet,
    "POST /layouts/sheets/<int:sheet_id>": rename_sheet,
    "POST /layouts/sheets/<int:sheet_id>/delete": delete_sheet,
    "POST /layouts/<place>/items": add_item,
    "POST /layouts/<place>/items/<int:item_id>": save_item,
    "POST /layouts/<place>/items/<int:item_id>/delete": delete_item,
}
