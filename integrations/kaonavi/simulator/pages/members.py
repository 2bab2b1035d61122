"""メンバー: list, basic information, and the records on the sheets."""

from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from integrations.kaonavi.simulator.answers import STANDARD_ITEMS, names_on_path
from integrations.kaonavi.simulator.items import Item
from integrations.kaonavi.simulator.state import Member, Record, Sheet

from .page import Page

PER_PAGE = 50
TEXT_FIELDS = ["name", "name_kana", "mail", "entered_date", "retired_date", "gender", "birthday", "department"]


def list_members(page: Page) -> Response:
    """Searched by 社員番号, 氏名, フリガナ, メール; 50 a page."""
    wanted = page.query("q").lower()
    found = [member for member in page.state.members if wanted in _search_text(member)]
    number = max(1, int(page.query("page")) if page.query("page").isdecimal() else 1)
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(number, last)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return page.render("members.html", found=len(found), shown=shown, number=number, last=last, q=page.query("q"))


def show_member(page: Page, code: str) -> Response:
    """One member: basic information to edit, sheets to look at."""
    return _form(page, _member(page, code))


def show_new(page: Page) -> Response:
    """メンバーの追加."""
    return _form(page, None)


def save_member(page: Page, code: str) -> Response:
    """Blank fields are stored blank: the manual's way to leave somebody out."""
    member = _member(page, code)
    page.tenant.edit_member(code, **_texts(page))
    _fill_custom(page, member)
    return page.go(f"/members/{code}", "saved")


def create_member(page: Page) -> Response:
    """A new 社員番号; one that exists already is refused."""
    code = page.form("code")
    if not code or page.state.member(code) is not None:
        return _form(page, None, error="社員番号が空か、すでに使われています", status=400)
    member = page.tenant.add_member(code, **_texts(page))
    _fill_custom(page, member)
    return page.go(f"/members/{code}", "saved")


def delete_member(page: Page, code: str) -> Response:
    """The member with all records."""
    page.state.members.remove(_member(page, code))
    for sheet in page.state.sheets:
        sheet.rows.pop(code, None)
    return page.go("/members", "deleted")


def show_records(page: Page, code: str, sheet_id: int) -> Response:
    """The member's records on one sheet, to edit by hand, with a blank one to add on sheets of many records."""
    sheet = page.sheet(sheet_id)
    records: list[Record] = list(sheet.rows.get(code, []))
    if sheet.record_type == 1 or not records:
        records.append({})
    return page.render("records.html", member=_member(page, code), sheet=sheet, records=records)


def save_records(page: Page, code: str, sheet_id: int) -> Response:
    """Everything that the form shows replaces the records; an all-blank record goes."""
    sheet = page.sheet(sheet_id)
    numbers = range(len(page.request.form.getlist("record")))
    records = [
        {item.name: page.form(f"{number}-{item.id}") for item in sheet.items if page.form(f"{number}-{item.id}")}
        for number in numbers
    ]
    page.tenant.write_records(sheet, _member(page, code).code, [record for record in records if record])
    if not any(records):
        sheet.rows.pop(code, None)
    return page.go(f"/members/{code}", "saved")


def _form(page: Page, member: Member | None, *, error: str = "", status: int = 200) -> Response:
    sheets: list[tuple[Sheet, list[Record]]] = []
    path = ""
    if member is not None:
        sheets = [(sheet, sheet.rows.get(member.code, [])) for sheet in page.state.sheets]
        tree = {row.code: row for row in reversed(page.state.departments)}
        path = " ".join(names_on_path(member.department, tree))
    labels = {key: page.state.labels.get(key, label) for key, (label, _, _) in STANDARD_ITEMS.items()}
    return page.render(
        "member.html",
        status,
        member=member or Member(id=0, code=""),
        is_new=member is None,
        fields=TEXT_FIELDS,
        labels=labels,
        sheets=sheets,
        department_path=path,
        error=error,
    )


def _texts(page: Page) -> dict[str, Any]:
    return {key: page.form(key) for key in TEXT_FIELDS}


def _fill_custom(page: Page, member: Member) -> None:
    for item in page.state.items:
        if not item.read_only:
            member.custom.pop(item.id, None)
            if values := _values(page, item):
                member.custom[item.id] = values


def _values(page: Page, item: Item) -> list[str]:
    return [value.strip() for value in page.request.form.getlist(f"item-{item.id}") if value.strip()]


def _member(page: Page, code: str) -> Member:
    member = page.state.member(code)
    if member is None:
        raise NotFound
    return member


def _search_text(member: Member) -> str:
    return f"{member.code} {member.name} {member.name_kana} {member.mail}".lower()


ROUTES = {
    "GET /members": list_members,
    "GET /members/new": show_new,
    "POST /members": create_member,
    "GET /members/<code>": show_member,
    "POST /members/<code>": save_member,
    "POST /members/<code>/delete": delete_member,
    "GET /members/<code>/sheets/<int:sheet_id>": show_records,
    "POST /members/<code>/sheets/<int:sheet_id>": save_records,
}
