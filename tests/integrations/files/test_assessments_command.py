"""`manage.py assessments import FILE`."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Assessment
from integrations.models import SyncJob

GOOD = "社員番号,受検日,総合スコア\n1001,2025/06/02,8.6\n"
ONE_BAD = GOOD + "9999,2025/06/02,5.0\n"


@pytest.fixture
def load(people, tmp_path):
    """Runs the command on a file of this text: its exit code and what it printed."""

    def run(text, *options):
        path = tmp_path / "results.csv"
        path.write_text(text)
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("assessments", "import", str(path), *options, stdout=out, stderr=err)
        except SystemExit as end:
            return end.code, out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    return run


def test_it_takes_a_file_and_says_what_became_of_it(load):
    code, out, err = load(GOOD)
    job = SyncJob.objects.get()
    assert (code, err) == (0, "")
    assert out == f"検査結果CSV取込 #{job.pk}　成功　新規 1、更新 0、変更なし 0、対象外 0、エラー 0。\n"
    assert Assessment.objects.count() == 1


def test_errors_are_printed_with_what_to_do_and_end_with_3(load):
    code, out, _ = load(ONE_BAD)
    assert code == 3
    assert "一部エラー" in out
    assert "エラー ASSESSMENT_PERSON_UNKNOWN 9999 3行目：社員番号「9999」の社員がいません。" in out
    assert "　　→ ファイルの社員番号を直すか、" in out


def test_many_errors_are_counted(load):
    _, out, _ = load("社員番号,受検日\n" + "".join(f"X{place},2025/06/02\n" for place in range(25)))
    assert out.count("ASSESSMENT_PERSON_UNKNOWN") == 20
    assert f"ほか5件（manage.py kaonavi issues {SyncJob.objects.get().pk} で表示）" in out


def test_a_file_that_cannot_be_read_ends_with_1(load):
    code, out, _ = load("氏名\n青山\n")
    assert code == 1
    assert "失敗" in out


def test_a_dry_run_ends_with_4_and_stores_nothing(load):
    code, out, _ = load(GOOD, "--dry-run")
    assert code == 4
    assert "確認待ち" in out
    assert not Assessment.objects.exists()


def test_json_is_one_object_with_codes_and_issues(load):
    code, out, err = load(ONE_BAD, "--json")
    found = json.loads(out)
    assert (code, err) == (3, "")
    assert (found["kind"], found["status"], found["created"], found["failed"]) == ("assessments_file", "partial", 1, 1)
    assert [issue["reason"] for issue in found["issues"]] == ["ASSESSMENT_PERSON_UNKNOWN"]


def test_it_is_refused_with_5_while_another_run_is_unfinished(load):
    SyncJob.objects.create(kind=SyncJob.Kind.EMPLOYEES)
    code, out, err = load(GOOD)
    assert (code, out) == (5, "")
    assert "「カオナビ社員情報取込」が待機中です" in err
    code, out, err = load(GOOD, "--json")
    assert (code, err) == (5, "")
    assert "カオナビ社員情報取込" in json.loads(out)["error"]
    assert not Assessment.objects.exists()


def test_a_missing_file_is_wrong_usage(db, tmp_path):
    with pytest.raises(CommandError, match=r"ファイルを開けません: .*results\.csv") as caught:
        call_command("assessments", "import", str(tmp_path / "results.csv"))
    assert caught.value.returncode == 2
    assert not SyncJob.objects.exists()


def test_no_file_at_all_is_wrong_usage(db):
    with pytest.raises(CommandError, match="FILE"):
        call_command("assessments", "import")
