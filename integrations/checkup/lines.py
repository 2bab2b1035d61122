"""連携チェック: walks the link to カオナビ line by line and says what is wrong and where it is mended. Changes nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, NamedTuple, TypeVar

from django.utils import timezone

from accounts.encryption import UnreadableSecretError
from assessments.adoption import OwnType, own_types, plan_adoption
from integrations.connection.session import NotConnectedError, open_client
from integrations.jobs.permit import TrialPermit
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import CredentialsRefused, KaonaviError, MustWait, Refused, RequestRefused
from integrations.kaonavi.ports import Permit
from integrations.kaonavi.types import Item, MemberLayout, Record, Sheet, SheetLayout, SheetLayouts, SheetMember
from integrations.models import KaonaviConnection, SyncIssue, SyncJob, UploadChunk
from integrations.reasons import REASONS, Reason
from integrations.rules.client_errors import finding_of, missing_ticks, sheet_issue
from integrations.rules.employees.fields import OWN_ITEMS
from integrations.rules.plan import Finding, finding
from integrations.rules.results.plan import ShownSheet
from integrations.rules.results.required import required_item, required_items
from integrations.rules.results.sheets import (
    ALL,
    KINDS,
    LATEST,
    TYPE,
    Match,
    SheetKind,
    candidates,
    fields_of,
    find_sheet,
    is_writable,
    match_fields,
    missing_sheet,
    usable_sheet,
    wrong_form,
)
from integrations.rules.wording import in_words
from integrations.upload import source, target
from integrations.upload.plan import who_stays_blank

Status = Literal["ok", "warning", "error", "skipped", "unused"]
Connect = Callable[[], AbstractContextManager[KaonaviClient]]
Check = Callable[[KaonaviClient], Iterator["CheckLine"]]
T = TypeVar("T")

KEYS = "Consumer Key と Consumer Secret"
MEMBERS = "メンバー情報（基本情報・兼務情報）の「取得」"
DEPARTMENTS = "所属ツリーの「取得」"


@dataclass(frozen=True)
class CheckLine:
    """One line of the check. `choices` are カオナビ's items that could stand for ours, whose key is `item_key`.

    `options` are those of カオナビ's 16タイプ, where our types can be made to match them. `skipped` was not looked at, and
    nobody knows whether it is well; `unused` need not be there.
    """

    key: str
    title: str
    status: Status
    detail: str
    remedy: str = ""
    choices: tuple[str, ...] = ()
    item_key: str = ""
    options: tuple[str, ...] = ()


def check_connection(connect: Connect = open_client) -> Iterator[CheckLine]:
    """The lines, one after the other, each as soon as it is known. Costs one update call at most."""
    yield from check_opened(connect, check_everything)


def check_step(name: str, connect: Connect = open_client) -> Iterator[CheckLine]:
    """The lines of one of the STEPS alone, for whoever shows them one after the other or looks again at one."""
    yield from check_opened(connect, STEPS[name].check)


def check_opened(connect: Connect, check: Check) -> Iterator[CheckLine]:
    """The lines of the check, or the one that says why カオナビ cannot even be asked."""
    try:
        with connect() as kaonavi:
            yield from check(kaonavi)
    except NotConnectedError as error:
        yield error_line("keys", KEYS, finding(Reason.CONNECTION_MISSING, detail=str(error)))
    except UnreadableSecretError:
        remedy = "サーバーの管理者に連絡するか、設定 > カオナビ連携 で認証情報を入力し直してください。"
        yield CheckLine("keys", KEYS, "error", "保存されている認証情報を読み取れません。", remedy)


def check_everything(kaonavi: KaonaviClient) -> Iterator[CheckLine]:
    """All lines of a connection. Without a token nothing else can be asked."""
    keys = list(check_keys(kaonavi))
    yield from keys
    if keys[-1].status != "ok":
        return
    yield from check_members(kaonavi)
    yield from check_departments(kaonavi)
    yield from check_member_items(kaonavi)
    yield from check_sheets(kaonavi)


def check_keys(kaonavi: KaonaviClient) -> Iterator[CheckLine]:
    """Whether カオナビ gives us a token."""
    try:
        kaonavi.authenticate()
    except CredentialsRefused as error:
        yield error_line("keys", KEYS, finding_of(error))
        return
    except (KaonaviError, MustWait) as error:
        yield error_line("token", "アクセストークン", finding_of(error))
        return
    yield CheckLine("keys", KEYS, "ok", "カオナビが受け付けました。")
    yield CheckLine("token", "アクセストークン", "ok", "取得できました。")


def check_members(kaonavi: KaonaviClient) -> Iterator[CheckLine]:
    """What the import of employees needs."""
    found = answer_or_finding(lambda: len(kaonavi.members().items))
    yield count_line("members", MEMBERS, found, "名のメンバー")


def check_departments(kaonavi: KaonaviClient) -> Iterator[CheckLine]:
    """What the import of departments needs."""
    found = answer_or_finding(lambda: len(kaonavi.departments().items))
    yield count_line("departments", DEPARTMENTS, found, "件の所属")


def count_line(key: str, title: str, found: int | Finding, what: str) -> CheckLine:
    if isinstance(found, Finding):
        return error_line(key, title, found)
    return CheckLine(key, title, "ok", f"{found:,}{what}を取得できました。")


def check_member_items(kaonavi: KaonaviClient) -> Iterator[CheckLine]:
    """The items of the company's own that the import of employees looks for."""
    layout = answer_or_finding(kaonavi.member_layout)
    for name in OWN_ITEMS.values():
        yield check_member_item(name, layout)


