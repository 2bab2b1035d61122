"""What every rule says: findings, changes, outcomes."""

from integrations.reasons import Reason
from integrations.rules.plan import Action, Change, Finding, Outcome, count, finding, in_order_of_lines

INVALID = finding(Reason.MEMBER_MAIL_INVALID)
NEW, OLD = Change("a@example.co.jp", "青山 直樹", {}), Change("a@example.co.jp", "青山 直樹", {}, 1)


def test_a_finding_has_each_word_in_its_place():
    found = finding(
        Reason.MEMBER_MAIL_INVALID, key="1", name="青山", email="a@x.jp", field="メール", value="x", detail="！",
        missing_ticks="「メンバー情報」", line=3, object_id=7, others="井上",
    )  # fmt: skip
    assert found == Finding(
        Reason.MEMBER_MAIL_INVALID,
        "1",
        "青山",
        "a@x.jp",
        "メール",
        "x",
        "！",
        "「メンバー情報」",
        3,
        7,
        {"others": "井上"},
    )
    assert found.object_id == 7
    assert Finding(Reason.MEMBER_MAIL_INVALID) == finding(Reason.MEMBER_MAIL_INVALID)


def test_those_of_a_file_come_by_their_lines_and_those_of_all_of_it_first():
    third, second, whole = (finding(Reason.MEMBER_MAIL_INVALID, line=line) for line in (3, 2, None))
    assert in_order_of_lines([third, second, whole]) == (whole, second, third)
    first, also_first = finding(Reason.FILE_COLUMN_UNKNOWN), finding(Reason.MEMBER_MAIL_INVALID, line=1)
    assert in_order_of_lines([also_first, first]) == (first, also_first)


def test_every_outcome_is_counted():
    assert count([Outcome.FAILED, Outcome.CREATED, Outcome.FAILED]) == {
        "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 2,
    }  # fmt: skip


def test_what_is_done_with_a_record_is_what_its_number_says_unless_an_undo_says_it():
    undone = Change("a@example.co.jp", "青山 直樹", {}, 1, Action.DELETE)
    assert [each.action for each in (NEW, OLD, undone)] == [Action.CREATE, Action.UPDATE, Action.DELETE]
