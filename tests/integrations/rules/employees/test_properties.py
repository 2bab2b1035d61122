"""Whatever カオナビ sends and whatever we have: the plan holds its promises."""

from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from integrations.kaonavi.types import Member, MemberLayout, Unreadable
from integrations.reasons import Severity
from integrations.rules.employees.fields import LIMITED, LocalEmployee, Values
from integrations.rules.plan import Outcome, count
from tests.factories.findings import remedy, sentence
from tests.factories.kaonavi import EMPLOYMENT_TYPE_ID, POSITION_ID, member_layout
from tests.integrations.rules.employees.plans import DEPARTMENTS, apply, plan

# Few values of each kind, so that they meet; and any text at all, so that nothing is taken for granted.
anything = st.text(max_size=6)
mails = (
    st.sampled_from(["a@x.jp", "A@X.jp ", "b@x.jp", "c@x.jp", "d@x.jp", "", "　", "ｅ＠ｘ．ｊｐ", "none"]) | anything
)
numbers = st.sampled_from(["1", "2", "2 ", "3", "", "４"]) | anything
names = st.sampled_from(["青山 直樹", "青山　直樹", "田中太郎", "", " ", "長" * 101]) | anything
days = st.sampled_from(["", "2024-02-29", "2023-02-29", "2024/4/1"]) | anything
values = st.lists(st.sampled_from(["課長", "部長", "正社員", "嘱託", "", " "]) | anything, max_size=2).map(tuple)

members = st.builds(
    Member,
    code=numbers,
    name=names,
    name_kana=names,
    mail=mails,
    entered_date=days,
    retired_date=days,
    gender=st.sampled_from(["男性", "女性", "", "他"]),
    birthday=days,
    department_code=st.sampled_from([*DEPARTMENTS, "", "X"]) | anything,
    custom=st.dictionaries(st.sampled_from([POSITION_ID, EMPLOYMENT_TYPE_ID]), values),
)
sources = st.lists(members, max_size=8)
broken = st.lists(st.builds(Unreadable, position=st.integers(1, 9), key=anything, problem=st.just("")), max_size=1)
layouts = st.sampled_from(
    [member_layout(), member_layout(役職=POSITION_ID), member_layout(雇用形態=EMPLOYMENT_TYPE_ID), member_layout(x=1)]
)
optional_days = st.sampled_from([None, date(2024, 2, 29), date(2024, 4, 1)])
values_of_ours = st.builds(
    Values,
    email=st.sampled_from(["a@x.jp", "b@x.jp", "c@x.jp", "d@x.jp", "z@x.jp", ""]),
    employee_number=st.sampled_from(["1", "2", "3", "9", ""]),
    last_name=st.sampled_from(["青山", "田中太郎"]),
    first_name=st.sampled_from(["直樹", ""]),
    last_name_kana=st.just("青山"),
    first_name_kana=st.sampled_from(["直樹", ""]),
    birth_date=optional_days,
    gender=st.sampled_from(["male", "other", ""]),
    department=st.sampled_from([*DEPARTMENTS, "", "（コードなし）総務部"]),
    position=st.sampled_from(["課長", " ", ""]),
    employment_type=st.sampled_from(["regular", "other", ""]),
    hire_date=optional_days,
    retirement_date=optional_days,
    is_retired=st.booleans(),
    retirement_source=st.sampled_from(["", "kaonavi", "manual"]),
)
employees = st.builds(LocalEmployee, st.just(0), values_of_ours, linked=st.booleans(), missing=st.booleans())
companies = st.lists(employees, max_size=5, unique_by=lambda employee: employee.email).map(
    lambda company: [employee._replace(pk=pk) for pk, employee in enumerate(company, start=1)]
)


# what somebody said of rows that may be another person's
answers = st.dictionaries(
    st.tuples(st.integers(1, 5), st.sampled_from(["1", "2", "3"]), st.sampled_from(["a@x.jp", "b@x.jp", "c@x.jp"])),
    st.booleans(),
)


@dataclass(frozen=True)
class World:
    """What カオナビ sends, what we have, and how we are set."""

    source: list[Member]
    unreadable: list[Unreadable]
    company: list[LocalEmployee]
    layout: MemberLayout
    filler: str
    keep: bool
    answers: dict[tuple[int, str, str], bool]

    def plan(self, company=None):
        return plan(
            *self.source,
            unreadable=self.unreadable,
            local=self.company if company is None else company,
            layout=self.layout,
            decisions=self.answers,
            first_name_filler=self.filler,
            kept=frozenset({"position", "employment_type"}) if self.keep else frozenset(),
        )


