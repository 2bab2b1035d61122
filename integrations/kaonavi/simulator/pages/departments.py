"""管理者メニュー > マスター設定 > 所属ツリー管理."""

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from integrations.kaonavi.simulator.state import Department

from .page import Page

Row = tuple[int, int, Department]
"""Level, place in the state's list, department. The place addresses a row: codes may be blank or repeated."""


def show_tree(page: Page) -> Response:
    """The tree, and below it what hangs on nothing: loops and unknown parents."""
    rows = _ordered(page.state.departments)
    placed = {place for _, place, _ in rows}
    loose = [(place, row) for place, row in enumerate(page.state.departments) if place not in placed]
    counts: dict[str, int] = {}
    for member in page.state.members:
        counts[member.department] = counts.get(member.department, 0) + 1
    return page.render("departments.html", rows=rows, loose=loose, counts=counts)


def show_department(page: Page, place: int) -> Response:
    """One 所属 to edit."""
    return page.render("department.html", place=place, row=_row(page, place))


def show_new(page: Page) -> Response:
    """所属の追加."""
    return page.render(
        "department.html", place=None, row=Department(code="", name="", parent_code=page.query("parent"))
    )


def save_department(page: Page, place: int) -> Response:
    """所属コード, 所属名, the one above, the order. Nothing is checked, so that bad rows can be tried."""
    _fill(page, _row(page, place))
    return page.go("/departments", "saved")


def create_department(page: Page) -> Response:
    """Add one."""
    row = Department(code="", name="")
    _fill(page, row)
    page.state.departments.append(row)
    return page.go("/departments", "saved")


def delete_department(page: Page, place: int) -> Response:
    """Take one out; members keep its code."""
    page.state.departments.remove(_row(page, place))
    return page.go("/departments", "deleted")


def _row(page: Page, place: int) -> Department:
    if place >= len(page.state.departments):
        raise NotFound
    return page.state.departments[place]


def _fill(page: Page, row: Department) -> None:
    row.code, row.name = page.form("code"), page.form("name")
    row.parent_code = page.form("parent_code") or None
    order = page.form("order")
    row.order = int(order) if order.isdecimal() else None


def _ordered(departments: list[Department]) -> list[Row]:
    children: dict[str, list[tuple[int, Department]]] = {}
    for place, row in enumerate(departments):
        children.setdefault(row.parent_code or "", []).append((place, row))
    for siblings in children.values():
        siblings.sort(key=lambda child: (child[1].order is None, child[1].order or 0))
    rows: list[Row] = []
    seen: set[int] = set()
    waiting = [(1, place, row) for place, row in reversed(children.get("", []))]
    while waiting:
        level, place, row = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        rows.append((level, place, row))
        if row.code:
            waiting.extend((level + 1, *child) for child in reversed(children.get(row.code, [])))
    return rows


ROUTES = {
    "GET /departments": show_tree,
    "GET /departments/new": show_new,
    "POST /departments": create_department,
    "GET /departments/<int:place>": show_department,
    "POST /departments/<int:place>": save_department,
    "POST /departments/<int:place>/delete": delete_department,
}
