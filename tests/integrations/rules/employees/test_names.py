"""Rule 6: 氏名 and フリガナ become 姓 and 名."""

import pytest

from integrations.reasons import Reason, Severity
from integrations.rules.plan import Outcome, finding
from tests.factories.findings import sentence
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import apply, news, plan, reasons


@pytest.mark.parametrize(
    ("name", "last", "first"),
    [
        ("田中 太郎", "田中", "太郎"),
        ("田中　太郎", "田中", "太郎"),
        ("田中 　\t 太郎", "田中", "太郎"),
        (" 　田中 太郎　", "田中", "太郎"),
        ("スミス ジョン　 フィッツ  ジェラルド", "スミス", "ジョン フィッツ ジェラルド"),
        ("田中太郎", "田中太郎", ""),
        ("　田中太郎 ", "田中太郎", ""),
    ],
)
def test_it_splits_a_name_at_the_first_run_of_white_space(name, last, first):
    taken = news(plan(member(name=name, name_kana=name)))
    assert (taken["last_name"], taken["first_name"]) == (last, first)
    assert (taken["last_name_kana"], taken["first_name_kana"]) == (last, first)


def test_a_name_that_is_not_split_gets_the_filler_for_kana_too():
    taken = news(plan(member(name="田中太郎", name_kana="タナカタロウ"), first_name_filler="-"))
    assert (taken["last_name"], taken["first_name"]) == ("田中太郎", "-")
    assert (taken["last_name_kana"], taken["first_name_kana"]) == ("タナカタロウ", "-")


def test_each_of_name_and_kana_is_split_for_itself():
    taken = news(plan(member(name="田中 太郎", name_kana="タナカタロウ"), first_name_filler="-"))
    assert (taken["first_name"], taken["first_name_kana"]) == ("太郎", "-")


def test_it_warns_once_a_run_with_the_number_of_people():
    made = plan(
        member("1", name="田中太郎"),
        member("2", name_kana="アオヤマナオキ"),
        member("3", name="田中次郎", name_kana="タナカジロウ"),
        member("4"),
        member("5", name="連携外", mail=""),
        member("6", name="失敗", department_code="X"),
    )
    warnings = [issue for issue in made.issues if issue.reason == "MEMBER_NAME_NOT_SPLIT"]
    (warning,) = warnings
    assert warning.severity == Severity.WARNING
    assert "3名" in sentence(warning)
    assert warning == finding(Reason.MEMBER_NAME_NOT_SPLIT, field="氏名・フリガナ", people="3")


def test_it_warns_again_where_nothing_has_changed():
    source = member(name="田中太郎")
    first = plan(source)
    second = plan(source, local=apply(first, []))
    assert second.outcomes == (Outcome.UNCHANGED,)
    assert second.issues == first.issues
    assert reasons(second) == ["MEMBER_NAME_NOT_SPLIT"]


def test_it_does_not_warn_where_every_name_is_split():
    assert plan(member(), local=[employee()]).issues == ()


def test_the_change_carries_the_name_as_the_source_has_it():
    assert plan(member(name=" 田中　太郎 ")).changes[0].name == "田中　太郎"
