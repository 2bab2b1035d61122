"""要対応: the page, what people say of its problems, and where else they stand."""

from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.rights import Right
from integrations.files.read_csv import read_csv
from integrations.files.read_xlsx import read_workbook
from integrations.jobs.records import write_issues
from integrations.models import ProblemNote, SyncIssue, SyncJob
from integrations.reasons import Reason
from integrations.rules.plan import finding
from tests.factories.rows import make_department, make_issue, make_job, make_person, member_of_roles

LIST = reverse("integrations:problems")
SEVERAL = reverse("integrations:handle_many")
MAIL, NAME, SENT = Reason.MEMBER_MAIL_INVALID, Reason.MEMBER_NAME_MISSING, Reason.RESULT_MEMBER_UNKNOWN


def tell(*numbers: str, reason: Reason = MAIL, kind: str = "employees", value: str = "ａ@x") -> SyncJob:
    """A run that finds this of these people."""
    job = make_job("partial", kind)
    found = [finding(reason, key=number, name=f"青山 {number}", field="メール", value=value) for number in numbers]
    write_issues(job, found)
    return job


def shown(client: Client, query: str = "") -> list[str]:
    """Whom the list shows, by key."""
    page = client.get(LIST + query)
    return [row.issue.subject_key for part in page.context["parts"] for row in part.rows]


def handled(client: Client, *issues: SyncIssue, **values: str) -> None:
    """Of one of them, or of several at once."""
    several = f"{SEVERAL}?{'&'.join(f'issue={issue.pk}' for issue in issues)}"
    send(client, several if len(issues) > 1 else handle(issues[0]), **values)


def handle(issue: SyncIssue) -> str:
    return reverse("integrations:handle", args=[issue.pk])


def send(client: Client, address: str, **values: str) -> None:
    """Send the form as the page shows it, with these values."""
    form = client.get(address).context["form"]
    before = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(address, before | {f"initial-{name}": value for name, value in before.items()} | values)
    assert answer.status_code == 302, answer.context["form"].errors


def issue_of(job: SyncJob, number: str) -> SyncIssue:
    return job.issues.get(subject_key=number)


def test_it_groups_by_reason_with_one_remedy_and_leads_to_people_and_departments(viewer: Client):
    person = make_person(7)
    department = make_department("210", "総務課")
    tell("0007", "0008")
    job = make_job("partial", "departments")
    write_issues(job, [finding(Reason.DEPARTMENT_NAME_MISSING, key="210")])
    page = viewer.get(LIST).text
    remedy = "カオナビのメンバー情報（基本情報）で、メールを半角の「名前@ドメイン」の形に直してください。"
    assert page.count(remedy) == 1
    assert "メールアドレスの形式の誤り 2名</h2>" in page
    assert "部署名の未入力 1件</h2>" in page
    for place in (person, department):
        assert f'href="{place.get_absolute_url()}"><strong>' in page
    assert job.get_absolute_url() in page
    assert f"#{MAIL}" in page


def test_it_says_that_all_is_done_or_that_nothing_ran_yet(viewer: Client):
    assert "完了した処理がまだありません" in viewer.get(LIST).text
    make_job("succeeded")
    assert "対応が必要なものはありません" in viewer.get(LIST).text
    assert "条件に合うものはありません" in viewer.get(f"{LIST}?q=青山").text


def test_it_is_filtered_by_reason_kind_person_in_charge_state_and_words(viewer: Client, admin: Client):
    tell("1")
    job = tell("1", "2")
    write_issues(job, [finding(NAME, key="3", name="赤井 誠")])
    tell("4", kind="employees_file")
    handled(admin, issue_of(job, "1"), assignee="佐藤", memo="折り返し待ち")
    handled(admin, issue_of(job, "3"), decision="aside", reason="業務委託")
    assert shown(viewer) == ["2", "4", "1"]
    assert shown(viewer, "?state=aside") == ["3"]
    assert set(shown(viewer, "?state=all")) == {"1", "2", "3", "4"}
    assert shown(viewer, f"?state=all&reason={NAME}") == ["3"]
    assert shown(viewer, "?kind=employees_file") == ["4"]
    assert shown(viewer, "?since=new&kind=employees") == ["2"]
    assert shown(viewer, "?assignee=佐藤") == ["1"]
    assert set(shown(viewer, "?assignee=-")) == {"2", "4"}
    assert shown(viewer, "?q=折り返し") == ["1"]
    assert shown(viewer, "?q=赤井&state=all") == ["3"]
    assert shown(viewer, "?state=x&kind=x&since=x&q=%00&reason=%00&page=x") == ["2", "4", "1"]


