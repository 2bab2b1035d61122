"""検査結果CSV取込, from the file to the database."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import Assessment, Judgement, PersonalityType, Scale
from integrations import actions
from integrations.jobs import records
from integrations.jobs.inline import run_inline
from integrations.models import ResultRegistration, SourceFile, SyncChange, SyncJob
from integrations.screens.change_lines import Names, change_lines

FULL = {
    "メールアドレス": ["aoyama@example.co.jp", ""],
    "社員番号": ["1001", "0012"],
    "検査名": ["ミキワメ 性格検査", "ミキワメ 性格検査"],
    "受検日": ["2025/06/02", "2025-06-03"],
    "完了日時": ["2025/06/02 09:30", ""],
    "_16タイプ": ["シーカー (探求者)", ""],
    "判定": ["S", "A+"],
    "総合スコア": ["9.5", ""],
    "コメント": ["よく聞き、\nよく話す。", ""],
    "傾聴傾向": ["61.5", "40"],
    "社交性": ["33.3", ""],
}


def stored():
    return list(Assessment.objects.order_by("pk").values())


def reasons(job):
    return [issue.reason for issue in job.issues.all()]


def test_it_stores_each_row_as_a_result(people, take, table):
    job = take(table(**FULL))
    assert (job.status, job.counts) == (
        "succeeded",
        {"created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 0},
    )
    assert job.message == "新規 2、更新 0、変更なし 0、対象外 0、エラー 0。"
    first, second = Assessment.objects.order_by("pk")
    assert first.employee == people["1001"]
    assert (first.title, first.taken_on, first.grade) == ("ミキワメ 性格検査", date(2025, 6, 2), "S")
    assert first.completed_at == datetime(2025, 6, 2, 0, 30, tzinfo=UTC)
    assert first.personality_type == PersonalityType.objects.get(code="seeker")
    assert (first.overall_score, first.comment) == (Decimal("9.5"), "よく聞き、\nよく話す。")
    assert first.scores == {"listening": 61.5, "sociability": 33.3}
    assert second.employee == people["0012"]
    assert (second.completed_at, second.personality_type, second.overall_score) == (None, None, None)
    assert second.scores == {"listening": 40.0}


def test_the_change_of_a_new_result_says_whose_it_is_and_what_it_holds(people, take, table):
    job = take(table(**FULL))
    change = job.changes.first()
    assert (change.what, change.action, change.object_id) == (
        "assessment",
        "create",
        Assessment.objects.earliest("pk").pk,
    )
    assert (change.key, change.name) == ("1001", "青山 直樹　ミキワメ 性格検査（2025/06/02）")
    assert change.fields["employee"] == [None, "aoyama@example.co.jp"]
    assert change.fields["completed_at"] == [None, "2025-06-02T09:30:00+09:00"]
    assert change.fields["scores"] == [None, {"listening": 61.5, "sociability": 33.3}]


def test_the_same_file_twice_changes_nothing(people, take, table):
    take(table(**FULL))
    before = stored()
    again = take(table(**FULL))
    assert (again.status, again.unchanged, again.created, again.updated) == ("succeeded", 2, 0, 0)
    assert not again.changes.exists()
    assert stored() == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_the_same_file_saved_by_another_program_changes_nothing(people, take, table, encoding):
    take(table(**FULL))
    columns = dict(reversed(FULL.items()))
    text = table(**columns).replace("\r\n", "\n").replace("2025/06/02 09:30", "2025/6/2 9:30")
    assert take(text.encode(encoding)).unchanged == 2


def test_a_changed_row_updates_its_result_and_nothing_else(people, take, table):
    take(table(**FULL))
    first, second = stored()
    scores = {
        **FULL,
        "傾聴傾向": ["62", "40"],
        "社交性": ["", ""],
        "_16タイプ": ["ブレイン", ""],
        "総合スコア": ["", ""],
    }
    for result in Assessment.objects.all():
        ResultRegistration.objects.create(employee=result.employee, assessment=result, confirmed_at=timezone.now())
    job = take(table(**scores))
    assert (job.status, job.updated, job.unchanged) == ("succeeded", 1, 1)
    assert [seen.assessment_id for seen in ResultRegistration.objects.all()] == [
        second["id"]
    ]  # カオナビ shows the old one
    brain = PersonalityType.objects.get(code="brain").pk
    changed = {"scores": {"listening": 62.0}, "personality_type_id": brain, "overall_score": None}
    assert stored() == [first | changed, second]
    assert job.changes.get().fields == {
        "personality_type": ["seeker", "brain"],
        "overall_score": [9.5, None],
        "scores": [{"listening": 61.5, "sociability": 33.3}, {"listening": 62.0, "sociability": None}],
    }


TEAM = {"判定（チーム基準）": ["B", ""], "総合スコア（チーム基準）": ["7.2", ""], "総合スコア（適性）": ["0", "5.5"]}


def judged():
    rows = Judgement.objects.order_by("assessment", "basis")
    return [(row.assessment.employee.employee_number, row.basis, row.grade, row.overall_score) for row in rows]


def test_each_basis_that_the_file_has_columns_for_is_stored_and_a_second_run_is_idle(people, take, table):
    job = take(table(**FULL, **TEAM))
    team, aptitude = "チーム基準", "適性"
    assert judged() == [
        ("1001", team, "B", Decimal("7.2")), ("1001", aptitude, "", Decimal("0.0")),
        ("0012", aptitude, "", Decimal("5.5")),
    ]  # fmt: skip
    told = {"判定（チーム基準）": "B", "総合スコア（チーム基準）": 7.2, "総合スコア（適性）": 0.0}
    assert job.changes.first().fields["judgements"] == [None, told]
    again = take(table(**FULL, **TEAM))
    assert (again.unchanged, again.changes.count(), again.issues.count()) == (2, 0, 0)


def test_what_the_file_says_of_a_basis_is_changed_and_a_blank_takes_it_away(people, take, table):
    take(table(**FULL, **TEAM))
    kept = Judgement.objects.get(basis="チーム基準").pk
    job = take(table(**FULL, **{"判定(ﾁｰﾑ基準)": ["A", ""], "総合スコア（適性）": ["", ""]}))
    assert (job.status, job.updated) == ("succeeded", 2)
    assert judged() == [("1001", "チーム基準", "A", Decimal("7.2"))]
    assert Judgement.objects.get().pk == kept
    assert [change.fields for change in job.changes.order_by("pk")] == [
        {"judgements": [{"判定（チーム基準）": "B", "総合スコア（適性）": 0.0}, {"判定（チーム基準）": "A", "総合スコア（適性）": None}]},
        {"judgements": [{"総合スコア（適性）": 5.5}, {"総合スコア（適性）": None}]},
    ]  # fmt: skip
    lines = [line for change in job.changes.all() for line in change_lines(change, Names.of([change]))]
    assert ("判定（チーム基準）", "B", "A") in [(line.label, line.old, line.new) for line in lines]


def test_the_database_knows_each_basis_once_and_never_the_company_basis_again(people, take, table):
    take(table(**FULL, **TEAM))
    result = Assessment.objects.first()
    for wrong in (
        {"basis": "チーム基準", "grade": "B"}, {"basis": "会社基準", "grade": "B"}, {"basis": "", "grade": "B"},
        {"basis": "新"}, {"basis": "新", "overall_score": "10.1"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Judgement.objects.create(assessment=result, **wrong)


def test_what_the_file_has_no_column_for_stays(people, take, table):
    take(table(**FULL))
    first, second = stored()
    part = {name: FULL[name] for name in ("社員番号", "検査名", "受検日", "完了日時")}
    assert take(table(**part, やる気=["50", ""])).updated == 1
    assert stored() == [first | {"scores": {**first["scores"], "motivation": 50.0}}, second]


def test_bad_rows_are_told_and_the_others_taken(people, take, table):
    job = take(
        table(
            社員番号=["1001", "12", "1001", ""],
            メールアドレス=["", "", "inoue@example.co.jp", "UEDA@example.co.jp"],
            受検日=["2025/06/31", "2025/06/02", "2025/06/02", "2025/06/02"],
        )
    )
    assert (job.status, job.created, job.failed) == ("partial", 1, 3)
    assert [(issue.reason, issue.subject_key, issue.sentence[:4]) for issue in job.issues.all()] == [
        ("ASSESSMENT_VALUE_INVALID", "1001", "2行目："),
        ("FILE_LEADING_ZEROS", "12", "3行目："),
        ("ASSESSMENT_PERSON_AMBIGUOUS", "1001", "4行目："),
    ]
    assert "社員番号「12」は、ミキワメにある「0012」と先頭の0だけが違います。" in job.issues.all()[1].sentence
    assert Assessment.objects.get().employee == people[""]


def test_an_unknown_type_is_kept_as_text_until_somebody_adds_it(people, take, table):
    file = table(社員番号=["1001"], 受検日=["2025/06/02"], _16タイプ=["オールラウンダー"])
    job = take(file)
    assert (job.status, job.created, reasons(job)) == ("succeeded", 1, ["ASSESSMENT_TYPE_UNKNOWN"])
    assert job.issues.get().severity == "warning"
    assert Assessment.objects.get().type_label == "オールラウンダー"
    assert (take(file).unchanged, Assessment.objects.get().unknown_type) == (1, "オールラウンダー")
    PersonalityType.objects.filter(code="brain").update(aliases=["オールラウンダー"])
    assert take(file).updated == 1
    result = Assessment.objects.get()
    assert (result.personality_type.code, result.unknown_type) == ("brain", "")


def test_whose_result_it_is_is_read_past_without_a_word(people, take, table):
    """Our downloads have it for whoever reads them, also where somebody has another name there."""
    job = take(table(社員番号=["1001"], 氏名=["別の名前"], 所属=["どこか"], 受検日=["2025/06/02"], 傾聴傾向=["50"]))
    assert (job.status, job.created, job.issues.count()) == ("succeeded", 1, 0)
    assert Assessment.objects.get().employee == people["1001"]


def test_a_column_that_means_nothing_is_told_once_if_anything_stands_in_it(people, take, table):
    job = take(
        table(
            社員番号=["1001", "0012"], 受検日=["2025/06/02"] * 2, 傾聴力=["50", "51"], 備考=["", ""], 部長=["青山", ""]
        )
    )
    assert (job.status, job.created) == ("succeeded", 2)
    assert [(issue.reason, issue.field) for issue in job.issues.all()] == [
        ("FILE_COLUMN_UNKNOWN", "傾聴力"),
        ("FILE_COLUMN_UNKNOWN", "部長"),
    ]


def test_an_alias_of_the_company_names_a_column(people, take, table):
    Scale.objects.filter(code="listening").update(aliases=["傾聴力"])
    job = take(table(社員番号=["1001"], 受検日=["2025/06/02"], 傾聴力=["50"]))
    assert (job.status, reasons(job)) == ("succeeded", [])
    assert Assessment.objects.get().scores == {"listening": 50.0}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", ["FILE_UNREADABLE"]),
        (b"\x81\xff\r\n", ["FILE_UNREADABLE"]),
        ('社員番号,受検日\n1001,2025/06/02\n0012,"2025'.encode(), ["FILE_UNREADABLE"]),
        ("社員番号,検査名\n1001,春\n".encode(), ["FILE_COLUMN_MISSING"]),
        ("氏名,検査名\n青山,春\n".encode(), ["FILE_COLUMN_MISSING", "FILE_COLUMN_MISSING"]),
        ("社員番号,受検日,社員番号\n1001,2025/06/02,1001\n".encode(), ["FILE_COLUMN_AMBIGUOUS"]),
    ],
)
def test_a_file_that_cannot_be_read_at_all_fails_with_its_reason(people, take, content, found):
    job = take(content)
    assert (job.status, reasons(job)) == ("failed", found)
    assert job.message == job.issues.first().sentence
    assert all(issue.remedy for issue in job.issues.all())
    assert sum(job.counts.values()) == 0
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("header", ["社員番号,受検日", "社員番号,受検日,尺度,偏差値"])
def test_a_header_without_rows_is_refused(people, take, header):
    job = take(f"{header}\n")
    assert (job.status, sum(job.counts.values()), reasons(job)) == ("failed", 0, ["FILE_UNREADABLE"])


def test_the_long_form_stores_one_result_for_its_lines_and_the_second_time_nothing(people, take, table):
    file = table(
        社員番号=["1001", "0012", "1001"],
        受検日=["2025/06/02", "2025/06/03", "2025-06-02"],
        _16タイプ=["ブレイン", "", ""],
        尺度=["傾聴傾向", "傾聴傾向", "社交性"],
        偏差値=["50.5", "40", "61"],
    )
    job = take(file)
    assert (job.status, job.created, job.total, job.changes.count()) == ("succeeded", 3, 3, 2)
    first = people["1001"].assessments.get()
    assert (first.personality_type.code, first.scores) == ("brain", {"listening": 50.5, "sociability": 61.0})
    again = take(file)
    assert (again.status, again.unchanged, again.changes.count()) == ("succeeded", 3, 0)


def test_the_file_goes_when_the_run_ends(people, take, table):
    take(table(**FULL))
    take(b"")
    assert not SourceFile.objects.exists()


def test_a_dry_run_is_held_and_stores_nothing(people, take, table):
    job = take(table(**{**FULL, "総合スコア": ["9.5", "99"]}), dry_run=True)
    assert (job.status, job.created, job.failed) == ("held", 1, 1)
    assert "新規 1、" in job.message
    assert reasons(job) == ["ASSESSMENT_VALUE_INVALID"]
    assert [(change.action, change.object_id) for change in job.changes.all()] == [("create", None)]
    assert not Assessment.objects.exists()


def approve(job):
    boss = User.objects.create_user("boss")
    run_inline(actions.approve_job(job, by=boss, inline=True))
    job.refresh_from_db()


def test_an_approved_dry_run_stores_what_was_shown(people, take, table):
    job = take(table(**FULL), dry_run=True)
    approve(job)
    assert (job.status, job.created) == ("succeeded", 2)
    assert Assessment.objects.count() == 2
    assert SyncChange.objects.count() == 2


def test_a_dry_run_that_came_to_mean_something_else_is_held_again(people, take, table):
    take(table(**FULL))
    job = take(table(**{**FULL, "判定": ["A", "A+"]}), dry_run=True)
    Assessment.objects.filter(grade="S").update(grade="B")
    approve(job)
    assert job.status == "held"
    assert "もう一度確認してください" in job.message
    assert not Assessment.objects.filter(grade="A").exists()


def test_nothing_is_half_stored_when_a_run_breaks(people, take, table, monkeypatch):
    written = []

    def break_down(job, what, changes, fields):
        written.extend(changes)
        raise RuntimeError

    monkeypatch.setattr(records, "write_changes", break_down)
    job = take(table(**FULL))
    assert len(written) == 2
    assert (job.status, reasons(job)) == ("failed", ["RUN_CRASHED"])
    assert not Assessment.objects.exists()
    assert not SyncChange.objects.exists()


def test_it_needs_no_connection(people, take, table):
    job = take(table(**FULL))
    assert (job.kind, job.get_kind_display()) == (SyncJob.Kind.ASSESSMENTS_FILE, "検査結果CSV取込")
