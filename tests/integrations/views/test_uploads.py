"""Files in: the upload page, what it refuses, the look before anything is stored, and who may."""

import csv
import io
import json
from collections.abc import Iterable
from unittest.mock import Mock
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Role
from accounts.rights import Right
from assessments.models import Assessment, Scale
from departments.models import Department
from employees.models import Employee
from integrations.files import columns, upload_limit
from integrations.files.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, MOST_SCORES, READ_SECONDS
from integrations.files.xlsx_package import LARGEST_OTHER, LARGEST_PARTS, LARGEST_UNPACKED
from integrations.imports.source_file import read_table
from integrations.jobs.inline import run_inline
from integrations.models import KaonaviConnection, SourceFile, SyncJob
from integrations.rules.assessments import headings
from integrations.rules.departments import file as department_file
from integrations.rules.employees import file_row
from integrations.rules.kept_issues import MOST_ISSUES
from mikiwame_kaonavi.gunicorn_worker import LONGEST_REQUEST
from mikiwame_kaonavi.launcher import ROOT
from tests.factories.rows import account, logged_in, make_job, make_person
from tests.integrations.files.files import csv_file

EMPLOYEES = reverse("integrations:import", args=["employees"])
HEADER = ["社員番号", "姓", "名", "メールアドレス", "役職"]
COLUMNS: dict[str, Iterable[str]] = {
    "departments": department_file.DepartmentColumn,
    "employees": file_row.HEADINGS,
    "results": headings.AssessmentColumn,
}


def file_of(*rows: list[str], name: str = "社員.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, csv_file(HEADER, *rows))


def run(job: SyncJob) -> SyncJob:
    run_inline(job)
    job.refresh_from_db()
    return job


def send(client: Client, file: SimpleUploadedFile, address: str = EMPLOYEES) -> SyncJob:
    """The run that was started, to whose page the person is led."""
    answer = client.post(address, {"file": file})
    job = SyncJob.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, job.get_absolute_url())
    return job


def refused(client: Client, file: SimpleUploadedFile | None) -> str:
    """The page that says why no run was started."""
    answer = client.post(EMPLOYEES, {"file": file} if file else {})
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def importer(db) -> Client:
    """Somebody who may take files in and nothing else."""
    Role.objects.create(group=Group.objects.create(name="取込係"), rights=[Right.IMPORT_FILES])
    return logged_in(account("torikomi", "取込係"))


@pytest.mark.parametrize("slug", COLUMNS)
def test_the_page_tells_every_column(slug: str, admin: Client):
    page = admin.get(reverse("integrations:import", args=[slug])).text
    told = {column.name: column for column in getattr(columns, slug.upper()).columns()}
    assert list(told)[: len([*COLUMNS[slug]])] == [*COLUMNS[slug]]
    assert slug != "results" or set(told) > set(headings.LineColumn)
    assert all(column.words for column in told.values())
    assert all(f'<th scope="row">{name}<' in page for name in told)
    assert "必須" in page


@pytest.mark.parametrize("slug", COLUMNS)
def test_the_page_and_the_documents_tell_the_limits(slug: str, admin: Client):
    rows = MOST_SCORES if slug == "results" else MOST_ROWS
    page = admin.get(reverse("integrations:import", args=[slug])).text
    size = upload_limit.LARGEST_UPLOAD // upload_limit.MEGABYTE
    assert f"{size} MB まで" in page
    assert f"{rows:,}行、{MOST_COLUMNS:,}列、{MOST_CELLS:,}セルまで" in page
    manual, operations, decisions = (
        (ROOT / "docs" / name).read_text() for name in ("manual.ja.md", "operations.md", "decisions.md")
    )
    for told in (manual, operations):
        numbers = (f"{size} MB", f"{rows:,} 行", f"{MOST_COLUMNS:,} 列", f"{MOST_CELLS:,}", f"{MOST_ISSUES:,} 件")
        assert [number for number in numbers if number not in told] == []
    numbers = (f"{size} MB", f"{rows:,} rows", f"{MOST_COLUMNS:,} columns", f"{MOST_CELLS:,} cells", f"{MOST_ISSUES:,}")
    assert [number for number in numbers if number not in decisions] == []
    parts = [*LARGEST_PARTS.values(), LARGEST_UNPACKED, LARGEST_OTHER]
    assert [part for part in parts if f"{part // 1_000_000} MB" not in operations] == []
    assert f"{READ_SECONDS:.0f} 秒" in operations
    assert f"{LONGEST_REQUEST:.0f}秒" in operations


@pytest.mark.parametrize("slug", COLUMNS)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_has_the_columns_and_nobody(slug: str, ending: str, admin: Client, company: Employee):
    answer = admin.get(reverse("integrations:import_template", args=[slug, ending]))
    assert f"{quote('テンプレート')}.{ending}" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"
    table = read_table(b"".join(answer))
    scales = Scale.objects.values_list("name", flat=True) if slug == "results" else ()
    assert table.header == [*COLUMNS[slug], *scales]
    assert list(table.rows) == []


