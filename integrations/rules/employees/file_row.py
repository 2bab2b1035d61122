"""社員CSV, one line: the employee that it asks for, or everything that forbids to take it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Self, TypeVar

from employees.rules import (
    BORN,
    DAY_REMAINS,
    half_width_mail,
    is_birth_date,
    is_employee_number,
    is_mail,
    source_by_hand,
)
from integrations.kaonavi.types import Member
from integrations.reasons import Reason
from integrations.rules.cells import Sort, refused, was_lost_before, words_of
from integrations.rules.employees.fields import FIELDS, LIMITED, NOBODY, LocalEmployee, Values, department_code
from integrations.rules.employees.values import EMPLOYMENT_TYPES, GENDERS, OTHER, gender_of, read_date
from integrations.rules.headings import HeadedColumns
from integrations.rules.leading_zeros import Zeros
from integrations.rules.lookalikes import Lookalikes, also_visible, as_cell, differences, look
from integrations.rules.plan import Finding, finding
from integrations.rules.text import HAS_NUL, shown

FLAGS = {"": False, "0": False, "1": True, "FALSE": False, "TRUE": True}  # the words are what spreadsheets make of them
A_FLAG = "0（在籍）または1（退職）"
OUR_EMPLOYMENT_TYPES = EMPLOYMENT_TYPES | {"パート・アルバイト": "part_time"}

Value = TypeVar("Value")


class EmployeeColumn:
    """The columns that have a rule of their own. 部署名 counts where 部署コード is blank: not every department has a code."""

    NUMBER = FIELDS["employee_number"].heading
    LAST_NAME = FIELDS["last_name"].heading
    FIRST_NAME = FIELDS["first_name"].heading
    LAST_NAME_KANA = FIELDS["last_name_kana"].heading
    FIRST_NAME_KANA = FIELDS["first_name_kana"].heading
    MAIL = FIELDS["email"].heading
    BIRTH_DATE = FIELDS["birth_date"].heading
    GENDER = FIELDS["gender"].heading
    DEPARTMENT_CODE = FIELDS["department"].heading
    DEPARTMENT_NAME = "部署名"
    EMPLOYMENT_TYPE = FIELDS["employment_type"].heading
    HIRE_DATE = FIELDS["hire_date"].heading
    RETIREMENT_DATE = FIELDS["retirement_date"].heading
    IS_RETIRED = FIELDS["is_retired"].heading


OF_FIELDS = [field.heading for field in FIELDS.values() if field.heading]
BEHIND_CODE = OF_FIELDS.index(EmployeeColumn.DEPARTMENT_CODE) + 1
HEADINGS = (*OF_FIELDS[:BEHIND_CODE], EmployeeColumn.DEPARTMENT_NAME, *OF_FIELDS[BEHIND_CODE:])
NEEDED = ((EmployeeColumn.MAIL,), (EmployeeColumn.LAST_NAME,))
SORTS = {field.heading: field.sort for field in FIELDS.values() if field.sort is not Sort.TEXT}
FREE_TEXTS = {name: field.heading for name, field in FIELDS.items() if field.is_free}
GENDERS_BY_LOOK = Lookalikes(GENDERS)
TYPES_BY_LOOK = Lookalikes(OUR_EMPLOYMENT_TYPES)

UNNAMED = Member(code="", name="", name_kana="", mail="")


class EmployeeRow(NamedTuple):
    """A line read. With a problem it is not taken, and its values mean nothing.

    `member` is who the line is about, in the words of the sync. `is_left_out`: it lacks what nobody is taken without.
    `cells` are kept so that it can be read again, where it proves to be about another employee than its mail's.
    `remarks` are warnings, which count only if the row is taken.
    """

    line: int
    member: Member
    known: LocalEmployee | None
    values: Values
    problems: Sequence[Finding]
    is_left_out: bool = False
    cells: Sequence[str] = ()
    remarks: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class EmployeeContext:
    """What all lines are read by: the columns, our people by mail, and our departments.

    `codes` are the codes of departments, `by_name` the `department_code` of each by its name, as they are and as they
    are seen. The rest finds what a line may have meant.
    """

    columns: HeadedColumns
    people: Mapping[str, LocalEmployee]
    codes: Mapping[str, str]
    by_name: Mapping[str, str]
    code_zeros: Zeros
    codes_by_look: Lookalikes
    names_by_look: Lookalikes
    mails_by_look: Lookalikes
    today: date

    @classmethod
    def of(
        cls,
        columns: HeadedColumns,
        departments: Collection[tuple[str, str]],
        local: Iterable[LocalEmployee],
        today: date,
    ) -> Self:
        """`departments` are the code and name of each. A file finds nobody missing in カオナビ, nor present there."""
        by_name = {name: department_code(code, name) for code, name in departments}
        codes = {code: code for code, _ in departments if code}
        people = {person.email: person._replace(missing=False) for person in local if person.email}
        return cls(
            columns=columns,
            people=people,
            codes=also_visible(codes),
            by_name=also_visible(by_name),
            code_zeros=Zeros(codes),
            codes_by_look=Lookalikes(codes),
            names_by_look=Lookalikes(by_name),
            mails_by_look=Lookalikes(people, as_mail=True),
            today=today,
        )


def read_row(cells: Sequence[str], line: int, terms: EmployeeContext) -> EmployeeRow:
    """Read one line as that of whoever has its mail. `cells` may be fewer than the columns: the rest is blank then."""
    return read_row_of(terms.people.get(terms.columns.cell(cells, EmployeeColumn.MAIL).lower()), cells, line, terms)


def read_row_of(known: LocalEmployee | None, cells: Sequence[str], line: int, terms: EmployeeContext) -> EmployeeRow:
    """Read one line as that of this employee, or with None as that of a new one."""
    columns = terms.columns
    who = (EmployeeColumn.NUMBER, EmployeeColumn.MAIL, EmployeeColumn.LAST_NAME, EmployeeColumn.FIRST_NAME)
    number, mail, last_name, first_name = (columns.cell(cells, column) for column in who)
    kanas = (EmployeeColumn.LAST_NAME_KANA, EmployeeColumn.FIRST_NAME_KANA)
    kana = " ".join(columns.cell(cells, column) for column in kanas).strip()
    member = Member(code=number, name=f"{last_name} {first_name}".strip(), name_kana=kana, mail=mail)
    reading = EmployeeReading(cells, line, terms, member, known.values if known else NOBODY)
    refused_row = EmployeeRow(line, member, None, NOBODY, reading.problems)
    if problem := columns.overflow(cells) or (HAS_NUL if any("\0" in cell for cell in cells) else ""):
        if known is None:  # its values may stand in other columns, so that nobody knows what was named here
            reading.member = UNNAMED
        reading.complain(Reason.MEMBER_UNREADABLE, detail=problem)
        return refused_row
    ours: dict[str, str] = {field.heading: getattr(reading.before, name) for name, field in LIMITED.items()}
    for column, cell in refused(cells, columns):
        if not was_lost_before(cell, ours.get(column, "")):
            reading.complain(cell.reason, field=column, **words_of(cell))
    if reading.problems:
        return refused_row
    if not last_name:
        reading.complain(Reason.MEMBER_NAME_MISSING, field=EmployeeColumn.LAST_NAME)
    if not mail:
        reading.complain(Reason.MEMBER_MAIL_MISSING, field=EmployeeColumn.MAIL)
    if reading.problems:
        return refused_row._replace(is_left_out=True)
    values = read_values(reading)
    remarks = tuple(remarks_on(reading, values))
    return EmployeeRow(line, member, known, values, reading.problems, cells=cells, remarks=remarks)


@dataclass(slots=True)
class EmployeeReading:
    """A line while it is read. `before` is the employee as we have it, and what a missing column leaves as it is."""

    cells: Sequence[str]
    line: int
    terms: EmployeeContext
    member: Member
    before: Values
    problems: list[Finding] = field(default_factory=list)

    def has(self, *columns: str) -> bool:
        """Whether the file has any of the columns."""
        return not self.terms.columns.places.keys().isdisjoint(columns)

    def text(self, column: str) -> str:
        return self.terms.columns.cell(self.cells, column)

    def value(self, column: str, before: Value, read: Callable[[str], Value]) -> Value:
        """What `read` makes of the cell; the value as it was where the file has no such column."""
        return read(self.text(column)) if self.has(column) else before

    def words(self, column: str, before: str) -> str:
        """The text of a cell; as it was where the file has no such column, or differs by nothing that anybody sees."""
        text = self.text(column) if self.has(column) else before
        return before if text != before and as_cell(before) == text else text

    def about(self, reason: Reason, **words: Any) -> Finding:
        return line_issue(reason, self.line, self.member, **words)

    def complain(self, reason: Reason, **words: Any) -> None:
        """Note a problem: the row is not taken."""
        self.problems.append(self.about(reason, **words))


def line_issue(reason: Reason, line: int, who: Member, **words: Any) -> Finding:
    return finding(reason, line=line, key=who.code, name=who.name, email=who.mail, **words)


def read_values(reading: EmployeeReading) -> Values:
    """The employee after the row; the reading's problems say what is wrong with it."""
    before = reading.before
    day, is_retired, source = retirement(reading)
    values = before._replace(
        **{name: reading.words(heading, getattr(before, name)) for name, heading in FREE_TEXTS.items()},
        employee_number=number_in(reading),
        email=mail_in(reading),
        birth_date=day_of_birth(reading),
        gender=reading.value(EmployeeColumn.GENDER, before.gender, gender_of),
        department=department_in(reading),
        employment_type=reading.value(EmployeeColumn.EMPLOYMENT_TYPE, before.employment_type, employment_type_of),
        hire_date=day_in(reading, EmployeeColumn.HIRE_DATE, before.hire_date),
        retirement_date=day,
        is_retired=is_retired,
        retirement_source=source,
    )
    for name, limited in LIMITED.items():
        text: str = getattr(values, name)
        if len(text) > limited.limit:
            reading.complain(
                Reason.MEMBER_VALUE_TOO_LONG, field=limited.heading, value=text, limit=limited.limit, length=len(text)
            )
    return values