def test_it_shows_25_a_page(viewer: Client):
    tell(*map(str, range(30)))
    assert len(shown(viewer)) == 25
    assert len(shown(viewer, "?page=2")) == 5
    assert "30件中 1–25件" in viewer.get(LIST).text


def test_what_is_set_aside_leaves_the_count_and_comes_back_with_another_value(admin: Client, administrator: User):
    job = tell("1", "2")
    handled(admin, issue_of(job, "1"), decision="aside", reason="出向中", until="2099-03-31")
    note = ProblemNote.objects.get()
    assert (note.set_aside_by, note.reason, note.until) == (administrator, "出向中", date(2099, 3, 31))
    assert shown(admin) == ["2"]
    tell("1", "2")
    assert shown(admin) == ["2"]
    page = admin.get(f"{LIST}?state=aside").text
    assert "出向中（2099/03/31まで・佐藤 花子" in page
    tell("1", "2", value="ｂ@x")
    assert shown(admin) == ["1", "2"]
    assert "値が変わったため" in admin.get(LIST).text
    tell("1", "2")
    ProblemNote.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert "終了日を過ぎたため" in admin.get(LIST).text


def test_who_saw_an_older_value_sets_aside_that_one_alone(admin: Client):
    address = handle(issue_of(tell("1"), "1"))
    form = admin.get(address).context["form"]
    tell("1", value="ｂ@x")
    answer = admin.post(address, {"decision": "aside", "reason": "x", "initial-decision": form["decision"].value()})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert "その間に新しい処理が終わった" in admin.get(LIST).text
    assert not ProblemNote.objects.exists()


def test_several_are_set_aside_at_once_and_keep_what_is_left_blank(admin: Client):
    job = tell("1", "2", "3")
    handled(admin, issue_of(job, "1"), assignee="佐藤", memo="電話済み")
    handled(admin, issue_of(job, "1"), issue_of(job, "2"), decision="aside", reason="業務委託", assignee="鈴木")
    told = ProblemNote.objects.order_by("memo").values_list("reason", "assignee", "memo")
    assert list(told) == [("業務委託", "鈴木", ""), ("業務委託", "鈴木", "電話済み")]
    assert shown(admin) == ["3"]
    handled(admin, issue_of(job, "1"), issue_of(job, "2"), decision="open")
    assert shown(admin) == ["1", "2", "3"]
    assert set(ProblemNote.objects.values_list("set_aside_at", "reason", "assignee")) == {(None, "", "鈴木")}


def test_all_of_a_reason_are_set_aside_unless_a_run_has_ended_meanwhile(admin: Client):
    tell("1", "2", reason=NAME)
    runs = admin.get(LIST).context["runs"]
    address = f"{SEVERAL}?all=1&reason={NAME}&runs={runs}"
    send(admin, address, decision="aside", reason="意図した除外")
    assert shown(admin) == []
    tell("1", "2", "3", reason=NAME)
    answer = admin.post(address, {"decision": "open"}, follow=True)
    assert "その間に新しい処理が終わった" in answer.text
    assert ProblemNote.objects.count() == 2


def test_many_are_set_aside_by_as_many_statements_as_few(admin: Client):
    def statements(*numbers: str) -> int:
        tell(*numbers, reason=NAME)
        address = f"{SEVERAL}?all=1&runs={admin.get(LIST).context['runs']}"
        send(admin, address, decision="aside", reason="x")
        with CaptureQueriesContext(connection) as captured:  # now that there are notes on them
            admin.post(f"{address}&state=all", {"decision": "aside", "reason": "y"})
        assert set(ProblemNote.objects.values_list("reason", flat=True)) == {"y"}
        return len(captured)

    assert statements("1", "2", "3") == statements(*map(str, range(4, 40)))