@pytest.mark.parametrize(
    "address", ["/imports/nonsense/", "/imports/employees/template.pdf", "/imports/x/template.csv"]
)
def test_there_are_no_other_files(address: str, admin: Client):
    assert admin.get(address).status_code == 404


def test_a_file_is_looked_at_before_anything_is_stored(admin: Client, administrator):
    make_person(1, last_name="青山", first_name="直樹", position="課長")
    rows = [
        ["0001", "青山", "直樹", "p1@example.co.jp", "部長"],
        ["0002", "井上", "花", "inoue@example.co.jp", ""],
        ["0003", "上田", "純", "no mail", ""],
        ["0004", "江口", "健", "", ""],
    ]
    job = run(send(admin, file_of(*rows)))
    assert (job.kind, job.status, job.requested_by) == ("employees_file", "held", administrator)
    assert job.counts == {"created": 1, "updated": 1, "unchanged": 0, "skipped": 1, "failed": 1}
    assert Employee.objects.get().position == "課長"
    page = admin.get(job.get_absolute_url()).text
    for words in ("確認待ち", "確認して実行", "課長", "部長", "井上 花", "4行目：", "5行目："):
        assert words in page
    assert SourceFile.objects.get().job == job

    admin.post(reverse("integrations:approve", args=[job.pk]))
    job.refresh_from_db()
    job = run(job)
    assert (job.status, Employee.objects.count()) == ("partial", 2)
    assert Employee.objects.get(email="p1@example.co.jp").position == "部長"
    assert not SourceFile.objects.exists()
    assert reverse("integrations:import", args=["employees"]) in admin.get(job.get_absolute_url()).text


def test_approving_plans_anew(admin: Client):
    person = make_person(1, last_name="青山", first_name="直樹", position="課長")
    job = run(send(admin, file_of(["0001", "青山", "直樹", "p1@example.co.jp", "部長"])))
    Employee.objects.filter(pk=person.pk).update(position="部長")
    admin.post(reverse("integrations:approve", args=[job.pk]))
    job.refresh_from_db()
    job = run(job)
    assert (job.status, job.updated, job.unchanged) == ("held", 0, 1)
    assert "確認したときから内容が変わったため" in job.message
    assert SourceFile.objects.exists()


def test_dropping_removes_the_bytes(admin: Client):
    job = run(send(admin, file_of(["0001", "青山", "直樹", "p1@example.co.jp", ""])))
    admin.post(reverse("integrations:cancel", args=[job.pk]))
    job.refresh_from_db()
    assert (job.status, SourceFile.objects.count(), Employee.objects.count()) == ("cancelled", 0, 0)


def test_another_file_drops_the_one_that_waits_and_says_so_before(admin: Client):
    first = run(send(admin, file_of(["0001", "青山", "直樹", "p1@example.co.jp", ""])))
    assert "その処理は取りやめになります" in admin.get(EMPLOYEES).text
    second = send(admin, file_of(["0002", "井上", "花", "inoue@example.co.jp", ""]))
    first.refresh_from_db()
    assert (first.status, SourceFile.objects.get().job) == ("cancelled", second)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "ファイルを選択してください"),
        (SimpleUploadedFile("社員.csv", b""), "ファイルが空です"),
        (SimpleUploadedFile("社員.xls", b"x"), "この種類のファイルは取り込めません"),
        (SimpleUploadedFile("社員", b"x"), "この種類のファイルは取り込めません"),
    ],
)
def test_it_says_what_is_wrong_with_the_choice(file: SimpleUploadedFile | None, words: str, admin: Client):
    page = refused(admin, file)
    assert words in page
    assert 'aria-invalid="true"' in page
    assert not SyncJob.objects.exists()


def test_a_file_that_is_too_large_is_not_kept(admin: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upload_limit, "LARGEST_UPLOAD", 200_000)
    assert "ファイルが大きすぎます。50 MB まで" in refused(admin, SimpleUploadedFile("社員.csv", b"x" * 200_001))
    assert not SyncJob.objects.exists()
    send(admin, SimpleUploadedFile("社員.csv", b"x" * 200_000))


def test_the_files_of_one_request_are_too_large_together(admin: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upload_limit, "LARGEST_UPLOAD", 200_000)
    files = {name: SimpleUploadedFile("社員.csv", b"x" * 150_000) for name in ("other", "file")}
    assert "ファイルが大きすぎます" in admin.post(EMPLOYEES, files).text


