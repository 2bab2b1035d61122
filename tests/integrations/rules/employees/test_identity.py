"""Rules 15 and 16: whether a row is still the same person's, and what 「別の人です」 makes of it."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from integrations.rules.draft import Plan
from integrations.rules.employees.exceptions import Exceptions
from integrations.rules.employees.identity import Claim, is_same_person, shares_a_name
from tests.factories.findings import sentence
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import apply, outcomes, plan, reasons

MAIL = "a@example.co.jp"
NEW_HIRE = member("2002", "井上 花子", "イノウエ ハナコ", mail=MAIL)
LEAVER = employee(1, "1001", email=MAIL)
AOYAMA = employee(1, "1001", email="a@example.co.jp")
INOUE = employee(
    2,
    "2002",
    email="i@example.co.jp",
    last_name="井上",
    first_name="花子",
    last_name_kana="イノウエ",
    first_name_kana="ハナコ",
)
SWAPPED = (member(mail="i@example.co.jp"), NEW_HIRE)


def different(*keys: tuple[int, str, str]) -> dict[tuple[int, str, str], bool]:
    return dict.fromkeys(keys, False)


def mails(made: Plan, local: Any) -> dict[int, str]:
    return {one.pk: one.email for one in apply(made, local)}


def test_a_row_with_another_number_and_another_name_is_not_taken():
    made = plan(NEW_HIRE, local=[LEAVER])
    (found,) = made.issues
    assert (outcomes(made), made.changes, made.vanished) == (["failed"], (), ())
    assert (found.reason, found.object_id, found.value, found.email) == ("MEMBER_IDENTITY_UNCERTAIN", 1, "2002", MAIL)
    assert "青山 直樹さんと同じ人か" in sentence(found)
    assert "同じ項目：メールアドレス。" in sentence(found)
    assert "社員番号（1001／2002）、氏名（青山 直樹／井上 花子）、フリガナ" in sentence(found)


def test_where_it_is_not_sure_both_dates_of_birth_are_told():
    made = plan(
        replace(NEW_HIRE, birthday="2001-01-01"),
        local=[LEAVER._replace(values=LEAVER.values._replace(birth_date=date(1988, 2, 29)))],
    )
    assert "生年月日（1988/02/29／2001/01/01）" in sentence(made.issues[0])


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ({"code": "2002"}, {}),  # another number alone
        ({"code": "2002", "name": "青山　直樹", "name_kana": "ｱｵﾔﾏ ﾅｵｷ"}, {}),
        ({"name": "井上 花子", "name_kana": "イノウエ ハナコ"}, {}),  # another name alone
        ({"code": "2002", "name": "井上 花子"}, {"employee_number": ""}),
        ({"code": "", "name": "井上 花子"}, {}),
        ({"code": "2002", "name": "赤井 直樹", "birthday": "1988-02-29"}, {"birth_date": date(1988, 2, 29)}),
        ({"code": "2002"}, {"last_name_kana": "", "first_name_kana": ""}),
    ],
)
def test_it_asks_nothing_where_number_or_name_or_date_of_birth_agree(source: dict[str, Any], known: dict[str, Any]):
    made = plan(member(mail=MAIL, **source), local=[employee(1, "1001", email=MAIL, **known)])
    assert outcomes(made) == ["updated"]


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ({"name": "赤井 直樹"}, {}),  # the kana alone is no proof: 裕子 and 優子
        ({"name_kana": "アオヤマ ナオミ"}, {}),
        ({"birthday": "2001-01-01"}, {"birth_date": date(1988, 2, 29)}),  # of one name, and two people
        ({"name": "赤井 直樹", "birthday": "1988-02-29"}, {}),
    ],
)
def test_it_asks_where_one_of_them_speaks_against_it(source: dict[str, Any], known: dict[str, Any]):
    made = plan(member("2002", mail=MAIL, **source), local=[employee(1, "1001", email=MAIL, **known)])
    assert (outcomes(made), reasons(made)) == (["failed"], ["MEMBER_IDENTITY_UNCERTAIN"])


def test_all_that_is_the_same_is_told():
    (found,) = plan(member("2002", "赤井 直樹", mail=MAIL), local=[LEAVER]).issues
    assert "同じ項目：メールアドレス、フリガナ。" in sentence(found)


@pytest.mark.parametrize("before", [{"code": "1009"}, {"code": "", "name": "赤井 直樹"}, {"code": "1010"}])
def test_it_asks_of_each_row_whatever_the_one_before_it_is(before: dict[str, Any]):
    other = employee(9, "1009", email="m1009@example.co.jp")
    made = plan(member(mail="m1009@example.co.jp", **before), NEW_HIRE, local=[LEAVER, other])
    assert reasons(made) == ["MEMBER_IDENTITY_UNCERTAIN"]


def test_it_asks_before_results_without_a_number_become_another_persons():
    known = employee(1, "", email=MAIL)
    assert outcomes(plan(NEW_HIRE, local=[known])) == ["updated"]
    made = plan(NEW_HIRE, local=[known], tested={1})
    assert (outcomes(made), reasons(made)) == (["failed"], ["MEMBER_IDENTITY_UNCERTAIN"])
    answered = plan(NEW_HIRE, local=[known], tested={1}, decisions=different((1, "2002", MAIL)))
    assert outcomes(answered) == ["created"]
    assert mails(answered, [known]) == {1: "", 2: MAIL}


def test_a_row_that_is_left_out_and_has_no_number_says_nothing_of_those_without():
    known, aside = employee(1, "", email=MAIL), member("", mail="x@example.co.jp")
    answer = different((1, "2002", MAIL))
    left_out = Exceptions(mails=frozenset({aside.mail}))
    made = plan(NEW_HIRE, aside, local=[known], tested={1}, decisions=answer, exceptions=left_out)
    assert outcomes(made) == ["created", "skipped"]


def test_it_asks_before_results_become_those_of_a_row_without_number():
    row = member("", "井上 花子", "イノウエ ハナコ", mail=MAIL)
    assert outcomes(plan(row, local=[LEAVER])) == ["updated"]
    made = plan(row, local=[LEAVER], tested={1})
    assert (outcomes(made), reasons(made), made.vanished) == (["failed"], ["MEMBER_IDENTITY_UNCERTAIN"], ())
    key = (1, "", MAIL)
    assert outcomes(plan(row, local=[LEAVER], tested={1}, decisions={key: True})) == ["updated"]
    answered = plan(row, local=[LEAVER], tested={1}, decisions=different(key))
    assert outcomes(answered) == ["created"]
    assert mails(answered, [LEAVER]) == {1: "", 2: MAIL}
    after = apply(answered, [LEAVER])
    assert outcomes(plan(row, local=after, tested={1}, decisions=different(key))) == ["unchanged"]


@pytest.mark.parametrize("other", [{"name": "髙井 直樹"}, {"name_kana": "アオヤマ ナオミ"}, {}])
def test_a_number_comes_without_a_question_where_a_name_is_the_same(other: dict[str, Any]):
    known = employee(1, "", email=MAIL)
    assert outcomes(plan(member("2002", mail=MAIL, **other), local=[known], tested={1})) == ["updated"]


def test_a_filler_for_the_first_name_is_no_difference():
    known = employee(1, "1001", email=MAIL, last_name="青山", first_name="（名なし）", last_name_kana="アオヤマ")
    source = member("2002", "青山", "アオヤマナオキ", mail=MAIL)
    assert outcomes(plan(source, local=[known], first_name_filler="（名なし）")) == ["updated"]


def test_what_is_wrong_besides_is_told_first():
    made = plan(member("2002", "井上 花子", mail=MAIL, birthday="x"), local=[LEAVER])
    assert reasons(made) == ["MEMBER_DATE_INVALID"]


def test_the_same_person_is_taken_as_the_manual_says():
    made = plan(NEW_HIRE, local=[LEAVER], decisions={(1, "2002", MAIL): True})
    (change,) = made.changes
    assert (change.pk, change.fields["employee_number"], outcomes(made)) == (1, ("1001", "2002"), ["updated"])


def test_another_person_is_created_and_whoever_had_the_mail_keeps_all_else():
    made = plan(NEW_HIRE, local=[LEAVER], decisions=different((1, "2002", MAIL)))
    (change,), (freed,) = made.changes, made.released
    assert (change.is_new, change.key) == (True, MAIL)
    assert (freed.pk, freed.key, freed.name, freed.fields) == (1, "1001", "青山 直樹", {"email": (MAIL, "")})
    assert (outcomes(made), made.vanished) == (["created"], (1,))
    (warning,) = made.issues
    assert (warning.reason, warning.subject_key, warning.object_id) == ("MEMBER_MAIL_TAKEN_OVER", "1001", 1)
    assert "井上 花子さん（社員番号 2002）" in sentence(warning)


def test_whoever_loses_the_mail_is_named_without_it_to_whom_has_the_number_now():
    namesake = member("1001", "上田 次郎", "ウエダ ジロウ", mail="u@example.co.jp")
    decided = different((1, "2002", MAIL), (1, "1001", "u@example.co.jp"))
    made = plan(NEW_HIRE, namesake, local=[LEAVER], decisions=decided)
    (shared,) = (found for found in made.issues if found.reason == "MEMBER_NUMBER_SHARED")
    assert (outcomes(made), shared.object_id) == (["created", "created"], 1)
    assert shared.params["others"] == "青山 直樹（メールアドレスなし）"


def test_whoever_keeps_their_mail_is_there_by_it_though_another_loses_one():
    other = employee(3, "", email="b@example.co.jp")
    made = plan(
        NEW_HIRE,
        member("", mail="b@example.co.jp"),
        local=[LEAVER, other],
        decisions=different((1, "2002", MAIL)),
    )
    assert (made.vanished, mails(made, [LEAVER, other])[3]) == ((1,), "b@example.co.jp")


def test_whoever_loses_the_mail_is_there_by_the_number_of_a_row_that_is_not_taken():
    refused = replace(member("1001", mail="new@example.co.jp"), birthday="x")
    made = plan(NEW_HIRE, refused, local=[LEAVER], decisions=different((1, "2002", MAIL)))
    assert ([freed.pk for freed in made.released], made.vanished) == ([1], ())


@pytest.mark.parametrize("broken", [{"mails": frozenset({MAIL})}, {}])
def test_a_row_that_is_not_taken_takes_nobodys_mail_whatever_was_decided(broken: dict[str, Any]):
    row = NEW_HIRE if broken else replace(NEW_HIRE, birthday="x")
    made = plan(row, local=[LEAVER], decisions=different((1, "2002", MAIL)), exceptions=Exceptions(**broken))
    assert (made.changes, made.released, made.vanished) == ((), (), ())


def test_whoever_comes_back_without_the_mail_that_another_has_now_is_changed_once():
    gone = employee(1, "1001", email=MAIL, missing=True)
    made = plan(NEW_HIRE, member("1001", mail=""), local=[gone], decisions=different((1, "2002", MAIL)))
    assert [(change.pk, change.fields) for change in made.changes[1:]] == [
        (1, {"email": (MAIL, ""), "missing": (True, False)})
    ]
    assert made.released == ()


def test_a_decision_is_about_exactly_this_pair():
    for key in ((2, "2002", MAIL), (1, "2003", MAIL), (1, "2002", "b@example.co.jp")):
        assert reasons(plan(NEW_HIRE, local=[LEAVER], decisions=different(key))) == ["MEMBER_IDENTITY_UNCERTAIN"]


def test_the_mail_goes_to_the_one_who_has_the_number():
    made = plan(NEW_HIRE, local=[AOYAMA, INOUE], decisions=different((1, "2002", MAIL)))
    assert mails(made, [AOYAMA, INOUE]) == {1: "", 2: MAIL}
    assert (outcomes(made), reasons(made)) == (["updated"], ["MEMBER_MAIL_TAKEN_OVER"])


def test_whoever_has_the_number_is_asked_about_too_where_the_names_are_others():
    """A new hire with the address of one who left and the number of another."""
    hire = member("2002", "上田 次郎", "ウエダ ジロウ", mail=MAIL)
    local, first, second = [AOYAMA, INOUE], (1, "2002", MAIL), (2, "2002", MAIL)
    made = plan(hire, local=local, decisions={first: False})
    assert (outcomes(made), made.changes, made.released) == (["failed"], (), ())
    assert [(found.reason, found.object_id) for found in made.issues] == [("MEMBER_IDENTITY_UNCERTAIN", 2)]
    other = plan(hire, local=local, decisions={first: False, second: False})
    assert mails(other, local) == {1: "", 2: "i@example.co.jp", 3: MAIL}
    same = plan(hire, local=local, decisions={first: False, second: True})
    assert (mails(same, local), outcomes(same)) == ({1: "", 2: MAIL}, ["updated"])


def test_it_goes_to_one_without_mail_though_another_row_has_none_either():
    without = INOUE._replace(values=INOUE.values._replace(email=""))
    other = member("3003", "上田 次郎", "ウエダ ジロウ", mail="")
    made = plan(NEW_HIRE, other, local=[AOYAMA, without], decisions=different((1, "2002", MAIL)))
    assert (outcomes(made), mails(made, [AOYAMA, without])) == (["updated", "skipped"], {1: "", 2: MAIL})


def test_of_several_with_the_number_it_goes_to_none():
    twin = employee(3, "2002", email="t@example.co.jp")
    made = plan(NEW_HIRE, local=[AOYAMA, INOUE, twin], decisions=different((1, "2002", MAIL)))
    assert mails(made, [AOYAMA, INOUE, twin]) == {1: "", 2: "i@example.co.jp", 3: "t@example.co.jp", 4: MAIL}


def test_of_several_rows_with_the_number_none_is_theirs():
    ueda = employee(3, "3003", email="u@example.co.jp", last_name="上田", last_name_kana="ウエダ")
    other, local = replace(NEW_HIRE, mail=ueda.email), [AOYAMA, INOUE, ueda]
    made = plan(NEW_HIRE, other, local=local, decisions=different((1, "2002", MAIL), (3, "2002", ueda.email)))
    assert mails(made, local) == {1: "", 2: INOUE.email, 3: "", 4: MAIL, 5: ueda.email}


def test_the_number_of_a_row_that_is_left_out_finds_nobody():
    other = replace(NEW_HIRE, mail="x@example.co.jp")
    left_out = Exceptions(mails=frozenset({other.mail}))
    answer = different((1, "2002", MAIL))
    made = plan(NEW_HIRE, other, local=[AOYAMA, INOUE], decisions=answer, exceptions=left_out)
    assert mails(made, [AOYAMA, INOUE]) == {1: "", 2: INOUE.email, 3: MAIL}


def test_without_a_number_nobody_is_found_by_it():
    row, numberless = (
        member("", "井上 花子", "イノウエ ハナコ", mail=MAIL),
        employee(2, "", email="i@example.co.jp", last_name="井上", first_name="花子"),
    )
    made = plan(row, local=[LEAVER, numberless], tested={1}, decisions=different((1, "", MAIL)))
    assert mails(made, [LEAVER, numberless]) == {1: "", 2: numberless.email, 3: MAIL}


def test_it_goes_to_nobody_who_has_a_row_of_their_own():
    own = member("2002", "井上 花子", "イノウエ ハナコ", mail="i@example.co.jp")
    made = plan(NEW_HIRE, own, local=[AOYAMA, INOUE], decisions=different((1, "2002", MAIL)))
    assert outcomes(made) == ["created", "unchanged"]
    assert "MEMBER_NUMBER_SHARED" in reasons(made)


def test_a_swap_is_not_taken_and_nobody_is_gone():
    made = plan(*SWAPPED, local=[AOYAMA, INOUE])
    assert (outcomes(made), made.changes, made.vanished) == (["failed", "failed"], (), ())


@pytest.mark.parametrize("key", [(2, "1001", "i@example.co.jp"), (1, "2002", MAIL)])
def test_one_decision_settles_a_swap(key: tuple[int, str, str]):
    made = plan(*SWAPPED, local=[AOYAMA, INOUE], decisions=different(key))
    assert mails(made, [AOYAMA, INOUE]) == {1: "i@example.co.jp", 2: "a@example.co.jp"}
    assert [sorted(change.fields) for change in made.changes] == [["email"], ["email"]]
    assert (outcomes(made), reasons(made), made.released) == (["updated", "updated"], [], ())
    again = plan(*SWAPPED, local=apply(made, [AOYAMA, INOUE]), decisions=different(key))
    assert (outcomes(again), again.changes) == (["unchanged", "unchanged"], ())


def test_the_other_of_a_swap_is_asked_about_where_the_names_do_not_point_back():
    stranger = member("2002", "上田 次郎", "ウエダ ジロウ", mail=MAIL)
    made = plan(SWAPPED[0], stranger, local=[AOYAMA, INOUE], decisions=different((2, "1001", "i@example.co.jp")))
    assert outcomes(made) == ["updated", "failed"]
    assert mails(made, [AOYAMA, INOUE]) == {1: "i@example.co.jp", 2: ""}


def test_one_decision_settles_a_ring():
    ueda = employee(3, "3003", email="u@example.co.jp", last_name="上田", last_name_kana="ウエダ")
    rows = (
        member(mail="i@example.co.jp"),
        member("2002", "井上 花子", "イノウエ ハナコ", mail="u@example.co.jp"),
        member("3003", "上田 直樹", "ウエダ ナオキ", mail="a@example.co.jp"),
    )
    made = plan(*rows, local=[AOYAMA, INOUE, ueda], decisions=different((2, "1001", "i@example.co.jp")))
    assert mails(made, [AOYAMA, INOUE, ueda]) == {1: "i@example.co.jp", 2: "u@example.co.jp", 3: "a@example.co.jp"}


def test_an_employee_without_mail_is_found_again_by_the_number():
    known = employee(1, "1001", email="")
    made = plan(member(mail="new@example.co.jp"), local=[known])
    assert (outcomes(made), mails(made, [known])) == (["updated"], {1: "new@example.co.jp"})


def test_so_is_the_next_one_where_a_row_before_is_wrong_otherwise():
    local = [employee(1, "1001", email=""), employee(2, "1002", email="")]
    assert outcomes(plan(member("1001", birthday="x"), member("1002"), local=local)) == ["failed", "updated"]


def test_it_is_found_again_in_the_run_that_takes_its_mail():
    made = plan(NEW_HIRE, member(mail="old@example.co.jp"), local=[LEAVER], decisions=different((1, "2002", MAIL)))
    assert mails(made, [LEAVER]) == {1: "old@example.co.jp", 2: MAIL}
    assert (outcomes(made), reasons(made), made.released) == (["created", "updated"], [], ())


def test_a_number_that_somebody_else_has_now_finds_nobody_unasked():
    known = employee(1, "1001", email="")
    source = member("1001", "井上 花子", "イノウエ ハナコ", mail="i@example.co.jp")
    made = plan(source, local=[known])
    assert (outcomes(made), reasons(made), made.vanished) == (["failed"], ["MEMBER_IDENTITY_UNCERTAIN"], ())
    assert "同じ項目：社員番号。" in sentence(made.issues[0])
    key = (1, "1001", "i@example.co.jp")
    assert outcomes(plan(source, local=[known], decisions={key: True})) == ["updated"]
    assert outcomes(plan(source, local=[known], decisions={key: False})) == ["created"]


def test_a_number_finds_nobody_who_has_a_mail():
    made = plan(member(mail="new@example.co.jp"), local=[employee()])
    assert (outcomes(made), reasons(made)) == (["created"], ["MEMBER_NUMBER_SHARED"])


def test_a_number_that_two_rows_have_finds_nobody():
    made = plan(member(mail="x@example.co.jp"), member(mail="y@example.co.jp"), local=[employee(1, "1001", email="")])
    assert outcomes(made) == ["created", "created"]


def test_a_number_finds_nobody_where_the_mail_does():
    local = [employee(1, "1001", email=""), employee(2, "", email=MAIL)]
    made = plan(member(mail=MAIL), local=local)
    assert (outcomes(made), mails(made, local)) == (["updated"], {1: "", 2: MAIL})


def test_of_several_without_mail_who_have_the_number_it_finds_none():
    local = [employee(1, "1001", email=""), employee(2, "1001", email="")]
    assert mails(plan(member(mail=MAIL), local=local), local) == {1: "", 2: "", 3: MAIL}


def test_what_is_blank_on_both_sides_is_no_agreement():
    nameless = employee(1, "1001", email=MAIL, last_name="", first_name="", last_name_kana="", first_name_kana="")
    claim = Claim.of(["", "青山 直樹"], ["", ""], None)
    assert claim == Claim(frozenset({"青山直樹"}), frozenset(), None)
    assert not is_same_person(claim, nameless)
    assert not shares_a_name(claim, nameless)


def test_people_without_mail_are_there_by_their_number():
    local = [employee(1, "1001", email=""), employee(2, "1002", email="")]
    made = plan(member(mail=""), local=local)
    assert (outcomes(made), made.vanished) == (["skipped"], (2,))


def test_whoever_may_be_meant_by_a_doubtful_row_is_there():
    made = plan(NEW_HIRE, local=[AOYAMA, INOUE])  # 井上's mail is nowhere, but the row may be theirs
    assert made.vanished == ()


@pytest.mark.parametrize("broken", [{"department_code": "X"}, {"birthday": "x"}])
def test_a_move_waits_for_a_row_that_is_wrong_otherwise(broken: dict[str, Any]):
    rows = (SWAPPED[0], member("2002", "井上 花子", "イノウエ ハナコ", mail=MAIL, **broken))
    made = plan(*rows, local=[AOYAMA, INOUE], decisions=different((2, "1001", "i@example.co.jp")))
    after = apply(made, [AOYAMA, INOUE])
    assert (outcomes(made), {one.pk: one.email for one in after}) == (
        ["updated", "failed"],
        {1: "i@example.co.jp", 2: ""},
    )
    mended = plan(*SWAPPED, local=after)
    assert mails(mended, after) == {1: "i@example.co.jp", 2: MAIL}
