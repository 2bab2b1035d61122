"""A plan in the making: what becomes of each row."""

from integrations.reasons import Reason
from integrations.rules.draft import Draft
from integrations.rules.plan import Change, Outcome, finding

INVALID = finding(Reason.MEMBER_MAIL_INVALID)
NEW, OLD = Change("a@example.co.jp", "青山 直樹", {}), Change("a@example.co.jp", "青山 直樹", {}, 1)


def test_each_line_of_a_row_has_its_outcome():
    draft = Draft()
    draft.take(NEW, lines=2)
    draft.take(OLD)
    draft.leave_as_is()
    draft.leave_as_is(lines=2)
    draft.refuse([INVALID])
    draft.refuse([INVALID, INVALID], Outcome.SKIPPED, lines=2)
    assert draft.outcomes == [
        *[Outcome.CREATED] * 2,
        Outcome.UPDATED,
        *[Outcome.UNCHANGED] * 3,
        Outcome.FAILED,
        *[Outcome.SKIPPED] * 2,
    ]
    assert (draft.changes, draft.issues) == ([NEW, OLD], [INVALID] * 3)