def test_a_file_that_cannot_be_read_fails_with_its_line(admin: Client):
    job = run(send(admin, SimpleUploadedFile("社員.csv", csv_file(HEADER) + b'"x')))
    assert (job.status, job.issues.get().reason) == ("failed", "FILE_UNREADABLE")
    assert "2行目" in admin.get(job.get_absolute_url()).text
    assert not SourceFile.objects.exists()


def test_it_names_what_runs_instead(admin: Client):
    running = make_job("running", "results")
    page = refused(admin, file_of(["0001", "青山", "直樹", "p1@example.co.jp", ""]))
    assert running.get_absolute_url() in page
    assert not SourceFile.objects.exists()


def test_the_name_of_a_file_may_be_long(admin: Client):
    job = send(admin, file_of(["0001", "青山", "直樹", "p1@example.co.jp", ""], name=f"{'名' * 300}.csv"))
    assert job.source_file.name.endswith("名.csv")


def test_departments_and_results_come_in_too(admin: Client):
    make_person(1)
    content = csv_file(["部署コード", "部署名"], ["010", "営業部"])
    job = run(send(admin, SimpleUploadedFile("b.csv", content), reverse("integrations:import", args=["departments"])))
    admin.post(reverse("integrations:approve", args=[job.pk]))
    job.refresh_from_db()
    run(job)
    assert Department.objects.get().code == "010"
    content = csv_file(["社員番号", "受検日", "傾聴傾向"], ["0001", "2026/04/01", "55.5"])
    job = run(send(admin, SimpleUploadedFile("r.csv", content), reverse("integrations:import", args=["results"])))
    admin.post(reverse("integrations:approve", args=[job.pk]))
    job.refresh_from_db()
    assert (run(job).status, Assessment.objects.get().scores) == ("succeeded", {"listening": 55.5})


def test_somebody_who_may_take_files_in_decides_on_them_and_on_no_sync(importer: Client, connected: KaonaviConnection):
    job = run(send(importer, file_of(["0001", "青山", "直樹", "p1@example.co.jp", ""])))
    assert "確認して実行" in importer.get(job.get_absolute_url()).text
    assert importer.post(reverse("integrations:approve", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    assert run(job).status == "succeeded"
    sync = make_job("held", options={"digest": "x"})
    for name in ("job", "error_file"):
        assert importer.get(reverse(f"integrations:{name}", args=[sync.pk])).status_code == 403
    for name in ("approve", "cancel"):
        assert importer.post(reverse(f"integrations:{name}", args=[sync.pk])).status_code == 403
    sync.refresh_from_db()
    assert sync.status == "held"


def test_somebody_who_only_looks_decides_on_no_file(admin: Client, viewer: Client):
    job = run(send(admin, file_of(["0001", "青山", "直樹", "p1@example.co.jp", ""])))
    page = viewer.get(job.get_absolute_url()).text
    assert "確認して実行" not in page
    assert "ファイルを取り込む権限のある人" in page
    assert viewer.post(reverse("integrations:approve", args=[job.pk])).status_code == 403


def test_the_trail_has_who_took_a_file_in_and_nobody_of_it(admin: Client):
    send(admin, file_of(["0001", "青山", "直樹", "p1@example.co.jp", ""]))
    entry = AuditEntry.objects.get(action="imported")
    assert "佐藤 花子" in entry.actor
    assert "青山" not in json.dumps(entry.detail, ensure_ascii=False) + entry.label


def test_a_failed_run_tells_its_reasons_in_an_error_file_for_the_importer(importer: Client):
    job = run(send(importer, SimpleUploadedFile("社員.csv", b"a,b\r\n1,2\r\n")))
    answer = importer.get(reverse("integrations:error_file", args=[job.pk]))
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert "FILE_COLUMN_MISSING" in {row[6] for row in rows}
    assert AuditEntry.objects.get(action="downloaded").detail == {
        "what": "error_file",
        "format": "csv",
        "rows": len(rows) - 1,
    }


def test_an_uploaded_file_is_never_on_the_disk_where_a_killed_process_would_leave_it(admin: Client, monkeypatch):
    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", Mock(side_effect=AssertionError("a file is made")))
    content = "姓,メールアドレス\r\n".encode() + b"x,a@example.co.jp\r\n" * 200_000
    job = send(admin, SimpleUploadedFile("社員.csv", content))
    assert bytes(job.source_file.content) == content


def test_a_page_that_sends_the_file_itself_is_told_where_to_go_and_gets_the_refusal_to_show(admin: Client):
    part = {"HX-Request": "true"}
    refused = admin.post(EMPLOYEES, {"file": SimpleUploadedFile("社員.txt", b"x")}, headers=part)
    assert "この種類のファイルは取り込めません" in refused.text
    assert 'id="main"' in refused.text
    answer = admin.post(EMPLOYEES, {"file": file_of(["1", "新井", "", "a@example.co.jp", ""])}, headers=part)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, SyncJob.objects.get().get_absolute_url())
