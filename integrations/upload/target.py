"""カオナビ's side: which sheets there are and can be used, and what they show."""

from collections.abc import Mapping

from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import NotUnderstood, Refused
from integrations.kaonavi.types import Members, SheetLayout, SheetLayouts
from integrations.models import KaonaviConnection
from integrations.rules.answers import UPLOAD_KEYS, check_keys
from integrations.rules.client_errors import sheet_issue
from integrations.rules.plan import Finding
from integrations.rules.results.people import Counterpart
from integrations.rules.results.plan import ShownSheet
from integrations.rules.results.sheets import (
    ALL,
    KINDS,
    LATEST,
    SheetKind,
    fields_of,
    find_sheet,
    match_fields,
    missing_sheet,
    usable_sheet,
    wrong_form,
)
from integrations.upload import source
from integrations.upload.ledger import RunState

READ, UPDATE = "取得", "更新"  # the ticks of 操作対象の管理, as カオナビ calls them
NO_ANALYSIS = f"カオナビの分析機能で利用するには、シート「{LATEST.name}」も必要です。"


def look(kaonavi: KaonaviClient, state: RunState) -> tuple[list[ShownSheet], list[Finding]]:
    """Find and read the sheets that can be used, and say what is wrong with the others.

    The others are noted in `state` as stopped. Raises NotUnderstood where a sheet may hide behind an unreadable layout.
    """
    settings = KaonaviConnection.objects.current()
    layouts = find_sheets(kaonavi.sheet_layouts(calculated=True))
    shown: list[ShownSheet] = []
    issues: list[Finding] = []
    for kind in KINDS:
        if kind.key in state.stopped:
            continue
        layout = layouts.get(kind.key)
        if layout is None:
            if kind.key in state.sheets or not layouts:
                issues.append(missing_sheet(kind))
                state.stopped[kind.key] = kind.name
            continue
        if problems := read_one(kaonavi, layout, kind, settings, shown):
            issues.extend(problems)
            state.stopped[kind.key] = layout.name
    state.sheets.update({one.key: one.sheet for one in shown})
    state.note = NO_ANALYSIS if list(layouts) == [ALL.key] else ""
    return shown, issues


def find_sheets(layouts: SheetLayouts) -> dict[str, SheetLayout]:
    found = {kind.key: find_sheet(layouts.items, kind) for kind in KINDS}
    if layouts.unreadable and None in found.values():
        raise NotUnderstood("カオナビのシートのレイアウトを読み取れないため、登録先のシートがあるか分かりません。")
    return {key: layout for key, layout in found.items() if layout}


def read_one(
    kaonavi: KaonaviClient,
    layout: SheetLayout,
    kind: SheetKind,
    settings: KaonaviConnection | None,
    shown: list[ShownSheet],
) -> list[Finding]:
    """Add what the sheet shows, or say why it cannot be used."""
    matches = match_fields(layout, fields_of(kind, source.scale_items(settings), source.item_names(settings)))
    sheet = usable_sheet(layout, kind, matches)
    if sheet is None:
        return [problem for problem in (wrong_form(layout, kind), *(match.issue for match in matches)) if problem]
    try:
        shown.append(ShownSheet.read(sheet, kaonavi.sheet(sheet.id)))
    except Refused as error:
        return [sheet_issue(error, sheet.name, READ)]
    return []


def known_members(members: Members) -> Mapping[str, Counterpart]:
    """Everybody in カオナビ by their 社員番号. Of an unreadable member at least that may be known.

    Raises AnswerChanged where no member has one any more, or 氏名 or メール, by which they are told apart.
    """
    check_keys(members.absent, UPLOAD_KEYS)
    known = {element.key: Counterpart() for element in members.unreadable if element.key}
    return known | {member.code: Counterpart(member.name, member.mail) for member in members.items if member.code}
