"""Whatever goes wrong on the way, the sheets end up right, and the run says why where they do not."""

import pytest

from integrations import actions
from integrations.connection.session import open_client
from integrations.jobs import runner
from integrations.models import KaonaviConnection, UploadChunk
from integrations.rules.results import sheets
from tests.factories.pairs import pairs

LATEST, ALL = sheets.LATEST.name, sheets.ALL.name


@pytest.fixture
def staff(employ, test):
    numbers = ["E1", "E2", "E3"]
    for number in numbers:
        test(employ(number))
    return numbers


def updates(tenant):
    return [call for call in tenant.calls if call.method == "PATCH"]


def on(tenant, sheet):
    """The parameters of a fault at the updates of one sheet."""
    return {"method": "PATCH", "path": f"^/sheets/{tenant.sheet(sheet).id}$"}


def registered(tenant, numbers, sheet):
    return [number for number in numbers if len(tenant.records(sheet, number)) == 1]


def assert_all_there(tenant, staff, job):
    assert (job.status, job.message) == ("succeeded", "カオナビに3件中3件の反映を確認しました。")
    assert job.counts["created"] == 3
    assert job.changes.count() == 6
    assert registered(tenant, staff, LATEST) == registered(tenant, staff, ALL) == staff


@pytest.mark.parametrize(
    ("path", "headers"), pairs(["^/sheets/", "^/tasks/", "^/members", "^/sheet_layouts"], [{}, {"Retry-After": "1"}])
)
def test_too_many_requests_are_waited_out(path, headers, tenant, staff, upload):
    tenant.fail("status", path=path, status=429, headers=headers, times=2)

    assert_all_there(tenant, staff, upload())


@pytest.mark.parametrize(
    ("fault", "sheet"),
    pairs(
        [
            {"kind": "reset"},
            {"kind": "status", "status": 502, "body": "html"},
            {"kind": "lose_answer"},
            {"kind": "html"},
            {"kind": "garbage"},
            {"kind": "truncate"},
            {"kind": "replace", "json": {}},
        ],
        [LATEST, ALL],
    ),
)
def test_an_update_of_unknown_outcome_is_looked_up_before_anything_is_sent_again(sheet, fault, tenant, staff, upload):
    is_carried_out = fault["kind"] not in {"reset", "status"}
    tenant.fail(**fault, **on(tenant, sheet))

    job = upload()

    assert_all_there(tenant, staff, job)
    assert len(updates(tenant)) == (2 if is_carried_out else 3)
    assert "lost" in {chunk.state for chunk in job.chunks.all()}


def test_updates_that_are_lost_again_and_again_end_the_run(tenant, staff, upload):
    tenant.fail("reset", times=None, **on(tenant, LATEST))

    job = upload()

    assert job.status == "failed"
    assert [issue.reason for issue in job.issues.all()] == ["KAONAVI_UNREACHABLE"]
    assert len(updates(tenant)) == 5


@pytest.mark.parametrize(("kind", "path"), pairs(["reset", "html", "truncate", "garbage"], ["^/tasks/", "^/sheets/"]))
def test_a_read_that_fails_for_a_while_is_made_again_once_something_was_sent(path, kind, tenant, staff, upload):
    tenant.fail(kind, method="GET", path=path, after=0 if "tasks" in path else 2, times=4)

    assert_all_there(tenant, staff, upload())


def test_a_kaonavi_that_stays_away_ends_the_run_and_the_next_one_does_the_rest(tenant, staff, upload):
    tenant.fail("status", method="GET", path="^/tasks/", status=503, times=None)

    job = upload()

    assert job.status == "failed"
    assert "送信した3名分は、登録されたかどうかを確認していません" in job.message
    assert [issue.reason for issue in job.issues.all()] == ["KAONAVI_UNREACHABLE"]
    assert job.counts["created"] == 0

    tenant.state.faults.clear()
    again = upload()

    assert again.status == "succeeded"
    assert registered(tenant, staff, LATEST) == registered(tenant, staff, ALL) == staff


@pytest.mark.long
def test_a_kaonavi_that_is_away_from_the_start_ends_the_run_at_once(tenant, staff, upload):
    tenant.fail("status", method="GET", path="^/members", status=503, times=None)

    job = upload()

    assert (job.status, len(updates(tenant))) == ("failed", 0)
    assert "カオナビには何も送信していません" in job.message


def test_a_token_that_ends_in_the_middle_is_renewed(tenant, staff, upload):
    tenant.fail("expire_tokens", **on(tenant, ALL))

    assert_all_there(tenant, staff, upload())


def test_keys_that_are_reissued_in_the_middle_end_the_run_and_break_the_connection(tenant, staff, upload):
    tenant.fail("reissue", **on(tenant, ALL))

    job = upload()

    assert job.status == "failed"
    assert KaonaviConnection.objects.get().state == "broken"
    assert "KAONAVI_KEYS_REFUSED" in {issue.reason for issue in job.issues.all()}
    assert "登録を終えたのは0名分です" in job.message  # the other sheet of these three is still to come
    assert registered(tenant, staff, LATEST) == staff
    assert not job.chunks.filter(state="planned").exists()


