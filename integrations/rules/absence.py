"""Which of our rows カオナビ has and which it has no more (product rule 3.14)."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet

from integrations.kaonavi.types import Members
from integrations.reasons import Reason
from integrations.rules.employees.fields import LocalEmployee
from integrations.rules.plan import Change, Finding, finding


def call_roll(
    local: Sequence[LocalEmployee], members: Members, mails: Collection[str], in_question: AbstractSet[str]
) -> tuple[tuple[int, ...], list[LocalEmployee]]:
    """The linked employees (pk) whom the source does not have and who are not marked, and marked ones whom it has.

    Whoever is left out or refused is there all the same: by mail or, where that is blank on either side or unreadable,
    by 社員番号. So is everybody who may be meant by a row of which it is not sure whose it is (`in_question` are their
    社員番号). `mails` are those of the readable members, as the key, in their order.
    """
    present = set(mails) - {""}
    numbers = {member.code.strip() for member, mail in zip(members.items, mails, strict=True) if not mail}
    numbers.update(in_question, (element.key.strip() for element in members.unreadable))
    numbers.discard("")
    is_one_without_mail = not all(employee.values.email for employee in local)
    all_numbers = (
        numbers.union(member.code.strip() for member in members.items) - {""} if is_one_without_mail else numbers
    )
    absent: list[int] = []
    back: list[LocalEmployee] = []
    for employee in local:
        mail = employee.values.email
        is_present = mail in present or employee.values.employee_number in (numbers if mail else all_numbers)
        if employee.missing:
            if is_present:
                back.append(employee)
        elif employee.linked and not is_present:
            absent.append(employee.pk)
    return tuple(absent), back


def returns(person: LocalEmployee, parted: Change | None) -> Change:
    """A marked employee whom カオナビ has again, and of whom nothing else is taken.

    `parted` is the change by which another person has their mail now.
    """
    mail = parted.fields if parted else {}
    return Change(person.email or person.employee_number, person.name, {**mail, "missing": (True, False)}, pk=person.pk)


def not_checked(reason: Reason, absent: Sequence[int]) -> Finding:
    """The run's warning where something in the source was unreadable: it may be any of those who are `absent`."""
    return finding(reason, rows=f"{len(absent):,}")


def told_of_absence(what: str, unit: str, gone: int, unseen: int, *, is_unsure: bool = False) -> str:
    """How many are no longer found, as the run's message always says; of a run that could not tell (`is_unsure`) no
    number of them.
    """
    if is_unsure and not unseen:
        return f"カオナビで見つからなくなった{what}は、確認できませんでした。"
    if unseen:
        return f"カオナビで見つからない{what}{unseen:,}{unit}には、「カオナビになし」の印を付けていません。"
    return f"カオナビで見つからなくなった{what}{gone:,}{unit}。"
