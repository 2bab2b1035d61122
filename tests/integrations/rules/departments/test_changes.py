"""Product rule 2.2: what is written."""

from integrations.rules.plan import Change, Outcome
from tests.integrations.rules.departments.company import chain, ours, plan, theirs


def test_it_creates_a_department_whose_code_is_unknown():
    made = plan([theirs("A", "営業部", order=3)])
    fields = {"code": (None, "A"), "name": (None, "営業部"), "parent": (None, ""), "order": (None, 3)}
    assert made.changes == (Change(key="A", name="営業部", fields=fields),)
    assert made.changes[0].is_new
    assert made.outcomes == (Outcome.CREATED,)


def test_it_leaves_a_department_alone_that_is_the_same():
    made = plan([theirs("B", parent="A"), theirs("A")], [ours(1, "A"), ours(2, "B", parent=1)])
    assert made.changes == ()
    assert made.outcomes == (Outcome.UNCHANGED, Outcome.UNCHANGED)


def test_it_updates_only_what_differs_and_keeps_the_row():
    here = [ours(7, "A", "営業部", order=1), ours(8, "P")]
    made = plan([theirs("A", "営業本部", parent="P", order=None), theirs("P")], here)
    fields = {"name": ("営業部", "営業本部"), "parent": ("", "P"), "order": (1, None)}
    assert made.changes == (Change(key="A", name="営業本部", fields=fields, pk=7),)


def test_it_updates_the_order_alone():
    made = plan([theirs("A", order=2)], [ours(1, "A", order=None)])
    assert dict(made.changes[0].fields) == {"order": (None, 2)}


def test_it_keeps_a_missing_order_missing():
    assert plan([theirs("A", order=None)], [ours(1, "A", order=None)]).changes == ()
    assert plan([theirs("A", order=None)]).changes[0].fields["order"] == (None, None)


def test_it_tells_order_zero_from_no_order():
    assert dict(plan([theirs("A", order=0)], [ours(1, "A", order=None)]).changes[0].fields) == {"order": (None, 0)}


def test_it_tells_an_old_parent_without_a_code_by_its_name():
    made = plan([theirs("A")], [ours(1, "", "本部", linked=False), ours(2, "A", parent=1)])
    assert dict(made.changes[0].fields) == {"parent": ("本部", "")}


def test_it_matches_by_code_alone():
    made = plan([theirs("B", "営業部")], [ours(1, "A", "営業部"), ours(2, "B", "開発部")])
    assert made.changes == ()  # B may not take A's name, and is not taken for A either
    assert made.outcomes == (Outcome.FAILED,)


def test_it_plans_new_departments_first_and_parents_before_their_children():
    source = [theirs("Z1", parent="Z2"), *reversed(chain(4)), theirs("Z2"), theirs("K", "新")]
    made = plan(source, [ours(1, "K")])
    assert [change.key for change in made.changes] == ["L1", "Z2", "L2", "Z1", "L3", "L4", "K"]


def test_it_plans_the_first_sibling_first_whatever_its_code():
    made = plan([theirs("A", order=1), theirs("B", order=0), theirs("C", order=10), theirs("D", order=9)])
    assert [change.key for change in made.changes] == ["B", "A", "D", "C"]


def test_what_is_told_comes_in_the_order_of_codes_whatever_it_is():
    made = plan(
        [theirs("C", parent="nowhere"), theirs("B", ""), theirs("", "室"), theirs("A", "部署S")], [ours(1, "S")]
    )
    assert [issue.subject_key for issue in made.issues] == ["", "A", "B", "C"]


def test_it_plans_siblings_by_their_order_and_those_without_one_last():
    made = plan([theirs("A", order=None), theirs("D", order=2), theirs("C", order=1), theirs("B", order=2)])
    assert [change.key for change in made.changes] == ["C", "B", "D", "A"]
