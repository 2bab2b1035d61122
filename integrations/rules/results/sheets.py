"""The two sheets of カオナビ that hold results: which they are, and which of their items stands for what of ours.

Nothing here is found by number or position: a company makes the sheets itself, from カオナビ's template or by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from integrations.kaonavi.types import MULTIPLE_RECORDS, SINGLE_RECORD, Item, SheetLayout
from integrations.reasons import Reason
from integrations.rules.plan import Finding, finding
from integrations.rules.text import fold_width


class SheetKind(NamedTuple):
    """One of the two sheets. `key` is `SyncChange.what`; the template's name is the one that the manual prints."""

    key: str
    name: str
    record_type: int
    form: str
    has_scales: bool


LATEST = SheetKind("latest_sheet", "最新性格検査結果（ミキワメ連携）", SINGLE_RECORD, "単一レコード", True)
ALL = SheetKind("all_sheet", "全性格検査結果（ミキワメ連携）", MULTIPLE_RECORDS, "複数レコード", False)
KINDS = (LATEST, ALL)  # in the order in which they are filled

TAKEN_ON, TYPE, LINK = "taken_on", "personality_type", "link"
SCALE = "scale:"  # before a scale's code, so that no scale can be taken for one of the three above

# The labels are the template's; the manual prints only 受検日 literally, so other spellings are known for the other two.
LABELS = {TAKEN_ON: "受検日", TYPE: "16タイプ", LINK: "受検者詳細リンク"}
ALIASES = {
    TAKEN_ON: (),
    TYPE: ("16タイプ情報", "16タイプ分類"),
    LINK: ("受検者詳細", "受検者詳細ページ", "受検者詳細URL"),
}
TYPES = {TAKEN_ON: ("date", "string"), TYPE: ("enum", "string"), LINK: ("string",)}
SCALE_TYPES = ("number", "string")
TYPE_WORDS = {"string": "テキスト", "number": "数値", "date": "日付", "enum": "選択", "calc": "計算式"}

UNWRITABLE_DETAILS = ("attach_file", "face_image")
YEAR_MONTH = "year_month"  # such an item has no room for the day


class ScaleItem(NamedTuple):
    """A scale that is to be sent. `is_required`: the sheet must have its item."""

    code: str
    name: str
    aliases: tuple[str, ...]
    is_required: bool


class Field(NamedTuple):
    """Something of ours that wants an item. `names` are tried group by group: the first group with a match decides."""

    key: str
    label: str
    names: tuple[tuple[str, ...], ...]
    types: tuple[str, ...]
    is_required: bool


class Match(NamedTuple):
    """What became of a field on a sheet: its item, or why it has none. Neither where an optional one is not there."""

    field: Field
    item: Item | None = None
    issue: Finding | None = None


@dataclass(frozen=True, slots=True)
class UsableSheet:
    """A sheet whose items are all known. `fields` holds field key → item, `layout` every item by its number."""

    kind: SheetKind
    id: int
    name: str
    fields: Mapping[str, Item]
    layout: Mapping[int, Item]
    numbers: frozenset[int]
    """Items whose values are compared as numbers: カオナビ's number items, and our scales whatever their type."""
    dates: frozenset[int]
    ours: frozenset[int]

    @property
    def is_multiple(self) -> bool:
        return self.kind.record_type == MULTIPLE_RECORDS

    def label(self, item_id: int) -> str:
        """What カオナビ calls the item; its number where the layout does not have it."""
        item = self.layout.get(item_id)
        return item.name if item else f"項目{item_id}"


def is_writable(item: Item) -> bool:
    """Whether the API may write the item at all."""
    return not item.read_only and item.type != "calc" and item.type_detail not in UNWRITABLE_DETAILS


def find_sheet(layouts: Iterable[SheetLayout], kind: SheetKind) -> SheetLayout | None:
    """The sheet of that name. Of several that differ only in brackets or blanks the template's spelling wins."""
    named = [layout for layout in layouts if fold_width(layout.name) == fold_width(kind.name)]
    return min(
        named,
        key=lambda layout: (layout.name != kind.name, layout.record_type != kind.record_type, layout.id),
        default=None,
    )


def missing_sheet(kind: SheetKind) -> Finding:
    return finding(Reason.SHEET_MISSING, key=kind.name)