def check_member_item(name: str, layout: MemberLayout | Finding) -> CheckLine:
    key, title = f"member:{name}", f"基本情報の項目「{name}」"
    if isinstance(layout, Finding):
        return error_line(key, title, layout)
    if any(item.name == name for item in layout.custom_items):
        return CheckLine(key, title, "ok", "見つかりました。")
    remedy = f"カオナビの項目名を「{name}」に戻してください。このまま社員情報を同期すると、{name}が空白で上書き更新されます。"
    return CheckLine(key, title, "warning", f"カオナビに項目「{name}」が見つかりません。", remedy)


def check_sheets(kaonavi: KaonaviClient, kinds: Sequence[SheetKind] = KINDS) -> Iterator[CheckLine]:
    """What the upload of results needs: each sheet, each item of it, and both ticks."""
    layouts = answer_or_finding(lambda: kaonavi.sheet_layouts(calculated=True))
    if isinstance(layouts, Finding):
        yield error_line("sheets", "シートのレイアウト", layouts)
        return
    found = {kind.key: find_sheet(layouts.items, kind) for kind in KINDS}
    settings = KaonaviConnection.objects.current()
    for kind in kinds:
        layout = found[kind.key]
        if layout is None:
            yield check_missing(kind, layouts, others=any(found.values()))
        else:
            yield from check_sheet(kaonavi, kind, layout, settings)


def check_missing(kind: SheetKind, layouts: SheetLayouts, *, others: bool) -> CheckLine:
    """A sheet that カオナビ does not have. One of the two is enough, but only 最新 serves カオナビ's analysis."""
    problem = missing_sheet(kind)
    title = sheet_title(kind)
    if layouts.unreadable:
        return error_line(
            kind.key, title, finding(Reason.KAONAVI_NOT_UNDERSTOOD, detail="シートのレイアウトの一部です。")
        )
    if not others:
        return error_line(kind.key, title, problem)
    sentence, remedy = in_words(problem).detail, in_words(problem).remedy
    if kind is LATEST:
        return CheckLine(kind.key, title, "warning", f"{sentence}{target.NO_ANALYSIS}", remedy)
    return CheckLine(kind.key, title, "unused", f"{sentence}使用しない場合、対応は不要です。", remedy)


def sheet_title(kind: SheetKind) -> str:
    return f"シート「{kind.name}」"


def check_sheet(
    kaonavi: KaonaviClient, kind: SheetKind, layout: SheetLayout, settings: KaonaviConnection | None
) -> Iterator[CheckLine]:
    """One sheet: its form, its items, 取得, 更新."""
    problem = wrong_form(layout, kind)
    if problem:
        yield error_line(kind.key, sheet_title(kind), problem)
        return
    yield CheckLine(kind.key, sheet_title(kind), "ok", f"見つかりました（{kind.form}）。")
    matches = match_fields(layout, fields_of(kind, source.scale_items(settings), source.item_names(settings)))
    for match in matches:
        yield check_item(kind, layout, matches, match)
        if match.field.key == TYPE and match.item and match.item.options:
            yield check_types(kind, match.item)
    yield from check_ticks(kaonavi, kind, layout, matches)


