"""Rule 9: カオナビ has no item 役職 or 雇用形態, so what we have would be blanked."""

import pytest

from integrations.kaonavi.types import Item, MemberLayout
from integrations.rules.draft import Plan
from integrations.rules.guards import Alarm, Guard, question
from tests.factories.kaonavi import EMPLOYMENT_TYPE_ID, POSITION_ID, employee, member, member_layout
from tests.integrations.rules.employees.plans import news, outcomes, plan

NEITHER = member_layout(内線=313)
BOTH = frozenset({"position", "employment_type"})
CHIEF = employee(position="課長", employment_type="regular")


def lost(made: Plan) -> dict[str, int]:
    """Item → how many would lose it because the layout has no such item."""
    assert {alarm.guard for alarm in made.alarms} == {Guard.ITEM_MISSING}
    return {alarm.label: alarm.losers for alarm in made.alarms}


def missing(**losers: int) -> list[Alarm]:
    return [Alarm(Guard.ITEM_MISSING, field, number, number) for field, number in losers.items()]


def test_it_blanks_the_values_and_counts_them():
    made = plan(member(), local=[CHIEF], layout=NEITHER)
    assert made.changes[0].fields == {"position": ("課長", ""), "employment_type": ("regular", "")}
    assert lost(made) == {"役職": 1, "雇用形態": 1}


def test_it_counts_only_the_item_that_is_missing():
    made = plan(member(), local=[CHIEF], layout=member_layout(役職=POSITION_ID))
    assert lost(made) == {"雇用形態": 1}


@pytest.mark.parametrize("name", ["役職名", "役職 ", "　役職", "役職（一覧）", "Position"])
def test_an_item_of_almost_that_name_is_not_the_item(name):
    layout = member_layout(**{name: POSITION_ID, "雇用形態": EMPLOYMENT_TYPE_ID})
    made = plan(member(position="部長", employment_type="正社員"), local=[CHIEF], layout=layout)
    assert made.changes[0].fields == {"position": ("課長", "")}
    assert lost(made) == {"役職": 1}


def test_only_values_that_a_taken_member_would_lose_count():
    made = plan(
        member("1"),
        member("2"),
        member("3", name=""),
        member("4", department_code="X"),
        member("5"),
        local=[
            employee(1, "1", position="課長"),
            employee(2, "2", position="　"),
            employee(3, "3", position="課長"),
            employee(4, "4", position="課長"),
            employee(6, "6", position="課長"),
        ],
        layout=NEITHER,
    )
    assert outcomes(made) == ["updated", "updated", "skipped", "failed", "created"]
    assert lost(made) == {"役職": 1}


def test_nothing_is_blanked_where_we_have_nothing():
    assert plan(member(), local=[employee()], layout=NEITHER).alarms == ()
    assert plan(member(), layout=NEITHER).alarms == ()


def test_it_keeps_the_values_where_a_person_chose_so():
    made = plan(member(gender="男性"), local=[CHIEF], layout=NEITHER, kept=BOTH)
    assert made.changes[0].fields == {"gender": ("", "male")}
    assert made.alarms == ()


@pytest.mark.parametrize("share", [0, 1])
def test_nobody_is_asked_where_the_settings_say_so(share: int):
    made = plan(
        *(member(str(number)) for number in range(10)),
        local=[employee(number + 1, str(number), position="課長", employment_type="regular") for number in range(10)],
        layout=NEITHER,
        overwrite_missing_items=True,
        guard_percent=share,
    )
    assert [change.fields["position"] for change in made.changes] == [("課長", "")] * 10
    assert made.alarms == ()


def test_a_new_employee_has_nothing_to_keep():
    taken = news(plan(member(), layout=NEITHER, kept=BOTH))
    assert (taken["position"], taken["employment_type"]) == ("", "")


def test_keeping_concerns_only_the_item_that_was_asked_about():
    made = plan(member(), local=[CHIEF], layout=member_layout(役職=POSITION_ID), kept=frozenset({"employment_type"}))
    assert made.changes[0].fields == {"position": ("課長", "")}


def test_of_two_items_of_the_same_name_the_first_with_a_value_counts():
    layout = MemberLayout((Item(1, "役職", "enum"), Item(2, "役職", "string")))
    assert news(plan(member(custom={1: ("部長",), 2: ("課長",)}), layout=layout))["position"] == "部長"
    assert news(plan(member(custom={1: (" ",), 2: ("課長",)}), layout=layout))["position"] == "課長"


@pytest.mark.parametrize(
    ("names", "doubled"),
    [(["役職"] * 2, "役職"), (["雇用形態"] * 3, "雇用形態"), (["役職", "雇用形態"] * 2, "役職、雇用形態")],
)
def test_items_of_the_same_name_are_told_once_a_run(names, doubled):
    layout = MemberLayout(tuple(Item(number, name, "enum") for number, name in enumerate(names)))
    made = plan(member("1"), member("2"), layout=layout)
    found = [issue for issue in made.issues if issue.reason == "MEMBER_ITEM_AMBIGUOUS"]
    assert [(issue.severity, issue.field, issue.subject_key) for issue in found] == [("warning", doubled, "")]


def test_the_question_is_the_manuals_warning_with_the_number_of_people():
    assert question(missing(position=2871)) == (
        "カオナビに項目「役職」が見つかりません。実行すると、2,871名の役職が空白で上書き更新されます。"
        "項目名を変更している場合は、デフォルトの項目名に戻してください。"
    )


def test_the_question_names_each_item():
    assert question(missing(position=2871, employment_type=3)) == (
        "カオナビに項目「役職」が見つかりません。実行すると、2,871名の役職が空白で上書き更新されます。"
        "カオナビに項目「雇用形態」が見つかりません。実行すると、3名の雇用形態が空白で上書き更新されます。"
        "項目名を変更している場合は、デフォルトの項目名に戻してください。"
    )


def test_there_is_no_question_where_nothing_would_be_blanked():
    assert question([]) == ""