def test_a_task_that_kaonavi_forgot_is_looked_up_on_the_sheet(tenant, staff, upload):
    tenant.fail("status", method="GET", path="^/tasks/", status=404, times=None)

    job = upload()

    assert_all_there(tenant, staff, job)
    assert len(updates(tenant)) == 2


@pytest.mark.long
@pytest.mark.usefixtures("one_a_chunk")
def test_that_is_no_reason_to_give_up_as_long_as_the_sheet_shows_them(tenant, staff, upload):
    tenant.fail("status", method="GET", path="^/tasks/", status=404, times=None)

    job = upload()

    assert_all_there(tenant, staff, job)
    assert len(updates(tenant)) == 6


@pytest.mark.long
def test_an_unknown_status_is_not_the_end(tenant, staff, upload):
    tenant.set_knobs(task_delay=0.3)
    tenant.fail("task_status", text="ON_HOLD", times=None)

    assert_all_there(tenant, staff, upload())


def test_a_task_that_never_ends_ends_the_run(tenant, staff, upload, settings):
    settings.KAONAVI_TASK_TIMEOUT = 0
    tenant.fail("task_stuck", text="RUNNING", **on(tenant, LATEST))

    job = upload()

    assert job.status == "failed"
    assert [issue.reason for issue in job.issues.all()] == ["RESULT_TASK_STUCK"]
    assert str(tenant.tasks[0].id) in job.issues.get().detail
    assert len(updates(tenant)) == 1


@pytest.mark.long
def test_a_task_that_never_ends_but_has_stored_everything_is_taken_as_done(tenant, staff, upload, settings):
    settings.KAONAVI_TASK_TIMEOUT = 0
    tenant.fail("replace", method="GET", path="^/tasks/", json={"status": "RUNNING"}, times=None)

    assert_all_there(tenant, staff, upload())


@pytest.mark.parametrize(("sheet", "other"), [(LATEST, ALL), pytest.param(ALL, LATEST, marks=pytest.mark.long)])
def test_a_tick_that_is_taken_away_stops_that_sheet_alone(sheet, other, tenant, staff, upload):
    tenant.fail("untick", resource=f"sheet:{tenant.sheet(sheet).id}", operation="update", **on(tenant, sheet))

    job = upload()

    assert job.status == "partial"
    [issue] = job.issues.all()
    assert (issue.reason, issue.subject_key, issue.field) == ("SHEET_NOT_PERMITTED", sheet, "更新")
    assert "操作対象の管理" in issue.remedy
    assert registered(tenant, staff, sheet) == []
    assert registered(tenant, staff, other) == staff
    assert f"シート「{sheet}」への登録は完了していません" in job.message


@pytest.mark.long
def test_without_any_tick_the_run_fails(tenant, staff, upload):
    for sheet in tenant.state.sheets:
        tenant.untick(sheet, "update")

    job = upload()

    assert job.status == "failed"
    assert {issue.reason for issue in job.issues.all()} == {"SHEET_NOT_PERMITTED"}
    assert set(job.counts.values()) == {0}, "nobody was looked after"


@pytest.mark.long
def test_a_sheet_that_may_not_be_read_is_not_written(tenant, staff, upload):
    tenant.untick(tenant.sheet(ALL), "read")

    job = upload()

    assert job.status == "partial"
    assert [(issue.reason, issue.field) for issue in job.issues.all()] == [("SHEET_NOT_PERMITTED", "取得")]
    assert registered(tenant, staff, LATEST) == staff
    assert registered(tenant, staff, ALL) == []


@pytest.mark.long
def test_a_sheet_that_is_deleted_in_the_middle_stops_alone(tenant, staff, upload):
    sheet = tenant.sheet(LATEST)
    tenant.fail("status", status=404, times=None, **on(tenant, LATEST))

    job = upload()

    assert job.status == "partial"
    assert {(issue.reason, issue.subject_key) for issue in job.issues.all()} == {("SHEET_MISSING", LATEST)}
    assert registered(tenant, staff, ALL) == staff
    assert sheet.rows == {}


@pytest.mark.long
def test_a_sheet_and_items_renamed_after_the_check_are_still_the_same_ones(tenant, staff, connection):
    job = actions.start_job(kind="results", by=None, inline=True)
    step = runner.advance(job.pk, job.lease, worker="test", connect=open_client)
    sheet = tenant.sheet(LATEST)
    sheet.name = "名前を変えたシート"
    sheet.item("傾聴傾向").name = "名前を変えた項目"

    while step is not None:
        step = runner.advance(job.pk, step.lease_number, worker="test", connect=open_client)

    job.refresh_from_db()
    assert job.status == "succeeded"
    assert tenant.records(sheet, "E1")[0]["名前を変えた項目"] == "50.0"