def remarks_on(reading: EmployeeReading, values: Values) -> Iterator[Finding]:
    """Warnings where the line says something else than we have that looks the same."""
    for name, column in FREE_TEXTS.items():
        before, after = getattr(reading.before, name), getattr(values, name)
        if before != after and before and look(before) == look(after):
            yield looks_alike(reading, column, after, before)
    if reading.before is NOBODY and (others := reading.terms.mails_by_look.of(values.email)):
        yield looks_alike(reading, EmployeeColumn.MAIL, values.email, others[0])
    for column, known, is_other in (
        (EmployeeColumn.GENDER, GENDERS_BY_LOOK, values.gender == OTHER),
        (EmployeeColumn.EMPLOYMENT_TYPE, TYPES_BY_LOOK, values.employment_type == OTHER),
    ):
        if is_other and reading.has(column) and (others := known.of(reading.text(column))):
            yield looks_alike(reading, column, reading.text(column), others[0])


def looks_alike(reading: EmployeeReading, column: str, text: str, other: str) -> Finding:
    return reading.about(
        Reason.FILE_LOOKS_ALIKE, field=column, value=text, other=other, difference=differences(text, other)
    )


def mail_in(reading: EmployeeReading) -> str:
    mail = reading.text(EmployeeColumn.MAIL)
    if not is_mail(mail):
        meant = half_width_mail(mail)
        detail = f"半角の「{shown(meant)}」であれば有効です。" if meant else reading.terms.mails_by_look.hint(mail)
        reading.complain(Reason.MEMBER_MAIL_INVALID, field=EmployeeColumn.MAIL, value=mail, detail=detail)
    return mail.lower()


