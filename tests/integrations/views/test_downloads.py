"""Files out: what is in them, who gets what, what is written down, and ダウンロード一覧."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEntry, Role
from accounts.rights import Right
from assessments.models import Assessment
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations.erasure.retention import remove_old_exports
from integrations.imports.source_file import read_table
from integrations.jobs.inline import run_inline
from integrations.models import Export, SyncJob
from tests.factories.rows import account, logged_in, make_department, make_job, make_person, make_result

DOWNLOADS = reverse("integrations:downloads")
KINDS = [str(kind) for kind in Export.Kind]
forms = pytest.mark.parametrize("form", ["csv", "xlsx"])


def take(client: Client, kind: str = "employees", form: str = "csv", query: str = "") -> HttpResponseBase:
    return client.post(reverse("integrations:export", args=[kind]), {"form": form, "query": query})


def content(answer: HttpResponseBase) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer)


def rows_of(answer: HttpResponseBase) -> list[dict[str, str]]:
    table = read_table(content(answer))
    return [dict(zip(table.header, cells, strict=True)) for _, cells in table.rows]


def limited(name: str, place: Department, *rights: str) -> Client:
    made = Role.objects.create(group=Group.objects.create(name=name), rights=list(rights), is_limited=True)
    RoleDepartment.objects.create(role=made, department=place)
    return logged_in(account(name, name))


@pytest.fixture
def two_departments(company: Employee) -> Department:
    """Another department with one person, who has a result."""
    place = make_department("900", "開発本部", Department.objects.get(code="100"))
    make_result(make_person(9, last_name="赤井", department=place))
    return place


@forms
def test_the_list_goes_out_as_it_is_filtered(form: str, viewer: Client, company: Employee):
    make_person(2, last_name="井上", employment_type="contract", employee_number="0012")
    make_person(3, last_name="=上田", employment_type="contract", is_retired=True)
    everybody = rows_of(take(viewer, form=form))
    assert [row["社員番号"] for row in everybody] == ["0001", "0012", "0003"]
    chosen = rows_of(take(viewer, form=form, query="type=contract&retired=no&sort=-number&page=7"))
    assert [(row["姓"], row["社員番号"], row["雇用形態"]) for row in chosen] == [("井上", "0012", "契約社員")]


def test_the_menu_sends_what_the_list_shows(viewer: Client, company: Employee):
    page = viewer.get(reverse("employees:list") + "?q=青山&type=&department=none&sort=-mail").text
    assert 'name="query" value="q=%E9%9D%92%E5%B1%B1&amp;department=none&amp;sort=-mail" form="downloads"' in page
    assert '<form id="downloads" method="post" data-answer="file">' in page
    part = viewer.get(reverse("employees:list") + "?retired=yes", headers={"HX-Request": "true"}).text
    assert 'value="retired=yes&amp;sort=name" form="downloads"' in part


def test_the_answer_is_a_file_for_no_cache_and_no_formula(viewer: Client, company: Employee):
    Employee.objects.update(position="=1+1")
    answer = take(viewer)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%A4%BE%E5%93%A1_")
    assert answer.streaming
    text = content(answer).decode("utf-8-sig")
    assert "'=1+1" in {cell for row in csv.reader(io.StringIO(text)) for cell in row}


@time_machine.travel("2026-11-30T00:30:00Z", tick=False)
def test_the_file_says_as_kaonavi_was_when(viewer: Client, company: Employee):
    """A CSV by its name alone, a workbook also on its second sheet, where it disturbs no import."""
    made = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
    SyncJob.objects.all().delete()
    make_job("succeeded", "employees", finished_at=made - timedelta(minutes=30))
    make_job("failed", "employees", finished_at=made)
    answer = take(viewer, form="xlsx", query="q=青山&retired=no")
    assert unquote(answer["Content-Disposition"]).endswith("社員_20261130-0930_カオナビ20261130-0900時点.xlsx")
    book = load_workbook(io.BytesIO(content(answer)))
    assert book.sheetnames == ["社員一覧", "この表について"]
    about = {label: str(value) for label, value in book["この表について"].iter_rows(values_only=True)}
    assert about == {
        "内容": "社員一覧",
        "作成日時": "2026-11-30 09:30:00",
        "件数": "1",
        "カオナビのデータ": "2026/11/30 09:00 時点",
        "絞り込み（検索）": "青山",
        "絞り込み（退職）": "在籍",
    }
    assert "カオナビ20261130-0900時点.csv" in unquote(take(viewer)["Content-Disposition"])


@forms
def test_the_file_says_that_nothing_was_taken_over_from_kaonavi(form: str, viewer: Client, company: Employee):
    SyncJob.objects.all().delete()
    answer = take(viewer, form=form)
    assert re.search(r"/?社員_[\d-]{13}\.", unquote(answer["Content-Disposition"]))
    if form == "xlsx":
        about = dict(load_workbook(io.BytesIO(content(answer)))["この表について"].iter_rows(values_only=True))
        assert about["カオナビのデータ"] == "取り込んでいません"


@pytest.mark.parametrize("kind", KINDS)
@forms
def test_what_goes_out_and_comes_in_again_changes_nothing(kind: str, form: str, admin: Client, company: Employee):
    """By the pages, as a person does it."""
    tables = (Department, Employee, Assessment)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    SyncJob.objects.unfinished().delete()
    file = SimpleUploadedFile(f"file.{form}", content(take(admin, kind, form)))
    page = admin.post(reverse("integrations:import", args=[kind]), {"file": file})
    job = SyncJob.objects.latest("pk")
    run_inline(job)
    admin.post(reverse("integrations:approve", args=[job.pk]))
    job.refresh_from_db()
    run_inline(job)
    job.refresh_from_db()
    assert page.status_code == 302
    assert (job.status, job.created, job.updated, job.failed) == ("succeeded", 0, 0, 0)
    assert job.unchanged == Export.objects.first().rows > 0
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_it_writes_down_who_took_what_but_no_searched_word(viewer: Client, company: Employee):
    content(take(viewer, query="q=青山&retired=no"))
    made = Export.objects.first()
    assert (made.kind, made.form, made.rows, str(made.made_by)) == ("employees", "csv", 1, "jiro")
    entry = AuditEntry.objects.get(action="downloaded")
    assert entry.detail == {"kind": "employees", "format": "csv", "rows": 1, "filters": ["検索", "退職"]}
    assert "青山" not in json.dumps([entry.detail, entry.label, entry.what], ensure_ascii=False)


@pytest.mark.parametrize(
    ("kind", "right"),
    [("employees", Right.VIEW_EMPLOYEES), ("results", Right.VIEW_RESULTS), ("departments", Right.VIEW_DEPARTMENTS)],
)
def test_nobody_takes_away_what_they_may_not_see(kind: str, right: Right, company: Employee):
    others = [one for one in Right if one != right]
    Role.objects.create(group=Group.objects.create(name="ほか"), rights=others)
    client = logged_in(account("hoka", "ほか"))
    assert take(client, kind).status_code == 403
    assert Export.objects.count() == 1  # the one of `company`
    Role.objects.update(rights=[*others, right])
    assert take(logged_in(account("hoka2", "ほか")), kind).status_code == 200


def test_it_holds_only_people_in_reach_of_both_rights(two_departments: Department):
    client = limited("開発", two_departments, *Right.values)
    assert [row["姓"] for row in rows_of(take(client))] == ["赤井"]
    assert [row["社員番号"] for row in rows_of(take(client, "results"))] == ["0009"]
    somebody = account("both", "開発")
    Role.objects.create(group=Group.objects.create(name="営業を見る"), rights=[Right.VIEW_EMPLOYEES])
    somebody.groups.add(Group.objects.get(name="営業を見る"))
    assert [row["姓"] for row in rows_of(take(logged_in(somebody)))] == ["赤井"]


def test_a_parent_beyond_reach_is_told_by_its_code_alone(two_departments: Department):
    make_department("910", "開発一課", two_departments)
    rows = rows_of(take(limited("開発", two_departments, *Right.values), "departments"))
    told = [(row["部署コード"], row["親部署コード"], row["親部署名"]) for row in rows]
    assert sorted(told) == [("900", "100", ""), ("910", "900", "開発本部")]


def test_mental_health_is_for_those_who_may_see_it_of_all_these_people(two_departments: Department, viewer: Client):
    def columns(client: Client) -> set[str]:
        return set(read_table(content(take(client, "results"))).header)

    everything = columns(viewer)
    some = {Right.VIEW_RESULTS, Right.EXPORT_FILES}
    Role.objects.create(group=Group.objects.create(name="結果"), rights=[*some])
    hidden = everything - columns(logged_in(account("kekka", "結果")))
    assert len(hidden) == 3
    assert hidden & columns(limited("開発", two_departments, *some)) == set()
    assert columns(limited("開発と心", two_departments, *some, Right.VIEW_MENTAL_HEALTH)) == everything
    part = account("part", "結果")
    part.groups.add(Group.objects.get(name="開発と心"))
    assert hidden & columns(logged_in(part)) == set()


def test_results_are_those_of_the_people_in_the_list(viewer: Client, company: Employee):
    make_result(make_person(2, is_retired=True), date(2024, 1, 1))
    assert len(rows_of(take(viewer, "results"))) == 3
    assert [row["受検日"] for row in rows_of(take(viewer, "results", query="retired=yes"))] == ["2024/01/01"]


@pytest.mark.parametrize(("kind", "form", "status"), [("nonsense", "csv", 404), ("employees", "pdf", 400)])
def test_there_are_no_other_files(kind: str, form: str, status: int, viewer: Client):
    assert take(viewer, kind, form).status_code == status
    assert not Export.objects.exists()


@pytest.mark.parametrize("kind", ["employees", "results"])
def test_a_department_that_is_gone_makes_no_file_of_everybody(kind: str, viewer: Client, two_departments: Department):
    assert len(rows_of(take(viewer, kind, query=f"department={two_departments.pk}"))) == 1
    Employee.objects.update(department=None)
    two_departments.delete()
    made = Export.objects.count()
    again = reverse("integrations:export_again", args=[Export.objects.first().pk])
    page = viewer.post(again, follow=True).text
    assert "ファイルは作成しませんでした。絞り込みの「所属」は、今は使えない条件です。" in page
    assert "所属：（今は使えない条件）" in page
    assert Export.objects.count() == made
    assert AuditEntry.objects.filter(action="downloaded").count() == 1


@pytest.mark.parametrize("query", ["department=x", "type=x", "retired=x", "kaonavi=x"])
def test_a_filter_that_means_nothing_makes_no_file(query: str, viewer: Client, company: Employee):
    made = Export.objects.count()
    assert (
        "ファイルは作成しませんでした"
        in viewer.post(
            reverse("integrations:export", args=["employees"]), {"form": "csv", "query": query}, follow=True
        ).text
    )
    assert Export.objects.count() == made


def test_a_department_of_the_list_is_a_filter_although_files_are_for_a_part_of_it(two_departments: Department):
    """Somebody sees the whole company, but may take away only what lies below."""
    make_person(8, last_name="井上")
    limited("開発", two_departments, Right.EXPORT_FILES)
    somebody = account("both", "開発")
    Role.objects.create(group=Group.objects.create(name="社員を見る"), rights=[Right.VIEW_EMPLOYEES])
    somebody.groups.add(Group.objects.get(name="社員を見る"))
    client = logged_in(somebody)
    top = Department.objects.get(code="100")
    assert [row["姓"] for row in rows_of(take(client, query=f"department={top.pk}"))] == ["赤井"]


def test_again_makes_it_of_todays_data_for_whoever_clicks(admin: Client, viewer: Client, company: Employee):
    content(take(viewer, query="q=青山"))
    make_person(5, last_name="青山")
    again = reverse("integrations:export_again", args=[Export.objects.first().pk])
    assert len(rows_of(viewer.post(again))) == 2
    assert len(rows_of(admin.post(again))) == 2
    assert [(row.rows, str(row.made_by), row.query) for row in Export.objects.all()[:3]] == [
        (2, "hanako", "q=%E9%9D%92%E5%B1%B1&sort=name"),
        (2, "jiro", "q=%E9%9D%92%E5%B1%B1&sort=name"),
        (1, "jiro", "q=%E9%9D%92%E5%B1%B1&sort=name"),
    ]


def test_again_asks_for_the_right_of_today(company: Employee, viewer: Client):
    content(take(viewer))
    made = Export.objects.first()
    Role.objects.create(group=Group.objects.create(name="出力"), rights=[Right.EXPORT_FILES])
    made.made_by.groups.set([Group.objects.get(name="出力")])
    assert viewer.post(reverse("integrations:export_again", args=[made.pk])).status_code == 403
    page = viewer.get(DOWNLOADS).text
    assert "社員（CSV）" in page
    assert reverse("integrations:export_again", args=[made.pk]) not in page


def test_people_see_their_own_and_administrators_everybodys(admin: Client, viewer: Client, company: Employee):
    content(take(viewer, query="q=青山&retired=no"))
    own = Export.objects.first()
    content(take(admin, "departments", "xlsx"))
    page = viewer.get(DOWNLOADS).text
    for words in ("社員（CSV）", "検索：青山", "退職：在籍", "1件", "jiro", "カオナビ社員情報取込</a>のエラーファイル"):
        assert words in page
    assert "部署（Excel形式）" not in page
    page = admin.get(DOWNLOADS).text
    assert "社員（CSV）" in page
    assert "部署（Excel形式）" in page
    foreign = Export.objects.exclude(pk=own.pk).first()
    assert viewer.post(reverse("integrations:export_again", args=[foreign.pk])).status_code == 404


@pytest.mark.parametrize(
    ("right", "shown", "hidden"),
    [(Right.EXPORT_FILES, "一覧のファイル", "エラーファイル"), (Right.VIEW_JOBS, "エラーファイル", "一覧のファイル")],
)
def test_either_right_opens_the_page_with_its_part(right: Right, shown: str, hidden: str, company: Employee):
    Role.objects.create(group=Group.objects.create(name="片方"), rights=[right])
    page = logged_in(account("katahou", "片方")).get(DOWNLOADS).text
    assert f"{shown}</h2>" in page
    assert f"{hidden}</h2>" not in page
    assert f'href="{DOWNLOADS}"' in page


def test_old_ones_are_forgotten(company: Employee):
    Export.objects.update(made_at=timezone.now() - timedelta(days=401))
    Export.objects.create(kind="employees", form="csv", rows=1, made_at=timezone.now() - timedelta(days=399))
    assert remove_old_exports() == 1
    assert Export.objects.count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_costs_the_same_whatever_its_length(kind: str, admin: Client, company: Employee):
    def statements() -> int:
        with CaptureQueriesContext(database) as captured:
            content(take(admin, kind, query="q=a"))
        return len(captured)

    few = statements()
    for number in range(100, 160):
        make_result(make_person(number, department=make_department(f"d{number}", f"部署{number}")))
    assert statements() == few < 25


def test_the_list_of_downloads_costs_the_same_whatever_its_length(
    admin: Client, company: Employee, statements: Callable[[Client, str], int]
):
    few = statements(admin, DOWNLOADS)
    Export.objects.bulk_create(Export(kind="employees", form="csv", query=f"q={n}", rows=n) for n in range(200))
    assert statements(admin, DOWNLOADS) == few <= 14
