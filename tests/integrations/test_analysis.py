"""分析: the same figures as カオナビ draws from what was sent to it, and files of them."""

import csv
import io
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.rights import Right
from assessments.analysis.balance import Balance
from assessments.analysis.crossing import Crossing
from assessments.analysis.group import Scope
from assessments.models import PersonalityType
from assessments.name_lookup import fold_name
from departments.models import Department
from employees.models import Employee
from integrations.kaonavi.simulator.pages import analysis
from integrations.kaonavi.simulator.sample_company import fill_with_sample_company
from integrations.kaonavi.simulator.tenant import Tenant
from tests.factories.rows import make_department, make_job, make_person, make_result, member_of_roles

kaonavi: Any = analysis  # whose pages are drawn in a `Window`


class Window:
    """A page of カオナビ: keeps what it would draw."""

    def __init__(self, tenant: Tenant, **query: str) -> None:
        self.state = tenant.state
        self.asked = query

    def query(self, name: str) -> str:
        return self.asked.get(name, "")

    def render(self, _: str, **drawn: Any) -> dict[str, Any]:
        return drawn


@pytest.fixture
def tenant() -> Tenant:
    """The company of the demo."""
    company = Tenant(task_delay=0)
    fill_with_sample_company(company)
    company.tick_all()
    return company


@pytest.mark.long
def test_the_demo_company_has_the_figures_of_custom_gadget_and_shuffle_face(tenant: Tenant, run, person):
    run("departments")
    run("employees")
    numbers = list(Employee.objects.values_list("employee_number", flat=True))
    types = list(PersonalityType.objects.all())
    for place, one in enumerate(Employee.objects.filter(is_retired=False, missing_since=None).order_by("pk")):
        if one.employee_number and numbers.count(one.employee_number) == 1:
            make_result(one, personality_type=types[place * place % 13], grade="")
    job = run("results")
    assert job.created > 200

    scope = Scope.of(person)
    compared = 0
    for department in [None, *Department.objects.exclude(code="")]:
        query = QueryDict(f"department={department.pk}&item=position" if department else "item=position")
        code = department.code if department else ""
        theirs = {
            fold_name(name): people for name, people in kaonavi.show_gadget(Window(tenant, department=code))["bars"]
        }
        ours = Balance(scope, query)
        assert {fold_name(bar.label): bar.people for bar in ours.bars.bars} == theirs
        compared += sum(theirs.values())

        axes = {place[1].name: str(place[1].id) for place in kaonavi._chosen(Window(tenant), "axis")}
        shuffled = kaonavi.show_shuffle(Window(tenant, department=code, across=axes["16タイプ"], down=axes["役職"]))
        cells = {(fold_name(x), y): len(people) for (x, y), people in shuffled["cells"].items()}
        table = Crossing(scope, query)
        drawn = {
            (fold_name(line.kind.label), head.label): cell.people
            for line in (table.lines if ours.own else ())
            for head, cell in zip(table.heads, line.cells, strict=True)
            if cell and cell.people and head.label != "なし"
        }
        assert drawn == cells
    assert compared > 400


@pytest.fixture
def sales(db: None) -> Department:
    """Three people in 営業部, two in 人事部."""
    sales, people = make_department("1", "営業部"), make_department("2", "人事部")
    for number, place in enumerate([sales, sales, sales, people, people], 1):
        make_result(make_person(number, department=place), grade="A", overall_score="6.0")
    return sales


def read(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_each_table_is_a_file_with_the_figures_of_its_page(admin: Client, sales: Department):
    query = {"department": sales.pk}
    rows = read(admin.get(reverse("integrations:analysis_file", args=["balance"]), query))
    assert rows[0] == ["16タイプ", "営業部の人数", "営業部の割合（%）", "全社の人数", "全社の割合（%）"]
    assert [row[1:] for row in rows if row[0].startswith("コントリビューター")] == [["3", "100", "5", "100"]]
    rows = read(admin.get(reverse("integrations:analysis_file", args=["crossing"]), {"item": "grade"}))
    assert rows[0] == ["16タイプ", "人数", "割合（%）", "Aの人数", "Aの割合（%）"]
    rows = read(admin.get(reverse("integrations:analysis_file", args=["profile"]), query))
    assert rows[1] == ["人間関係特性", "傾聴傾向", "3", "50", "0", "5", "50", "0"]
    rows = read(admin.get(reverse("integrations:analysis_file", args=["departments"])))
    assert [row[:2] for row in rows] == [["部署", "人数"], ["営業部", "3"], ["人事部", "2"]]
    assert sorted(rows[1][2:]) == ["0"] * 15 + ["3"]
    rows = read(admin.get(reverse("integrations:analysis_file", args=["scores"]), query))
    assert rows[0] == ["総合スコア", "営業部の人数", "全社の人数"]
    assert [row for row in rows[1:] if row[1] != "0"] == [["6.0～6.9", "3", "5"]]
    workbook = admin.get(reverse("integrations:analysis_workbook", args=["profile"]), query)
    assert b"".join(workbook.streaming_content)[:2] == b"PK"
    assert AuditEntry.objects.filter(action="downloaded", what="分析_尺度").count() == 2


def test_a_file_has_only_those_whom_one_may_see_and_take_away(sales: Department):
    client = member_of_roles(
        ([Right.VIEW_RESULTS, Right.VIEW_EMPLOYEES], None), ([Right.EXPORT_FILES, Right.VIEW_EMPLOYEES], sales)
    )
    rows = read(client.get(reverse("integrations:analysis_file", args=["balance"])))
    assert [row[1:] for row in rows if row[0].startswith("コントリビューター")] == [["3", "100"]]


def test_what_the_page_does_not_tell_is_in_no_file(sales: Department):
    client = member_of_roles(([Right.VIEW_RESULTS, Right.EXPORT_FILES], None))
    small = Department.objects.get(name="人事部")
    answer = client.get(reverse("integrations:analysis_file", args=["balance"]), {"department": small.pk})
    assert answer.status_code == 302
    assert "3人未満" in client.get(answer.url).text
    rows = read(client.get(reverse("integrations:analysis_file", args=["crossing"])))
    assert [row[1:] for row in rows if row[0].startswith("コントリビューター")] == [["5", "100", "", "", "", ""]]


def test_department_and_registration_lead_to_the_analysis(admin: Client, sales: Department):
    assert f'href="/analysis/?department={sales.pk}"' in admin.get(sales.get_absolute_url()).text
    job = make_job("succeeded", "results")
    assert '<a href="/analysis/">ミキワメでも見る' in admin.get(job.get_absolute_url()).text
