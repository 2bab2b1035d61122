"""社員CSV, the plan: what the lines of a file make of our employees (product rule 3, where it speaks of a source).

The mail address is the key, and what the file says is taken, blanks too. What it has no column for, and people whom it
does not name, stay as they are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from integrations.kaonavi.types import Member
from integrations.reasons import Reason, Severity
from integrations.rules.draft import Draft, Plan
from integrations.rules.employees.doubts import mail_taken_over, uncertain
from integrations.rules.employees.fields import LocalEmployee
from integrations.rules.employees.file_row import EmployeeColumn, EmployeeContext, EmployeeRow, line_issue, read_row_of
from integrations.rules.employees.groups import Written, mail_key, mail_shared, shared_numbers, sharers_by_mail
from integrations.rules.employees.identity import Claim, Decisions, Identities, Key, identify
from integrations.rules.employees.plan import changed_fields, released, without_mail
from integrations.rules.leading_zeros import Zeros, differ_by_zeros
from integrations.rules.plan import Change, Finding, Outcome, in_order_of_lines


def plan_employee_file(
    rows: Sequence[EmployeeRow],
    local: Sequence[LocalEmployee],
    terms: EmployeeContext,
    decisions: Decisions | None = None,
    tested: Collection[int] = (),
) -> Plan:
    """Compare the lines with our employees. Nobody vanishes by a file; issues come in the order of the lines.

    `terms` are those by which the rows were read; `decisions` and `tested` are those of `identify`.
    """
    members = [row.member for row in rows]
    mails = [mail_key(member) for member in members]
    sharers = sharers_by_mail(members, mails)
    keys = [
        Key(said_number(row, terms), "" if row.problems or mail in sharers else mail)
        for row, mail in zip(rows, mails, strict=True)
    ]
    identities = identify(keys, local, decisions or {}, lambda place: claim_of(rows[place], terms), tested=tested)
    zeros = Zeros({person.employee_number for person in local}, (member.code for member in members))
    draft = FileDraft(terms=terms, identities=identities, zeros=zeros)
    for place, (row, mail) in enumerate(zip(rows, mails, strict=True)):
        draft.judge(place, seen_anew(row, place, identities, terms), sharers.get(mail, ()))
    lines = {mail: row.line for row, mail in zip(rows, mails, strict=True)}
    after = without_mail(local, identities)
    shared = (replace(found, line=lines[found.email.lower()]) for found in shared_numbers(draft.written, after))
    return Plan(
        changes=tuple(draft.changes),
        released=tuple(released(identities)),
        issues=in_order_of_lines([*draft.issues, *shared]),
        outcomes=tuple(draft.outcomes),
    )


def claim_of(row: EmployeeRow, terms: EmployeeContext) -> Claim:
    """Who the line is about, by what it says itself: what the file has no column for says nothing."""
    return Claim.of([row.member.name], [row.member.name_kana], birth_date_in(row, terms))


def said_number(row: EmployeeRow, terms: EmployeeContext) -> str:
    """The line's own 社員番号; blank where the file has no such column: then the values have what we knew."""
    return row.values.employee_number if EmployeeColumn.NUMBER in terms.columns.places else ""


def birth_date_in(row: EmployeeRow, terms: EmployeeContext) -> date | None:
    """None where the file has no such column: then the values have what we knew."""
    return row.values.birth_date if EmployeeColumn.BIRTH_DATE in terms.columns.places else None


def seen_anew(row: EmployeeRow, place: int, identities: Identities, terms: EmployeeContext) -> EmployeeRow:
    """The row, read as that of the employee whose it is where that is another one than its mail's."""
    if place not in identities.known:
        return row
    known = identities.known[place]
    return read_row_of(known and known._replace(missing=False), row.cells, row.line, terms)


@dataclass(slots=True, kw_only=True)
class FileDraft(Draft):
    """The lines are judged one after the other."""

    terms: EmployeeContext
    identities: Identities
    zeros: Zeros
    written: list[Written] = field(default_factory=list)

    def judge(self, place: int, row: EmployeeRow, sharers: Sequence[Member]) -> None:
        """Take the line, leave it out or refuse it. `sharers` are the lines of that mail where there are several."""
        problems = list(row.problems)
        remarks = list(row.remarks)
        if told := () if problems else self.by_zeros(row):
            (problems if told[0].severity is Severity.ERROR else remarks).extend(told)
        if sharers and not row.is_left_out:  # wins over what is wrong with the mail itself, as in the sync
            problems = [problem for problem in problems if problem.reason is not Reason.MEMBER_MAIL_INVALID]
            problems.append(replace(mail_shared(row.member, sharers), line=row.line))
        if place in self.identities.doubtful:
            whose, number = self.identities.doubtful[place], said_number(row, self.terms)
            doubt = uncertain(row.member, whose, number, birth_date_in(row, self.terms))
            problems.append(replace(doubt, line=row.line))
        if problems:
            self.refuse(problems, Outcome.SKIPPED if row.is_left_out else Outcome.FAILED)
            return
        if place in self.identities.released:
            warning = mail_taken_over(row.member, self.identities.released[place])
            self.issues.append(replace(warning, line=row.line))
        self.issues.extend(remarks)
        fields = changed_fields(row.values, row.known)
        if row.known and not fields:
            self.leave_as_is()
            return
        self.take(Change(key=row.values.email, name=row.member.name, fields=fields, pk=row.known and row.known.pk))
        self.written.append(Written(row.member, row.values, row.known))

    def by_zeros(self, row: EmployeeRow) -> Sequence[Finding]:
        """What is to be said of a 社員番号 that differs from this person's, or anybody's here, by leading zeros alone.

        With fewer it is refused, since spreadsheets drop them; with more it is taken: none is ever added by mistake.
        """
        number = row.values.employee_number
        other = self.zeros.counterpart(number)
        if row.known and differ_by_zeros(row.known.employee_number, number):
            other = row.known.employee_number
        if not other:
            return ()
        reason = Reason.FILE_LEADING_ZEROS if len(number) < len(other) else Reason.FILE_LEADING_ZEROS_ADDED
        return (line_issue(reason, row.line, row.member, field="社員番号", value=number, other=other),)
