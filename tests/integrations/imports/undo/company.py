"""What a company's rows are, for comparing before and after."""

from typing import Any

from departments.models import Department
from employees.models import Employee

KNOWN = "last_seen_at"  # that カオナビ has had a row stays known, and is no value


def rows_of(model: type[Any]) -> dict[int, dict[str, Any]]:
    """Number → all values; of when it went missing only whether it did."""
    rows = {}
    for row in model.objects.values():
        row["missing_since"] = row["missing_since"] is not None
        del row[KNOWN]
        rows[row.pop("id")] = row
    return rows


def company() -> tuple[Any, ...]:
    return rows_of(Department), rows_of(Employee)
