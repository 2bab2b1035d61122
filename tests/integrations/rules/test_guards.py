"""安全装置, the rules: what nobody does on an ordinary day raises an alarm (product rule 9)."""

from datetime import date

import pytest

from integrations.kaonavi.types import Departments
from integrations.rules.departments.plan import LocalDepartment, plan_departments
from integrations.rules.employees.exceptions import Exceptions
from integrations.rules.employees.fields import CAN_BE_EMPTIED
from integrations.rules.guards import TOLD_TOGETHER, Alarm, Guard, is_alarming, kept_by, question
from tests.factories.kaonavi import EMPLOYMENT_TYPE_ID, department, employee, member, member_layout
from tests.integrations.rules.employees.plans import outcomes, plan

FULL = {  # an employee who has a value in every item that a run can empty
    "first_name": "直樹",
    "first_name_kana": "ナオキ",
    "birth_date": date(1990, 1, 1),
    "gender": "male",
    "department": "A001",
    "position": "課長",
    "employment_type": "regular",
    "hire_date": date(2020, 4, 1),
    "retirement_date": date(2026, 3, 31),
    "is_retired": True,
    "retirement_source": "kaonavi",
}
SAME = {
    "gender": "男性",
    "birthday": "1990-01-01",
    "department_code": "A001",
    "position": "課長",
    "employment_type": "正社員",
    "entered_date": "2020-04-01",
    "retired_date": "2026-03-31",
}
EMPTIED = {  # field → what カオナビ sends instead
    "employee_number": {"code": ""},
    "first_name": {"name": "青山"},
    "first_name_kana": {"name_kana": "アオヤマ"},
    "birth_date": {"birthday": ""},
    "gender": {"gender": ""},
    "department": {"department_code": ""},
    "position": {"position": ""},
    "employment_type": {"employment_type": ""},
    "hire_date": {"entered_date": ""},
    "retirement_date": {"retired_date": ""},
}


def company(size: int, **values):
    return [employee(pk, str(pk), **(FULL | values)) for pk in range(1, size + 1)]


def members(size: int, losing: int = 0, **instead):
    """Members equal to the company; the first few with `instead`."""
    for pk in range(1, size + 1):
        values = {"code": str(pk), "mail": f"m{pk}@example.co.jp", **SAME, **(instead if pk <= losing else {})}
        yield member(values.pop("code"), **values)


def test_the_table_above_is_complete():
    assert EMPTIED.keys() == CAN_BE_EMPTIED.keys()
    assert plan(*members(10), local=company(10), guard_percent=20).changes == ()


@pytest.mark.parametrize("field", CAN_BE_EMPTIED)
def test_an_item_that_many_would_lose_raises_an_alarm_and_what_is_kept_is_not_lost(field):
    source, local = list(members(20, 4, **EMPTIED[field])), company(20)
    made = plan(*source, local=local, guard_percent=20)
    assert made.alarms == (Alarm(Guard.BLANKS, field, 4, 20),)
    assert plan(*source, local=local, guard_percent=20, kept=kept_by(made.alarms)).changes == ()
    assert plan(*list(members(20, 3, **EMPTIED[field])), local=local, guard_percent=20).alarms == ()
    assert plan(*source, local=local).alarms == ()


def test_names_that_lost_their_blank_stay_as_they_are_where_a_person_keeps_them():
    undivided = {"name": "青山直樹", "name_kana": "アオヤマナオキ", "gender": "女性"}
    source, local = list(members(10, 10, **undivided)), company(10)
    made = plan(*source, local=local, guard_percent=20)
    assert [alarm.field for alarm in made.alarms] == ["first_name", "first_name_kana"]
    kept = plan(*source, local=local, kept=kept_by(made.alarms))
    assert [change.fields for change in kept.changes] == [{"gender": ("male", "female")}] * 10


def test_an_item_that_the_layout_has_no_more_is_asked_about_though_nobody_set_a_share():
    layout = member_layout(雇用形態=EMPLOYMENT_TYPE_ID)
    made = plan(*members(10), local=company(10), layout=layout)
    assert made.alarms == (Alarm(Guard.ITEM_MISSING, "position", 10, 10),)


def test_only_those_who_have_a_value_count():
    local = [*company(10), *[employee(pk, str(pk), **(FULL | {"position": ""})) for pk in range(11, 41)]]
    made = plan(*members(40, 2, position=""), local=local, guard_percent=20)
    assert made.alarms[0] == Alarm(Guard.BLANKS, "position", 2, 10)


def test_only_those_count_whom_kaonavi_had_before_or_has_now():
    new_there = [employee(pk, str(pk), **FULL, linked=False) for pk in range(11, 21)]
    gone = [employee(pk, str(pk), **FULL, missing=True) for pk in range(21, 31)]
    made = plan(*members(11, 4, position=""), local=[*company(10), *new_there, *gone], guard_percent=20)
    assert made.alarms == (Alarm(Guard.BLANKS, "position", 4, 11),)


def test_whoever_is_left_out_does_not_count():
    left_out = Exceptions(mails=frozenset(f"m{pk}@example.co.jp" for pk in range(13, 21)))
    made = plan(*members(20, 4, position=""), local=company(20), guard_percent=20, exceptions=left_out)
    assert made.alarms == (Alarm(Guard.BLANKS, "position", 4, 12),)


