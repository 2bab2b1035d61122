"""Random little companies: ours and the reference must say the same of each."""

from collections import Counter
from collections.abc import Sequence
from random import SystemRandom

import pytest

from integrations.kaonavi.types import Members
from integrations.reasons import Reason
from integrations.rules.draft import Plan
from integrations.rules.employees.fields import LocalEmployee
from integrations.rules.employees.plan import plan_employees
from integrations.rules.guards import Guard
from tests.integrations.rules.employees.drawing import DEPARTMENTS, EMPLOYMENT_TYPES, POSITIONS, Company, draw_companies
from tests.integrations.rules.employees.plans import apply
from tests.integrations.rules.employees.reference import Here, Row, Settings, Verdict, run


def plan(company: Company, local: Sequence[LocalEmployee]) -> Plan:
    return plan_employees(
        Members(company.members, company.unreadable),
        company.layout,
        departments=DEPARTMENTS,
        local=local,
        first_name_filler=company.filler,
        kept=frozenset(lacking(company) if company.keep else ()),
    )


def lacking(company: Company) -> set[str]:
    """What the layout has no item for."""
    there = {item.name for item in company.layout.custom_items}
    return {field for name, field in (("役職", "position"), ("雇用形態", "employment_type")) if name not in there}


def mirror(local: Sequence[LocalEmployee]) -> dict[str, Here]:
    """Our people as the reference has them."""
    return {
        one.email: Here(
            number=one.employee_number,
            last=one.values.last_name,
            first=one.values.first_name,
            last_kana=one.values.last_name_kana,
            first_kana=one.values.first_name_kana,
            born=one.values.birth_date,
            gender=one.values.gender,
            department=one.values.department,
            position=one.values.position,
            employment_type=one.values.employment_type,
            hired=one.values.hire_date,
            retired=one.values.retirement_date,
            is_retired=one.values.is_retired,
            retirement_source=one.values.retirement_source,
            linked=one.linked,
            missing=one.missing,
        )
        for one in local
    }


def ask_the_reference(company: Company) -> Verdict:
    there = {item.id for item in company.layout.custom_items}
    positions = [number for number in POSITIONS if number in there]
    employment_types = [number for number in EMPLOYMENT_TYPES if number in there]
    rows = [
        Row(
            number=one.code,
            name=one.name,
            kana=one.name_kana,
            mail=one.mail,
            born=one.birthday,
            hired=one.entered_date,
            retired=one.retired_date,
            gender=one.gender,
            department=one.department_code,
            position=tuple(one.custom[number] for number in positions),
            employment_type=tuple(one.custom[number] for number in employment_types),
        )
        for one in company.members
    ]
    settings = Settings(DEPARTMENTS, len(positions), len(employment_types), company.filler, company.keep)
    return run(rows, [element.key for element in company.unreadable], mirror(company.local), settings)


# Of files alone, and where somebody has decided. Exceptions have a property of their own.
EXCEPTIONS = {Reason.MEMBER_EXCLUDED, Reason.MEMBER_OUT_OF_SCOPE, Reason.MEMBER_ITEM_PINNED}
NOT_DRAWN = {Reason.MEMBER_VALUE_INVALID, Reason.MEMBER_MAIL_TAKEN_OVER, *EXCEPTIONS}
OF_THE_RUN = {Reason.MEMBER_NAME_NOT_SPLIT, Reason.MEMBER_ITEM_AMBIGUOUS}


def tell(made: Plan, local: Sequence[LocalEmployee]) -> dict[str, object]:
    return {
        "outcomes": sorted(outcome.value for outcome in made.outcomes),
        "reasons": Counter(
            (issue.subject_key.strip(), issue.reason.value) for issue in made.issues if issue.reason not in OF_THE_RUN
        ),
        "warnings": {issue.reason.value for issue in made.issues if issue.reason in OF_THE_RUN},
        "not checked": made.is_unsure,
        "not split": [issue.params["people"] for issue in made.issues if issue.reason is Reason.MEMBER_NAME_NOT_SPLIT],
        "blanked": {alarm.label: alarm.losers for alarm in made.alarms if alarm.guard is Guard.ITEM_MISSING},
        "after": mirror(apply(made, local)),
    }


def tell_reference(verdict: Verdict) -> dict[str, object]:
    return {
        "outcomes": sorted(verdict.outcomes),
        "reasons": verdict.reasons,
        "warnings": verdict.warnings,
        "not checked": verdict.absence_unchecked,
        "not split": [str(verdict.not_split)] if verdict.not_split else [],
        "blanked": verdict.blanked,
        "after": verdict.after,
    }


def compare(company: Company) -> None:
    made = plan(company, company.local)
    verdict = ask_the_reference(company)
    assert made.is_empty_source == verdict.source_empty, company
    if not verdict.source_empty:
        assert tell(made, company.local) == tell_reference(verdict), company


def run_again(company: Company) -> None:
    first = plan(company, company.local)
    second = plan(company, apply(first, company.local))
    assert (second.changes, second.released, second.vanished) == ((), (), ()), company


def test_it_agrees_with_the_reference():
    for company in draw_companies(seed=1, count=500):
        compare(company)


def test_a_second_run_is_idle():
    for company in draw_companies(seed=2, count=500):
        run_again(company)


def test_the_companies_have_every_kind_of_row():
    """Else the agreement would say little."""
    verdicts = [ask_the_reference(company) for company in draw_companies(seed=1, count=500)]
    seen = {reason for verdict in verdicts for _, reason in verdict.reasons}
    kinds = {reason.value for reason in Reason if reason.value.startswith("MEMBER_")}
    assert kinds - seen == {reason.value for reason in OF_THE_RUN | NOT_DRAWN}


@pytest.mark.long
def test_it_agrees_with_the_reference_on_very_many():
    for company in draw_companies(SystemRandom().randrange(2**32), count=5_000):
        compare(company)
        run_again(company)
