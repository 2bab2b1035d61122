"""Nobody has been tested yet on a day to come, as Japan counts days."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from assessments.models import Assessment
from tests.integrations.files.files import csv_file, reasons, take_file

pytestmark = pytest.mark.django_db

HEADER = ["社員番号", "受検日", "完了日時"]


@pytest.fixture(autouse=True)
def last_moment_of_june(monkeypatch):
    """23:59 in Japan on 30 June 2026, which is still the afternoon in UTC."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 6, 30, 14, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (["1001", "2026/07/01", ""], "受検日"),
        (["1001", "2099/01/01", ""], "受検日"),
        (["1001", "2026/06/30", "2026/07/01 00:00"], "完了日時"),
        (["1001", "2026/06/30", "2026-06-30T15:00Z"], "完了日時"),
    ],
)
def test_it_is_refused(people, row, field):
    job = take_file("assessments_file", csv_file(HEADER, row))
    assert (job.status, reasons(job)) == ("partial", ["ASSESSMENT_DATE_INVALID"])
    problem = job.issues.get()
    assert (problem.field, problem.value) == (field, row[HEADER.index(field)])
    assert problem.sentence == f"2行目：{field}「{problem.value}」は未来の日付です。"
    assert not Assessment.objects.exists()


def test_today_is_no_day_to_come(people):
    job = take_file("assessments_file", csv_file(HEADER, ["1001", "2026/06/30", "2026/06/30 23:59"]))
    assert (job.created, job.issues.count()) == (1, 0)


def test_it_is_refused_line_by_line_too(people):
    content = csv_file([*HEADER, "尺度", "偏差値"], ["1001", "2026/07/01", "", "傾聴傾向", "50"])
    assert reasons(take_file("assessments_file", content)) == ["ASSESSMENT_DATE_INVALID"]


def test_the_command_refuses_it(people, tmp_path, capsys):
    path = tmp_path / "results.csv"
    path.write_bytes(csv_file(HEADER, ["1001", "2026/07/01", ""]))
    with pytest.raises(SystemExit) as ended:
        call_command("assessments", "import", str(path))
    assert ended.value.code == 3
    assert "ASSESSMENT_DATE_INVALID" in capsys.readouterr().out
    assert not Assessment.objects.exists()
