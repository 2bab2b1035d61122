"""The triggers, put by migrations, by which the database itself keeps who has which latest result (`LatestResult`).

Files, corrections, merging, deletions and statements by hand write in different ways, and finding the latest of each
person anew takes half a second for 100,000 people. The order is that of `order.NEWEST_FIRST`. What two transactions
write of one person at once is right because each of them has locked the person first.

A packed score is four hexadecimal digits, in tenths, or `ffff` for none; one for each scale, in the order of their
numbers (pk). A scale that is added comes behind the others, so older rows are shorter by it.

SQLite refuses to build a table anew that triggers of other tables name: a migration that does so with one of these
three calls `forgo` before and `put` behind.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.triggers import drop, make

RESULTS, SCALES = "assessments_assessment", "assessments_scale"
NAME = "assessments_note_latest"

PACKED = {
    "sqlite": """(
        SELECT coalesce(group_concat(CASE WHEN typeof(score) IN ('integer', 'real')
            THEN printf('%04x', CAST(round(min(max(score, 0), 100) * 10) AS INTEGER)) ELSE 'ffff' END, ''), '')
        FROM (SELECT json_extract({scores}, '$."' || code || '"') AS score FROM assessments_scale ORDER BY id)
    )""",
    "postgresql": """(
        SELECT coalesce(string_agg(CASE WHEN jsonb_typeof({scores} -> code) = 'number'
            THEN lpad(to_hex(round(least(greatest(({scores} ->> code)::numeric, 0), 100) * 10)::integer), 4, '0')
            ELSE 'ffff' END, '' ORDER BY id), '')
        FROM assessments_scale
    )""",
}

# what is right for the people whom `who` selects, whatever was there before
FORGET = """
    DELETE FROM assessments_latestresult WHERE employee_id IN ({who})
        AND employee_id NOT IN (SELECT employee_id FROM assessments_assessment WHERE employee_id IN ({who}))
"""
NOTE = """
    INSERT INTO assessments_latestresult (employee_id, result_id, packed)
    SELECT employee_id, id, {packed} FROM (
        SELECT employee_id, id, scores, row_number() OVER (
            PARTITION BY employee_id ORDER BY taken_on DESC, completed_at DESC NULLS LAST, id DESC
        ) AS place
        FROM assessments_assessment WHERE employee_id IN ({who})
    ) AS newest WHERE place = 1
    ON CONFLICT (employee_id) DO UPDATE SET result_id = excluded.result_id, packed = excluded.packed
"""
PACK_ONE = "UPDATE assessments_latestresult SET packed = {packed} WHERE result_id = NEW.id;"
PACK_AGAIN = """
    UPDATE assessments_latestresult
    SET packed = (SELECT {packed} FROM assessments_assessment AS result WHERE result.id = result_id)
"""


def statements_for(vendor: str, who: str) -> str:
    """What brings the rows of some people up to date."""
    return f"{FORGET.format(who=who)}; {NOTE.format(who=who, packed=PACKED[vendor].format(scores='scores'))};"


def packing_again(vendor: str) -> str:
    return PACK_AGAIN.format(packed=PACKED[vendor].format(scores="result.scores")) + ";"


def sqlite_triggers() -> Iterator[tuple[str, str, str]]:
    """The end of the name of each, when it fires and what it does. A correction of scores that are not the latest ones
    costs nothing.
    """
    new, old = statements_for("sqlite", "NEW.employee_id"), statements_for("sqlite", "OLD.employee_id")
    key = ("employee_id", "taken_on", "completed_at")
    is_moved = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in key)
    pack = PACK_ONE.format(packed=PACKED["sqlite"].format(scores="NEW.scores"))
    yield "insert", f"AFTER INSERT ON {RESULTS}", new
    yield "delete", f"AFTER DELETE ON {RESULTS}", old
    yield "update", f"AFTER UPDATE OF {', '.join(key)} ON {RESULTS} WHEN {is_moved}", f"{old} {new}"
    yield "scores", f"AFTER UPDATE OF scores ON {RESULTS} WHEN OLD.scores IS NOT NEW.scores", pack
    yield "scale", f"AFTER DELETE ON {SCALES}", packing_again("sqlite")


def postgresql_triggers() -> Iterator[tuple[str, str, str]]:
    """The same. Each fires once a statement."""
    changed = statements_for("postgresql", "SELECT employee_id FROM changed")
    either = statements_for("postgresql", "SELECT employee_id FROM changed UNION SELECT employee_id FROM before")
    new, old = "NEW TABLE AS changed", "OLD TABLE AS"
    yield "insert", f"AFTER INSERT ON {RESULTS} REFERENCING {new} FOR EACH STATEMENT", changed
    yield "delete", f"AFTER DELETE ON {RESULTS} REFERENCING {old} changed FOR EACH STATEMENT", changed
    yield "update", f"AFTER UPDATE ON {RESULTS} REFERENCING {old} before {new} FOR EACH STATEMENT", either
    yield "scale", f"AFTER DELETE ON {SCALES} FOR EACH STATEMENT", packing_again("postgresql")


TRIGGERS = {"sqlite": sqlite_triggers, "postgresql": postgresql_triggers}


def put(connection: BaseDatabaseWrapper) -> None:
    """From now on the table is right after each statement that changes results. What was there before: see `fill`."""
    for event, when, body in TRIGGERS[connection.vendor]():
        make(connection, f"{NAME}_{event}", when=when, body=body)


def forgo(connection: BaseDatabaseWrapper) -> None:
    """Stop it: for the way back of the migration."""
    for event, _, _ in TRIGGERS[connection.vendor]():
        drop(connection, f"{NAME}_{event}", SCALES if event == "scale" else RESULTS)


def fill(connection: BaseDatabaseWrapper, *, first: int, last: int) -> None:
    """Bring the rows of the people with these numbers up to date."""
    who = f"SELECT id FROM employees_employee WHERE id BETWEEN {first:d} AND {last:d}"  # noqa: S608 - two numbers
    with connection.cursor() as cursor:
        cursor.execute(NOTE.format(who=who, packed=PACKED[connection.vendor].format(scores="scores")))
