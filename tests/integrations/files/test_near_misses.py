"""What only looks like ours is told, in files of all kinds: lost zeros are refused, looks are named, nothing is matched
by them.
"""

import unicodedata
from datetime import date

import pytest

from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee
from tests.integrations.files.files import csv_file, reasons, take_file, workbook

pytestmark = pytest.mark.django_db

NFD = unicodedata.normalize("NFD", "ガーデン")


@pytest.fixture(autouse=True)
def company(db):
    Department.objects.create(code="010", name="営業〜東")
    Department.objects.create(code="Ａ−1", name="ガーデン")
    return Employee.objects.create(
        employee_number="0012", email="aoyama@example.co.jp", last_name="ガーデン", position="部長"
    )


def departments(*rows):
    return take_file("departments_file", csv_file(["部署コード", "部署名", "親部署コード"], *rows))


def people(header, *rows):
    return take_file("employees_file", csv_file(header, *rows))


def results(header, *rows):
    return take_file("assessments_file", csv_file(header, *rows))


def told(job):
    return [(problem.severity, problem.reason, problem.field) for problem in job.issues.all()]


@pytest.mark.parametrize("code", ["10", "0010", "00010"])
def test_a_code_of_a_department_without_its_zeros_makes_no_second_one(code):
    job = departments([code, "新しい部", ""])
    assert (job.status, told(job)) == ("partial", [("error", "FILE_LEADING_ZEROS", "部署コード")])
    assert "ミキワメにある「010」と先頭の0だけが違います" in job.issues.get().sentence
    assert Department.objects.count() == 2


def test_nor_does_that_of_a_parent():
    job = departments(["11", "新しい部", "10"])
    assert told(job) == [("error", "FILE_LEADING_ZEROS", "親部署コード")]


def test_a_company_that_has_both_codes_may():
    job = departments(["10", "北", ""], ["010", "営業〜東", ""], ["11", "南", "10"])
    assert (job.status, job.created, job.unchanged) == ("succeeded", 2, 1)


def test_the_code_in_a_file_of_people_too():
    job = people(["姓", "メールアドレス", "部署コード"], ["青山", "b@example.co.jp", "10"])
    assert told(job) == [("error", "FILE_LEADING_ZEROS", "部署コード")]
    assert Employee.objects.count() == 1


@pytest.mark.parametrize("mail", ["aoyama@example.co.jp", "new@example.co.jp"])
def test_a_number_of_a_person_without_its_zeros_is_not_stored(mail):
    job = people(["社員番号", "姓", "メールアドレス"], ["12", "ガーデン", mail])
    assert told(job) == [("error", "FILE_LEADING_ZEROS", "社員番号")]
    assert list(Employee.objects.values_list("employee_number", flat=True)) == ["0012"]


def test_zeros_that_come_back_are_taken_and_told():
    Employee.objects.update(employee_number="12")
    job = people(["社員番号", "姓", "メールアドレス"], ["0012", "ガーデン", "aoyama@example.co.jp"])
    assert told(job) == [("warning", "FILE_LEADING_ZEROS_ADDED", "社員番号")]
    assert Employee.objects.get().employee_number == "0012"


def test_a_number_that_is_ours_is_that_whatever_others_look_like():
    Employee.objects.create(employee_number="12", email="b@example.co.jp", last_name="井上")
    header = ["社員番号", "姓", "メールアドレス"]
    job = people(header, ["0012", "ガーデン", "aoyama@example.co.jp"], ["12", "井上", "b@example.co.jp"])
    assert (job.unchanged, job.issues.count()) == (2, 0)


@pytest.mark.parametrize("number", ["12", "00012"])
def test_a_result_of_somebody_without_zeros_is_nobodys(number):
    for content in ([number], [float(number)]):
        job = take_file("assessments_file", workbook(["社員番号", "受検日"], [*content, "2025/06/02"]))
        assert reasons(job) == ["FILE_LEADING_ZEROS"]
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    ("code", "name", "field", "other"),
    [
        ("2", "営業～東", "部署名", "営業〜東"),
        ("2", NFD, "部署名", "ガーデン"),
        ("2", "ｶﾞｰﾃﾞﾝ", "部署名", "ガーデン"),
        ("A-1", "新", "部署コード", "Ａ−1"),
        ("Ａ－１", "新", "部署コード", "Ａ−1"),
    ],
)
def test_a_department_that_only_looks_like_another_is_told(code, name, field, other):
    job = departments([code, name, ""])
    assert (job.created, told(job)) == (1, [("warning", "FILE_LOOKS_ALIKE", field)])
    assert f"ミキワメにある「{other}」と見た目がよく似ています" in job.issues.get().sentence


def test_two_names_of_a_file_that_look_the_same_are_told_each():
    job = departments(["2", "開発・運用", ""], ["3", "開発･運用", ""])
    assert told(job) == [("warning", "FILE_LOOKS_ALIKE", "部署名")] * 2