def check_item(kind: SheetKind, layout: SheetLayout, matches: Sequence[Match], match: Match) -> CheckLine:
    key, title = f"{kind.key}:{match.field.key}", f"{sheet_title(kind)}の項目「{match.field.label}」"
    if match.issue:
        choices = candidates(layout, matches, match.field)
        return error_line(key, title, match.issue, choices=choices, item_key=match.field.key if choices else "")
    if match.item:
        return CheckLine(key, title, "ok", f"カオナビの項目「{match.item.name}」に登録します。")
    return CheckLine(
        key, title, "unused", "項目がないため、この尺度は登録しません。必要な場合だけ項目を追加してください。"
    )


def check_types(kind: SheetKind, item: Item) -> CheckLine:
    """Whether our 16タイプ are those that the sheet offers."""
    types = {row.code: row for row in own_types()}
    plan = plan_adoption([OwnType.of(row) for row in types.values()], item.options)
    key, title = f"{kind.key}:types", f"{sheet_title(kind)}の「{item.name}」の選択肢"
    if not plan.differs:
        return CheckLine(key, title, "ok", f"16タイプの設定と一致しています（{len(types)}件）。")
    theirs = [*plan.renamed.values(), *plan.added]
    ours = [types[code].label for code in (*plan.removed, *plan.undecided, *plan.unlisted)]
    parts = (
        f"16タイプの設定にない選択肢：{'、'.join(theirs)}。" if theirs else "",
        f"選択肢にない16タイプの設定：{'、'.join(ours)}。このタイプの検査結果は登録されません。" if ours else "",
    )
    remedy = (
        "下のボタンから、16タイプの設定をカオナビの選択肢に合わせられます。"
        if plan.does_something
        else "設定 > 16タイプと尺度 で、使わないタイプを削除するか、カオナビの選択肢を別名に加えてください。"
    )
    return CheckLine(key, title, "warning", "".join(parts), remedy, options=item.options if plan.does_something else ())


def check_ticks(
    kaonavi: KaonaviClient, kind: SheetKind, layout: SheetLayout, matches: Sequence[Match]
) -> Iterator[CheckLine]:
    """The two ticks of 操作対象の管理 that the sheet needs."""
    key, title = f"{kind.key}:read", f"{sheet_title(kind)}の「{target.READ}」"
    permit = TrialPermit()  # from before the sheet was read
    try:
        sheet = kaonavi.sheet(layout.id)
    except Refused as error:
        yield error_line(key, title, sheet_issue(error, layout.name, target.READ))
        return
    except (KaonaviError, MustWait) as error:
        yield error_line(key, title, finding_of(error))
        return
    yield CheckLine(key, title, "ok", f"{len(sheet.members):,}名分のレコードを取得できました。")
    trial = unchanged_member(sheet, [match.item for match in matches if match.item]) if kind is not ALL else None
    update = try_update(kaonavi, kind, layout, trial, permit)  # at once: what it repeats is not to grow old
    if usable := usable_sheet(layout, kind, matches):
        yield from check_required(kaonavi, ShownSheet.read(usable, sheet))
    yield update


def check_required(kaonavi: KaonaviClient, shown: ShownSheet) -> Iterator[CheckLine]:
    """Whether the sheet's required items would be filled; no line where it has none but ours and these are."""
    required = required_items(shown.sheet)
    members = answer_or_finding(kaonavi.members) if required else None
    if members is None or isinstance(members, Finding):
        return  # what keeps us from the members has a line of its own
    blank = who_stays_blank(shown, target.known_members(members))
    for item in required:
        key = f"{shown.key}:required:{item.id}"
        title = f"{sheet_title(shown.sheet.kind)}の入力必須の項目「{item.name}」"
        if item.id in blank:
            yield error_line(key, title, required_item(shown.sheet, item, blank[item.id]))
        elif item.id not in shown.sheet.ours:
            remedy = REASONS[Reason.SHEET_ITEM_REQUIRED].remedy.format(field=item.name)
            said = "ミキワメからは登録しない項目です。空欄になるメンバーが1名でもいると、このシートには送信できません。"
            yield CheckLine(key, title, "warning", said, remedy)