def test_it_wants_a_reason_and_a_day_that_is_to_come(admin: Client):
    issue = issue_of(tell("1"), "1")
    answer = admin.post(handle(issue), {"decision": "aside", "until": "2020-01-01"})
    assert set(answer.context["form"].errors) == {"reason", "until"}
    assert "対応を入力するものを選んで" in admin.get(SEVERAL, follow=True).text


def test_what_somebody_else_wrote_meanwhile_stays(admin: Client):
    issue = issue_of(tell("1"), "1")
    address = handle(issue)
    form = admin.get(address).context["form"]
    stale = {name: form[name].value() or "" for name in form.fields}
    handled(admin, issue, decision="aside", reason="出向中", assignee="佐藤")
    before = {f"initial-{name}": value for name, value in stale.items()}
    admin.post(address, stale | before | {"memo": "電話済み"})
    note = ProblemNote.objects.get()
    assert (note.reason, note.assignee, note.memo) == ("出向中", "佐藤", "電話済み")
    assert note.set_aside_at is not None


def test_a_note_that_says_nothing_any_more_is_gone(admin: Client):
    issue = issue_of(tell("1"), "1")
    handled(admin, issue, memo="x")
    handled(admin, issue, memo="")
    assert not ProblemNote.objects.exists()


def test_it_is_audited_without_what_was_written(admin: Client):
    job = tell("1", "2")
    handled(
        admin,
        issue_of(job, "1"),
        issue_of(job, "2"),
        decision="aside",
        reason="青山さん",
        until="2099-01-01",
        memo="青山さん",
    )
    entry = AuditEntry.objects.get(what="要対応")
    assert (entry.action, entry.label) == ("edited", "メールアドレスの形式の誤り")
    assert entry.detail == {
        "problems": 2,
        "reasons": [MAIL],
        "fields": ["memo"],
        "set_aside": True,
        "until": "2099-01-01",
    }


def test_what_an_older_version_told_is_set_aside_too(admin: Client):
    job = tell("1", "1")
    job.issues.update(value_digest=None)
    handled(admin, *job.issues.all(), decision="aside", reason="x")
    assert shown(admin) == []
    tell("1")
    assert shown(admin) == []


def test_only_administrators_say_something(viewer: Client):
    issue = issue_of(tell("1"), "1")
    page = viewer.get(LIST).text
    for address in (handle(issue), f"{SEVERAL}?issue={issue.pk}"):
        assert address.split("?")[0] not in page
        assert viewer.get(address).status_code == 403
        assert viewer.post(address, {"decision": "open", "memo": "x"}).status_code == 403


def test_whoever_may_not_see_results_reads_nothing_of_whom_they_are_about(admin: Client, viewer: Client):
    make_person(7)
    job = tell("0007", kind="results", reason=SENT)
    handled(admin, issue_of(job, "0007"), memo="青山さんに確認", assignee="佐藤")
    blind = member_of_roles(([Right.VIEW_JOBS, Right.VIEW_EMPLOYEES], None))
    seen, hidden = viewer.get(LIST).text, blind.get(LIST).text
    assert "カオナビにいない社員番号 1名" in seen
    assert "カオナビにいない社員番号 1名" in hidden
    for word in ("0007", "青山さんに確認", "/employees/"):
        assert word in seen
        assert word not in hidden.split('id="main"')[1]
    assert [shown(client, "?q=確認") for client in (viewer, blind)] == [["0007"], []]
    assert [shown(client, "?q=0007") for client in (viewer, blind)] == [["0007"], []]


def test_the_page_of_a_run_says_it_too_to_those_who_may_see_whom_it_is_about(admin: Client, viewer: Client):
    job, sent = tell("1", "2"), tell("3", kind="results", reason=SENT)
    handled(admin, issue_of(job, "1"), decision="aside", reason="出向中", assignee="佐藤")
    handled(admin, issue_of(sent, "3"), memo="電話済み")
    page = viewer.get(job.get_absolute_url()).text
    assert page.count("対応：対応不要：出向中　担当：佐藤") == page.count("対応：") == 1
    assert f'href="{LIST}?kind=employees"' in page
    blind = member_of_roles(([Right.VIEW_JOBS], None))
    assert [client.get(sent.get_absolute_url()).text.count("対応：メモ") for client in (viewer, blind)] == [1, 0]


