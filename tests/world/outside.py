"""Those outside the product: people who change カオナビ, and another vendor who uses up its limits."""

from functools import partial
from random import Random

from integrations.kaonavi.simulator.faults import Kind
from integrations.kaonavi.simulator.tenant import Tenant
from tests.world import company

FOREIGN = "2020-04-01"  # the day on records that are not ours


Foreign = dict[tuple[str, int], tuple[float, str]]  # 社員番号 and sheet → since when, and the memo; "" for none


def furnish(tenant: Tenant, dice: Random) -> Foreign:
    """What stands on the sheets before ミキワメ comes."""
    foreign: Foreign = {}
    for sheet in tenant.state.sheets:
        memo = tenant.new_item("メモ")
        sheet.items.append(memo)
        for member in tenant.state.members:
            if dice.random() < 0.3:
                foreign[member.code, sheet.id] = (-2.0, add_foreign(tenant, sheet, member.code, dice))
    tenant.knobs.task_delay = dice.choice((0.0, 2.0, 6.0))
    tenant.knobs.retry_after = dice.choice((None, "exact", 5))
    return foreign


def add_foreign(tenant: Tenant, sheet, code: str, dice: Random) -> str:
    record = {"メモ": f"社内{dice.randrange(100)}"}
    if sheet.record_type == 1:
        record["受検日"] = FOREIGN
    before = tenant.records(sheet, code) if sheet.record_type == 1 else []
    tenant.write_records(sheet, code, [*before, record])
    return record["メモ"]


def memos(sheet, code: str) -> list[str]:
    """The memos of a member on a sheet."""
    memo = sheet.item("メモ").id
    return [record[memo][0] for record in sheet.rows.get(code, []) if memo in record]


def change_memo(world, stage) -> str:
    """Somebody changes what is not ours, or takes it away, whatever is under way."""
    tenant, dice = world.tenant, world.dice
    tenant.settle()
    there = [(key, tenant.state.sheet(key[1])) for key in stage.foreign]
    there = [(key, sheet) for key, sheet in there if memos(sheet, key[0])]
    if not there:
        return "has no memo"
    (code, key), sheet = dice.choice(there)
    memo = sheet.item("メモ").id
    new = dice.choice(("", f"社内{dice.randrange(100, 200)}"))
    for record in sheet.rows[code]:
        if memo in record and new:
            record[memo] = [new]
        elif memo in record and sheet.record_type == 1:
            sheet.rows[code].remove(record)
            break
        elif memo in record:
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
    if len(tenant.state.members) > 2:
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
    fault,
)
