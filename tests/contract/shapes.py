"""The shape of JSON: which keys there are, and of which types their values."""

from typing import Any

Shape = dict[str, set[str]]
"""Path (`member_data[].code`) → the types seen there, over all elements of a list; `absent` where a key is missing."""

ABSENT = object()
TYPES = {bool: "flag", int: "number", float: "number", str: "text", list: "list", dict: "object", type(None): "null"}


def shape_of(answer: Any) -> Shape:
    shape: Shape = {}
    describe([answer], "", shape)
    return shape


def describe(values: list[Any], path: str, shape: Shape) -> None:
    shape[path] = {TYPES.get(type(value), "absent") for value in values}
    objects = [value for value in values if isinstance(value, dict)]
    for key in dict.fromkeys(key for each in objects for key in each):
        describe([each.get(key, ABSENT) for each in objects], f"{path}.{key}".lstrip("."), shape)
    elements = [element for value in values if isinstance(value, list) for element in value]
    if elements:
        describe(elements, f"{path}[]", shape)


def misfits(documented: Shape, seen: Shape) -> dict[str, set[str]]:
    """Where `seen` has a type that is not documented, or lacks a key that is. Further keys and `null` always fit.

    Below a list that happens to be empty nothing can be said.
    """
    found = {}
    for path, types in documented.items():
        is_key_of_an_object = not path.endswith("[]") and "object" in seen.get(path.rpartition(".")[0], ())
        strange = seen.get(path, {"absent"} if is_key_of_an_object else set()) - types - {"null"}
        if strange:
            found[path] = strange
    return found