def try_update(
    kaonavi: KaonaviClient, kind: SheetKind, layout: SheetLayout, trial: SheetMember | None, permit: Permit
) -> CheckLine:
    """Ask カオナビ to check, not to make, an update that would change nothing even if it were made."""
    key, title = f"{kind.key}:update", f"{sheet_title(kind)}の「{target.UPDATE}」"
    if trial is None:
        return by_last_upload(kind, layout, key, title)
    try:
        kaonavi.patch_sheet(layout.id, [trial], dry_run=True, permit=permit)
    except RequestRefused as error:
        # It may be the values, which カオナビ read then: what it has against them it will say again at the upload.
        problem = in_words(replace(finding_of(error), missing_ticks=missing_ticks(error, layout.name)))
        return CheckLine(key, title, "warning", problem.detail, problem.remedy)
    except Refused as error:
        return error_line(key, title, sheet_issue(error, layout.name, target.UPDATE))
    except (KaonaviError, MustWait) as error:
        return error_line(key, title, finding_of(error))
    return CheckLine(key, title, "ok", "許可されています（カオナビの内容は変更していません）。")


def by_last_upload(kind: SheetKind, layout: SheetLayout, key: str, title: str) -> CheckLine:
    """What the uploads with these keys say of 更新, where there is nothing to try it with."""
    since = KaonaviConnection.objects.values("connected_at")[:1]
    uploads = SyncJob.objects.filter(kind=SyncJob.Kind.RESULTS, created_at__gte=since)
    reasons = (Reason.SHEET_NOT_PERMITTED, Reason.SHEET_MISSING)
    of_sheet = SyncIssue.objects.filter(job__in=uploads, subject_key=layout.name, field=target.UPDATE)
    refused = of_sheet.filter(reason__in=reasons)
    stored = UploadChunk.objects.filter(job__in=uploads, sheet=kind.key, state=UploadChunk.State.STORED)
    last_refused = refused.select_related("job").order_by("-job_id").first()
    last_stored = stored.defer("content").select_related("job").order_by("-job_id").first()
    if last_refused and (last_stored is None or last_stored.job_id <= last_refused.job_id):
        said = f"{when(last_refused.job)}の登録では、{last_refused.detail}直したあとは、次の登録で確認します。"
        return CheckLine(key, title, "error", said, last_refused.remedy)
    if last_stored:
        return CheckLine(key, title, "ok", f"{when(last_stored.job)}の登録で更新できました。")
    return CheckLine(key, title, "skipped", "初回の登録時に確認します。")


def when(job: SyncJob) -> str:
    return f"{timezone.localtime(job.created_at):%Y/%m/%d %H:%M}"


def unchanged_member(sheet: Sheet, items: Sequence[Item]) -> SheetMember | None:
    """A member with the values that its record shows already; None where the sheet has none."""
    ids = [item.id for item in items if is_writable(item)]
    for member in sheet.members:
        for record in member.records[:1]:
            values = {number: record.values[number] for number in ids if any(record.values.get(number, ()))}
            if values:
                return SheetMember(member.code, (Record(values),))
    return None


def answer_or_finding(question: Callable[[], T]) -> T | Finding:
    """The answer, or what kept us from it."""
    try:
        return question()
    except (KaonaviError, MustWait) as error:
        return finding_of(error)


def error_line(
    key: str, title: str, problem: Finding, *, choices: tuple[str, ...] = (), item_key: str = ""
) -> CheckLine:
    """A line that says what is wrong."""
    status: Status = "warning" if problem.reason is Reason.KAONAVI_LIMIT else "error"
    issue = in_words(problem)
    return CheckLine(key, title, status, issue.detail, issue.remedy, choices, item_key)


class Step(NamedTuple):
    """A part of the check, and in words what it looks at."""

    what: str
    check: Check


STEPS = {
    "keys": Step(KEYS, check_keys),
    "members": Step(MEMBERS, check_members),
    "departments": Step(DEPARTMENTS, check_departments),
    "member": Step("基本情報の項目", check_member_items),
    LATEST.key: Step(sheet_title(LATEST), partial(check_sheets, kinds=(LATEST,))),
    ALL.key: Step(sheet_title(ALL), partial(check_sheets, kinds=(ALL,))),
}
"""The parts of the check that can be made by themselves, in order. `step_of` tells which of them a line comes from."""


def step_of(line_key: str) -> str:
    """The step that gives the line with this key."""
    first, _, _ = line_key.partition(":")
    return {"token": "keys", "sheets": LATEST.key}.get(first, first)
