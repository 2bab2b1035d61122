"""Rule 9, 安全装置: of how many people the share is counted that a sync asks about."""

import pytest

from integrations.rules.employees.exceptions import Exceptions
from integrations.rules.guards import Alarm, Guard
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import outcomes, plan

HERE = range(1, 13)
TWELVE = [employee(pk, str(pk), gender="male") for pk in HERE]
FOUR_LOSE = [member(str(pk), gender="" if pk <= 4 else "男性") for pk in HERE]
OTHER = {"name": "井上 花子", "name_kana": "イノウエ ハナコ"}


def other(pk: int, **mark: bool):
    return employee(pk, str(pk), gender="male", **mark)


@pytest.mark.parametrize(
    ("more_here", "more_there", "out_of"),
    [
        pytest.param([], [], 12, id="whom カオナビ had before"),
        pytest.param([other(20, linked=False)], [], 12, id="nobody whom it never had"),
        pytest.param([other(20, linked=False)], [member("20", gender="男性")], 13, id="but whom it turns out to have"),
        pytest.param([other(20, missing=True)], [], 12, id="nobody who is marked as gone"),
        pytest.param([other(20, missing=True)], [member("20", gender="男性")], 13, id="but whoever is back"),
        pytest.param([other(20)], [], 13, id="whoever goes"),
        pytest.param([], [member("20", gender="男性")], 12, id="nobody new"),
        pytest.param([other(20)._replace(linked=False)], [member("20", mail="x@example.co.jp")], 12, id="no namesake"),
    ],
)
def test_it_counts(more_here, more_there, out_of):
    made = plan(*FOUR_LOSE, *more_there, local=[*TWELVE, *more_here], guard_percent=30)
    assert made.alarms == (Alarm(Guard.BLANKS, "gender", 4, out_of),)


def test_without_a_share_nobody_is_asked():
    assert plan(*FOUR_LOSE, local=TWELVE).alarms == ()


def test_whoever_is_left_out_counts_neither_among_the_many_nor_among_the_matched():
    aside = Exceptions(mails=frozenset({"m11@example.co.jp", "m12@example.co.jp"}))
    made = plan(*FOUR_LOSE, local=TWELVE, guard_percent=30, exceptions=aside)
    assert made.alarms == (Alarm(Guard.BLANKS, "gender", 4, 10),)
    doubtful = [member("99", mail=f"m{pk}@example.co.jp", **OTHER) for pk in HERE]
    made = plan(*doubtful, member("1000"), local=TWELVE, guard_percent=30, exceptions=aside)
    assert made.alarms == (Alarm(Guard.CHANGING_HANDS, "", 10, 10),)


def test_rows_that_may_be_another_persons_count_among_those_whose_address_is_ours():
    doubtful = [member("99", mail=f"m{pk}@example.co.jp", **OTHER) for pk in range(1, 5)]
    new = [member(f"n{number}") for number in range(8)]
    made = plan(*doubtful, *FOUR_LOSE[4:], *new, local=TWELVE, guard_percent=30)
    assert outcomes(made) == ["failed"] * 4 + ["unchanged"] * 8 + ["created"] * 8
    assert made.alarms == (Alarm(Guard.CHANGING_HANDS, "", 4, 12),)


@pytest.mark.parametrize(("kept", "vanished", "unseen"), [((), (1, 2, 3, 4), ()), (("missing",), (), (1, 2, 3, 4))])
def test_those_who_go_count_among_those_who_were_there(kept, vanished, unseen):
    never, gone = other(20, linked=False), other(21, missing=True)
    made = plan(*FOUR_LOSE[4:], local=[*TWELVE, never, gone], guard_percent=30, kept=frozenset(kept))
    assert made.alarms == ((Alarm(Guard.SHRINKING, "missing", 4, 12, "名"),) if vanished else ())
    assert (made.vanished, made.unseen) == (vanished, unseen)


def test_two_and_three_alarms_come_in_one_question():
    losing = [member(str(pk), gender="") for pk in range(1, 7)]
    doubtful = [member("99", mail=f"m{pk}@example.co.jp", **OTHER) for pk in range(7, 9)]
    made = plan(*losing, *doubtful, local=TWELVE, guard_percent=10)
    assert made.alarms == (
        Alarm(Guard.BLANKS, "gender", 6, 12),
        Alarm(Guard.SHRINKING, "missing", 4, 12, "名"),
    )