def test_rows_that_may_be_somebody_elses_count_among_the_rows():
    others = [member("99", "井上 花子", "イノウエ", mail=f"m{pk}@example.co.jp") for pk in range(1, 11)]
    made = plan(*others, local=company(12), guard_percent=20)
    assert made.alarms == (Alarm(Guard.CHANGING_HANDS, "", 10, 10),)


def test_what_is_kept_keeps_nothing_else():
    source = list(members(10, 5, position="", gender=""))
    made = plan(*source, local=company(10), kept=frozenset({"position"}))
    assert [change.fields for change in made.changes] == [{"gender": ("male", "")}] * 5


def test_many_who_leave_at_once_raise_an_alarm_and_stay_where_a_person_says_so():
    local = company(10, retirement_date=None, is_retired=False, retirement_source="")
    source = [*members(3, 3, gender="女性"), *list(members(10, 10, retired_date=""))[3:]]
    made = plan(*source, local=local, guard_percent=20)
    assert made.alarms == (Alarm(Guard.LEAVING, "is_retired", 3, 10),)
    kept = plan(*source, local=local, kept=kept_by(made.alarms))
    assert [change.fields for change in kept.changes] == [{"gender": ("male", "female")}] * 3


@pytest.mark.parametrize(
    ("gone", "size", "is_asked"), [(2, 10, True), (1, 10, False), (9, 9, False), (500, 1000, True)]
)
def test_many_who_are_gone_at_once_raise_an_alarm(gone, size, is_asked):
    made = plan(*list(members(size))[gone:] or [member("new")], local=company(size), guard_percent=20)
    assert [alarm.guard for alarm in made.alarms] == [Guard.SHRINKING] * is_asked
    kept = plan(*list(members(size))[gone:] or [member("new")], local=company(size), kept=kept_by(made.alarms))
    assert (len(kept.vanished), len(kept.unseen)) == ((0, gone) if is_asked else (gone, 0))


def test_whoever_is_marked_already_counts_on_neither_side():
    local = [*company(10), *[employee(pk, str(pk), **(FULL | {"missing": True})) for pk in range(11, 31)]]
    assert plan(*list(members(10))[2:], local=local, guard_percent=20).alarms == (
        Alarm(Guard.SHRINKING, "missing", 2, 10),
    )


def test_departments_shrink_too():
    local = [LocalDepartment(pk, f"D{pk}", f"部{pk}", None, None, linked=True, missing=False) for pk in range(1, 11)]
    source = Departments(tuple(department(f"D{pk}", f"部{pk}") for pk in range(1, 9)))
    made = plan_departments(source, local, guard_percent=20)
    assert made.alarms == (Alarm(Guard.SHRINKING, "missing", 2, 10, "件"),)
    kept = plan_departments(source, local, guard_percent=20, kept=kept_by(made.alarms))
    assert (kept.vanished, kept.unseen) == ((), (9, 10))


@pytest.mark.parametrize(
    ("losers", "out_of", "percent", "is_it"),
    [
        (2, 10, 20, True),
        (1, 10, 20, False),
        (9, 9, 20, False),
        (10, 10, 0, False),
        (0, 10, 1, False),
        (1, 100, 1, True),
        (199, 1000, 20, False),
    ],
)
def test_the_share_counts_from_ten_rows_on(losers, out_of, percent, is_it):
    assert is_alarming(losers, out_of, percent) is is_it


def test_two_alarms_are_two_lines_of_one_question():
    asked = question(
        [
            Alarm(Guard.BLANKS, "gender", 1200, 2871),
            Alarm(Guard.ITEM_MISSING, "position", 461, 461),
            Alarm(Guard.SHRINKING, "missing", 900, 3000),
        ]
    )
    assert asked.split("\n") == [
        "カオナビに項目「役職」が見つかりません。実行すると、461名の役職が空白で上書き更新されます。" + TOLD_TOGETHER,
        "実行すると、性別が登録されている2,871名のうち、1,200名の性別が空白で上書き更新されます。",
        "前回までカオナビにあった3,000名のうち、900名が見つかりません。実行すると、900名に「カオナビになし」の印が付きます。",
    ]


def test_where_nothing_is_lost_nothing_is_kept():
    made = plan(
        *[member("99", "井上 花子", "イノウエ", mail=f"m{pk}@example.co.jp") for pk in range(1, 11)],
        local=company(10),
        guard_percent=20,
    )
    assert made.alarms == (Alarm(Guard.CHANGING_HANDS, "", 10, 10),)
    assert kept_by(made.alarms) == frozenset()
    assert (question([]), kept_by([])) == ("", frozenset())


def test_whoever_comes_as_a_leaver_leaves_nobody():
    local = company(10, retirement_date=None, is_retired=False, retirement_source="")
    new = [member(f"n{pk}", mail=f"n{pk}@example.co.jp", retired_date="2020-01-01") for pk in range(10)]
    made = plan(*members(10, 10, retired_date=""), *new, local=local, guard_percent=20)
    assert (outcomes(made).count("created"), made.alarms) == (10, ())
