"""Product rule 2.3: where a row hangs."""

import pytest

from integrations.kaonavi.types import Unreadable
from integrations.reasons import Severity
from integrations.rules.plan import Outcome
from tests.factories.findings import remedy, sentence
from tests.integrations.rules.departments.company import detail, ours, plan, refusals, theirs


def parent_of(made, code):
    return next(change.fields["parent"] for change in made.changes if change.key == code)


def test_it_hangs_a_department_below_the_one_with_its_parent_code():
    made = plan([theirs("B", parent="A"), theirs("A")])
    assert parent_of(made, "B") == (None, "A")


def test_it_makes_a_department_without_a_parent_code_a_root():
    assert parent_of(plan([theirs("A", parent="　")]), "A") == (None, "")


def test_it_refuses_a_parent_that_is_neither_in_the_source_nor_here():
    made = plan([theirs("A", parent="P")])
    assert refusals(made) == {"A": "DEPARTMENT_PARENT_UNKNOWN"}
    assert made.issues[0].value == "P"
    assert "「P」" in sentence(made.issues[0])


def test_it_compares_parent_codes_exactly():
    assert refusals(plan([theirs("A", parent="010"), theirs("10")])) == {"A": "DEPARTMENT_PARENT_UNKNOWN"}


def test_it_hangs_a_department_below_one_that_only_we_have():
    made = plan([theirs("A", parent="P")], [ours(1, "P")])
    assert refusals(made) == {}
    assert parent_of(made, "A") == (None, "P")


def test_it_does_not_find_a_parent_of_ours_that_has_no_code():
    assert refusals(plan([theirs("A", parent="総務部")], [ours(1, "", "総務部")])) == {"A": "DEPARTMENT_PARENT_UNKNOWN"}


def test_it_refuses_a_department_that_is_its_own_parent():
    assert refusals(plan([theirs("A", parent="A")])) == {"A": "DEPARTMENT_PARENT_LOOP"}


def test_it_refuses_every_member_of_a_loop_and_names_the_parent():
    made = plan([theirs("A", parent="C"), theirs("B", parent="A"), theirs("C", "工場", parent="B"), theirs("D")])
    assert refusals(made) == dict.fromkeys("ABC", "DEPARTMENT_PARENT_LOOP")
    assert "「工場（C）」" in next(remedy(issue) for issue in made.issues if issue.subject_key == "A")


def test_it_refuses_a_loop_also_where_a_member_is_refused_for_something_else():
    made = plan([theirs("A", "", parent="B"), theirs("B", parent="A")], [ours(1, "A"), ours(2, "B")])
    assert refusals(made) == {"A": "DEPARTMENT_NAME_MISSING", "B": "DEPARTMENT_PARENT_LOOP"}


def test_it_leaves_departments_on_a_loop_where_they_are_here():
    made = plan([theirs("A", "新", parent="B"), theirs("B", parent="A")], [ours(1, "A"), ours(2, "B")])
    assert made.changes == ()
    assert made.outcomes == (Outcome.FAILED, Outcome.FAILED)


@pytest.mark.parametrize(
    "refused",
    [
        [theirs("P", "")],
        [theirs("P"), theirs("P", "別")],
        [theirs("P", "名" * 201)],
        [theirs("P", parent="nowhere")],
        [theirs("P", parent="P")],
        [theirs("P", "総務部")],
    ],
    ids=["no name", "twice", "too long", "no parent", "loop", "name taken"],
)
def test_it_refuses_everything_below_a_refused_department_that_is_new(refused):
    made = plan([*refused, theirs("A", parent="P"), theirs("B", parent="A")], [ours(1, "S", "総務部")])
    reasons = {issue.subject_key: issue.reason for issue in made.issues if issue.subject_key != "P"}
    assert reasons == {"A": "DEPARTMENT_PARENT_REFUSED", "B": "DEPARTMENT_PARENT_REFUSED"}
    assert made.changes == ()


def test_it_refuses_what_is_below_an_unreadable_department_that_is_new():
    made = plan([theirs("A", parent="P")], unreadable=[Unreadable(position=2, key="P", problem="")])
    assert refusals(made) == {"P": "DEPARTMENT_UNREADABLE", "A": "DEPARTMENT_PARENT_REFUSED"}


def test_it_names_the_refused_parent():
    made = plan([theirs("P", "本部", parent="nowhere"), theirs("A", parent="P")])
    assert "「本部（P）」" in detail(made, "A")


