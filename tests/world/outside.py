"""Those outside the product: people who change カオナビ, and another vendor who uses up its limits."""

from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from django.urls import reverse

from assessments.models import Assessment
from integrations.kaonavi.simulator.faults import Kind
from integrations.kaonavi.simulator.tenant import Tenant
from tests.world import company
from tests.world.sorts import Sort

FOREIGN = "2020-04-01"  # the day on records that are not ours
MEMO, LINK, DAY = "メモ", "受検者詳細リンク", "受検日"

Foreign = dict[tuple[str, int], tuple[float, str]]  # 社員番号 and sheet → since when, and the memo; "" for none


def furnish(tenant: Tenant, dice: Random, sort: Sort) -> Foreign:
    """What stands on the sheets before ミキワメ comes."""
    foreign: Foreign = {}
    was_sent = dice.random() < 0.3
    for sheet in tenant.state.sheets:
        sheet.items.append(tenant.new_item(MEMO))
        for member in tenant.state.members:
            if dice.random() < 0.3:
                foreign[member.code, sheet.id] = (-2.0, add_foreign(tenant, sheet, member.code, dice))
        if was_sent and sheet.record_type == 1:
            add_ours(tenant, sheet, dice)
    tenant.knobs.task_delay = dice.choice(sort.delays)
    tenant.knobs.retry_after = dice.choice((None, "exact", 5))
    return foreign


def add_foreign(tenant: Tenant, sheet, code: str, dice: Random) -> str:
    record = {MEMO: f"社内{dice.randrange(100)}"}
    if sheet.record_type == 1:
        record[DAY] = FOREIGN
    tenant.write_records(sheet, code, [record])
    return record[MEMO]


def add_ours(tenant: Tenant, sheet, dice: Random) -> None:
    """What an upload of long ago left of our results, and people have noted on it since."""
    results = Assessment.objects.order_by("pk").values_list("public_id", "employee__employee_number", "taken_on")
    for public, code, day in results:
        link = f"https://old.example.jp{reverse('assessments:detail', args=[public])}"
        record = {LINK: link, DAY: day.isoformat(), MEMO: f"面談{dice.randrange(100)}"}
        tenant.write_records(sheet, code, [*tenant.records(sheet, code), record])


def of_link(values: list[str] | None) -> str:
    """The public id in a link of ours; "" for what is none."""
    parts = (values or [""])[0].rstrip("/").split("/")
    try:
        return str(UUID(parts[-1]))
    except ValueError:
        return ""


def ours_of(sheet, code: str) -> list[Any]:
    """The records of a member that are ours."""
    link = sheet.item(LINK).id
    return [record for record in sheet.rows.get(code, []) if of_link(record.get(link))]


def noted(sheet, code: str) -> list[Any]:
    """The records of a member with a memo of their own: not of one that is noted on a list of our results."""
    memo, passed_over = sheet.item(MEMO).id, ours_of(sheet, code) if sheet.record_type == 1 else []
    return [record for record in sheet.rows.get(code, []) if memo in record and record not in passed_over]


def memos(sheet, code: str) -> list[str]:
    """The memos of a member on a sheet, but for those on a list of our results."""
    memo = sheet.item(MEMO).id
    return [record[memo][0] for record in noted(sheet, code)]


def change_memo(world, stage) -> str:
    """Somebody changes what is not ours, or takes it away, whatever is under way."""
    tenant, dice = world.tenant, world.dice
    tenant.settle()
    there = [(key, tenant.state.sheet(key[1])) for key in stage.foreign]
    there = [(key, sheet) for key, sheet in there if memos(sheet, key[0])]
    if not there:
        return "has no memo"
    (code, key), sheet = dice.choice(there)
    memo = sheet.item(MEMO).id
    new = dice.choice(("", f"社内{dice.randrange(100, 200)}"))
    for record in noted(sheet, code):
        if new:
            record[memo] = [new]
        elif sheet.record_type == 1:
            sheet.rows[code].remove(record)
        else:
            del record[memo]
    stage.foreign[code, key] = (world.scheduler.now, new)
    return f"{'changes' if new else 'deletes'} the memo of {code} on {sheet.name}"


def spawn(world, stage) -> None:
    dice = world.dice
    process = stage.process("the outside", is_mortal=False)
    if dice.random() < 0.6:
        stage.live(process, "people", partial(people, world, stage))
    if dice.random() < 0.3:
        stage.live(process, "vendor", partial(vendor, world, stage))


