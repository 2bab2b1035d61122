"""同期の例外 in the plan: who is left out, what stays as it is, and that nobody else is touched by it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from integrations.kaonavi.types import Members
from integrations.reasons import Severity
from integrations.rules.employees.exceptions import (
    NONE,
    PINNABLE,
    Exceptions,
    Excluded,
    Scope,
    left_out,
    told_of_pins,
)
from integrations.rules.employees.groups import mail_key
from integrations.rules.employees.row import MemberContext
from integrations.rules.guards import Guard
from tests.factories.findings import sentence
from tests.factories.kaonavi import employee, member, member_layout
from tests.integrations.rules.employees.plans import DEPARTMENTS, apply, news, outcomes, plan, reasons
from tests.integrations.rules.employees.test_identity import AOYAMA, INOUE, SWAPPED, different
from tests.integrations.rules.employees.test_properties import companies, sources

MAIL = "m1001@example.co.jp"
EXCLUDED = [
    Exceptions(people=frozenset({1})),
    Exceptions(mails=frozenset({MAIL})),
    Exceptions(numbers=frozenset({"1001"})),
]


@pytest.mark.parametrize("exceptions", EXCLUDED)
@pytest.mark.parametrize("source", [{}, {"mail": "new@example.co.jp"}, {"code": "2002"}, {"mail": f" {MAIL.upper()}"}])
def test_somebody_left_out_stays_as_they_are_whichever_of_their_keys_changed(exceptions, source: dict[str, Any]):
    ours = employee(1, "1001", email=MAIL, position="課長")
    made = plan(member(**{"mail": MAIL, **source}, retired_date="2024-04-01"), local=[ours], exceptions=exceptions)
    assert (outcomes(made), reasons(made)) == (["skipped"], ["MEMBER_EXCLUDED"])
    assert (made.changes, made.vanished, made.released, made.linked) == ((), (), (), {})
    assert made.issues[0].severity is Severity.SKIPPED


@pytest.mark.parametrize("exceptions", EXCLUDED[1:])
def test_somebody_left_out_need_not_be_here(exceptions):
    made = plan(member(), member("2"), exceptions=exceptions)
    assert (outcomes(made), [change.key for change in made.changes]) == (["skipped", "created"], ["m2@example.co.jp"])


def test_of_two_with_one_number_the_other_one_is_taken():
    other = employee(2, "1001", email="b@example.co.jp")
    source = (member(), member("1001", mail="b@example.co.jp", position="部長"))
    made = plan(*source, local=[employee(), other], exceptions=EXCLUDED[0])
    assert (outcomes(made), [change.pk for change in made.changes]) == (["skipped", "updated"], [2])


def test_a_blank_name_says_so_and_what_else_is_wrong_with_somebody_left_out_is_not_told():
    made = plan(member(name="", birthday="x"), member("2", birthday="x"), exceptions=Exceptions(numbers={"1001", "2"}))
    assert (reasons(made), outcomes(made)) == (["MEMBER_NAME_MISSING", "MEMBER_EXCLUDED"], ["skipped"] * 2)


@pytest.mark.parametrize(
    ("scope", "left", "field"),
    [
        (Scope({"A001", "A002"}), {"3", "4"}, {"所属"}),
        (Scope(None, {"regular"}), {"2", "4"}, {"雇用形態"}),
        (Scope(None, {"regular", ""}), {"2"}, {"雇用形態"}),
        (Scope({"A001"}, {"regular"}), {"2", "3", "4"}, {"所属"}),  # told first
        (Scope(frozenset()), {"1", "2", "3", "4"}, {"所属"}),
    ],
)
def test_only_those_of_the_scope_are_taken(scope: Scope, left: set[str], field: set[str]):
    rows = [
        member("1", department_code="A001", employment_type="正社員"),
        member("2", department_code=" A002 ", employment_type="アルバイト・パート"),
        member("3", department_code="A003", employment_type="正社員"),
        member("4"),
    ]
    made = plan(*rows, exceptions=Exceptions(scope=scope))
    assert {issue.subject_key for issue in made.issues if issue.reason == "MEMBER_OUT_OF_SCOPE"} == left
    assert {issue.field for issue in made.issues} == field
    assert outcomes(made).count("skipped") == len(left)


@pytest.mark.parametrize(
    ("scope", "source", "told"),
    [
        (Scope({"A001"}), {"department_code": " A002 ", "department_name": " 営業部 "}, ("所属", "営業部")),
        (Scope({"A001"}), {"department_code": " A003 "}, ("所属", "A003")),
        (Scope(None, {"regular"}), {"employment_type": " 顧問 "}, ("雇用形態", "顧問")),
    ],
)
def test_whoever_is_out_of_the_scope_is_told_by_what_kaonavi_has(scope, source, told):
    (issue,) = plan(member(**source), exceptions=Exceptions(scope=scope)).issues
    assert (issue.reason, issue.field, issue.value) == ("MEMBER_OUT_OF_SCOPE", *told)


def test_with_somebody_who_has_neither_mail_nor_number_nobody_else_is_left_out():
    local = [employee(1, "", email=""), employee(2, "2", email="")]
    made = plan(member("", mail="b@x.jp"), member("2", mail="c@x.jp"), local=local, exceptions=EXCLUDED[0])
    assert outcomes(made) == ["created", "updated"]
    assert not Excluded(local, EXCLUDED[0]).has("3", "")


def test_a_department_that_we_do_not_know_is_an_error_and_not_out_of_scope():
    made = plan(member(department_code="X"), exceptions=Exceptions(scope=Scope({"A001"})))
    assert reasons(made) == ["MEMBER_DEPARTMENT_UNKNOWN"]


@pytest.mark.parametrize("mail", [MAIL, "new@example.co.jp"])
def test_somebody_who_falls_out_of_the_scope_neither_leaves_nor_vanishes(mail):
    ours = employee(1, "1001", email=MAIL, department="A001", position="課長")
    made = plan(
        member(mail=mail, department_code="A002", retired_date="2024-04-01"),
        local=[ours],
        exceptions=Exceptions(scope=Scope({"A001"})),
    )
    assert (outcomes(made), apply(made, [ours])) == (["skipped"], [ours])


@pytest.mark.parametrize("exceptions", [*EXCLUDED, Exceptions(scope=Scope({"A001"}))])
def test_somebody_left_out_whom_kaonavi_has_again_loses_the_mark_and_nothing_else(exceptions):
    made = plan(member(gender="女性"), local=[employee(1, "1001", email=MAIL, missing=True)], exceptions=exceptions)
    assert (outcomes(made), news(made)) == (["skipped"], {"missing": False})


def test_the_mail_of_somebody_left_out_still_counts_as_shared():
    made = plan(member(mail="x@x.jp"), member("2", mail="x@x.jp"), exceptions=Exceptions(numbers={"2"}))
    assert (outcomes(made), reasons(made)) == (["failed", "skipped"], ["MEMBER_MAIL_DUPLICATE", "MEMBER_EXCLUDED"])


@pytest.mark.parametrize(
    "exceptions",
    [
        Exceptions(people={1}),
        Exceptions(people={2}),
        Exceptions(numbers={"1001"}),
        Exceptions(mails={"i@example.co.jp"}),
        Exceptions(scope=Scope({"A001"})),
    ],
)
def test_in_a_swap_nobody_gets_the_mail_of_somebody_who_is_left_out(exceptions):
    """青山's row is out of the scope, or one of the two is left out; the swap was decided on before."""
    local = [AOYAMA, INOUE]
    rows = (SWAPPED[0], member("2002", "井上 花子", "イノウエ ハナコ", mail=AOYAMA.email, department_code="A001"))
    made = plan(*rows, local=local, decisions=different((1, "2002", AOYAMA.email)), exceptions=exceptions)
    assert [one.email for one in apply(made, local)] == [AOYAMA.email, INOUE.email]
    assert not {"created", "updated"} & set(outcomes(made))