def number_in(reading: EmployeeReading) -> str:
    number = reading.value(EmployeeColumn.NUMBER, reading.before.employee_number, str)
    if not is_employee_number(number):
        reading.complain(Reason.MEMBER_NUMBER_INVALID, field=EmployeeColumn.NUMBER, value=number)
    return number


def department_in(reading: EmployeeReading) -> str:
    """The department by its code, or by its name where the code is blank."""
    if not reading.has(EmployeeColumn.DEPARTMENT_CODE, EmployeeColumn.DEPARTMENT_NAME):
        return reading.before.department
    code, name = reading.text(EmployeeColumn.DEPARTMENT_CODE), reading.text(EmployeeColumn.DEPARTMENT_NAME)
    if code:
        if other := reading.terms.code_zeros.counterpart(code):
            reading.complain(Reason.FILE_LEADING_ZEROS, field=EmployeeColumn.DEPARTMENT_CODE, value=code, other=other)
        elif code not in reading.terms.codes:
            hint = reading.terms.codes_by_look.hint(code)
            reading.complain(
                Reason.MEMBER_DEPARTMENT_UNKNOWN, field=EmployeeColumn.DEPARTMENT_CODE, value=code, detail=hint
            )
        return reading.terms.codes.get(code, code)
    if name and name not in reading.terms.by_name:
        hint = reading.terms.names_by_look.hint(name)
        reading.complain(
            Reason.MEMBER_DEPARTMENT_UNKNOWN, field=EmployeeColumn.DEPARTMENT_NAME, value=name, detail=hint
        )
    return reading.terms.by_name.get(name, "")


