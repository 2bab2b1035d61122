"""What カオナビ says may be of any length: it is refused row by row, and nothing stored that its column cannot hold."""

import pytest

from departments.models import Department
from employees.models import Employee
from tests.pages.long_texts import too_long

TEXTS = {
    "name": "氏" * 300 + " 名",
    "name_kana": "シ" * 300 + " メ",
    "mail": f"{'x' * 300}@example.co.jp",
    "code": "9" * 300,
}


@pytest.mark.parametrize("length", [300, 10_000])
def test_members_and_departments_of_any_length_are_told_and_not_taken(length: int, tenant, run):
    tenant.add_department("1", "営業部")
    tenant.add_department("2", "部" * length)
    tenant.add_member("1001", name="青山 直樹", name_kana="アオヤマ ナオキ", mail="a@example.co.jp", department="1")
    for number, name in enumerate(("name", "name_kana", "mail", "code"), start=2):
        person = {
            "name": f"青山 {name}",
            "name_kana": "アオヤマ メ",
            "mail": f"{name}@example.co.jp",
            "code": f"100{number}",
        }
        person[name] = TEXTS[name].replace("x", "x" * (length // 300))
        tenant.add_member(person.pop("code"), **person, department="1")
    for kind in ("departments", "employees"):
        job = run(kind)
        assert job.status == "partial", (kind, job.message)
        assert too_long() == []
    assert list(Department.objects.values_list("name", flat=True)) == ["営業部"]
    assert list(Employee.objects.values_list("employee_number", flat=True)) == ["1001"]
