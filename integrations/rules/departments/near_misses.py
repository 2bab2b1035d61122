"""部署CSV, near misses: codes that differ from ours by leading zeros alone, codes and names that look like ours."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from integrations.kaonavi.types import Department
from integrations.reasons import Reason
from integrations.rules.departments.plan import LocalDepartment
from integrations.rules.departments.row import about
from integrations.rules.employees.fields import department_code
from integrations.rules.leading_zeros import Zeros
from integrations.rules.lookalikes import Lookalikes, differences
from integrations.rules.plan import Finding


class NearMisses:
    """What lines of a file may have meant. `ours` are the departments here, `lines` those that have a code."""

    def __init__(self, ours: Collection[LocalDepartment], lines: Sequence[Department]) -> None:
        codes = {department.code for department in ours if department.code}
        theirs = [row.code for row in lines]
        self.zeros = Zeros(codes, theirs)
        self.known = codes.union(theirs)
        self.names = {department.name for department in ours}
        self.codes_by_look = Lookalikes(codes)
        self.names_by_look = Lookalikes([*self.names, *(row.name for row in lines)])
        self.anything_by_look = Lookalikes([*self.known, *self.names, *(row.name for row in lines)])

    def lost_zeros(self, row: Department, line: int) -> Finding | None:
        """An error where the code, or that of the parent, is one of ours without some zeros, or with more of them."""
        for field, code in (("部署コード", row.code), ("親部署コード", row.parent_code)):
            other = "" if field == "親部署コード" and code in self.known else self.zeros.counterpart(code)
            if other:
                return about(row, Reason.FILE_LEADING_ZEROS, line=line, field=field, value=code, other=other)
        return None

    def alike(self, row: Department, line: int) -> Iterator[Finding]:
        """Warnings for a new code or name that looks like another one."""
        others = (
            ("部署コード", row.code, [] if row.code in self.zeros.ours else self.codes_by_look.of(row.code)),
            ("部署名", row.name, [] if row.name in self.names else self.names_by_look.of(row.name)),
        )
        for field, text, found in others:
            if found:
                other, why = found[0], differences(text, found[0])
                yield about(
                    row, Reason.FILE_LOOKS_ALIKE, line=line, field=field, value=text, other=other, difference=why
                )

    def with_hint(self, problem: Finding) -> Finding:
        """An unknown parent with what it may have meant."""
        if problem.reason is not Reason.DEPARTMENT_PARENT_UNKNOWN:
            return problem
        meant = problem.value.removeprefix(department_code("", ""))
        return replace(problem, detail=problem.detail + self.anything_by_look.hint(meant))
