"""Whatever the lines and whatever stands here."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from integrations.reasons import Severity
from integrations.rules.departments.plan import LocalDepartment
from tests.integrations.rules.departments.company import carry_out, is_sound, ours
from tests.integrations.rules.departments.files import HEADER, plan

CODES = ["", "1", "2", "3", "4", "5", "X" * 51, "\0"]
NAMES = ["", "一課", "二課", "三課", "四課", "名" * 201]
headers = st.permutations([*HEADER, "親部署名", "備考"]).flatmap(
    lambda names: st.integers(0, 4).map(
        lambda dropped: [
            name for name in names if name in ("部署コード", "部署名") or name not in (*HEADER, "備考")[2 : 2 + dropped]
        ]
    )
)
values = {
    "部署コード": st.sampled_from(CODES),
    "部署名": st.sampled_from(NAMES),
    "親部署コード": st.sampled_from(CODES),
    "親部署名": st.sampled_from(NAMES),
    "表示順": st.sampled_from(["", "1", "2", "x"]),
    "備考": st.text(max_size=3),
}


@st.composite
def files(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    header = draw(headers)
    return header, draw(st.lists(st.tuples(*(values[name] for name in header)).map(list), max_size=8))


local_trees = st.lists(st.sampled_from(["1", "2", "3", "6"]), unique=True).map(
    lambda codes: [ours(pk, code, parent=pk - 1 or None) for pk, code in enumerate(codes, start=1)]
)


@given(files(), local_trees)
def test_each_line_has_one_outcome_the_tree_stays_sound_and_a_second_time_changes_nothing(
    file: tuple[list[str], list[list[str]]], local: list[LocalDepartment]
):
    header, lines = file
    made = plan(*lines, local=local, header=header)
    assert len(made.outcomes) == len(lines)
    tally = Counter(outcome.value for outcome in made.outcomes)
    severities = Counter(problem.severity for problem in made.issues)
    assert (severities[Severity.ERROR], severities[Severity.SKIPPED]) == (tally["failed"], tally["skipped"])
    assert made.vanished == ()

    after = carry_out(made, local)
    assert is_sound(after)
    assert {row.pk for row in local} <= {row.pk for row in after}
    if "親部署名" in header:  # a parent that the file renames is known by its new name the next time
        for _ in lines:
            made = plan(*lines, local=after, header=header)
            after = carry_out(made, after)
    again = plan(*lines, local=after, header=header)
    assert again.changes == ()
    assert again.issues == made.issues
