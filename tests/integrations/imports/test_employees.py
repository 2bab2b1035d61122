"""カオナビ社員情報取込 through the whole flow. One test a rule of §3, and the table of the manual's 手順3."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from departments.models import Department
from employees.models import Employee
from integrations.imports import employees as sync
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import KaonaviConnection, SyncJob

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]
Status = SyncJob.Status


def reasons(job: SyncJob) -> list[tuple[str, str]]:
    return sorted(job.issues.values_list("subject_key", "reason"))


def employee(mail: str) -> Employee:
    return Employee.objects.get(email=mail)


def remove(tenant: Tenant, code: str) -> None:
    tenant.state.members = [member for member in tenant.state.members if member.code != code]


def test_the_manuals_table_of_step_3_ends_as_the_manual_prints_it(tenant, run: Run):
    for code, name in (("A001", "営業部"), ("A002", "開発部"), ("A003", "人事部")):
        Department.objects.create(code=code, name=name)
    eight = (
        ("A001", "ミキワメ 太郎", "ミキワメ タロウ", "001@aaa.com", "○"),
        ("", "ミキワメ 次郎", "ミキワメ ジロウ", "002@aaa.com", "○"),
        ("A004", "ミキワメ 三郎", "ミキワメ サブロウ", "003@aaa.com", "×"),
        ("A002", "", "ミキワメ シロウ", "004@aaa.com", "×"),
        ("A003", "ミキワメ 五郎", "", "005@aaa.com", "×"),
        ("A003", "ミキワメ 六郎", "ミキワメ ロクロウ", "", "×"),
        ("A003", "ミキワメ 七郎", "ミキワメ ナナロウ", "007@aaa.com", "×"),
        ("A003", "ミキワメ 八郎", "ミキワメ ハチロウ", "007@aaa.com", "×"),
    )
    tenant.add_department("A004", "サポート部")
    for number, (department, name, kana, mail, _) in enumerate(eight, start=1):
        tenant.add_member(f"{number:03}", name=name, name_kana=kana, mail=mail, department=department)
    job = run("employees")
    assert set(Employee.objects.values_list("email", flat=True)) == {"001@aaa.com", "002@aaa.com"}
    assert reasons(job) == [
        ("003", "MEMBER_DEPARTMENT_UNKNOWN"),
        ("004", "MEMBER_NAME_MISSING"),
        ("005", "MEMBER_KANA_MISSING"),
        ("006", "MEMBER_MAIL_MISSING"),
        ("007", "MEMBER_MAIL_DUPLICATE"),
        ("008", "MEMBER_MAIL_DUPLICATE"),
    ]
    assert job.counts == {"created": 2, "updated": 0, "unchanged": 0, "skipped": 3, "failed": 3}
    assert job.status == Status.PARTIAL


def test_it_takes_every_item_of_the_manuals_tables(tenant, run: Run):
    Department.objects.create(code="A001", name="営業部")
    tenant.add_member(
        "E-1007",
        name="青山　直樹",
        name_kana="アオヤマ ナオキ",
        mail=" Naoki.Aoyama@Example.co.jp ",
        entered_date="2011-04-01",
        retired_date="2030-03-31",
        gender="男性",
        birthday="1988-02-29",
        department="A001",
        position="課長",
        employment_type="アルバイト・パート",
    )
    assert run("employees").status == Status.SUCCEEDED
    person = employee("naoki.aoyama@example.co.jp")
    assert (person.last_name, person.first_name) == ("青山", "直樹")
    assert (person.last_name_kana, person.first_name_kana) == ("アオヤマ", "ナオキ")
    assert (person.employee_number, person.department.code, person.position) == ("E-1007", "A001", "課長")
    assert (person.gender, person.employment_type) == ("male", "part_time")
    assert (person.birth_date, person.hire_date) == (date(1988, 2, 29), date(2011, 4, 1))
    assert (person.retirement_date, person.is_retired, person.retirement_source) == (date(2030, 3, 31), True, "kaonavi")
    assert person.last_seen_at is not None


def test_rule_1_whoever_is_blanked_on_purpose_is_left_out_and_the_run_is_a_success(tenant, run: Run):
    tenant.add_member("1", name="　", name_kana="", mail="x@example.jp")
    job = run("employees")
    assert job.status == Status.SUCCEEDED
    assert reasons(job) == [("1", "MEMBER_KANA_MISSING"), ("1", "MEMBER_NAME_MISSING")]
    assert job.counts["skipped"] == 1


def test_rule_2_a_left_out_member_still_shares_its_mail(tenant, run: Run):
    tenant.add_member("1", mail="same@example.jp")
    tenant.add_member("2", mail="SAME@example.jp", name="")
    job = run("employees")
    assert reasons(job) == [("1", "MEMBER_MAIL_DUPLICATE"), ("2", "MEMBER_NAME_MISSING")]
    assert job.counts == {"created": 0, "updated": 0, "unchanged": 0, "skipped": 1, "failed": 1}


def test_rule_3_real_but_odd_mails_are_taken_and_full_width_ones_refused_with_the_right_form(tenant, run: Run):
    tenant.add_member("1", mail="a..b@docomo.ne.jp")
    tenant.add_member("2", mail="a.@ezweb.ne.jp")
    tenant.add_member("3", mail="ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ")
    job = run("employees")
    assert reasons(job) == [("3", "MEMBER_MAIL_INVALID")]
    assert "taro@example.jp" in job.issues.get().sentence
    assert Employee.objects.count() == 2


def test_rules_4_5_11_and_13_one_row_can_have_several_issues_and_sinks_nobody_else(tenant, run: Run):
    name = f"{'長' * 101} 太郎"
    tenant.add_member("１０", mail="ten@example.jp", department="NOWHERE", birthday="2001-02-29", name=name)
    tenant.add_member("11")
    job = run("employees")
    assert reasons(job) == [
        ("１０", "MEMBER_DATE_INVALID"),
        ("１０", "MEMBER_DEPARTMENT_UNKNOWN"),
        ("１０", "MEMBER_NUMBER_INVALID"),
        ("１０", "MEMBER_VALUE_TOO_LONG"),
    ]
    assert job.counts["failed"] == 1
    assert Employee.objects.get().employee_number == "11"


def test_rule_6_an_undivided_name_is_all_surname_with_the_filler_and_one_warning_a_run(tenant, run: Run):
    KaonaviConnection.objects.update(first_name_filler="-")
    tenant.add_member("1", name="田中太郎", name_kana="タナカタロウ")
    tenant.add_member("2", name="マリア　デル  カルメン", name_kana="マリア デル カルメン")
    job = run("employees")
    assert (employee("1@example.co.jp").last_name, employee("1@example.co.jp").first_name) == ("田中太郎", "-")
    assert employee("2@example.co.jp").first_name == "デル カルメン"
    warning = job.issues.get()
    assert (warning.reason, warning.severity) == ("MEMBER_NAME_NOT_SPLIT", "warning")
    assert "1名" in warning.detail
    assert job.status == Status.SUCCEEDED


def test_rules_7_and_8_unknown_words_become_other(tenant, run: Run):
    tenant.add_member("1", gender="回答しない", employment_type="嘱託", position="")
    run("employees")
    person = employee("1@example.co.jp")
    assert (person.gender, person.employment_type, person.position) == ("other", "other", "")


@pytest.fixture
def renamed_item(tenant, run: Run) -> Tenant:
    """A company of two with 役職, whose item is then renamed in カオナビ."""
    tenant.add_member("1", position="課長", employment_type="正社員")
    tenant.add_member("2", position="部長", employment_type="正社員")
    run("employees")
    tenant.rename_custom_item("役職", "肩書")
    return tenant


def test_rule_9_a_run_that_would_blank_stops_and_asks_with_the_text_of_the_manual(renamed_item, run: Run):
    job = run("employees")
    assert job.status == Status.HELD
    assert job.message == (
        "カオナビに項目「役職」が見つかりません。実行すると、2名の役職が空白で上書き更新されます。"
        "項目名を変更している場合は、デフォルトの項目名に戻してください。"
    )
    assert [line["losers"] for line in job.options["question"]] == [2]
    assert Employee.objects.filter(position="").count() == 0


def test_rule_9_approving_blanks_as_the_manual_warns(renamed_item, run: Run, approve):
    job = approve(run("employees"))
    assert job.status == Status.SUCCEEDED
    assert Employee.objects.filter(position="").count() == 2
    assert job.changes.first().fields == {"position": ["課長", ""]}


def test_rule_9_the_other_choice_keeps_them_and_takes_the_rest(renamed_item, run: Run, approve):
    renamed_item.edit_member("1", gender="女性")
    job = approve(run("employees"), keep_items=True)
    assert job.status == Status.SUCCEEDED
    assert Employee.objects.filter(position="").count() == 0
    assert employee("1@example.co.jp").gender == "female"
    assert job.counts["updated"] == 1


@pytest.mark.parametrize("way", ["setting", "option"])
def test_rule_9_the_question_can_be_answered_beforehand(way, renamed_item, run: Run):
    KaonaviConnection.objects.update(overwrite_missing_items=way == "setting")
    job = run("employees", approve=way == "option")
    assert job.status == Status.SUCCEEDED
    assert Employee.objects.filter(position="").count() == 2


def test_rule_9_an_unreadable_layout_fails_the_run_and_is_never_read_as_a_missing_item(tenant, run: Run):
    tenant.add_member("1", position="課長")
    run("employees")
    tenant.fail("html", path="member_layouts", times=10)
    job = run("employees")
    assert job.status == Status.FAILED
    assert reasons(job) == [("", "KAONAVI_NOT_UNDERSTOOD")]
    assert employee("1@example.co.jp").position == "課長"


def test_rule_10_a_retirement_comes_and_goes_and_a_hand_set_flag_stays(tenant, run: Run):
    tenant.add_member("1", retired_date="2020-03-31")
    tenant.add_member("2")
    run("employees")
    Employee.objects.filter(email="2@example.co.jp").update(is_retired=True, retirement_source="manual")
    tenant.edit_member("1", retired_date="")
    run("employees")
    back, by_hand = employee("1@example.co.jp"), employee("2@example.co.jp")
    assert (back.retirement_date, back.is_retired, back.retirement_source) == (None, False, "")
    assert (by_hand.is_retired, by_hand.retirement_source) == (True, "manual")


def test_rule_10_what_the_form_sets_stays_until_kaonavi_has_a_date_of_its_own(tenant, run: Run, person):
    tenant.add_member("1")
    run("employees")
    client, someone = Client(), employee("1@example.co.jp")
    client.force_login(person)
    form = {"last_name": someone.last_name, "employee_number": "1", "retirement_date": "2026-03-31"}
    client.post(reverse("employees:edit", args=[someone.pk]), form)
    run("employees")
    someone.refresh_from_db()
    by_hand = (date(2026, 3, 31), True, "manual")
    assert (someone.retirement_date, someone.is_retired, someone.retirement_source) == by_hand
    tenant.edit_member("1", retired_date="2026-04-30")
    run("employees")
    someone.refresh_from_db()
    theirs = (date(2026, 4, 30), True, "kaonavi")
    assert (someone.retirement_date, someone.is_retired, someone.retirement_source) == theirs
    tenant.edit_member("1", retired_date="")
    run("employees")
    someone.refresh_from_db()
    assert (someone.retirement_date, someone.is_retired, someone.retirement_source) == (None, False, "")


def test_rule_12_a_changed_mail_makes_a_new_person_and_a_warning_that_names_the_old_one(tenant, run: Run):
    tenant.add_member("1", mail="old@example.jp")
    run("employees")
    tenant.edit_member("1", mail="new@example.jp")
    job = run("employees")
    assert job.counts["created"] == 1
    warning = job.issues.get()
    assert (warning.reason, warning.severity) == ("MEMBER_NUMBER_SHARED", "warning")
    assert "old@example.jp" in warning.detail
    assert employee("old@example.jp").missing_since is not None
    assert job.status == Status.SUCCEEDED


def test_rule_13_one_unreadable_member_is_refused_and_suspends_the_marks(tenant, run: Run):
    tenant.add_member("1")
    tenant.add_member("2")
    run("employees")
    remove(tenant, "2")
    broken = tenant.add_member("3")
    broken.overrides["name"] = {"unexpected": True}
    job = run("employees")
    assert reasons(job) == [("", "MEMBERS_NOT_CHECKED_FOR_ABSENCE"), ("3", "MEMBER_UNREADABLE")]
    assert job.counts == {"created": 0, "updated": 0, "unchanged": 1, "skipped": 0, "failed": 1}
    assert employee("2@example.co.jp").missing_since is None


def test_rule_14_whoever_left_is_kept_and_marked_and_returns_as_updated(tenant, run: Run):
    tenant.add_member("1")
    gone = tenant.add_member("2")
    tenant.add_member("3")
    run("employees")
    remove(tenant, "2")
    tenant.edit_member("3", mail="")
    job = run("employees")
    assert employee("2@example.co.jp").missing_since is not None
    assert employee("3@example.co.jp").missing_since is None, "left out, but there by 社員番号"
    assert job.counts == {"created": 0, "updated": 0, "unchanged": 1, "skipped": 1, "failed": 0}
    tenant.state.members.append(gone)
    job = run("employees")
    assert employee("2@example.co.jp").missing_since is None
    assert job.counts["updated"] == 1


def test_rule_14_an_empty_member_list_fails_and_marks_nobody(tenant, run: Run):
    tenant.add_member("1")
    run("employees")
    tenant.state.members.clear()
    job = run("employees")
    assert (job.status, reasons(job)) == (Status.FAILED, [("", "SOURCE_EMPTY")])
    assert employee("1@example.co.jp").missing_since is None


def test_rule_15_an_edit_here_is_made_equal_to_the_source_again(tenant, run: Run):
    tenant.add_member("1", position="課長")
    run("employees")
    Employee.objects.update(position="社長", department=Department.objects.create(name="自社だけ"))
    job = run("employees")
    person = employee("1@example.co.jp")
    assert (person.position, person.department) == ("課長", None)
    assert job.changes.get().fields == {"department": ["（コードなし）自社だけ", ""], "position": ["社長", "課長"]}


def test_counts_that_do_not_add_up_fail_the_run_and_nothing_is_written(tenant, run: Run, monkeypatch):
    honest = sync.plan_employees
    monkeypatch.setattr(
        sync,
        "plan_employees",
        lambda *args, **options: replace(plan := honest(*args, **options), outcomes=plan.outcomes[1:]),
    )
    tenant.add_member("1")
    job = run("employees")
    assert (job.status, reasons(job)) == (Status.FAILED, [("", "COUNTS_DO_NOT_ADD_UP")])
    assert not Employee.objects.exists()
