"""Taking a wrong import back: which records are still as the import made them."""

from collections.abc import Mapping
from datetime import date
from typing import Any


def is_as_created(created: Mapping[str, tuple[Any, Any]], present: Mapping[str, Any]) -> bool:
    """Whether a record has every value that it was created with.

    `created` is the stored change, field → [None, value], in which dates are ISO texts. A field that the change does
    not know, because a later version added it, says nothing.
    """
    return all(in_json(present[field]) == new for field, (_, new) in created.items() if field in present)


def in_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
