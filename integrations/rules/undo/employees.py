"""What an undo may do to people. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from integrations.rules.employees.fields import FIELDS
from integrations.rules.undo.steps import Step, settle
from integrations.rules.undo.unique import taken

RETIREMENT = ("retirement_date", "is_retired", "retirement_source")
TOGETHER = (RETIREMENT,)
LABELS = {
    **{name: field.item or field.heading or "退職の登録元" for name, field in FIELDS.items()},
    "missing": "「カオナビになし」の印",
}
MAIL_TAKEN = "元のメールアドレスは、ほかの社員が使っています"
NO_DEPARTMENT = "元の所属部署がありません"


def settle_people(steps: Sequence[Step], holders: Mapping[str, Iterable[int]], departments: Collection[str]) -> None:
    """Give up what cannot be. `holders` are the people (pk) by the mail address that they have now."""

    def obstacles() -> Iterator[tuple[Step, str, str]]:
        for step in steps:
            label = step.back.get("department")
            if label and label not in departments:
                yield step, "department", NO_DEPARTMENT
        yield from taken("email", steps, holders, MAIL_TAKEN)

    settle(obstacles)