worlds = st.builds(
    World,
    source=sources,
    unreadable=broken,
    company=companies,
    layout=layouts,
    filler=st.sampled_from(["", "-"]),
    keep=st.booleans(),
    answers=answers,
)


@given(world=worlds)
def test_nobody_is_written_twice_and_no_address_is_two_peoples(world):
    made = world.plan()
    written = [change.pk for change in (*made.changes, *made.released) if change.pk is not None]
    assert len(written) == len(set(written))
    after = [employee.email for employee in apply(made, world.company) if employee.email]
    assert len(after) == len(set(after))


@given(world=worlds)
def test_an_address_is_blanked_only_where_another_person_has_it_now(world):
    made = world.plan()
    before = {employee.pk: employee.email for employee in world.company}
    after = {employee.pk: employee.email for employee in apply(made, world.company)}
    for pk, mail in before.items():
        assert after[pk] or mail == "" or mail in after.values()


@given(world=worlds)
def test_every_row_of_the_source_has_one_outcome(world):
    made = world.plan()
    tally = count(made.outcomes)
    assert sum(tally.values()) == len(world.source) + len(world.unreadable)
    assert tally["created"] == sum(change.is_new for change in made.changes)
    written = [change for change in made.changes if not change.is_new]
    # whoever is back but refused or left out has the mark taken away, and another outcome
    back = sum(change.fields == {"missing": (True, False)} for change in written)
    assert len(written) - back <= tally["updated"] <= len(written)
    assert (tally["failed"] > 0) is any(issue.severity == Severity.ERROR for issue in made.issues)
    assert (tally["skipped"] > 0) is any(issue.severity == Severity.SKIPPED for issue in made.issues)


@given(world=worlds)
def test_mails_stay_unique_and_everything_fits(world):
    after = apply(world.plan(), world.company)
    assert len({employee.email for employee in after}) == len(after) >= len(world.company)
    for employee in after:
        assert employee.email == employee.email.lower().strip()
        assert all(len(getattr(employee.values, name)) <= field.limit for name, field in LIMITED.items())
        assert not any("\0" in text for text in employee if isinstance(text, str))


@given(world=worlds)
def test_a_second_run_plans_nothing(world):
    first = world.plan()
    again = world.plan(apply(first, world.company))
    assert (again.changes, again.vanished, again.linked, again.alarms) == ((), (), {}, ())
    assert {Outcome.CREATED, Outcome.UPDATED}.isdisjoint(again.outcomes)
    if not first.is_empty_source and not again.is_empty_source:
        left = [issue for issue in first.issues if issue.reason != "MEMBER_NUMBER_SHARED"]
        assert list(again.issues) == left


@given(world=worlds)
def test_nobody_who_is_there_is_marked_and_whoever_is_surely_gone_is(world):
    made = world.plan()
    marked = {employee.email for employee in world.company if employee.pk in made.vanished}
    present = {row.mail.strip().lower() for row in world.source} - {""}
    numbers = {row.code.strip() for row in world.source} - {""}
    unmailed = {row.code.strip() for row in world.source if not row.mail.strip()} - {""}
    linked = [one for one in world.company if one.linked and not one.missing and one.email not in present]
    # under a number of the source there may be a row of which it is not sure whose it is
    surely_gone = {one.email for one in linked if one.employee_number not in numbers}
    may_be_gone = {one.email for one in linked if one.employee_number not in (unmailed if one.email else numbers)}
    is_unsure = made.is_empty_source or any(issue.reason == "MEMBER_UNREADABLE" for issue in made.issues)
    assert marked == set() if is_unsure else surely_gone <= marked <= may_be_gone


@given(world=worlds)
def test_no_issue_holds_what_the_database_refuses(world):
    for issue in world.plan().issues:
        texts = (
            issue.subject_key,
            issue.subject_name,
            issue.email,
            issue.field,
            issue.value,
            sentence(issue),
            remedy(issue),
        )
        assert not any("\0" in text for text in texts)


@given(source=sources, company=companies, order=st.randoms(use_true_random=False))
def test_the_order_of_the_source_does_not_matter(source, company, order):
    shuffled = list(source)
    order.shuffle(shuffled)
    one, other = plan(*source, local=company), plan(*shuffled, local=company)
    assert sorted(one.changes, key=lambda change: change.key) == sorted(other.changes, key=lambda change: change.key)
    assert one.vanished == other.vanished
    assert sorted(map(repr, one.issues)) == sorted(map(repr, other.issues)) or any(
        issue.reason == "MEMBER_UNREADABLE" for issue in one.issues
    )
