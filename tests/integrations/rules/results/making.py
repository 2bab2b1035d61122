"""Small makers for facts about results: sheets, people, records, each naming only what the fact is about."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from integrations.kaonavi.types import Item, Record, SheetLayout
from integrations.rules.results.people import Person
from integrations.rules.results.plan import PersonPlan, ShownSheet, plan_person
from integrations.rules.results.sheets import (
    LATEST,
    ScaleItem,
    SheetKind,
    UsableSheet,
    fields_of,
    match_fields,
    usable_sheet,
)
from integrations.rules.results.values import NIL, Links, Result, ResultContext, TypeNames

SITE = "https://mikiwame.example.co.jp"
LINKS = Links(SITE, f"/results/{NIL}/")
TYPES = {
    1: TypeNames(1, "プロモーター（推進者）", ("プロモーター",)),
    2: TypeNames(2, "シーカー（探求者）", ("シーカー", "探究者タイプ")),
}
TERMS = ResultContext(LINKS, TYPES)
SCALES = (
    ScaleItem("listening", "傾聴傾向", (), is_required=True),
    ScaleItem("emotional_consideration", "感情配慮志向", ("感情記憶志向",), is_required=True),
    ScaleItem("competitiveness", "競争心", (), is_required=False),
)
OPTIONS = ("プロモーター (推進者)", "シーカー (探求者)")
DATE, LISTENING, FEELING, TYPE, LINK, MEMO, FILE, AGE = 1, 2, 3, 4, 5, 6, 7, 8


def item(number: int, name: str, type: str = "string", **more: Any) -> Item:  # noqa: A002 - カオナビ's own word
    return Item(id=number, name=name, type=type, **more)


def template_items(kind: SheetKind = LATEST) -> dict[str, Item]:
    """The items of カオナビ's template, by name, with the two scales that these facts need."""
    scales = [item(LISTENING, "傾聴傾向", "number"), item(FEELING, "感情記憶志向", "number")]
    items = [
        item(DATE, "受検日", "date"),
        *(scales if kind.has_scales else []),
        item(TYPE, "16タイプ", "enum", options=OPTIONS),
        item(LINK, "受検者詳細リンク", type_detail="link"),
    ]
    return {each.name: each for each in items}


def layout(kind: SheetKind = LATEST, *extra: Item, without: Iterable[str] = (), **changes: Any) -> SheetLayout:
    """The template's layout with items left out, replaced (same name) or added."""
    items = template_items(kind) | {each.name: each for each in extra}
    for name in without:
        del items[name]
    template = SheetLayout(id=58, name=kind.name, record_type=kind.record_type, items=tuple(items.values()))
    return msgspec.structs.replace(template, **changes)


def sheet(kind: SheetKind = LATEST, *extra: Item, **changes: Any) -> UsableSheet:
    """A sheet that can be used: メモ, a file and a calculated item of others are on it too."""
    others = (
        item(MEMO, "メモ"),
        item(FILE, "添付", type_detail="attach_file"),
        item(AGE, "年齢", "calc", read_only=True),
    )
    made = layout(kind, *others, *extra, **changes)
    usable = usable_sheet(made, kind, match_fields(made, fields_of(kind, SCALES, {})))
    assert usable is not None
    return usable


def person(number: str = "E1", pk: int = 1, **values: Any) -> Person:
    return Person(pk, number, f"田中 {pk}", f"{pk}@example.co.jp", is_gone=False)._replace(**values)


def uuid(number: int) -> UUID:
    return UUID(int=number)


def result(
    number: int = 1,
    taken_on: date = date(2026, 4, 1),
    completed_at: datetime | None = None,
    type: int | None = 1,  # noqa: A002 - as the field is called
    unknown_type: str = "",
    **scores: Any,
) -> Result:
    """Result `number`; both scales are 50.0 unless told otherwise."""
    all_scores = {"listening": 50.0, "emotional_consideration": 50.0} | scores
    return Result(number, uuid(number), taken_on, completed_at, type, all_scores, unknown_type)


def link(number: int, site: str = SITE) -> str:
    return f"{site}/results/{uuid(number)}/"


def record(values: Mapping[int, str]) -> Record:
    return Record({key: (text,) for key, text in values.items()})


def our_record(number: int, taken_on: str = "2026-04-01", **more: str) -> Record:
    """A record of ours on the 全 sheet, as カオナビ shows it after an upload."""
    extra = {int(key.removeprefix("item")): text for key, text in more.items()}
    return record({DATE: taken_on, TYPE: "プロモーター (推進者)", LINK: link(number)} | extra)


def foreign_record(memo: str = "他社の検査") -> Record:
    return record({DATE: "2019-05-05", LINK: "https://other.example.com/r/1", MEMO: memo})


def shown(
    usable: UsableSheet, records: Mapping[str, Sequence[Record]] | None = None, unreadable: Iterable[str] = ()
) -> ShownSheet:
    keys = frozenset(unreadable)
    return ShownSheet(usable, {code: tuple(each) for code, each in (records or {}).items()}, keys - {""}, "" in keys)


def plan(*results: Result, on: ShownSheet, who: Person | None = None, unknown: Iterable[int] = ()) -> PersonPlan:
    """The plan of one person on one sheet. `unknown` are results to which links lead, and of which nobody here
    knows.
    """
    terms = TERMS._replace(unknown=frozenset(map(uuid, unknown)))
    return plan_person(who or person(), results, [on], terms)


def sent_to(made: PersonPlan) -> list[Record]:
    [send] = made.sends.values()
    return list(send.records)


def latest_record(number: int = 1, **more: str) -> Record:
    """Our record of result `number` on the 最新 sheet, as カオナビ shows it."""
    whole = plan(result(number), on=shown(sheet()))
    return Record({**sent_to(whole)[0].values} | {int(key.removeprefix("item")): (text,) for key, text in more.items()})
