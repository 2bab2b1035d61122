"""A scale that is not needed is not stored: no file and no form brings its scores in, and what was stored is erased."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.rights import Right
from accounts.sessions import TRUSTED
from assessments.kept_scales import stop_keeping
from assessments.models import Assessment, Scale
from integrations import actions
from integrations.files.tables import assessments_table
from integrations.imports import assessment_file
from integrations.jobs.inline import run_inline
from integrations.models import KaonaviConnection, SourceFile, SyncChange, SyncIssue, SyncJob
from integrations.reasons import Reason
from integrations.rules.client_errors import SAID
from integrations.upload.source import scale_items
from tests.assessments.test_correction import sent
from tests.factories.long_form import assessment_lines_table
from tests.factories.rows import make_change, make_chunk, make_job, make_person, make_result, member_of_roles
from tests.integrations.erasure.test_erasure import left_of, tell

SCORE, OLD_SCORE, OTHER = 77.7, 66.6, 55.5
CANARIES = (str(SCORE), str(OLD_SCORE))
WIDE = f"社員番号,受検日,社交性,充実感\n0001,2026/04/01,{OTHER},{SCORE}\n"
LONG = f"社員番号,受検日,尺度,偏差値\n0001,2026/04/01,社交性,{OTHER}\n0001,2026/04/01,充実感,{SCORE}\n"


@pytest.fixture
def scale(db) -> Scale:
    """充実感, which is not sent as the product is delivered."""
    return Scale.objects.get(code="fulfillment")


def page_of(scale: Scale) -> str:
    return reverse("integrations:kept_scale", args=[scale.pk])


def leave_out(admin: Client, scale: Scale, count: str = "1"):
    return admin.post(page_of(scale), {"to": "left_out", "count": count})


@pytest.fixture
def left_out(scale: Scale) -> Scale:
    """The scale, no longer kept."""
    Scale.objects.filter(pk=scale.pk).update(is_kept=False)
    scale.refresh_from_db()
    return scale


def take(text: str, **options: Any) -> SyncJob:
    job = actions.start_job(
        kind=SyncJob.Kind.ASSESSMENTS_FILE, by=None, file=("results.csv", text.encode()), inline=True, **options
    )
    run_inline(job)
    job.refresh_from_db()
    return job


def told(job: SyncJob) -> list[tuple[str, str]]:
    return list(job.issues.values_list("reason", "field"))


@pytest.mark.parametrize("text", [WIDE, LONG])
def test_all_scales_are_stored_unless_somebody_says_otherwise(text: str, db):
    make_person()
    job = take(text)
    assert Assessment.objects.get().scores == {"sociability": OTHER, "fulfillment": SCORE}
    assert told(job) == []


@pytest.mark.parametrize("text", [WIDE, LONG])
def test_a_file_brings_no_score_of_it_and_says_so_once(text: str, left_out: Scale):
    make_person()
    job = take(text)
    assert Assessment.objects.get().scores == {"sociability": OTHER}
    assert (job.status, job.created) == ("succeeded", 2 if text == LONG else 1)
    assert told(job) == [("ASSESSMENT_SCALE_NOT_KEPT", "充実感")]
    assert left_of(CANARIES) == set()


@pytest.mark.parametrize("text", [WIDE, LONG])
@pytest.mark.parametrize("cell", ["105.55", "#N/A", "4月5日", "=1+1"])
def test_a_bad_value_of_it_is_not_read_and_nowhere_quoted(cell: str, text: str, left_out: Scale):
    make_person()
    job = take(text.replace(str(SCORE), cell))
    assert job.status == "succeeded"
    assert told(job) == [("ASSESSMENT_SCALE_NOT_KEPT", "充実感")]
    assert left_of((cell,)) == set()


def test_two_columns_of_it_are_no_reason_to_refuse_a_file(left_out: Scale):
    make_person()
    job = take(f"社員番号,受検日,充実感,充実 感\n0001,2026/04/01,{SCORE},{SCORE}\n")
    assert told(job) == [("ASSESSMENT_SCALE_NOT_KEPT", "充実感"), ("ASSESSMENT_SCALE_NOT_KEPT", "充実 感")]
    assert Assessment.objects.get().scores == {}


def test_an_empty_column_of_it_says_nothing(left_out: Scale):
    make_person()
    assert told(take(WIDE.replace(str(SCORE), ""))) == []
    assert told(take(LONG.replace(str(SCORE), ""))) == []


def test_it_is_left_out_of_whatever_lists_scales(left_out: Scale, admin: Client, connected: KaonaviConnection):
    connected.scale_switches = {left_out.code: True}
    connected.save()
    result = make_result(make_person(), scores={"sociability": OTHER})
    for name, args in (("assessments:detail", [result.public_id]), ("assessments:edit", [result.public_id])):
        assert left_out.name not in admin.get(reverse(name, args=args)).text
    assert left_out.name not in admin.get(reverse("integrations:kaonavi_settings")).text
    assert left_out.code not in {item.code for item in scale_items(connected)}
    assert left_out.name not in assessments_table(Assessment.objects.all()).header
    assert left_out.name not in str([*assessment_lines_table(Assessment.objects.all()).rows])
    template = admin.get(reverse("integrations:import_template", args=["assessments", "csv"]))
    assert left_out.name not in b"".join(template).decode("utf-8-sig")
    choice = admin.post(reverse("integrations:choose_item"), {"item_key": f"scale:{left_out.code}", "name": "x"})
    connected.refresh_from_db()
    assert (choice.status_code, connected.sheet_item_names) != (302, {f"scale:{left_out.code}": "x"})


def test_its_file_again_changes_nothing(left_out: Scale):
    make_person()
    take(WIDE)
    again = take(WIDE)
    assert (again.unchanged, again.updated) == (1, 0)


def test_a_form_that_was_opened_before_stores_no_score_and_says_so(scale: Scale, admin: Client):
    result = make_result(make_person(), scores={"sociability": OTHER})
    page = reverse("assessments:edit", args=[result.public_id])
    form = sent(admin, result)
    Scale.objects.filter(pk=scale.pk).update(is_kept=False)
    answer = admin.post(page, form | {f"score_{scale.code}": str(SCORE), "comment": "新しいコメント"}, follow=True)
    assert "尺度「充実感」は保存しない設定のため、入力された偏差値を保存しませんでした。" in answer.text
    result.refresh_from_db()
    assert (result.comment, result.scores) == ("新しいコメント", {"sociability": OTHER})
    assert left_of(CANARIES) == set()


def test_the_database_holds_no_scale_that_is_sent_and_not_kept(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Scale.objects.filter(code="sociability").update(is_kept=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Scale.objects.filter(code="fulfillment").update(is_kept=False, kaonavi_item="optional")


@pytest.fixture
def canary(scale: Scale, connected: KaonaviConnection) -> Assessment:
    """A result with the score, of which all kinds of run have told something, and one without it."""
    KaonaviConnection.objects.update(sheet_item_names={f"scale:{scale.code}": "みたされ度"})
    person = make_person()
    result = make_result(person, scores={"sociability": OTHER, scale.code: SCORE})
    make_result(make_person(2), scores={"sociability": OTHER})
    done = make_job("partial", "assessments_file")
    both = {"sociability": OTHER, scale.code: OLD_SCORE}
    make_change(done, {"grade": [None, "A"], "scores": [None, both]}, "create", what="assessment", object_id=result.pk)
    change = {"scores": [{scale.code: OLD_SCORE}, {scale.code: SCORE}]}
    make_change(done, change, what="assessment", object_id=result.pk)
    for name in ("充実感", "充実 感", "偏差値"):
        tell(done, Reason.ASSESSMENT_VALUE_INVALID, key="0001", field=name, value=f"{SCORE}点")
    tell(done, Reason.FILE_NUMBER_ROUNDED, key="0001", field="充実感", value=str(SCORE))
    upload = make_job("partial", "results")
    items = {"みたされ度": ["", str(SCORE)], "充実感": [str(OLD_SCORE), ""], "社交性": ["", str(OTHER)]}
    make_change(upload, items, what="latest_sheet", object_id=person.pk)
    tell(upload, Reason.RESULT_VALUE_TOO_LONG, key="0001", field="みたされ度", value=str(SCORE))
    tell(upload, Reason.RESULT_REFUSED, key="0001", detail=f"{SCORE} は登録できません")
    words = f"カオナビが要求を受け付けませんでした。{SAID}{SCORE} は登録できません"
    tell(upload, Reason.KAONAVI_REQUEST_REFUSED, detail=words)
    make_job("failed", "results", message=words)
    make_chunk(upload, people=1, state="refused", messages=[f"{SCORE} は登録できません"])
    held = make_job("held", "assessments_file", options={"dry_run": True, "digest": "x"})
    SourceFile.objects.create(job=held, name="x.csv", content=WIDE.encode())
    make_change(held, {"scores": [None, {scale.code: SCORE}]}, "create", what="assessment")
    planned = make_job("held", "results", options={"dry_run": True, "digest": "x"})
    make_change(planned, items, what="latest_sheet", object_id=person.pk)
    return result


def test_leaving_it_out_erases_what_was_stored_and_what_runs_know_of_it(canary: Assessment, scale, admin: Client):
    assert {found for *_, found in left_of(CANARIES)} == {*CANARIES}
    issues = SyncIssue.objects.count()
    page = admin.get(page_of(scale)).text
    assert "検査結果<strong>1件</strong>" in page
    assert leave_out(admin, scale)["Location"] == reverse("assessments:reference")
    assert left_of(CANARIES) == set()
    assert {tuple(scores) for scores in Assessment.objects.values_list("scores", flat=True)} == {("sociability",)}
    told = SyncChange.objects.filter(job__kind="assessments_file").order_by("pk").values_list("fields", flat=True)
    assert list(told) == [{"grade": [None, "A"], "scores": [None, {"sociability": OTHER}]}, {}]
    sheets = SyncChange.objects.filter(what="latest_sheet").values_list("fields", flat=True)
    assert list(sheets) == [{"社交性": ["", str(OTHER)]}] * 2
    assert SyncIssue.objects.count() == issues
    assert "取りやめになり、ファイルも消去しました" in SyncJob.objects.get(status="cancelled").message
    entry = AuditEntry.objects.get(action="changed_settings")
    assert (entry.label, entry.detail) == ("充実感", {"kept": False, "results": 1})
    assert "検査結果1件の偏差値を消去しました" in admin.get(reverse("assessments:reference")).text
    for job in SyncJob.objects.all():
        assert admin.get(reverse("integrations:job", args=[job.pk])).status_code == 200


def test_problems_of_other_scales_stay_as_they_were(scale: Scale, admin: Client):
    make_result(make_person(), scores={scale.code: SCORE})
    tell(make_job("partial", "assessments_file"), Reason.ASSESSMENT_VALUE_INVALID, field="社交性", value="12点")
    leave_out(admin, scale)
    assert SyncIssue.objects.get().value == "12点"


@pytest.mark.parametrize("typed", ["", "0", "2", "x"])
def test_nothing_is_erased_without_the_right_number(typed: str, canary: Assessment, scale: Scale, admin: Client):
    assert "入力した件数が、消去する件数と違います" in leave_out(admin, scale, typed).text
    scale.refresh_from_db()
    canary.refresh_from_db()
    assert (scale.is_kept, canary.scores[scale.code]) == (True, SCORE)
    assert not AuditEntry.objects.filter(action="changed_settings").exists()


def test_where_nothing_is_stored_no_number_is_asked_for(scale: Scale, admin: Client):
    assert "入力してください" not in admin.get(page_of(scale)).text
    leave_out(admin, scale, "")
    scale.refresh_from_db()
    assert not scale.is_kept


def test_a_scale_that_is_sent_is_not_left_out(admin: Client, connected: KaonaviConnection, scale: Scale):
    sent_by_itself = Scale.objects.get(code="sociability")
    KaonaviConnection.objects.update(scale_switches={scale.code: True})
    for each in (sent_by_itself, scale):
        assert "カオナビへ送る尺度は、保存しない設定にできません" in admin.get(page_of(each)).text
        assert "カオナビへ送る尺度は、保存しない設定にできません" in leave_out(admin, each, "").text
        each.refresh_from_db()
        assert each.is_kept


def test_a_run_that_sends_results_is_waited_for(admin: Client, scale: Scale):
    job = make_job("running", "results")
    assert "処理が終わってから" in leave_out(admin, scale, "").text
    job.delete()
    leave_out(admin, scale, "")
    scale.refresh_from_db()
    assert not scale.is_kept


def test_it_can_be_kept_again_and_nothing_comes_back_by_itself(left_out: Scale, admin: Client):
    assert "保存する設定に戻す" in admin.get(page_of(left_out)).text
    for _ in range(2):
        admin.post(page_of(left_out), {"to": "kept"})
    left_out.refresh_from_db()
    assert left_out.is_kept
    assert AuditEntry.objects.get(action="changed_settings").detail == {"kept": True}
    make_person()
    take(WIDE)
    assert Assessment.objects.get().scores[left_out.code] == SCORE


def test_it_asks_for_the_password_again(admin: Client, scale: Scale):
    session = admin.session
    session["confirmed"] -= TRUSTED + 1
    session.save()
    assert admin.get(page_of(scale))["Location"].startswith(reverse("accounts:confirm"))


@pytest.fixture
def editor(db) -> Client:
    """Somebody who may name scales and is no administrator."""
    return member_of_roles(([Right.EDIT_REFERENCE], None))


def test_nobody_brings_it_in_by_another_name(left_out: Scale, editor: Client, admin: Client):
    fields = {"category": left_out.category, "description": "", "order": str(left_out.order), "aliases": ""}
    address = reverse("assessments:edit_scale", args=[left_out.pk])
    editor.post(address, fields | {"name": "別の名前"})
    assert (
        "保存しない設定の尺度は、削除できません"
        in editor.get(reverse("assessments:delete_scale", args=[left_out.pk])).text
    )
    for client in (editor, admin):
        client.post(reverse("assessments:delete_scale", args=[left_out.pk]))
    left_out.refresh_from_db()
    assert left_out.name == "充実感"
    admin.post(address, fields | {"name": "別の名前", "kaonavi_item": "required"})
    left_out.refresh_from_db()
    assert (left_out.name, left_out.kaonavi_item) == ("別の名前", "off")


def test_the_pages_say_which_are_not_kept(left_out: Scale, admin: Client):
    assert "保存しない" in admin.get(reverse("assessments:reference")).text
    assert "偏差値：充実感" in admin.get(reverse("integrations:data_flow")).text
    assert (
        "この尺度の偏差値は、保存しない設定です"
        in admin.get(reverse("assessments:edit_scale", args=[left_out.pk])).text
    )


def test_an_import_that_had_read_its_file_before_plans_anew(scale: Scale, monkeypatch):
    make_person()
    real = assessment_file.plan_import

    def slow(*args, **kwargs):
        plan = real(*args, **kwargs)
        if Scale.objects.get(pk=scale.pk).is_kept:
            stop_keeping(scale)
        return plan

    monkeypatch.setattr(assessment_file, "plan_import", slow)
    job = take(WIDE)
    assert Assessment.objects.get().scores == {"sociability": OTHER}
    assert told(job) == [("ASSESSMENT_SCALE_NOT_KEPT", "充実感")]
