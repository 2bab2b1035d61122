"""What a 社員CSV makes of our people."""

from tests.factories.findings import file_remedy, file_sentence
from tests.factories.kaonavi import employee
from tests.integrations.rules.employees.files import line, news, outcomes, plan, plan_of, problems

MAIL = "m1001@example.co.jp"


def test_the_mail_address_finds_somebody_whatever_its_case():
    made = plan_of(local=[employee()], メールアドレス="M1001@EXAMPLE.CO.JP", 姓="赤山")
    assert (news(made), outcomes(made)) == ({"last_name": "赤山"}, ["updated"])


def test_a_blank_cell_is_a_blank_value():
    assert news(plan_of(local=[employee(position="課長")], 役職="", 名="")) == {"position": "", "first_name": ""}


def test_what_the_file_has_no_column_for_stays():
    made = plan_of(local=[employee(position="課長", department="A001", gender="male", employment_type="regular")])
    assert (made.changes, outcomes(made)) == ((), ["unchanged"])


def test_people_whom_the_file_does_not_name_are_not_touched():
    made = plan_of(local=[employee(), employee(2, "1002")])
    assert (made.changes, made.vanished) == ((), ())


def test_whoever_is_missing_in_kaonavi_stays_missing():
    made = plan_of(local=[employee(missing=True)], 役職="課長")
    assert news(made) == {"position": "課長"}


def test_lines_with_the_same_mail_are_all_refused():
    made = plan(
        line(社員番号="1", メールアドレス="a@example.co.jp"),
        line(社員番号="2", メールアドレス="b@example.co.jp"),
        line(社員番号="3", メールアドレス="A@example.co.jp"),
        line(社員番号="4", 姓="", メールアドレス="a@example.co.jp"),
    )
    assert problems(made) == [
        ("MEMBER_MAIL_DUPLICATE", "2"),
        ("MEMBER_MAIL_DUPLICATE", "4"),
        ("MEMBER_NAME_MISSING", "5"),
    ]
    assert "（3、4）" in file_sentence(made.issues[0])
    assert outcomes(made) == ["failed", "created", "failed", "skipped"]


def test_a_mail_that_is_shared_and_no_mail_is_told_once():
    assert problems(plan(line(メールアドレス="a"), line(メールアドレス="a"))) == [
        ("MEMBER_MAIL_DUPLICATE", "2"),
        ("MEMBER_MAIL_DUPLICATE", "3"),
    ]


def test_a_number_that_comes_to_be_shared_is_a_warning_on_its_line():
    made = plan(
        line(社員番号="7", メールアドレス="x@example.co.jp"),
        line(社員番号="1001", メールアドレス="new@example.co.jp"),
        local=[employee()],
    )
    assert problems(made) == [("MEMBER_NUMBER_SHARED", "3")]
    assert f"青山 直樹（{MAIL}）" in file_sentence(made.issues[0])
    assert outcomes(made) == ["created", "created"]


def test_an_issue_speaks_of_the_file():
    [problem] = plan_of(社員番号="12", 部署コード="X9").issues
    assert file_sentence(problem) == "2行目：部署コード「X9」の部署がミキワメにありません。"
    assert (problem.subject_key, problem.subject_name, problem.email) == ("12", "青山", MAIL)
    assert file_remedy(problem).startswith("ファイルのこの行の部署コードを直すか")
