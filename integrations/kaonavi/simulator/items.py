"""Custom items (カスタム項目): their layout entry and which values they take."""

import re
from datetime import date
from typing import Any

from msgspec import Struct, field, structs

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
YEAR_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
CHOICES = {"pull_down": "プルダウン", "radio_button": "ラジオボタン", "check_box": "チェックボックス"}
KINDS = {
    "text_box": ("テキストボックス", "string"),
    "text_area": ("テキストエリア", "string"),
    "number_box": ("ナンバーボックス", "number"),
    "pull_down": ("プルダウン", "enum"),
    "radio_button": ("ラジオボタン", "enum"),
    "check_box": ("チェックボックス", "enum"),
    "link": ("リンク", "string"),
    "date": ("日付", "date"),
    "year_month": ("年月", "date"),
    "attach_file": ("ファイル添付", "string"),
    "calc_formula": ("計算式パーツ", "calc"),
}
"""`type_detail` → the word on the screen and the layout's `type`."""


class Option(Struct):
    """One entry of an option master. A name of `None` is the blank option that some layouts carry."""

    id: int
    name: str | None


class Item(Struct, kw_only=True):
    """One item that the company made, on the basic information or on a sheet."""

    id: int
    name: str
    type: str = "string"
    type_detail: str = "text_box"
    required: bool = False
    max_length: int | None = None
    options: list[Option] = field(default_factory=list)
    read_only: bool = False
    linked: bool = False
    """Fed by another integration (データ連携中): left out of `/enum_options`."""

    @property
    def option_names(self) -> list[str | None]:
        """The options in the order of the master."""
        return [option.name for option in self.options]

    @property
    def kind(self) -> str:
        """What the screen calls this sort of item."""
        return KINDS.get(self.type_detail, (self.type, ""))[0]

    def layout(self, *, with_detail: bool) -> dict[str, Any]:
        """The entry in `custom_fields` of a layout."""
        entry: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "required": self.required,
            "type": self.type,
            "max_length": self.max_length,
            "enum": None if self.type == "calc" else self.option_names,
        }
        if self.read_only:
            entry["read_only"] = True
        if with_detail:
            entry["type_detail"] = self.type_detail
        return entry

    def problem(self, values: list[str]) -> str | None:
        """What is wrong with sending these values for this item, or None. Blank texts clear the item."""
        given = [value for value in values if value]
        if self.read_only or self.type == "calc" or self.type_detail in ("attach_file", "face_image"):
            return "APIから登録できない項目です"
        if self.required and not given:
            return "必須項目が空です"
        if len(values) > 1 and self.type_detail != "check_box":
            return "値を複数登録できない項目です"
        return next((text for value in given if (text := self._problem_of_one(value))), None)

    def _problem_of_one(self, value: str) -> str | None:
        if self.type == "enum" and value not in self.option_names:
            return f"「{value}」は選択肢にありません"
        if self.type == "number" and not NUMBER.fullmatch(value):
            return f"「{value}」は数値ではありません"
        if self.type == "date" and not _is_date(value, self.type_detail):
            return f"「{value}」は日付ではありません"
        if self.max_length is not None and len(value) > self.max_length:
            return f"{self.max_length}文字を超えています"
        return None


def with_required(items: list[Item], names: list[str]) -> list[Item]:
    """The items, those of these names as 必須."""
    return [structs.replace(item, required=item.required or item.name in names) for item in items] if names else items


def make_item(
    id: int,  # noqa: A002 - it is カオナビ's own word
    name: str,
    type_detail: str = "text_box",
    *,
    options: list[str] | None = None,
    required: bool = False,
    max_length: int | None = None,
    read_only: bool = False,
) -> Item:
    """An item of the given sort, with what follows from the sort filled in: type, length, numbered options."""
    kind = KINDS[type_detail][1]
    lengths = {"text_box": 200, "text_area": 5000, "link": 2000}
    return Item(
        id=id,
        name=name,
        type=kind,
        type_detail=type_detail,
        required=required,
        max_length=max_length or lengths.get(type_detail),
        options=[Option(number, option) for number, option in enumerate(options or [], start=1)],
        read_only=read_only or kind == "calc" or type_detail == "attach_file",
    )


def _is_date(value: str, type_detail: str) -> bool:
    if type_detail == "year_month":
        return YEAR_MONTH.fullmatch(value) is not None
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
