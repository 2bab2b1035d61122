from departments.tree import find_loops, measure_levels, order_parents_first


def test_it_finds_every_member_of_a_loop_and_nobody_below_it():
    assert find_loops({"below": "a", "a": "c", "b": "a", "c": "b", "under b": "b", "root": None}) == {"a", "b", "c"}


def test_it_finds_a_node_that_is_its_own_parent():
    assert find_loops({"a": "a", "b": "a"}) == {"a"}


def test_it_finds_two_loops_at_once():
    assert find_loops({1: 2, 2: 1, 3: 4, 4: 3, 5: 1, 6: 4}) == {1, 2, 3, 4}


def test_it_finds_no_loop_in_a_forest():
    assert find_loops({"a": None, "b": "a", "c": "b", "d": "elsewhere"}) == set()


def test_it_counts_levels_from_one_at_a_root():
    assert measure_levels({"c": "b", "b": "a", "a": None, "d": None}) == {"a": 1, "b": 2, "c": 3, "d": 1}


def test_it_counts_a_node_whose_parent_is_no_node_as_a_root():
    assert measure_levels({"a": "elsewhere", "b": "a"}) == {"a": 1, "b": 2}


def test_it_gives_no_level_on_a_loop_or_below_one():
    assert measure_levels({"a": "b", "b": "a", "below": "a", "root": None}) == {"root": 1}


def test_it_measures_a_chain_that_is_deeper_than_python_can_recurse():
    parents = {number: number - 1 if number else None for number in range(20_000)}
    assert measure_levels(parents)[19_999] == 20_000
    assert find_loops(parents) == set()
    assert find_loops({**parents, 0: 19_999}) == set(parents)


def test_it_orders_parents_before_their_children_and_siblings_by_the_key():
    parents = {"leaf": "b", "b": None, "a": None, "under a": "a"}
    assert order_parents_first(parents, key=str) == ["a", "b", "leaf", "under a"]


def test_it_orders_by_level_before_the_key():
    assert order_parents_first({"a": "z", "z": None, "y": None}, key=str) == ["y", "z", "a"]


def test_it_opens_a_loop_to_put_all_nodes_in_order():
    assert order_parents_first({"b": "a", "a": "b", "c": "b"}, key=str) == ["a", "b", "c"]
