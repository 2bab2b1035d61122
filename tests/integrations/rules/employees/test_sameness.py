"""Rules 12 and 15: who is created, and what of an employee is made equal."""

from datetime import date

from integrations.rules.employees.fields import FIELDS
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import apply, outcomes, plan

FULL = member(
    "E1007",
    "青山 直樹",
    "アオヤマ ナオキ",
    mail="naoki.aoyama@example.co.jp",
    position="課長",
    employment_type="正社員",
    entered_date="2011-04-01",
    retired_date="2025-09-30",
    gender="男性",
    birthday="1988-02-29",
    department_code="A001",
)
VALUES = {
    "email": "naoki.aoyama@example.co.jp",
    "employee_number": "E1007",
    "last_name": "青山",
    "first_name": "直樹",
    "last_name_kana": "アオヤマ",
    "first_name_kana": "ナオキ",
    "birth_date": date(1988, 2, 29),
    "gender": "male",
    "department": "A001",
    "position": "課長",
    "employment_type": "regular",
    "hire_date": date(2011, 4, 1),
    "retirement_date": date(2025, 9, 30),
    "is_retired": True,
    "retirement_source": "kaonavi",
}


def test_it_creates_an_employee_with_every_field():
    (change,) = plan(FULL).changes
    assert change.fields == {field: (None, value) for field, value in VALUES.items()}
    assert (change.pk, change.is_new) == (None, True)
    assert tuple(change.fields) == tuple(FIELDS)


def test_it_makes_every_edited_value_equal_again():
    edited = employee(
        7, "E1007", email=VALUES["email"], last_name="別", first_name="人", position="部長", department="A002"
    )
    (change,) = plan(FULL, local=[edited]).changes
    assert change.pk == 7
    assert {field: new for field, (_, new) in change.fields.items()} == {
        field: value for field, value in VALUES.items() if value != getattr(edited.values, field)
    }
    assert change.fields["position"] == ("部長", "課長")


def test_a_second_run_changes_nothing():
    after = apply(plan(FULL, member("2")), [])
    made = plan(FULL, member("2"), local=after)
    assert (made.changes, made.vanished, outcomes(made)) == ((), (), ["unchanged", "unchanged"])


def test_a_changed_mail_address_makes_a_new_employee():
    made = plan(member(mail="new@example.co.jp"), local=[employee()])
    assert outcomes(made) == ["created"]
    assert made.vanished == (1,)


def test_nothing_of_an_employee_outside_the_source_is_touched():
    made = plan(member(), local=[employee(), employee(2, "1002", linked=False, last_name="手入力")])
    assert made.changes == ()
