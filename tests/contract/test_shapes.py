"""How answers are compared with what is documented."""

from typing import Any

import pytest

from tests.contract.shapes import misfits, shape_of

documented = shape_of({"list": [{"code": "A", "order": 1, "memo": None}, {"code": "B", "memo": ""}], "flag": True})


def test_a_shape_has_the_types_of_each_key_over_all_elements():
    assert documented == {
        "": {"object"},
        "list": {"list"},
        "list[]": {"object"},
        "list[].code": {"text"},
        "list[].order": {"number", "absent"},
        "list[].memo": {"null", "text"},
        "flag": {"flag"},
    }


@pytest.mark.parametrize(
    "answer",
    [
        {"list": [], "flag": False},
        {"list": [{"code": "A", "memo": None}], "flag": None},
        {"list": [{"code": "A", "memo": "", "new": {}}], "flag": True, "new": 1},
    ],
)
def test_blanks_further_keys_and_empty_lists_fit(answer: Any):
    assert misfits(documented, shape_of(answer)) == {}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"flag": True}, {"list": {"absent"}}),
        ({"list": {"code": "A"}, "flag": True}, {"list": {"object"}}),
        ({"list": ["A"], "flag": True}, {"list[]": {"text"}}),
        ({"list": [{"code": 7, "memo": ""}], "flag": True}, {"list[].code": {"number"}}),
        ({"list": [{"code": "A", "memo": ""}, {"memo": ""}], "flag": True}, {"list[].code": {"absent"}}),
        ([], {"": {"list"}}),
    ],
)
def test_missing_keys_and_other_types_do_not_fit(answer: Any, expected: dict[str, set[str]]):
    assert misfits(documented, shape_of(answer)) == expected
