"""社員CSV, the plan: what the lines of a file make of our employees (product rule 3, where it speaks of a source).

The mail address is the key, and what the file says is taken, blanks too. What it has no column for, and people whom it
does not name, stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from integrations.kaonavi.types import Member
from integrations.mapping.employee_file_rows import Row
from integrations.mapping.employees import EmployeePlan, changed_fields
from integrations.mapping.file_words import retell
from integrations.mapping.member_groups import Written, mail_key, mail_shared, shared_numbers, sharers_by_mail
from integrations.mapping.member_rows import LocalEmployee
from integrations.mapping.plan import Change, Issue, Outcome
from integrations.reasons import Reason


def plan_employee_file(rows: Sequence[Row], local: Sequence[LocalEmployee]) -> EmployeePlan:
    """Compare the lines with our employees. Nobody vanishes by a file; issues come in the order of the lines."""
    members = [row.member for row in rows]
    mails = [mail_key(member) for member in members]
    sharers = sharers_by_mail(members, mails)
    draft = Draft()
    for row, mail in zip(rows, mails, strict=True):
        draft.judge(row, sharers.get(mail, ()))
    lines = {mail: row.line for row, mail in zip(rows, mails, strict=True)}
    shared = ((lines[problem.email.lower()], problem) for problem in shared_numbers(draft.written, local))
    issues = [*draft.issues, *((line, retell(problem, line)) for line, problem in shared)]
    return EmployeePlan(
        changes=tuple(draft.changes),
        issues=tuple(problem for _, problem in sorted(issues, key=itemgetter(0))),
        outcomes=tuple(draft.outcomes),
    )


@dataclass(slots=True)
class Draft:
    """A plan in the making: the lines are judged one after the other, each leaves one outcome. Issues have their line."""

    changes: list[Change] = field(default_factory=list)
    issues: list[tuple[int, Issue]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)

    def judge(self, row: Row, sharers: Sequence[Member]) -> None:
        """Take the line, or leave it out, or refuse it. `sharers` are the lines of that mail where there are several."""
        problems = list(row.problems)
        if sharers and not row.is_left_out:  # wins over what is wrong with the mail itself, as in the sync
            problems = [problem for problem in problems if problem.reason is not Reason.MEMBER_MAIL_INVALID]
            problems.append(retell(mail_shared(row.member, sharers), row.line))
        if problems:
            self.issues.extend((row.line, problem) for problem in problems)
            self.outcomes.append(Outcome.SKIPPED if row.is_left_out else Outcome.FAILED)
            return
        fields = changed_fields(row.values, row.known)
        if row.known is None:
            self.outcomes.append(Outcome.CREATED)
        elif fields:
            self.outcomes.append(Outcome.UPDATED)
        else:
            self.outcomes.append(Outcome.UNCHANGED)
            return
        pk = row.known.pk if row.known else None
        self.changes.append(Change(key=row.values.email, name=row.member.name, fields=fields, pk=pk))
        self.written.append(Written(row.member, row.values, row.known))