def test_it_refuses_a_known_department_that_moves_below_a_refused_new_one_but_not_its_children():
    made = plan(
        [theirs("P", parent="nowhere"), theirs("A", "新A", parent="P"), theirs("B", "新B", parent="A")],
        [ours(1, "A"), ours(2, "B", parent=1)],
    )
    assert refusals(made) == {"P": "DEPARTMENT_PARENT_UNKNOWN", "A": "DEPARTMENT_PARENT_REFUSED"}
    assert [(change.key, dict(change.fields)) for change in made.changes] == [("B", {"name": ("部署B", "新B")})]


@pytest.mark.parametrize(
    "refused",
    [[theirs("P", "")], [theirs("P"), theirs("P", "別")], [theirs("P", parent="nowhere")], [theirs("P", parent="P")]],
    ids=["no name", "twice", "no parent", "loop"],
)
def test_it_takes_what_is_below_a_refused_department_that_exists_here(refused):
    made = plan([*refused, theirs("A", parent="P")], [ours(1, "P")])
    assert {issue.subject_key for issue in made.issues} == {"P"}
    assert parent_of(made, "A") == (None, "P")


def test_it_reads_no_parent_from_a_code_that_stands_twice():
    made = plan(
        [theirs("P", parent="A"), theirs("P"), theirs("P", parent="A"), theirs("A", parent="P")], [ours(1, "P")]
    )
    assert [issue.reason for issue in made.issues] == ["DEPARTMENT_CODE_DUPLICATE"] * 3
    assert parent_of(made, "A") == (None, "P")


def test_it_takes_what_is_below_an_unreadable_department_that_exists_here():
    made = plan([theirs("A", parent="P")], [ours(1, "P")], [Unreadable(position=2, key=" P", problem="")])
    assert parent_of(made, "A") == (None, "P")


class TestBecameRoot:
    """A child of a department without a code arrives without a parent."""

    here = (ours(1, "P", "本部"), ours(2, "A", "営業部", parent=1))

    def test_it_takes_the_department_as_a_root_and_warns(self):
        made = plan([theirs("", "本部"), theirs("A", "営業部")], self.here)
        warning = made.issues[1]
        assert (warning.reason, warning.severity) == ("DEPARTMENT_BECAME_ROOT", Severity.WARNING)
        assert (warning.subject_key, warning.subject_name, warning.field) == ("A", "営業部", "1階層上位の所属")
        assert "「本部（P）」" in sentence(warning)
        assert parent_of(made, "A") == ("P", "")
        assert made.outcomes == (Outcome.SKIPPED, Outcome.UPDATED)

    def test_it_does_not_warn_in_a_run_without_codeless_departments(self):
        assert plan([theirs("P", "本部"), theirs("A", "営業部")], self.here).issues == ()

    def test_it_does_not_warn_of_a_department_that_was_never_linked(self):
        here = [ours(1, "P", "本部"), ours(2, "A", "営業部", parent=1, linked=False)]
        made = plan([theirs("", "本部"), theirs("A", "営業部")], here)
        assert refusals(made) == {"": "DEPARTMENT_CODE_MISSING"}

    def test_it_does_not_warn_of_a_department_that_was_a_root_already(self):
        made = plan([theirs("", "本部"), theirs("A", "営業部2")], [ours(1, "A", "営業部")])
        assert refusals(made) == {"": "DEPARTMENT_CODE_MISSING"}

    def test_it_does_not_warn_of_a_department_that_only_moved(self):
        made = plan([theirs("", "本部"), theirs("A", "営業部", parent="Q"), theirs("Q")], self.here)
        assert refusals(made) == {"": "DEPARTMENT_CODE_MISSING"}

    def test_it_does_not_warn_of_a_refused_department(self):
        made = plan([theirs("", "本部"), theirs("A", "")], self.here)
        assert refusals(made) == {"": "DEPARTMENT_CODE_MISSING", "A": "DEPARTMENT_NAME_MISSING"}

    def test_it_warns_of_a_root_whose_old_parent_has_no_code(self):
        made = plan([theirs("", "本部"), theirs("A")], [ours(1, "", "本部", linked=False), ours(2, "A", parent=1)])
        assert refusals(made) == {"": "DEPARTMENT_CODE_MISSING", "A": "DEPARTMENT_BECAME_ROOT"}
        assert "「本部」" in detail(made, "A")
