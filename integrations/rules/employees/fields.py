"""The fields of an employee, each told once: what カオナビ and our files call it, what it holds, how long it may be.

The columns of our database have the same names; a test holds names and lengths against the model.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NamedTuple, get_type_hints

from integrations.rules.cells import Sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `item` is カオナビ's word for it, "" where カオナビ has none; `heading` the column of 社員CSV.

    `limit` is in characters, 0 where there is a rule instead. In a text that `is_free` every character is allowed.
    Nobody is taken whose `is_needed` ones are blank. An item that `is_own` is one of the company's own, found in the
    layout by this name: it may be missing there, or be there twice.
    """

    item: str = ""
    heading: str = ""
    limit: int = 0
    sort: Sort = Sort.TEXT
    is_free: bool = False
    is_needed: bool = False
    is_own: bool = False


class Values(NamedTuple):
    """What a sync or a file writes of an employee, in the order of 社員CSV.

    Blank texts are "", `department` is `department_code` of the department, "" where there is none.
    """

    employee_number: Annotated[str, Field(item="社員番号", heading="社員番号", limit=50)]
    last_name: Annotated[str, Field(item="氏名（姓）", heading="姓", limit=100, is_free=True, is_needed=True)]
    first_name: Annotated[str, Field(item="氏名（名）", heading="名", limit=100, is_free=True)]
    last_name_kana: Annotated[
        str, Field(item="フリガナ（姓）", heading="姓（カナ）", limit=100, is_free=True, is_needed=True)
    ]
    first_name_kana: Annotated[str, Field(item="フリガナ（名）", heading="名（カナ）", limit=100, is_free=True)]
    email: Annotated[str, Field(item="メール", heading="メールアドレス", limit=254, is_needed=True)]
    birth_date: Annotated[date | None, Field(item="生年月日", heading="生年月日", sort=Sort.DAY)]
    gender: Annotated[str, Field(item="性別", heading="性別")]
    department: Annotated[str, Field(item="所属", heading="部署コード")]
    # texts among the company's own items stand here, one beside the other
    position: Annotated[str, Field(item="役職", heading="役職", limit=200, is_free=True, is_own=True)]
    employment_type: Annotated[str, Field(item="雇用形態", heading="雇用形態", is_own=True)]
    hire_date: Annotated[date | None, Field(item="入社日", heading="入社日", sort=Sort.DAY)]
    retirement_date: Annotated[date | None, Field(item="退職日", heading="退職日", sort=Sort.DAY)]
    is_retired: Annotated[bool, Field(heading="退職者フラグ", sort=Sort.NUMBER)]
    retirement_source: Annotated[str, Field()]

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def kana(self) -> str:
        return f"{self.last_name_kana} {self.first_name_kana}".strip()


FIELDS: Mapping[str, Field] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(Values, include_extras=True).items()
}
LIMITED = {name: field for name, field in FIELDS.items() if field.limit}
OWN_ITEMS = {name: field.item for name, field in FIELDS.items() if field.is_own}
OWN_TEXTS = tuple(name for name in OWN_ITEMS if FIELDS[name].is_free)
CAN_BE_EMPTIED = {name: field.item for name, field in FIELDS.items() if field.item and not field.is_needed}
BLANKS: Mapping[Sort, object] = {Sort.TEXT: "", Sort.DAY: None, Sort.NUMBER: False}
NOBODY = Values._make(BLANKS[field.sort] for field in FIELDS.values())


class LocalEmployee(NamedTuple):
    """One employee as we have it, by its number (pk). `email` is in lower case.

    `linked`: カオナビ has had this employee before (`last_seen_at`). `missing`: it is marked as gone (`missing_since`).
    """

    pk: int
    values: Values
    linked: bool
    missing: bool

    @property
    def email(self) -> str:
        return self.values.email

    @property
    def employee_number(self) -> str:
        return self.values.employee_number

    @property
    def name(self) -> str:
        return self.values.name


def employees_by_mail(local: Iterable[LocalEmployee]) -> dict[str, LocalEmployee]:
    """Mail → who has it; nobody has a blank one."""
    return {mail: employee for employee in local if (mail := employee.values.email)}


def department_code(code: str, name: str) -> str:
    """What stands for a department of ours among codes: its code, else a text that is nobody's code."""
    return code or f"（コードなし）{name}"