def employment_type_of(text: str) -> str:
    """Our own names and カオナビ's; any other text is その他."""
    return OUR_EMPLOYMENT_TYPES.get(text, OTHER)


def day_in(reading: EmployeeReading, column: str, before: date | None) -> date | None:
    if not reading.has(column):
        return before
    text = reading.text(column)
    try:
        return read_date(text)
    except ValueError:
        reading.complain(Reason.MEMBER_DATE_INVALID, field=column, value=text)
        return before


def day_of_birth(reading: EmployeeReading) -> date | None:
    """One that we have already, as カオナビ delivered it, is no reason to refuse a file that repeats it."""
    before = reading.before.birth_date
    day = day_in(reading, EmployeeColumn.BIRTH_DATE, before)
    if day is not None and day != before and not is_birth_date(day, reading.terms.today):
        text = reading.text(EmployeeColumn.BIRTH_DATE)
        reading.complain(Reason.MEMBER_VALUE_INVALID, field=EmployeeColumn.BIRTH_DATE, value=text, expected=BORN)
    return day


def retirement(reading: EmployeeReading) -> tuple[date | None, bool, str]:
    """退職日, 退職者フラグ and who set them, by the rules of the form: a day brings the flag, and a change is a person's."""
    before = reading.before
    day = day_in(reading, EmployeeColumn.RETIREMENT_DATE, before.retirement_date)
    is_same_day = day == before.retirement_date
    is_retired = flag_in(reading) if reading.has(EmployeeColumn.IS_RETIRED) else before.is_retired and is_same_day
    if day is not None and not is_same_day:
        is_retired = True
    elif day is not None and before.is_retired and not is_retired:
        is_retired = True
        if text := reading.text(EmployeeColumn.IS_RETIRED):
            reading.complain(
                Reason.MEMBER_VALUE_INVALID,
                field=EmployeeColumn.IS_RETIRED,
                value=text,
                detail=DAY_REMAINS,
                expected=A_FLAG,
            )
    if is_same_day and is_retired == before.is_retired:
        return day, is_retired, before.retirement_source
    return day, is_retired, source_by_hand(day, is_retired=is_retired)


def flag_in(reading: EmployeeReading) -> bool:
    text = reading.text(EmployeeColumn.IS_RETIRED)
    flag = FLAGS.get(text.upper())
    if flag is None:
        reading.complain(Reason.MEMBER_VALUE_INVALID, field=EmployeeColumn.IS_RETIRED, value=text, expected=A_FLAG)
    return bool(flag)