def test_who_looks_at_problems_of_results_is_written_down(viewer: Client):
    job = tell("1", kind="results", reason=SENT)
    for _ in range(2):
        viewer.get(LIST)
    (entry,) = AuditEntry.objects.filter(action="viewed")
    assert entry.object_id == str(job.pk)


def test_a_persons_page_shows_that_persons(admin: Client, viewer: Client):
    person, other = make_person(7), make_person(8)
    tell("0007", kind="departments", reason=Reason.DEPARTMENT_NAME_MISSING)
    job = tell("0007", value="ａ７@x")
    write_issues(job, [finding(Reason.MEMBER_DATE_INVALID, email="P7@example.co.jp", field="入社日", value="13月")])
    handled(admin, issue_of(job, "0007"), memo="電話済み")
    page = viewer.get(person.get_absolute_url()).text
    assert page.count('<p class="remedy small">') == 2
    for words in ("ａ７@x", "13月", "電話済み", job.get_absolute_url()):
        assert words in page
    assert "要対応</h2>" not in viewer.get(other.get_absolute_url()).text
    link = f"{handle(issue_of(job, '0007'))}?next=%2Femployees%2F{person.pk}%2F"
    assert link in admin.get(person.get_absolute_url()).text
    assert link not in page
    send(admin, link, decision="aside", reason="出向中")
    assert "出向中" in viewer.get(person.get_absolute_url()).text


def test_a_persons_page_tells_only_what_its_reader_may_know(admin: Client):
    person = make_person(7)
    tell("0007")
    tell("0007", kind="results", reason=SENT)
    for rights, times in (
        ([Right.VIEW_EMPLOYEES], 0),
        ([Right.VIEW_EMPLOYEES, Right.VIEW_JOBS], 1),
        ([Right.VIEW_EMPLOYEES, Right.VIEW_JOBS, Right.VIEW_RESULTS], 2),
    ):
        page = member_of_roles((rights, None)).get(person.get_absolute_url()).text
        assert page.count('<p class="remedy small">') == times


def test_the_list_is_taken_away_as_a_file_and_that_is_written_down(admin: Client, viewer: Client):
    job = tell("1", "2")
    handled(admin, issue_of(job, "1"), decision="aside", reason="出向中")
    for name, query, keys in (("problem_file", "", ["2"]), ("problem_file", "?state=all", ["1", "2"])):
        table = read_csv(b"".join(viewer.get(reverse(f"integrations:{name}") + query)))
        rows = [row for _, row in table.rows]
        assert [row[3] for row in rows] == keys
        assert table.header[-1] == "対応"
    workbook = viewer.get(reverse("integrations:problem_workbook"))
    assert read_workbook(b"".join(workbook)).header[-1] == "対応"
    entries = AuditEntry.objects.filter(action="downloaded").order_by("pk").values_list("what", "detail")
    assert [(what, detail["rows"]) for what, detail in entries] == [("要対応", 1), ("要対応", 2), ("要対応", 1)]
    blind = member_of_roles(([Right.VIEW_JOBS], None))
    tell("3", kind="results", reason=SENT)
    assert "青山 3" not in b"".join(blind.get(reverse("integrations:problem_file"))).decode()


def test_the_list_of_runs_says_how_much_is_open_and_new(viewer: Client):
    tell("1", "2")
    tell("2", "3", "4")
    page = viewer.get(reverse("integrations:jobs")).text
    assert "要対応 3件" in page
    assert "新規 2件" in page


def test_a_run_of_another_version_is_shown_all_the_same(viewer: Client):
    make_issue(make_job("partial"), reason="A_CODE_OF_TOMORROW", detail="明日のエラー")
    assert "A_CODE_OF_TOMORROW 1件" in viewer.get(LIST).text
