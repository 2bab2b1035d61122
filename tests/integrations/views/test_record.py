"""操作の記録 as a file."""

import csv
import io
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts import audit
from accounts.models import AuditEntry
from tests.factories.rows import make_person

CSV, XLSX = reverse("integrations:record_file"), reverse("integrations:record_workbook")


@pytest.fixture
def trail(db) -> None:
    people = [make_person(number, last_name=f"姓{number}") for number in (1, 2)]
    audit.record_each(audit.Action.EDITED, by=None, on=people, detail={"changes": {"is_retired": [False, True]}})
    audit.record(audit.Action.STARTED, by=None, what="=処理")


def rows(admin: Client, query: str = "") -> list[list[str]]:
    text = b"".join(admin.get(CSV + query)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_it_says_what_the_page_says_a_line_for_each_of_those_to_whom_something_was_done(admin: Client, trail: None):
    head, *lines = rows(admin, "?person=システム")
    assert head == ["日時", "操作した人", "内容", "変更と詳細", "操作元", "リクエスト番号"]
    assert [line[1:4] for line in lines] == [
        ["システム", "'=処理を開始しました", ""],
        ["システム", "姓2 直樹2さんを編集しました", "退職者フラグ：いいえ → はい"],
        ["システム", "姓1 直樹1さんを編集しました", "退職者フラグ：いいえ → はい"],
    ]


def test_it_holds_what_the_search_finds(admin: Client, trail: None):
    assert len(rows(admin, "?action=started")) == 2
    assert len(rows(admin, "?q=姓2")) == 2
    assert (
        f'href="{CSV}?action=started&amp;q=x"' not in admin.get(reverse("accounts:audit") + "?action=started&q=x").text
    )
    assert f'href="{CSV}?action=started"' in admin.get(reverse("accounts:audit") + "?action=started&page=1").text


def test_that_it_was_taken_is_written_down_and_not_in_it(admin: Client, trail: None):
    assert len(rows(admin)) == 1 + AuditEntry.objects.exclude(action="downloaded").count()
    taken = AuditEntry.objects.get(action="downloaded")
    assert (taken.what, taken.detail["rows"], taken.detail["format"]) == ("操作の記録", 3, "csv")


def test_the_workbook_has_real_times(admin: Client, trail: None):
    answer = admin.get(XLSX)
    sheet = load_workbook(io.BytesIO(answer.getvalue()))["操作の記録"]
    answer.close()
    assert isinstance(sheet["A2"].value, datetime)
    assert sheet["A2"].number_format.startswith("yyyy/mm/dd hh:mm")


def test_it_costs_a_few_statements_for_each_batch(
    admin: Client, trail: None, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries
):
    """Names of a whole trail are never in memory together."""
    monkeypatch.setattr("integrations.views.record.AT_ONCE", 20)
    audit.record_each(audit.Action.EDITED, by=None, on=[make_person(number) for number in range(10, 67)])
    with django_assert_max_num_queries(12 + 3):  # the page's own, and one for each batch
        assert len(rows(admin)) == 61
