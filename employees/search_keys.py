"""Fills the stored keys of the search of people, wherever the database has emptied them or people are new.

Who writes people knows nothing of it. It is done after each run and every few minutes; until then a search looks at the
names themselves (`SearchKeyQuerySet.finding`).
"""

from collections.abc import Iterable
from itertools import chain

from django.db import connection, transaction

from accounts.spelling import BORDER, search_key
from employees.models import RULES, SEARCHED, Employee, SearchKey
from employees.triggers import make_rows

BATCH = 2000  # read and written by one statement each; others who change names wait some hundredths of a second
COLUMNS = [column for field in SEARCHED for column in ([field] if isinstance(field, str) else field)]
UPDATE = (  # so both kinds of database call the columns of VALUES
    f"UPDATE {SearchKey._meta.db_table} SET key = column2, rules = %s FROM (VALUES {{rows}}) AS made"  # noqa: S608 - our own name
    " WHERE employee_id = column1"
)


def key_of(values: Iterable[str]) -> str:
    """The key of a person, by the values of COLUMNS."""
    rest = iter(values)
    return search_key(BORDER.join("".join(next(rest) for _ in parts_of(field)) for field in SEARCHED))


def parts_of(field: str | tuple[str, str]) -> tuple[str, ...]:
    return (field,) if isinstance(field, str) else field


def fill() -> int:
    """Make all keys that are due, some at a time, so that nobody waits long; how many that were."""
    made = last = 0
    if SearchKey.objects.lacks_some():
        make_rows(connection)
    if SearchKey.objects.due().exists():  # else nobody is locked out for nothing
        while numbers := fill_some(last):
            made, last = made + len(numbers), numbers[-1]
    return made


@transaction.atomic
def fill_some(last: int) -> list[int]:
    """Make the next ones behind this number; whose they were.

    The rows are locked before the names are read: who changes a name meanwhile waits, and empties the key afterwards.
    """
    due = SearchKey.objects.due().filter(pk__gt=last).order_by("pk").lock(skip_locked=True)
    numbers = list(due.values_list("pk", flat=True)[:BATCH])
    people = Employee.objects.filter(pk__in=numbers).values_list("pk", *COLUMNS)
    made = [(pk, key_of(values)) for pk, *values in people]
    if made:
        with connection.cursor() as cursor:
            cursor.execute(UPDATE.format(rows=", ".join(["(%s, %s)"] * len(made))), [RULES, *chain.from_iterable(made)])
    return numbers
