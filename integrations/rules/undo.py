"""Taking a wrong import back: which records are still as the import made them."""

from collections.abc import Mapping
from datetime import date
from typing import Any


def is_as_created(created: Mapping[str, tuple[Any, Any]], present: Mapping[str, Any]) -> bool:
    """Whether a record has every value that it was created with.

    `created` is the stored change, field → [None, value], in which dates are ISO texts. A field that the change does
    not know, because a later version added it, says nothing.
    """
    values = {field: value.isoformat() if isinstance(value, date) else value for field, value in present.items()}
    return all(values[field] == new for field, (_, new) in created.items() if field in values)