def test_a_pinned_item_stays_and_the_others_flow():
    ours = employee(1, "1001", email=MAIL, position="課長", gender="")
    made = plan(member(position="部長", gender="女性"), local=[ours], exceptions=Exceptions(pins={1: {"position"}}))
    assert (outcomes(made), news(made)) == (["updated"], {"gender": "female"})
    (issue,) = made.issues
    assert (issue.reason, issue.severity, issue.field, issue.value) == (
        "MEMBER_ITEM_PINNED",
        Severity.SKIPPED,
        "役職",
        "部長",
    )
    assert "役職をカオナビの値に変えていません" in sentence(issue)


IN_KAONAVI = {
    "employee_number": "1002",
    "last_name": "井上 花子",
    "last_name_kana": "イノウエ ハナコ",
    "birth_date": "1990-01-02",
    "gender": "女性",
    "department": "A002",
    "position": "部長",
    "employment_type": "契約社員",
    "hire_date": "2021-04-01",
    "retirement_date": "2024-04-01",
}


@pytest.mark.parametrize("pin", PINNABLE)
def test_each_item_can_be_pinned_and_the_second_run_is_idle(pin: str):
    ours = employee(
        1, "1001", email=MAIL, birth_date=date(1990, 1, 1), department="A001", position="課長",
        employment_type="regular", gender="male", hire_date=date(2020, 4, 1),
    )  # fmt: skip
    source = member(
        " 1002", "井上 花子 ", "イノウエ ハナコ", mail=MAIL, birthday="1990-01-02", department_code="A002", position="部長",
        employment_type="契約社員", gender="女性", entered_date="2021-04-01", retired_date=" 2024-04-01",
    )  # fmt: skip
    exceptions, said = Exceptions(pins={1: {pin}}), {(1, "1002", MAIL): True}
    made = plan(source, local=[ours], exceptions=exceptions, decisions=said)
    kept = PINNABLE[pin].fields
    assert set(news(made)) == set(ours.values._fields) - {"email", *kept}
    assert [(issue.field, issue.value) for issue in made.issues] == [(PINNABLE[pin].label, IN_KAONAVI[pin])]
    after = apply(made, [ours])
    assert [getattr(after[0].values, name) for name in kept] == [getattr(ours.values, name) for name in kept]
    again = plan(source, local=after, exceptions=exceptions, decisions=said)
    assert (again.changes, reasons(again)) == ((), ["MEMBER_ITEM_PINNED"])


