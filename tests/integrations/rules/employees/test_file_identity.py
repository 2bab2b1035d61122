"""Rules 15 and 16 for a 社員CSV: whose a line is goes by what it says itself."""

from datetime import date

from integrations.rules.draft import Plan
from tests.factories.kaonavi import employee
from tests.integrations.rules.employees.files import outcomes, plan, plan_of, reasons

MAIL = "m1001@example.co.jp"
AOYAMA = employee(1, "1001", email=MAIL, birth_date=date(1988, 2, 29))
INOUE = {"社員番号": "2002", "姓": "井上", "名": "花子", "姓（カナ）": "イノウエ", "名（カナ）": "ハナコ"}


def keys_of(made: Plan) -> list[tuple[int | None, str]]:
    return [(change.pk, change.key) for change in made.changes]


def test_a_line_with_another_number_and_another_name_is_asked_about_on_its_line():
    made = plan_of(local=[AOYAMA], **INOUE)
    (found,) = made.issues
    assert (outcomes(made), made.changes) == (["failed"], ())
    assert (found.reason, found.line, found.field, found.value) == ("MEMBER_IDENTITY_UNCERTAIN", 2, "社員番号", "2002")
    assert (found.object_id, found.subject_key, found.subject_name, found.email) == (1, "2002", "井上 花子", MAIL)
    assert (found.params["holder"], found.params["same"]) == ("青山 直樹", "メールアドレス")
    assert found.params["different"] == (
        "社員番号（1001／2002）、氏名（青山 直樹／井上 花子）、フリガナ（アオヤマ ナオキ／イノウエ ハナコ）"
    )


def test_the_day_of_birth_is_compared_where_the_file_has_it():
    (found,) = plan_of(local=[AOYAMA], **INOUE, 生年月日="2001-01-01").issues
    assert "生年月日（1988/02/29／2001/01/01）" in found.params["different"]
    (found,) = plan_of(local=[AOYAMA], **INOUE, 生年月日="").issues
    assert "生年月日" not in found.params["different"] + found.params["same"]


def test_a_file_without_a_column_for_the_number_asks_nothing():
    without = {name: text for name, text in INOUE.items() if name != "社員番号"}
    assert outcomes(plan_of(local=[AOYAMA], **without)) == ["updated"]


def test_it_asks_where_there_are_results_that_would_become_another_persons():
    cells = {"メールアドレス": MAIL} | {name: text for name, text in INOUE.items() if name != "社員番号"}
    made = plan(list(cells.values()), local=[AOYAMA], header=list(cells), tested={1})
    assert reasons(made) == ["MEMBER_IDENTITY_UNCERTAIN"]


def test_a_name_or_a_number_or_a_day_of_birth_that_agrees_is_enough():
    assert outcomes(plan_of(local=[AOYAMA], **INOUE | {"社員番号": "1001"})) == ["updated"]
    same_name = INOUE | {"姓": "青山", "名": "直樹", "姓（カナ）": "アオヤマ", "名（カナ）": "ナオキ"}
    assert outcomes(plan_of(local=[AOYAMA], **same_name)) == ["updated"]
    assert outcomes(plan_of(local=[AOYAMA], **INOUE, 生年月日="1988-02-29")) == ["updated"]


def decided(*, is_same: bool) -> Plan:
    header = {"メールアドレス": MAIL} | INOUE
    return plan(list(header.values()), local=[AOYAMA], header=list(header), decisions={(1, "2002", MAIL): is_same})


def test_the_same_person_by_decision_is_updated():
    made = decided(is_same=True)
    assert (outcomes(made), keys_of(made), made.released) == (["updated"], [(1, MAIL)], ())


def test_another_person_by_decision_takes_the_mail_over():
    made = decided(is_same=False)
    assert (outcomes(made), keys_of(made)) == (["created"], [(None, MAIL)])
    (change,) = made.changes
    assert change.name == "井上 花子"
    assert [each.pk for each in made.released] == [1]
    assert reasons(made) == ["MEMBER_MAIL_TAKEN_OVER"]
    (found,) = made.issues
    assert (found.line, found.object_id, found.subject_key, found.subject_name) == (2, 1, "1001", "青山 直樹")
    assert (found.email, found.field, found.value) == (MAIL, "メールアドレス", MAIL)
    assert (found.params["holder"], found.params["number"]) == ("井上 花子", "2002")
