"""Rule 3: whose results can be sent. Only 社員番号 links anybody."""

import pytest

from integrations.rules.results.people import Counterpart, Holder, check_people
from tests.factories.findings import sentence
from tests.integrations.rules.results.making import person

NOBODY_SHARES: dict[str, list[Holder]] = {}


def check(*people, members=(), shared=NOBODY_SHARES):
    """`members` are 社員番号, of whom カオナビ tells no more."""
    return check_people(people, shared=shared, members=dict.fromkeys(members, Counterpart()))


def left_out(*people, members=(), shared=NOBODY_SHARES):
    return [
        (who.employee_number, issue.severity, issue.reason, issue)
        for who, issue in check(*people, members=members, shared=shared).left_out
    ]


def is_sent(*, ours, theirs, filler=""):
    """Whether a person gets to the member of the same 社員番号; both are (氏名, メール)."""
    who = person("E1", name=ours[0], email=ours[1])
    roster = check_people([who], shared={}, members={"E1": Counterpart(*theirs)}, first_name_filler=filler)
    assert [issue.reason for _, issue in roster.left_out] == ["RESULT_MEMBER_DIFFERENT"] * (not roster.eligible)
    return bool(roster.eligible)


def test_a_person_without_a_number_is_skipped():
    [(_, severity, reason, _)] = left_out(person(""), members=["E1"])

    assert (severity, reason) == ("skipped", "RESULT_NUMBER_MISSING")


def test_a_number_of_several_employees_is_an_error_that_names_the_others():
    holders = [Holder(1, "田中 一", "1@example.co.jp"), Holder(2, "田中 二", "2@example.co.jp")]

    [(_, severity, reason, issue)] = left_out(person("E1", pk=1), members=["E1"], shared={"E1": holders})

    assert (severity, reason) == ("error", "RESULT_NUMBER_SHARED")
    assert "田中 二 2@example.co.jp" in sentence(issue)
    assert "田中 一" not in sentence(issue)


def test_at_most_five_others_are_named():
    holders = [Holder(pk, f"田中{pk}", "") for pk in range(1, 9)]

    [(_, _, _, issue)] = left_out(person("E1", pk=1), members=["E1"], shared={"E1": holders})

    assert "田中6、ほか2名" in sentence(issue)
    assert "田中7" not in sentence(issue)


def test_a_number_that_kaonavi_does_not_have_is_an_error():
    [(_, severity, reason, issue)] = left_out(person("E1"), members=["E2"])

    assert (severity, reason, issue.field, issue.value) == ("error", "RESULT_MEMBER_UNKNOWN", "社員番号", "E1")
    assert issue.detail == ""


@pytest.mark.parametrize(("ours", "theirs"), [("E12", "F2"), ("120", "12"), ("X1", "1")])
def test_another_number_is_no_near_miss(ours, theirs):
    [(_, _, _, issue)] = left_out(person(ours), members=[theirs])

    assert issue.detail == ""


def test_it_is_only_skipped_for_somebody_who_has_gone():
    [(_, severity, reason, _)] = left_out(person("E1", is_gone=True), members=["E2"])

    assert (severity, reason) == ("skipped", "RESULT_MEMBER_GONE")


def test_of_somebody_who_is_not_to_be_sent_nothing_else_is_told():
    """Neither that the number is missing or shared, nor that カオナビ does not have it: whatever it is, nothing is sent."""
    holders = [Holder(2, "田中 一", ""), Holder(3, "田中 二", "")]
    people = [person("", pk=1), person("E2", pk=2), person("E4", pk=4), person("E5", pk=5), person("E6", pk=6)]
    shared, members = {"E2": holders}, {"E5": Counterpart(), "E6": Counterpart()}

    roster = check_people(people, shared=shared, members=members, withheld=frozenset({1, 2, 4, 5}))

    assert [who.employee_number for who in roster.eligible] == ["E6"]
    assert {(issue.severity, issue.reason) for _, issue in roster.left_out} == {("skipped", "RESULT_NOT_TO_BE_SENT")}
    assert len(roster.left_out) == 4


def test_somebody_gone_whom_kaonavi_has_is_sent():
    roster = check(person("E1", is_gone=True), members=["E1"])

    assert [who.employee_number for who in roster.eligible] == ["E1"]


