"""The JSON that the reading calls answer with, in the documented shapes and with the blanks that the knobs ask for."""

from datetime import date
from typing import Any

from .items import Item, with_required
from .knobs import MISSING, Knobs
from .state import Department, Member, Record, Sheet, State

Json = dict[str, Any]

STANDARD_ITEMS: dict[str, tuple[str, str, int | None]] = {
    "code": ("社員番号", "string", 50),
    "name": ("氏名", "string", 100),
    "name_kana": ("フリガナ", "string", 100),
    "mail": ("メールアドレス", "string", 100),
    "entered_date": ("入社日", "date", None),
    "retired_date": ("退職日", "date", None),
    "gender": ("性別", "enum", None),
    "birthday": ("生年月日", "date", None),
    "department": ("所属", "department", None),
    "sub_departments": ("兼務情報", "department[]", None),
}
"""Key → default label, type, longest text."""
GENDERS = ["男性", "女性"]


def member_layout(state: State, *, with_calculated: bool) -> Json:
    """`GET /member_layouts`."""
    layout: Json = {
        key: {
            "name": state.labels.get(key, label),
            "required": key == "code",
            "type": kind,
            "max_length": length,
            "enum": GENDERS if key == "gender" else [],
        }
        for key, (label, kind, length) in STANDARD_ITEMS.items()
    }
    layout["custom_fields"] = _item_layouts(state.items, state.knobs, with_calculated=with_calculated)
    return layout


def sheet_layout(sheet: Sheet, knobs: Knobs, *, with_calculated: bool) -> Json:
    """One sheet of `GET /sheet_layouts`, or the whole of `GET /sheet_layouts/{id}`."""
    return {
        "id": sheet.id,
        "name": sheet.name,
        "record_type": sheet.record_type,
        "custom_fields": _item_layouts(
            with_required(sheet.items, knobs.required_items), knobs, with_calculated=with_calculated
        ),
    }


def _item_layouts(items: list[Item], knobs: Knobs, *, with_calculated: bool) -> list[Json]:
    return [item.layout(with_detail=knobs.type_detail) for item in items if with_calculated or item.type != "calc"]


def departments(state: State) -> Json:
    """`GET /departments`."""
    return {"department_data": [_department(row) for row in state.departments] + state.extra_departments}


def _department(row: Department) -> Json:
    answer: Json = {
        "code": row.code,
        "name": row.name,
        "parent_code": row.parent_code,
        "leader_member_code": row.leader_member_code,
        "order": row.order,
        "memo": row.memo,
    }
    if row.order is None:
        del answer["order"]
    return answer


def members(state: State, *, today: date, since: str | None) -> Json:
    """`GET /members`. `since` (YYYY-MM-DD) leaves out those who were not changed on or after that day."""
    by_code = {row.code: row for row in reversed(state.departments)}
    shown = [row for row in state.visible_members if since is None or row.updated_at[:10] >= since]
    return {
        "updated_at": state.members_updated_at,
        "member_data": [_member(row, state, by_code, today) for row in shown] + state.extra_members,
    }


def _member(row: Member, state: State, tree: dict[str, Department], today: date) -> Json:
    knobs = state.knobs
    born, entered = _day(row.birthday), _day(row.entered_date)
    answer: Json = {
        "id": row.id,
        "code": row.code,
        "name": row.name or knobs.blank_text,
        "name_kana": row.name_kana or knobs.blank_text,
        "mail": row.mail or knobs.blank_text,
        "entered_date": row.entered_date or knobs.blank_date,
        "retired_date": row.retired_date or knobs.blank_date,
        "gender": row.gender or knobs.blank_gender,
        "birthday": row.birthday or knobs.blank_birthday,
        "age": _full_months(born, today) // 12 if born else knobs.blank_age,
        "years_of_service": _service(entered, today) if entered else knobs.blank_text,
        "department": _path(row.department, tree) if row.department else knobs.blank_department,
        "sub_departments": [_path(code, tree) for code in row.sub_departments],
        "face_image": None,
        "custom_fields": values_of(row.custom, state.visible_items, knobs),
    }
    if not knobs.member_ids:
        del answer["id"], answer["face_image"]
    answer |= row.overrides
    return {key: value for key, value in answer.items() if value != MISSING and key not in knobs.hidden_keys}


def values_of(record: Record, items: list[Item], knobs: Knobs) -> list[Json]:
    """`custom_fields` of a member or a record, in the order of the layout."""
    shown: list[Json] = []
    for item in items:
        values = record.get(item.id)
        if values:
            shown.append({"id": item.id, "name": item.name, "values": values})
        elif knobs.blank_custom != MISSING and item.type != "calc":
            shown.append({"id": item.id, "name": item.name, "values": knobs.blank_custom})
    return shown


def sheet_rows(sheet: Sheet, state: State, *, since: str | None) -> Json:
    """`GET /sheets/{id}`: members without a record are absent."""
    knobs, hidden = state.knobs, state.hidden_codes
    return {
        "id": sheet.id,
        "name": sheet.name,
        "record_type": sheet.record_type,
        "updated_at": sheet.updated_at,
        "member_data": [
            {
                "code": code,
                **({"updated_at": sheet.row_updated_at.get(code, "")} if knobs.rows_updated_at else {}),
                "records": [{"custom_fields": values_of(record, sheet.items, knobs)} for record in records],
            }
            for code, records in sheet.rows.items()
            if code not in hidden and (since is None or sheet.row_updated_at.get(code, "")[:10] >= since)
        ],
    }


def option_masters(state: State) -> list[Json]:
    """`custom_field_data` of `GET /enum_options`: items fed by another integration are absent."""
    places = [("基本情報", state.items), *((sheet.name, sheet.items) for sheet in state.sheets)]
    return [
        {
            "sheet_name": place,
            "id": item.id,
            "name": item.name,
            "enum_option_data": [
                {"id": option.id, "name": option.name} for option in item.options if option.name is not None
            ],
        }
        for place, items in places
        for item in items
        if item.type == "enum" and not item.linked
    ]


def names_on_path(code: str, tree: dict[str, Department]) -> list[str]:
    """Department names from the root down to `code`; empty for an unknown code. A loop ends where it closes."""
    names: list[str] = []
    seen: set[str] = set()
    here = tree.get(code)
    while here is not None and here.code not in seen:
        seen.add(here.code)
        names.insert(0, here.name)
        here = tree.get(here.parent_code) if here.parent_code else None
    return names


def _path(code: str, tree: dict[str, Department]) -> Json:
    names = names_on_path(code, tree)
    return {"code": code, "name": " ".join(names), "names": names}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _full_months(start: date, end: date) -> int:
    return max(0, (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))


def _service(entered: date, today: date) -> str:
    months = _full_months(entered, today)
    return f"{months // 12}年{months % 12}ヵ月"