@pytest.mark.parametrize("parent", ["営業～東", "A-1"])
def test_an_unknown_parent_has_its_near_miss(parent):
    column = "親部署名" if parent == "営業～東" else "親部署コード"
    job = take_file("departments_file", csv_file(["部署コード", "部署名", column], ["2", "新", parent]))
    assert reasons(job) == ["DEPARTMENT_PARENT_UNKNOWN"]
    assert "見た目がよく似た「" in job.issues.get().sentence


@pytest.mark.parametrize(("column", "value"), [("部署名", "営業～東"), ("部署コード", "A-1"), ("部署名", NFD)])
def test_an_unknown_department_of_a_person_has_its_near_miss(column, value):
    job = people(["姓", "メールアドレス", column], ["青山", "b@example.co.jp", value])
    assert reasons(job) == ["MEMBER_DEPARTMENT_UNKNOWN"]
    assert "見た目がよく似た「" in job.issues.get().sentence


@pytest.mark.parametrize(("column", "value"), [("姓", NFD), ("役職", "部 長")])
def test_a_change_that_nobody_can_see_is_told(column, value):
    values = {"姓": "ガーデン", "役職": "部長", "メールアドレス": "aoyama@example.co.jp"} | {column: value}
    job = people([*values], [*values.values()])
    assert (job.updated, told(job)) == (1, [("warning", "FILE_LOOKS_ALIKE", column)])


@pytest.mark.parametrize("mail", ["a0yama@example.co.jp", "aoyarna@example.co.jp", "aoyama@examp1e.co.jp"])
def test_a_new_mail_that_looks_like_anothers_is_told(mail):
    job = people(["姓", "メールアドレス"], ["青山", mail])
    assert (job.created, told(job)) == (1, [("warning", "FILE_LOOKS_ALIKE", "メールアドレス")])


def test_a_mail_that_is_none_has_its_near_miss():
    Employee.objects.update(email="ao-yama@example.co.jp")
    job = people(["姓", "メールアドレス"], ["青山", "ao−yama@example.co.jp"])
    assert reasons(job) == ["MEMBER_MAIL_INVALID"]
    assert "「ao-yama@example.co.jp」" in job.issues.get().sentence


@pytest.mark.parametrize(("column", "value"), [("雇用形態", "ｱﾙﾊﾞｲﾄ・ﾊﾟｰﾄ"), ("性別", "男 性")])
def test_a_choice_that_is_another_only_by_its_look_is_told(column, value):
    job = people(["姓", "メールアドレス", column], ["青山", "b@example.co.jp", value])
    assert told(job) == [("warning", "FILE_LOOKS_ALIKE", column)]


@pytest.mark.parametrize(
    ("column", "meant"), [("メ一ルアドレス", "メールアドレス"), ("\u200bメ−ルアドレス", "メールアドレス")]
)
def test_a_name_of_a_column_has_its_near_miss(column, meant):
    job = people(["姓", column], ["青山", "b@example.co.jp"])
    assert reasons(job) == ["FILE_COLUMN_MISSING"]
    assert f"見た目がよく似た「{meant}」があります" in job.message


@pytest.mark.parametrize("column", ["やりきるカ", "妥協\u200bカ", "部署—コード"])
def test_so_has_one_that_is_not_taken(column):
    job = results(["社員番号", "受検日", column], ["0012", "2025/06/02", "50"])
    unknown = job.issues.get()
    assert unknown.reason == "FILE_COLUMN_UNKNOWN"
    assert ("見た目がよく似た「" in unknown.sentence) == ("カ" in column)


def test_a_scale_that_only_looks_like_one_of_ours_has_its_near_miss():
    job = results(["社員番号", "受検日", "尺度", "偏差値"], ["0012", "2025/06/02", "やりきるカ", "50"])
    assert reasons(job) == ["ASSESSMENT_SCALE_UNKNOWN"]
    assert "見た目がよく似た「やりきる力」" in job.issues.get().sentence


def test_a_type_that_only_looks_like_one_of_ours_has_its_near_miss():
    job = results(["社員番号", "受検日", "16タイプ"], ["0012", "2025/06/02", "シ一カー"])
    assert reasons(job) == ["ASSESSMENT_TYPE_UNKNOWN"]
    assert "見た目がよく似た「シーカー」" in job.issues.get().sentence


@pytest.mark.parametrize(
    ("before", "now"), [("春〜夏", "春～夏"), ("ガーデン", NFD), ("第1回", "第１回"), ("適性−A", "適性－Ａ")]
)
def test_a_title_that_only_looks_like_one_that_the_person_has_makes_no_second_result(company, before, now):
    Assessment.objects.create(employee=company, title=before, taken_on=date(2025, 6, 2))
    job = results(["社員番号", "検査名", "受検日"], ["0012", now, "2025/06/02"])
    assert told(job) == [("error", "ASSESSMENT_TITLE_ALIKE", "検査名")]
    assert Assessment.objects.get().title == before


def test_a_title_that_the_person_has_on_another_day_is_that():
    header = ["社員番号", "検査名", "受検日"]
    assert results(header, ["0012", "春", "2025/06/02"]).created == 1
    assert results(header, ["0012", "春", "2025/06/03"]).issues.count() == 0
