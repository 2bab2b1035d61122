"""The one question that writes: does カオナビ make a record for a member who has none, when the record is updated?"""

import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from integrations.kaonavi import decode, wire
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import KaonaviError, MustWait, NotUnderstood
from integrations.kaonavi.types import SINGLE_RECORD, Record, Sheet, SheetMember
from integrations.kaonavi.wire import Answer
from integrations.models import SyncJob
from integrations.probe import documented, words
from integrations.probe.questions import Question, Script
from integrations.reasons import REASONS, Reason
from integrations.rules.results.sheets import LABELS, LATEST, TAKEN_ON, find_sheet, is_writable

ACCEPTED = (200, 201, 202)
PAUSES = (3, 5, 10, 20, 40)  # seconds before each look at the task
WHAT = """カオナビに書き込みます。よく読んでください。
　シート：{sheet}
　メンバー：社員番号 {code}（このシートにまだレコードがない人）
　内容：項目「{item}」に {day}。ほかの項目と、ほかの人には書き込みません。
まず Dry-Run（試行）で送り、何も書き込まれていないことを確かめてから、一度だけ本当に送ります（更新リクエストは2回）。
元に戻すには：{undo}"""
UNDO = (
    "カオナビで、このメンバーの「{sheet}」を開き、「{item}」を空欄にして保存します。"
    "ミキワメに検査結果のある人なら、次の「カオナビに性格検査結果を登録する」で正しい内容になります。"
)


class NotAskableError(Exception):
    """The question cannot be put; the text says why."""


class Plan(NamedTuple):
    """What would be written, and to whom."""

    sheet_id: int
    item_id: int
    code: str
    day: date

    def in_words(self) -> str:
        sheet, item = LATEST.name, LABELS[TAKEN_ON]
        undo = UNDO.format(sheet=sheet, item=item)
        return WHAT.format(sheet=sheet, code=self.code, item=item, day=self.day.isoformat(), undo=undo)

    def update(self, *, dry_run: bool) -> wire.Call:
        member = SheetMember(self.code, (Record({self.item_id: (self.day.isoformat(),)}),))
        return wire.sheet_update(self.sheet_id, [member], dry_run=dry_run)


def plan(kaonavi: KaonaviClient, code: str, day: date) -> Plan:
    """What would be written. Raises NotAskableError where it might touch anything that is there."""
    if SyncJob.objects.unfinished().exists():
        raise NotAskableError("処理が実行中です。終了してから、もう一度実行してください。")
    try:
        layout = find_sheet(kaonavi.sheet_layouts().items, LATEST)
        known = {member.code for member in kaonavi.members().items}
        shown = kaonavi.sheet(layout.id) if layout else None
    except (KaonaviError, MustWait) as error:
        reason = Reason(error.reason) if isinstance(error, KaonaviError) else Reason.KAONAVI_LIMIT
        raise NotAskableError(REASONS[reason].sentence.format(field="読み取り")) from None
    if layout is None or shown is None or layout.record_type != SINGLE_RECORD:
        raise NotAskableError(f"単一レコードのシート「{LATEST.name}」が見つかりません。")
    dates = [item for item in layout.items if item.name == LABELS[TAKEN_ON] and is_writable(item)]
    if len(dates) != 1:
        raise NotAskableError(f"シート「{LATEST.name}」に、項目「{LABELS[TAKEN_ON]}」が1つだけあることが必要です。")
    if any(item.required and item.id != dates[0].id for item in layout.items):
        raise NotAskableError(f"シート「{LATEST.name}」に、ほかにも入力必須の項目があるため、尋ねられません。")
    if code not in known:
        raise NotAskableError("この社員番号のメンバーは、カオナビにいません。")
    if shown.unreadable or any(member.code == code for member in shown.members):
        raise NotAskableError("このメンバーには、すでにレコードがあります。レコードのない人を指定してください。")
    return Plan(layout.id, dates[0].id, code, day)


def writes(planned: Plan, sleep: Callable[[float], None] = time.sleep) -> Script:
    """Trial, look, update, its task, look. Ends before the update where the trial was refused or has written."""

    def look(title: str) -> Question:
        return Question(
            title,
            "レコードが作られたかを知るため。",
            wire.sheet(planned.sheet_id),
            documented=documented.SHEET,
            remarks=lambda body: of_member(decode.sheet(body, planned.sheet_id), planned),
        )

    trial = yield Question(
        "レコードのない人への更新の試行（PATCH /sheets/番号、Dry-Run: 1）",
        "試行がどう返るかを知るため。",
        planned.update(dry_run=True),
        expected=ACCEPTED,
    )
    if not is_success(trial):
        return
    shown = yield look("試行のあとのシート（GET /sheets/番号）")
    if not is_success(shown) or has_record(shown, planned):
        return
    accepted = yield Question(
        "レコードのない人への更新（PATCH /sheets/番号）",
        "レコードのない人への部分更新が受け付けられるかと、その応答コードを知るため。",
        planned.update(dry_run=False),
        expected=ACCEPTED,
        documented=documented.ACCEPTED,
    )
    if number := task_in(accepted):
        yield from until_final(number, sleep)
    yield look("更新のあとのシート（GET /sheets/番号）")


def until_final(number: int, sleep: Callable[[float], None]) -> Script:
    for seconds in PAUSES:
        sleep(seconds)
        answer = yield Question(
            "更新のタスク（GET /tasks/番号）",
            "タスクの状態の書き方を知るため。",
            wire.task(number),
            documented=documented.TASK,
        )
        try:
            if answer and decode.task(answer.body, number).is_final:
                return
        except NotUnderstood:
            continue


def is_success(answer: Answer | None) -> bool:
    return answer is not None and 200 <= answer.status < 300


def task_in(answer: Answer | None) -> int:
    """The task that the update became; 0 where none is named."""
    try:
        return decode.accepted_task(answer.body) if answer and is_success(answer) else 0
    except NotUnderstood:
        return 0


def has_record(answer: Answer | None, planned: Plan) -> bool:
    """Whether the sheet shows a record of this member; also where that cannot be told."""
    try:
        return answer is None or bool(records_in(decode.sheet(answer.body, planned.sheet_id), planned.code))
    except NotUnderstood:
        return True


def records_in(sheet: Sheet, code: str) -> list[Record]:
    return [record for member in sheet.members if member.code == code for record in member.records]


def of_member(sheet: Sheet, planned: Plan) -> Iterable[str]:
    records = records_in(sheet, planned.code)
    yield f"このメンバーのレコード：{words.count_of(len(records))}"
    if records:
        kept = records[0].values.get(planned.item_id) == (planned.day.isoformat(),)
        yield f"送った日付と同じ値：{'はい' if kept else 'いいえ'}"
