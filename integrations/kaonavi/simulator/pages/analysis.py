"""カスタム設定, カスタムガジェット and シャッフルフェイス: what HR does with the results, drawn from what was really sent."""

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from integrations.kaonavi.simulator.items import Item
from integrations.kaonavi.simulator.state import Member, Sheet

from .page import Page

SECTIONS = {"filter": "絞込み", "axis": "表示軸", "label": "ラベル"}
Place = tuple[Sheet | None, Item]
"""Where an item stands: a sheet, or None for the basic information."""


def show_custom_settings(page: Page, section: str) -> Response:
    """カスタム設定: which items an analysis may use. Only items of single-record sheets are on offer."""
    if section not in SECTIONS:
        raise NotFound
    sheets = [sheet for sheet in page.state.sheets if sheet.record_type == 0]
    chosen = _chosen(page, section)
    return page.render("custom_settings.html", section=section, sections=SECTIONS, sheets=sheets, chosen=chosen)


def change_custom_settings(page: Page, section: str) -> Response:
    """追加 or 削除 of one item."""
    if section not in SECTIONS or not page.form("item").isdecimal():
        raise NotFound
    item_id = int(page.form("item"))
    kept = [other for other in page.state.display.get(section, []) if other != item_id]
    page.state.display[section] = [*kept, item_id] if page.form("do") == "add" else kept
    return page.go(f"/custom-settings/{section}", "saved")


def show_gadget(page: Page) -> Response:
    """カスタムガジェット: how the values of one item are spread in a department and everything below it."""
    choices = [place for place in _chosen(page, "filter") if place[1].type == "enum"]
    place = _pick(choices, page.query("item"))
    code = page.query("department")
    people = _people_below(page, code)
    bars = _spread(place, people) if place else []
    most = max((count for _, count in bars), default=0)
    return page.render(
        "gadget.html", choices=choices, place=place, code=code, people=people, bars=bars, most=max(most, 1)
    )


def show_shuffle(page: Page) -> Response:
    """シャッフルフェイス: one item across, one down, faces in the cells, head count and share in the heads."""
    choices = [place for place in _chosen(page, "axis") if place[1].type == "enum"]
    across = _pick(choices, page.query("across"))
    down = _pick([place for place in choices if place != across] or choices, page.query("down"))
    labels = _chosen(page, "label")
    people = _people_below(page, page.query("department"))
    cells: dict[tuple[str, str], list[Member]] = {}
    columns: dict[str, int] = {}
    lines: dict[str, int] = {}
    if across and down:
        for member in people:
            x, y = _value(across, member), _value(down, member)
            if x and y:
                cells.setdefault((x, y), []).append(member)
                columns[x] = columns.get(x, 0) + 1
                lines[y] = lines.get(y, 0) + 1
    return page.render(
        "shuffle.html",
        choices=choices,
        across=across,
        down=down,
        code=page.query("department"),
        cells=cells,
        columns=columns,
        lines=lines,
        total=sum(columns.values()),
        label=lambda member: "・".join(text for place in labels if (text := _value(place, member))),
    )


def _chosen(page: Page, section: str) -> list[Place]:
    basic: list[Place] = [(None, item) for item in page.state.items]
    on_sheets: list[Place] = [
        (sheet, item) for sheet in page.state.sheets if sheet.record_type == 0 for item in sheet.items
    ]
    by_id = {place[1].id: place for place in [*basic, *on_sheets]}
    return [by_id[item_id] for item_id in page.state.display.get(section, []) if item_id in by_id]


def _pick(choices: list[Place], item_id: str) -> Place | None:
    for place in choices:
        if str(place[1].id) == item_id:
            return place
    return choices[0] if choices else None


def _value(place: Place, member: Member) -> str:
    sheet, item = place
    if sheet is None:
        return "、".join(member.custom.get(item.id, []))
    records = sheet.rows.get(member.code, [])
    return "、".join(records[0].get(item.id, [])) if records else ""


def _spread(place: Place, people: list[Member]) -> list[tuple[str, int]]:
    counts = {name: 0 for name in place[1].option_names if name}
    for member in people:
        if value := _value(place, member):
            counts[value] = counts.get(value, 0) + 1
    return list(counts.items())


def _people_below(page: Page, code: str) -> list[Member]:
    if not code:
        return page.state.members
    inside = {code}
    grown = True
    while grown:
        more = {row.code for row in page.state.departments if row.parent_code in inside} - inside
        inside |= more
        grown = bool(more)
    return [member for member in page.state.members if member.department in inside]


ROUTES = {
    "GET /custom-settings/<section>": show_custom_settings,
    "POST /custom-settings/<section>": change_custom_settings,
    "GET /gadget": show_gadget,
    "GET /shuffle-face": show_shuffle,
}