def fields_of(kind: SheetKind, scales: Sequence[ScaleItem], chosen_names: Mapping[str, str]) -> tuple[Field, ...]:
    """What this sheet is to hold. `chosen_names` (field key → name) are the settings' and come before literal names."""
    scale_fields = [
        Field(
            SCALE + scale.code,
            scale.name,
            groups_of(chosen_names.get(SCALE + scale.code, ""), scale.name, scale.aliases),
            SCALE_TYPES,
            scale.is_required,
        )
        for scale in (scales if kind.has_scales else ())
    ]
    date, *rest = (
        Field(key, label, groups_of(chosen_names.get(key, ""), label, ALIASES[key]), TYPES[key], is_required=True)
        for key, label in LABELS.items()
    )
    return (date, *scale_fields, *rest)


def groups_of(chosen: str, literal: str, aliases: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    groups = [(chosen,), (literal,), tuple(aliases)]
    return tuple(group for group in groups if any(group))


def match_fields(layout: SheetLayout, fields: Sequence[Field]) -> list[Match]:
    """The item of each field. An item that two fields would take is nobody's."""
    by_name: dict[str, list[Item]] = {}
    for item in layout.items:
        by_name.setdefault(fold_width(item.name), []).append(item)
    claims: dict[int, list[Field]] = {}
    found: list[tuple[Field, list[Item]]] = []
    for field in fields:
        items = items_named(field, by_name)
        found.append((field, items))
        for item in items:
            claims.setdefault(item.id, []).append(field)
    return [match_field(layout, field, items, claims) for field, items in found]


def items_named(field: Field, by_name: Mapping[str, Sequence[Item]]) -> list[Item]:
    for group in field.names:
        found = {item.id: item for name in group for item in by_name.get(fold_width(name), ())}
        if found:
            return list(found.values())
    return []


def match_field(
    layout: SheetLayout, field: Field, items: Sequence[Item], claims: Mapping[int, Sequence[Field]]
) -> Match:
    if not items:
        return Match(field, issue=problem(Reason.SHEET_ITEM_MISSING, layout, field) if field.is_required else None)
    rivals = {rival.label for item in items for rival in claims[item.id] if rival.key != field.key}
    if len(items) > 1 or rivals:
        names = "、".join([*(item.name for item in items), *(f"{rival}と共通" for rival in sorted(rivals))])
        return Match(field, issue=problem(Reason.SHEET_ITEM_AMBIGUOUS, layout, field, names))
    [item] = items
    if not is_writable(item):
        return Match(field, issue=problem(Reason.SHEET_ITEM_MISSING, layout, field, item.name))
    if not fits(field, item):
        word = TYPE_WORDS.get(item.type, item.type)
        return Match(field, issue=problem(Reason.SHEET_ITEM_TYPE_WRONG, layout, field, word))
    return Match(field, item)


def fits(field: Field, item: Item) -> bool:
    """Whether the item is of a type that can hold the field."""
    return item.type in field.types and not (item.type == "date" and item.type_detail == YEAR_MONTH)


def problem(reason: Reason, layout: SheetLayout, field: Field, value: str = "") -> Finding:
    return finding(reason, key=layout.name, field=field.label, value=value)


def candidates(layout: SheetLayout, matches: Sequence[Match], field: Field) -> tuple[str, ...]:
    """Names of items that nobody claims and that could hold the field, for a person to choose from."""
    taken = {match.item.id for match in matches if match.item}
    return tuple(item.name for item in layout.items if item.id not in taken and is_writable(item) and fits(field, item))


def wrong_form(layout: SheetLayout, kind: SheetKind) -> Finding | None:
    """The issue of a sheet with the wrong record type."""
    if layout.record_type == kind.record_type:
        return None
    return finding(Reason.SHEET_TYPE_WRONG, key=layout.name, expected=kind.form)


def usable_sheet(layout: SheetLayout, kind: SheetKind, matches: Sequence[Match]) -> UsableSheet | None:
    """The sheet with its items, or None where nothing may be sent to it: its form or one of its items is wrong."""
    if wrong_form(layout, kind) or any(match.issue for match in matches):
        return None
    fields = {match.field.key: match.item for match in matches if match.item}
    items = {item.id: item for item in layout.items}
    return UsableSheet(
        kind=kind,
        id=layout.id,
        name=layout.name,
        fields=fields,
        layout=items,
        numbers=frozenset(
            {item.id for item in layout.items if item.type == "number"}
            | {item.id for key, item in fields.items() if key.startswith(SCALE)}
        ),
        dates=frozenset({item.id for item in layout.items if item.type == "date"} | {fields[TAKEN_ON].id}),
        ours=frozenset(item.id for item in fields.values()),
    )
