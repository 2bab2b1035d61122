"""A company of any size, the same each time: the bodies of カオナビ's answers, written as files.

One member in a hundred has a flaw, so that the rules have something to refuse and to leave out.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

DEPARTMENTS = 800
POSITION_ID, EMPLOYMENT_TYPE_ID = 301, 302
POSITIONS = ("本部長", "部長", "課長", "係長", "主任", "")
EMPLOYMENT_TYPES = ("正社員", "正社員", "正社員", "契約社員", "アルバイト・パート", "嘱託")
SURNAMES = ("青木", "井上", "上田", "江口", "大野", "加藤", "木村", "久保", "小林", "佐藤")
KANA = ("アオキ", "イノウエ", "ウエダ", "エグチ", "オオノ", "カトウ", "キムラ", "クボ", "コバヤシ", "サトウ")
FLAWED_EVERY = 100  # members; so often one is left out or refused
CHANGED_EVERY = 100
NEW_POSITION = "執行役員"

ITEMS = {  # item id → name; the first two are mapped, the others are what a company has besides
    POSITION_ID: "役職",
    EMPLOYMENT_TYPE_ID: "雇用形態",
    **{311 + number: name for number, name in enumerate(("等級", "採用区分", "勤務地", "内線", "資格", "備考"))},
}


def department_code(number: int) -> str:
    return f"D{number:04}"


def is_flawed(number: int) -> bool:
    """Whether the rules do not take this member."""
    return number % FLAWED_EVERY == FLAWED_EVERY - 1


def member(number: int, *, is_changed: bool = False) -> dict[str, Any]:
    """One element of `member_data`, as カオナビ sends it."""
    kind = number % len(SURNAMES)
    row: dict[str, Any] = {
        "id": number + 1,
        "code": f"E{number:06}",
        "name": f"{SURNAMES[kind]} {chr(0x4E00 + number % 5000)}子",
        "name_kana": f"{KANA[kind]} ハナコ",
        "mail": f"member{number:06}@example.co.jp",
        "entered_date": (date(1990, 4, 1) + timedelta(days=number % 12_000)).isoformat(),
        "retired_date": "2024-03-31" if number % 20 == 7 else "",
        "gender": ("女性", "男性", "回答しない")[number % 3],
        "birthday": (date(1960, 1, 1) + timedelta(days=number * 7 % 16_000)).isoformat(),
        "age": 30 + number % 40,
        "years_of_service": f"{number % 35}年{number % 12}ヵ月",
        "department": {"code": department_code(number % DEPARTMENTS), "name": "営業部", "names": ["本社", "営業部"]},
        "sub_departments": [],
        "face_image": None,
        "custom_fields": list(custom_fields(number, is_changed=is_changed)),
    }
    if is_flawed(number):
        flaws = ({"mail": ""}, {"birthday": "2001-02-29"}, {"department": {"code": "なし"}}, {"code": "１０"})
        row |= flaws[number // FLAWED_EVERY % len(flaws)]
    return row


def custom_fields(number: int, *, is_changed: bool) -> Iterator[dict[str, Any]]:
    position = POSITIONS[number % len(POSITIONS)]
    employment_type = EMPLOYMENT_TYPES[number // 7 % len(EMPLOYMENT_TYPES)]
    values = [
        NEW_POSITION if is_changed else position,
        employment_type,
        f"G{number % 9}",
        "新卒",
        "東京本社",
        "03-0000-0000",
    ]
    for (item, name), value in zip(ITEMS.items(), [*values, "簿記2級", "社内報の編集を担当"], strict=True):
        yield {"id": item, "name": name, "values": [value] if value else []}


def write_answers(folder: Path, members: int, *, changed_every: int = 0) -> None:
    """Write `members`, `member_layouts` and `token`, as カオナビ would answer. One in `changed_every` has a new 役職; 0: nobody."""
    rows = [
        member(number, is_changed=changed_every > 0 and number % changed_every == changed_every // 2)
        for number in range(members)
    ]
    layout = [{"id": item, "name": name, "type": "string", "enum": []} for item, name in ITEMS.items()]
    answers = {
        "members": {"updated_at": "2026-04-03 08:15:42", "member_data": rows},
        "member_layouts": {"name": {"name": "氏名"}, "custom_fields": layout},
        "token": {"access_token": "measured", "expire_in": 3600},
    }
    folder.mkdir(parents=True)
    for name, answer in answers.items():
        (folder / name).write_bytes(msgspec.json.encode(answer))