def test_a_department_that_is_pinned_is_told_by_its_name():
    source = member(mail=MAIL, department_code="A002", department_name="営業部")
    made = plan(source, local=[employee(email=MAIL)], exceptions=Exceptions(pins={1: {"department"}}))
    assert [issue.value for issue in made.issues] == ["営業部"]


def test_the_runs_message_says_how_many_items_stayed():
    assert told_of_pins(0) == ""
    assert told_of_pins(1234) == "固定している項目1,234件は、カオナビの値に変えていません。"


def test_a_pin_in_which_nothing_differs_is_not_told():
    ours = employee(1, "1001", email=MAIL, position="課長")
    assert reasons(plan(member(position="課長"), local=[ours], exceptions=Exceptions(pins={1: {"position"}}))) == []


def test_what_is_left_out_or_pinned_rings_no_guard_and_counts_in_no_share():
    """Ten of twenty lose their 役職: of those who are taken all of them, or nobody."""
    local = [employee(pk, str(pk), position="課長") for pk in range(1, 21)]
    rows = [member(str(pk), position="課長" if pk > 10 else "") for pk in range(1, 21)]
    losers = frozenset(range(1, 11))

    def alarms(exceptions: Exceptions) -> list[tuple[str, int, int]]:
        made = plan(*rows, local=local, guard_percent=60, exceptions=exceptions)
        return [(alarm.guard, alarm.losers, alarm.out_of) for alarm in made.alarms]

    assert alarms(NONE) == alarms(Exceptions(people=losers)) == []
    assert alarms(Exceptions(people=frozenset(range(11, 21)))) == [(Guard.BLANKS, 10, 10)]
    assert alarms(Exceptions(people=frozenset(range(11, 21)), pins={pk: {"position"} for pk in losers})) == []


pins = st.dictionaries(st.integers(1, 5), st.frozensets(st.sampled_from(list(PINNABLE)), max_size=2), max_size=3)
exceptions_of_any_kind = st.builds(
    Exceptions,
    people=st.frozensets(st.integers(1, 5), max_size=2),
    mails=st.frozensets(st.sampled_from(["a@x.jp", "b@x.jp"]), max_size=1),
    numbers=st.frozensets(st.sampled_from(["1", "2", "3"]), max_size=1),
    scope=st.builds(
        Scope,
        st.none() | st.frozensets(st.sampled_from(DEPARTMENTS)),
        st.none() | st.frozensets(st.sampled_from(["", "regular", "other"]), min_size=1),
    ),
    pins=pins,
)


@given(members=sources, company=companies, exceptions=exceptions_of_any_kind)
def test_every_row_that_no_exception_covers_is_planned_exactly_as_without(members, company, exceptions):
    """Rows of people who have no pin. Who shares a 社員番号 with somebody who is not taken is another matter."""
    layout = member_layout()
    terms = MemberContext.of(layout, DEPARTMENTS, "", frozenset())
    mails = [mail_key(one) for one in members]
    aside = left_out(members, mails, company, exceptions, terms)
    assume(aside or exceptions.pins)
    held = {one.email for one in company if one.pk in exceptions.pins} | {mails[place] for place in aside}
    numbers = {members[place].code.strip() for place in aside} | {
        one.employee_number for one in company if one.email in held or one.pk in exceptions.pins
    }
    free = {
        mail
        for place, mail in enumerate(mails)
        if place not in aside and mail not in held and members[place].code.strip() not in numbers - {""}
    }

    def told(given: Exceptions) -> tuple[Any, Any, Any]:
        made = plan(*members, local=company, layout=layout, exceptions=given)
        changes = [(c.pk, c.key, dict(c.fields)) for c in made.changes if c.key in free]
        issues = [issue for issue in made.issues if issue.email.strip().lower() in free and issue.email]
        fates = [made.outcomes[place] for place, mail in enumerate(mails) if mail in free]
        return changes, issues, fates

    assert told(exceptions) == told(NONE)
    made = plan(*members, local=company, layout=layout, exceptions=exceptions)
    assert len(made.outcomes) == len(Members(tuple(members), ()).items)
    assert {mails[place] for place in aside}.isdisjoint(change.key for change in made.changes if change.is_new)
