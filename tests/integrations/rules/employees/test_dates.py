"""Rule 11: dates are real dates."""

from datetime import date

import pytest

from tests.factories.findings import sentence
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import news, outcomes, plan

ITEMS = {"birthday": "生年月日", "entered_date": "入社日", "retired_date": "退職日"}
FIELDS = {"birthday": "birth_date", "entered_date": "hire_date", "retired_date": "retirement_date"}


@pytest.mark.parametrize("name", ITEMS)
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1988-02-29", date(1988, 2, 29)),
        (" 2011-04-01　", date(2011, 4, 1)),
        ("2011/04/01", date(2011, 4, 1)),
        ("2011/4/1", date(2011, 4, 1)),
        ("0001-01-01", date(1, 1, 1)),
        ("9999-12-31", date(9999, 12, 31)),
        ("", None),
        ("　", None),
    ],
)
def test_it_takes_a_real_date(name, text, day):
    assert news(plan(member(**{name: text})))[FIELDS[name]] == day


@pytest.mark.parametrize("name", ITEMS)
@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "0000-01-01",
        "2024-04",
        "20240401",
        "2024-W14-1",
        "2024-04/01",
        "24-04-01",
        "2024-04-01 00:00:00",
        "２０２４-04-01",
        "２０２４/4/1",
        "2024年4月1日",
        "未定",
        "12024-04-01",
        "2024-04-01\x00",
        "----------",
    ],
)
def test_it_refuses_anything_else_and_names_the_item(name, text):
    made = plan(member(**{name: text}), local=[employee(gender="male")])
    (issue,) = made.issues
    assert (outcomes(made), made.changes) == (["failed"], ())
    assert (issue.reason, issue.field, issue.value) == ("MEMBER_DATE_INVALID", ITEMS[name], text.replace("\0", "␀"))
    assert ITEMS[name] in sentence(issue)


def test_each_wrong_date_is_an_issue():
    made = plan(member(birthday="x", entered_date="y", retired_date="z"))
    assert [(issue.field, issue.value) for issue in made.issues] == [
        ("生年月日", "x"),
        ("入社日", "y"),
        ("退職日", "z"),
    ]
    assert outcomes(made) == ["failed"]
