"""同じ人かどうかの確認 on the page of a run."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from employees.models import Employee, IdentityDecision
from integrations.models import SyncIssue, SyncJob
from tests.factories.rows import account, make_issue, make_job, make_person, make_result


@pytest.fixture
def job(db) -> SyncJob:
    return make_job("partial", failed=2, total=2)


def doubt(job: SyncJob, known: Employee, number: str, name: str, mail: str = "") -> SyncIssue:
    return make_issue(
        job,
        reason="MEMBER_IDENTITY_UNCERTAIN",
        object_id=known.pk,
        subject_key=number,
        subject_name=name,
        value=number,
        email=mail or known.email,
        detail="同じ項目：メールアドレス。",
    )


@pytest.fixture
def swapped(job: SyncJob) -> tuple[SyncIssue, SyncIssue]:
    one, other = make_person(1), make_person(2, last_name="井上", first_name="花子")
    make_result(one)
    return doubt(job, one, "0002", "井上 花子"), doubt(job, other, "0001", "青山 直樹1")


@pytest.fixture
def hired(job: SyncJob) -> SyncIssue:
    return doubt(job, make_person(1), "3003", "上田 次郎")


def answer(client: Client, job: SyncJob, **sent: object) -> str:
    return client.post(reverse("integrations:identify", args=[job.pk]), sent, follow=True).text


def merge_into(client: Client, kept: Employee) -> None:
    address = reverse("integrations:merge", args=[kept.pk])
    client.post(address, {"stays": kept.pk, "fingerprint": client.get(address).context["pair"].fingerprint})


def decisions() -> list[tuple[str, str, bool]]:
    return list(IdentityDecision.objects.order_by("pk").values_list("employee_number", "email", "is_same"))


def test_it_names_both_and_what_each_answer_does(admin: Client, job: SyncJob, swapped):
    page = admin.get(job.get_absolute_url()).text
    assert "同じ人かどうかの確認（2名）" in page
    assert "検査結果1件" in page
    assert "青山 直樹1さんのデータを、井上 花子さん（社員番号 0002）の内容に更新します。検査結果1件も" in page
    assert "青山 直樹1さんと井上 花子さんのメールアドレスを入れ替えます。" in page


def test_a_row_without_number_says_so_wherever_the_number_would_stand(admin: Client, job: SyncJob):
    doubt(job, make_person(1), "", "上田 次郎")
    page = admin.get(job.get_absolute_url()).text
    assert page.count("（社員番号 なし）") == 2
    assert "（社員番号 ）" not in page


def test_a_new_hire_becomes_a_new_employee(admin: Client, job: SyncJob, hired: SyncIssue):
    page = admin.get(job.get_absolute_url()).text
    assert "上田 次郎さんを新しい社員として登録し、青山 直樹1さんのメールアドレスを空白にします。" in page


def test_it_says_to_whom_the_address_goes(admin: Client, job: SyncJob):
    make_person(3, employee_number="3003", last_name="上田", first_name="次郎")
    doubt(job, make_person(1), "3003", "上田　次郎")
    page = admin.get(job.get_absolute_url()).text
    assert (
        "メールアドレスを上田 次郎さん（社員番号 3003）に移し、青山 直樹1さんのメールアドレスを空白にします。" in page
    )


def test_it_promises_no_address_to_whoever_has_the_number_and_another_name(admin: Client, job: SyncJob):
    make_person(3, employee_number="3003", last_name="鈴木", first_name="三郎")
    doubt(job, make_person(1), "3003", "上田 次郎")
    page = admin.get(job.get_absolute_url()).text
    assert "に移し" not in page
    assert "鈴木 三郎さんと同じ人かどうかを次の実行でもう一度確認します。" in page


def test_it_says_who_is_created_beside_somebody_without_address(admin: Client, job: SyncJob):
    doubt(job, make_person(1, email=""), "0001", "上田 次郎", mail="new@example.co.jp")
    page = admin.get(job.get_absolute_url()).text
    assert "上田 次郎さんを新しい社員として登録します。青山 直樹1さんのデータは変わりません。" in page


@pytest.mark.parametrize(("word", "shown"), [("same", "同じ人です"), ("different", "別の人です")])
@pytest.mark.usefixtures("connected")
def test_one_is_answered_by_its_own_button(word: str, shown: str, admin: Client, job: SyncJob, swapped):
    page = answer(admin, job, answer=f"{word}:{swapped[1].pk}", issue=swapped[0].pk)
    assert decisions() == [("0001", "p2@example.co.jp", word == "same")]
    assert f"井上 花子さんについて「{shown}」と記録しました。" in page
    assert f"{shown}</span> 次の実行：" in page
    assert "もう一度同期する" in page
    entry = AuditEntry.objects.get(action="identified")
    assert (entry.label, entry.detail) == ("", {"is_same": word == "same"})


def test_several_are_answered_at_once_and_again(admin: Client, job: SyncJob, swapped):
    both = [issue.pk for issue in swapped]
    assert "2名について「別の人です」と記録しました。" in answer(admin, job, answer="different", issue=both)
    answer(admin, job, answer="same", issue=both)
    assert decisions() == [("0002", "p1@example.co.jp", True), ("0001", "p2@example.co.jp", True)]


@pytest.mark.parametrize("chosen", [[], ["x"], ["9" * 30], ["0"]])
def test_nothing_is_written_for_nobody(chosen, admin: Client, job: SyncJob, hired):
    answer(admin, job, answer="same", issue=chosen)
    assert decisions() == []


def test_an_unknown_answer_is_refused(admin: Client, job: SyncJob, hired):
    address = reverse("integrations:identify", args=[job.pk])
    assert admin.post(address, {"answer": "perhaps", "issue": hired.pk}).status_code == 400


def test_another_runs_issue_and_another_kind_of_issue_say_nothing(admin: Client, job: SyncJob, hired: SyncIssue):
    other = make_job("partial")
    plain = make_issue(job, object_id=hired.object_id, value="1")
    answer(admin, other, answer="same", issue=hired.pk)
    answer(admin, job, answer="same", issue=plain.pk)
    assert decisions() == []


def test_the_newest_run_asks_and_an_older_one_leads_to_it(admin: Client, job: SyncJob, hired: SyncIssue):
    make_job("failed")
    assert 'name="issue"' in admin.get(job.get_absolute_url()).text
    newer = make_job("partial")
    page = admin.get(job.get_absolute_url()).text
    assert 'name="issue"' not in page
    assert f'確認は<a href="{newer.get_absolute_url()}#identities">' in page
    assert "同じ人です」と記録しました" in answer(
        admin, job, answer="same", issue=hired.pk
    )  # from a page that was open


def test_whoever_has_been_deleted_is_not_asked_about(admin: Client, job: SyncJob, hired: SyncIssue):
    Employee.objects.all().delete()
    assert 'id="identities"' not in admin.get(job.get_absolute_url()).text
    assert "なくなった1名については、記録しませんでした。" in answer(admin, job, answer="same", issue=hired.pk)


def test_only_administrators_are_asked_and_may_answer(viewer: Client, job: SyncJob, hired: SyncIssue):
    assert 'id="identities"' not in viewer.get(job.get_absolute_url()).text
    address = reverse("integrations:identify", args=[job.pk])
    assert viewer.post(address, {"answer": "same", "issue": hired.pk}).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account("saburo", "管理者"))
    assert strict.post(address, {"answer": "same", "issue": hired.pk}).status_code == 403
    assert decisions() == []


def test_a_file_is_taken_in_again(admin: Client):
    job = make_job("partial", "employees_file")
    doubt(job, make_person(1), "3003", "上田 次郎")
    page = admin.get(job.get_absolute_url()).text
    assert reverse("integrations:import", args=["employees"]) in page
    assert "もう一度取り込む" in page


def test_many_cost_no_more_statements_than_one(admin: Client, job: SyncJob, hired, statements: Callable[..., int]):
    one = statements(admin, job.get_absolute_url())
    for number in range(2, 30):
        doubt(job, make_person(number), f"9{number}", "上田 次郎")
    assert statements(admin, job.get_absolute_url()) <= one + 1
    assert '<a href="?people=1#identities">29名すべてを確認する' in admin.get(job.get_absolute_url()).text
    assert statements(admin, f"{job.get_absolute_url()}?people=1") <= one + 1
    asked = [admin.get(f"{job.get_absolute_url()}?people={page}").text for page in (1, 2)]
    assert [page.count('name="issue"') for page in asked] == [20, 9]
    assert "エラーと注意" not in asked[0]


def test_enter_on_a_tick_answers_nothing(admin: Client, job: SyncJob, hired: SyncIssue):
    page = admin.get(job.get_absolute_url()).text
    form = page[page.index('aria-label="同じ人かどうかの確認"') :]
    assert form.index('<button name="answer" value="" hidden>') < form.index('value="same:')
    assert "押してください" in answer(admin, job, answer="", issue=hired.pk)
    assert decisions() == []


def test_deleting_somebody_forgets_what_was_decided_about_them(admin: Client, job: SyncJob, swapped):
    answer(admin, job, answer="different", issue=[issue.pk for issue in swapped])
    address = reverse("employees:delete", args=[swapped[0].object_id])
    admin.post(address, {"fingerprint": admin.get(address).context["selection"].fingerprint})
    assert decisions() == []


def test_merging_forgets_it_too(admin: Client, job: SyncJob):
    kept, leaving = make_person(1, employee_number="1001"), make_person(2, employee_number="1001")
    answer(admin, job, answer="different", issue=[doubt(job, one, "3003", "上田").pk for one in (kept, leaving)])
    assert len(decisions()) == 2
    merge_into(admin, kept)
    assert (decisions(), Employee.objects.count()) == ([], 1)


def test_what_a_merge_has_taken_from_a_question_can_not_be_answered_any_more(admin: Client, job: SyncJob, hired):
    kept, leaving = (make_person(number, employee_number="1001", first_name="三郎") for number in (5, 6))
    asked = doubt(job, kept, "3005", "上田 五郎")
    SyncIssue.objects.filter(pk=asked.pk).update(
        detail=f"ミキワメの{leaving.full_name}さんと同じ人かどうか判断できないため"
    )
    merge_into(admin, kept)
    page = admin.get(job.get_absolute_url()).text
    assert "同じ人かどうかの確認（1名）" in page  # what another one is about is asked as before
    assert "この確認には、もう回答できません。もう一度実行すると、必要な場合はあらためて確認します。" in page
    told = answer(admin, job, answer="same", issue=[asked.pk, hired.pk])
    assert "社員の削除または統合で確認の内容がなくなった1名については、記録しませんでした。" in told
    assert decisions() == [("3003", "p1@example.co.jp", True)]


def test_whoever_stays_without_an_address_gets_that_of_the_merged(admin: Client):
    kept, leaving = make_person(1, employee_number="1001", email=""), make_person(2, employee_number="1001")
    address = reverse("integrations:merge", args=[kept.pk])
    page = admin.get(address)
    assert "メールアドレスなし" in page.text
    admin.post(address, {"stays": kept.pk, "fingerprint": page.context["pair"].fingerprint})
    kept.refresh_from_db()
    assert kept.email == leaving.email


def test_a_person_without_address_can_be_looked_at_edited_and_given_one(admin: Client):
    someone = make_person(1, email="")
    assert "社員番号でカオナビのメンバーと結び付けます" in admin.get(someone.get_absolute_url()).text
    assert admin.get(reverse("employees:list"), {"sort": "mail"}).status_code == 200
    edit, mail = (reverse(f"employees:{name}", args=[someone.pk]) for name in ("edit", "mail"))
    form = {"last_name": "青山", "employee_number": "0001", "first_name": "一"}
    assert admin.post(edit, form).status_code == 302
    assert "空白にできません" in admin.post(edit, form | {"employee_number": ""}).text
    asked = admin.post(mail, {"email": "new@example.co.jp"})
    assert "次のように変更します" in asked.text  # asked first, though the address before is blank
    admin.post(mail, {"email": "new@example.co.jp", "confirmed": asked.context["form"].confirmation})
    someone.refresh_from_db()
    assert someone.email == "new@example.co.jp"


def test_nobody_is_made_without_an_address_by_hand(admin: Client):
    page = admin.post(reverse("employees:add"), {"last_name": "青山", "email": "", "employee_number": "1"})
    assert (page.status_code, Employee.objects.count()) == (200, 0)