def test_a_member_of_another_name_and_mail_is_an_error_that_names_both():
    who = person("E1", name="青山 直樹", email="aoyama@example.co.jp")

    [(_, issue)] = check_people(
        [who], shared={}, members={"E1": Counterpart("井上 遥", "inoue@example.co.jp")}
    ).left_out

    assert (issue.severity, issue.reason) == ("error", "RESULT_MEMBER_DIFFERENT")
    assert (issue.subject_key, issue.subject_name, issue.email) == ("E1", "青山 直樹", "aoyama@example.co.jp")
    assert "「井上 遥 inoue@example.co.jp」" in sentence(issue)
    assert "「青山 直樹 aoyama@example.co.jp」" in sentence(issue)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("青山 直樹", "a@example.co.jp"), ("井上 直樹", "a@example.co.jp")),  # married
        (("青山 直樹", "a@example.co.jp"), ("井上 直樹", " A@Example.co.jp ")),
        (("青山 直樹", "a@example.co.jp"), ("青山 直樹", "b@example.co.jp")),  # another address
        (("アオヤマ 直樹", "a@example.co.jp"), ("ｱｵﾔﾏ　直樹", "b@example.co.jp")),
        (("青山 直樹", "a@example.co.jp"), ("青山直樹", "")),
        (("青山 直樹", "a@example.co.jp"), ("", "a@example.co.jp")),  # left out of the import on purpose
        (("青山 直樹", ""), ("青山 直樹", "b@example.co.jp")),  # whose address somebody else has now
        (("青山 直樹", "a@example.co.jp"), ("", "")),  # カオナビ tells neither
        (("青山 直樹", ""), (" ", " ")),
    ],
)
def test_one_of_the_two_that_agrees_is_enough(ours, theirs):
    assert is_sent(ours=ours, theirs=theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("青山 直樹", "a@example.co.jp"), ("井上 遥", "")),
        (("青山 直樹", "a@example.co.jp"), ("", "b@example.co.jp")),
        (("青山 直樹", ""), ("井上 遥", "b@example.co.jp")),
        (("青山 直樹", ""), ("井上 遥", "")),
        (("青山 直樹", "a@example.co.jp"), ("青山", "b@example.co.jp")),
    ],
)
def test_a_blank_agrees_with_nothing(ours, theirs):
    assert not is_sent(ours=ours, theirs=theirs)


def test_a_name_that_kaonavi_does_not_divide_is_known_with_what_stands_for_its_second_half():
    ours, theirs = ("青山直樹 （名なし）", "a@example.co.jp"), ("青山直樹", "b@example.co.jp")

    assert is_sent(ours=ours, theirs=theirs, filler="(名なし)")
    assert not is_sent(ours=ours, theirs=theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("123", "00123"),
        ("00123", "123"),
        ("Ｅ１", "E1"),
        ("e1", "E1"),
        ("A-001", "A001"),
        ("A001", "A−001"),
        ("0", "000"),
    ],
)
def test_a_near_miss_is_named_but_never_taken(ours, theirs):
    [(_, _, reason, issue)] = left_out(person(ours), members=[theirs, "別の人"])

    assert reason == "RESULT_MEMBER_UNKNOWN"
    assert f"「{theirs}」" in sentence(issue)


def test_of_many_near_misses_the_first_three_are_named():
    [(_, _, _, issue)] = left_out(person("1"), members=["0001", "00001", "01", "001"])

    assert "よく似た社員番号「00001」、「0001」、「001」のメンバーがいます" in sentence(issue)


def test_name_and_mail_never_link_anybody():
    who = person("E1", name="青山 直樹", email="a@example.co.jp")

    roster = check_people([who], shared={}, members={"E9": Counterpart("青山 直樹", "a@example.co.jp")})

    assert roster.eligible == []


def test_people_come_in_the_order_of_their_numbers():
    numbers = ["E10", "010", "E2", "10"]

    roster = check(*(person(number, pk) for pk, number in enumerate(numbers)), members=numbers)

    assert [who.employee_number for who in roster.eligible] == ["010", "10", "E10", "E2"]


def test_everybody_is_either_sent_or_left_out_with_one_reason():
    people = [person("", 1), person("E1", 2), person("E2", 3), person("E3", 4), person("E4", 5, is_gone=True)]

    roster = check(*people, shared={"E2": [Holder(3, "", ""), Holder(9, "", "")]}, members=["E1"])

    assert len(roster.eligible) + len(roster.left_out) == len(people)
