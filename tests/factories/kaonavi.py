"""Small makers of typed values: each names only what a fact is about."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from integrations.kaonavi.types import Department, Item, Member, MemberLayout
from integrations.rules.employees.fields import NOBODY, OWN_ITEMS, LocalEmployee

OWN_IDS = dict(zip(OWN_ITEMS, count(311), strict=False))
POSITION_ID, EMPLOYMENT_TYPE_ID = OWN_IDS["position"], OWN_IDS["employment_type"]


def member(
    code: str = "1001",
    name: str = "青山 直樹",
    name_kana: str = "アオヤマ ナオキ",
    *,
    mail: str | None = None,
    custom: Mapping[int, tuple[str, ...]] | None = None,
    **others: Any,
) -> Member:
    """A member whom nothing keeps from being taken; its mail follows from its code.

    `others`: entered_date, retired_date, gender, birthday, department_code, and the company's own items by our field.
    """
    own = {OWN_IDS[name]: texts(others.pop(name)) for name in OWN_IDS if name in others}
    items = own | dict(custom or {})
    return Member(
        code=code,
        name=name,
        name_kana=name_kana,
        mail=f"m{code}@example.co.jp" if mail is None else mail,
        custom={item: values for item, values in items.items() if values},
        **others,
    )


def texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """An item's values as カオナビ has them: one, several, or none for a blank."""
    if isinstance(value, tuple):
        return value
    return (value,) if value else ()


def member_layout(**ids: int) -> MemberLayout:
    """A layout whose own items are these: name → id. Without any, all that we look for."""
    items = ids or {item: OWN_IDS[name] for name, item in OWN_ITEMS.items()}
    return MemberLayout(tuple(Item(id=number, name=name, type="enum") for name, number in items.items()))


def department(code: str = "A001", name: str = "営業部", parent_code: str = "", order: int | None = None) -> Department:
    return Department(code=code, name=name, parent_code=parent_code, order=order)


def employee(pk: int = 1, code: str = "1001", **values: Any) -> LocalEmployee:
    """Our employee as `member(code)` makes it, linked and present."""
    defaults: dict[str, Any] = {
        "pk": pk,
        "email": f"m{code}@example.co.jp",
        "employee_number": code,
        "last_name": "青山",
        "first_name": "直樹",
        "last_name_kana": "アオヤマ",
        "first_name_kana": "ナオキ",
        "linked": True,
        "missing": False,
    }
    told = defaults | values
    pk, linked, missing = told.pop("pk"), told.pop("linked"), told.pop("missing")
    return LocalEmployee(pk, NOBODY._replace(**told), linked, missing)