def vendor(world, stage) -> None:
    """Another system with the same limit of updates."""
    scheduler, tenant = world.scheduler, world.tenant
    while scheduler.now < stage.horizon:
        scheduler.rest(world.dice.expovariate(1 / 10))
        if stage.is_calm:
            return
        tenant.state.counted_updates.extend([tenant.now()] * world.dice.randint(1, 5))


def people(world, stage) -> None:
    scheduler, dice, tenant = world.scheduler, world.dice, world.tenant
    while scheduler.now < stage.horizon:
        scheduler.rest(dice.expovariate(1 / 12))
        if not stage.is_calm:
            place = dice.randrange(len(DEEDS) + 2)
            told = DEEDS[place](tenant, dice) if place < len(DEEDS) else change_memo(world, stage)
            world.tell("カオナビ", told)


def hire(tenant: Tenant, dice: Random) -> str:
    """Somebody new, or who was there before."""
    there = {member.code for member in tenant.state.members}
    gone = [number for number in range(1, tenant.state.next.member) if f"{number:04}" not in there]
    number = dice.choice([*gone, tenant.state.next.member])
    company.hire(tenant, number, dice)
    return f"hires {number}"


def one(tenant: Tenant, dice: Random):
    return dice.choice(tenant.state.members)


def rename(tenant: Tenant, dice: Random) -> str:
    member = one(tenant, dice)
    member.name = f"{company.CANARY}{dice.choice(company.SURNAMES)} 改{member.id}"
    return f"renames {member.code}"


def retire(tenant: Tenant, dice: Random) -> str:
    member = one(tenant, dice)
    member.retired_date = dice.choice(("2026-10-31", ""))
    return f"retires {member.code} on {member.retired_date or 'no day'}"


def leave(tenant: Tenant, dice: Random) -> str:
    member = one(tenant, dice)
    if len(tenant.state.members) > 1:
        tenant.state.members.remove(member)
    return f"loses {member.code}"


def move(tenant: Tenant, dice: Random) -> str:
    member = one(tenant, dice)
    member.department = dice.choice([*(row.code for row in tenant.state.departments), "", "D9"])
    return f"moves {member.code} to {member.department or 'nowhere'}"


def blank(tenant: Tenant, dice: Random) -> str:
    member = one(tenant, dice)
    member.name_kana = dice.choice(("", "　", "カナリア ハナ"))
    return f"gives {member.code} {'no' if not member.name_kana.strip() else 'a'} フリガナ"


def share_mail(tenant: Tenant, dice: Random) -> str:
    member, other = one(tenant, dice), one(tenant, dice)
    own, theirs = company.mail_of(int(member.code)), other.mail
    member.mail = dice.choice((own, own.upper(), theirs, theirs.upper(), ""))
    return f"gives {member.code} a mail address"


def note(tenant: Tenant, dice: Random) -> str:
    """Somebody notes something on a record of ours, on the list of all results."""
    tenant.settle()
    there = [
        (record, sheet)
        for sheet in tenant.state.sheets
        for code in sheet.rows
        for record in (ours_of(sheet, code) if sheet.record_type == 1 else [])
    ]
    if not there:
        return "has no record of ours"
    record, sheet = dice.choice(there)
    record[sheet.item(MEMO).id] = [f"面談{dice.randrange(100, 200)}"]
    return "has a note on a record of ours"


def rename_department(tenant: Tenant, dice: Random) -> str:
    row = dice.choice(tenant.state.departments)
    row.name = f"部署{dice.randrange(4)}"
    return f"renames {row.code}"


def move_department(tenant: Tenant, dice: Random) -> str:
    """Under another, or under none. Never under one of its own."""
    rows = tenant.state.departments
    row = dice.choice(rows)
    if any(other.parent_code == row.code for other in rows):
        row.parent_code = None
    else:
        row.parent_code = dice.choice((None, *(other.code for other in rows if other is not row)))
    return f"puts {row.code} under {row.parent_code or 'none'}"


def drop_department(tenant: Tenant, dice: Random) -> str:
    row = dice.choice(tenant.state.departments)
    if len(tenant.state.departments) > 1:
        tenant.state.departments.remove(row)
    return f"drops {row.code}"


def fault(tenant: Tenant, dice: Random) -> str:
    kind: Kind = dice.choice(("task_ng", "task_error", "task_slow", "late_visible", "expire_tokens", "task_stuck"))
    tenant.fail(kind, path="^/sheets/" if kind != "expire_tokens" else "", method="PATCH", seconds=20.0)
    return f"is about to play {kind}"


DEEDS = (
    hire,
    rename,
    retire,
    leave,
    move,
    blank,
    share_mail,
    rename_department,
    move_department,
    drop_department,
    note,
    fault,
)