def test_updates_that_show_late_are_a_success_with_a_word_about_it(tenant, staff, upload, settings):
    settings.KAONAVI_VERIFY_TIMEOUT = 0
    tenant.set_knobs(visible_delay=3600)

    job = upload()

    assert job.status == "succeeded"
    [issue] = job.issues.all()
    assert (issue.reason, issue.severity) == ("RESULT_NOT_YET_VISIBLE", "warning")
    assert "3件中0件" in issue.detail
    assert "反映するまでに時間を要することがあります" in issue.detail
    assert job.message == "カオナビに3件中0件の反映を確認しました。"
    assert job.counts["created"] == 3


@pytest.mark.long
def test_updates_that_show_a_little_late_are_waited_for(tenant, staff, upload):
    tenant.set_knobs(visible_delay=0.3)

    assert_all_there(tenant, staff, upload())


def test_an_update_that_stored_nothing_is_not_called_confirmed(tenant, staff, upload, settings):
    settings.KAONAVI_VERIFY_TIMEOUT = 0
    tenant.fail("task_ignored", **on(tenant, LATEST))

    job = upload()

    assert [issue.reason for issue in job.issues.all()] == ["RESULT_NOT_YET_VISIBLE"]


def test_another_value_than_the_one_sent_is_an_error(tenant, staff, upload, settings):
    settings.KAONAVI_VERIFY_TIMEOUT = 0
    tenant.fail("task_alter", json={"傾聴傾向": "99.9"}, **on(tenant, LATEST))

    job = upload()

    assert job.status == "partial"
    assert job.counts["failed"] == 3
    assert {(issue.reason, issue.field) for issue in job.issues.all()} == {("RESULT_NOT_CONFIRMED", "傾聴傾向")}
    assert job.message == "カオナビに3件中0件の反映を確認しました。"


@pytest.mark.long
def test_numbers_that_kaonavi_writes_shorter_are_the_same_numbers(tenant, staff, upload):
    tenant.set_knobs(number_form="shortest")

    assert_all_there(tenant, staff, upload())
    assert tenant.records(LATEST, "E1")[0]["傾聴傾向"] == "50"

    assert upload().counts["unchanged"] == 3


@pytest.mark.usefixtures("one_a_chunk", "connection")
def test_a_sheet_read_more_than_five_minutes_ago_is_read_again(tenant, employ, test):
    for number in ("E1", "E2"):
        test(employ(number))
    job = actions.start_job(kind="results", by=None, inline=True)
    step = runner.advance(job.pk, job.lease, worker="test", connect=open_client)
    foreign = {"受検日": "2019-05-05", "受検者詳細リンク": "https://other.example.com/r/1"}
    tenant.write_records(tenant.sheet(ALL), "E2", [foreign])
    UploadChunk.objects.update(read_at="2026-01-01T00:00:00Z")

    while step is not None:
        step = runner.advance(job.pk, step.lease_number, worker="test", connect=open_client)

    assert tenant.records(ALL, "E2")[0] == foreign
    assert len(tenant.records(ALL, "E2")) == 2
    assert len(updates(tenant)) == 4


@pytest.mark.usefixtures("one_a_chunk")
def test_a_cancelled_run_says_who_reached_kaonavi_and_the_next_one_goes_on(tenant, employ, test, upload, person):
    for number in ("E1", "E2"):
        test(employ(number))
    job = actions.start_job(kind="results", by=None, inline=True)
    step = runner.advance(job.pk, job.lease, worker="test", connect=open_client)
    while tenant.records(ALL, "E1") == []:
        step = runner.advance(job.pk, step.lease_number, worker="test", connect=open_client)

    actions.cancel_job(job, by=person)

    job.refresh_from_db()
    assert job.status == "cancelled"
    assert "送信した1名分は、登録されたかどうかを確認していません" in job.message
    again = upload()
    assert again.status == "succeeded"
    assert registered(tenant, ["E1", "E2"], LATEST) == registered(tenant, ["E1", "E2"], ALL) == ["E1", "E2"]
    assert len(updates(tenant)) == 4
    job.refresh_from_db()
    assert {chunk.state for chunk in job.chunks.all()} == {"stored"}


@pytest.mark.long
@pytest.mark.usefixtures("one_a_chunk")
def test_it_keeps_the_limit_by_itself(tenant, employ, test, upload, settings):
    settings.KAONAVI_UPDATE_LIMIT = 3
    settings.KAONAVI_UPDATE_WINDOW = 0.1
    tenant.set_knobs(update_limit=3, update_window=0.1)
    for number in range(6):
        test(employ(f"E{number}"))

    job = upload()

    assert (job.status, job.counts["created"]) == ("succeeded", 6)
    assert len(updates(tenant)) == 12
    assert 429 not in {call.status for call in tenant.calls}
    assert job.state["calls"] == {"needed": 12, "made": 12}
