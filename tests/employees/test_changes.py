"""Adding a person, and メールアドレスを変更する."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Role
from accounts.rights import Right
from departments.models import Department, RoleDepartment
from employees import forms
from employees.models import Employee
from tests.factories.rows import account, logged_in, make_department, make_person

ADD = reverse("employees:add")
NEW = {"email": "New.One@Example.co.jp ", "last_name": "赤井", "first_name": "誠", "employee_number": "0012"}


def mail_page(person: Employee) -> str:
    return reverse("employees:mail", args=[person.pk])


def edit_page(person: Employee) -> str:
    return reverse("employees:edit", args=[person.pk])


@pytest.fixture
def sales(db) -> Department:
    return make_department("1", "営業部")


@pytest.fixture
def head_of_sales(sales: Department) -> Client:
    role = Role.objects.create(
        group=Group.objects.create(name="営業部長"),
        rights=[Right.VIEW_EMPLOYEES, Right.EDIT_EMPLOYEES],
        is_limited=True,
    )
    RoleDepartment.objects.create(role=role, department=sales)
    return logged_in(account("bucho", "営業部長"))


def test_it_adds_a_person_with_the_address_in_lower_case(admin: Client, sales: Department):
    answer = admin.post(ADD, NEW | {"department": str(sales.pk), "retirement_date": "2026-03-31"})
    person = Employee.objects.get()
    assert answer["Location"] == person.get_absolute_url()
    assert (person.email, person.full_name, person.department) == ("new.one@example.co.jp", "赤井 誠", sales)
    assert (person.is_retired, person.retirement_source) == (True, "manual")
    assert person.last_seen_at is None
    entry = AuditEntry.objects.get(action="created")
    assert (entry.object_id, entry.label, entry.detail) == (str(person.pk), "", {})


@pytest.mark.parametrize("unseen", ["\u200b", "\x01\x02", "\u3000\ufeff\u2060"])
def test_a_name_of_which_nothing_is_seen_is_none_as_in_a_file(unseen: str, admin: Client):
    page = admin.post(ADD, NEW | {"last_name": unseen})
    assert "氏名（姓）を入力してください。" in page.text
    person = make_person(1)
    page = admin.post(edit_page(person), {"initial-last_name": "青山", "last_name": unseen})
    assert "氏名（姓）を入力してください。" in page.text
    assert Employee.objects.get().last_name == "青山"


def test_a_name_that_nobody_can_read_keeps_nobody_from_editing_the_rest(admin: Client):
    person = make_person(1, last_name="\u200b")  # カオナビ had it
    admin.post(edit_page(person), {"initial-last_name": "\u200b", "last_name": "\u200b", "position": "部長"})
    person.refresh_from_db()
    assert (person.last_name, person.position) == ("\u200b", "部長")


@pytest.mark.parametrize("mail", ["a..b@docomo.ne.jp", "a.@ezweb.ne.jp"])
def test_it_takes_the_addresses_that_the_sync_takes(mail: str, admin: Client):
    admin.post(ADD, NEW | {"email": mail})
    assert Employee.objects.get().email == mail


@pytest.mark.parametrize(
    "mail", ["", "a", "a@b", "a b@c.jp", "a@@b.jp", "あ@b.jp", "@b.jp", f"{'a' * 250}@b.jp", "a@b.jp\x00"]
)
def test_it_refuses_other_addresses_and_keeps_what_was_typed(mail: str, admin: Client):
    answer = admin.post(ADD, NEW | {"email": mail})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"email"}
    assert "赤井" in answer.text
    assert not Employee.objects.exists()


def test_it_says_what_an_address_in_full_width_was_meant_to_be(admin: Client):
    assert (
        "半角の「akai@example.co.jp」であれば登録できます"
        in admin.post(ADD, NEW | {"email": "ａｋａｉ＠example.co.jp"}).text
    )


def test_it_refuses_an_address_that_somebody_has(admin: Client):
    make_person()
    answer = admin.post(ADD, NEW | {"email": "P1@example.co.jp"})
    assert "ほかの社員が使っています" in answer.text
    assert Employee.objects.count() == 1


def test_two_people_who_add_the_same_address_at_once_are_no_crash(admin: Client, monkeypatch):
    make_person()
    # the other one came a moment later
    monkeypatch.setattr(forms.NewEmployeeForm, "clean_email", lambda form: form.cleaned_data["email"])
    monkeypatch.setattr(Employee, "validate_constraints", lambda *_, **__: None)
    answer = admin.post(ADD, NEW | {"email": "p1@example.co.jp"})
    assert answer.status_code == 200
    assert "ほかの操作と重なったため" in answer.text
    assert "赤井" in answer.text
    assert not AuditEntry.objects.filter(action="created").exists()


def test_a_limited_role_puts_people_into_its_own_departments_alone(head_of_sales: Client, sales: Department):
    others = make_department("2", "開発部")
    offered = head_of_sales.get(reverse("departments:choose_place")).text
    assert "営業部" in offered
    assert "開発部" not in offered
    for department in (str(others.pk), ""):
        answer = head_of_sales.post(ADD, NEW | {"department": department})
        assert answer.context["form"].errors.keys() == {"department"}
    assert not Employee.objects.exists()
    head_of_sales.post(ADD, NEW | {"department": str(sales.pk)})
    assert Employee.objects.get().department == sales


def test_a_limited_role_cannot_lose_somebody_out_of_sight(head_of_sales: Client, sales: Department):
    person = make_person(department=sales)
    assert "担当する部署から選びます" in head_of_sales.get(edit_page(person)).text
    answer = head_of_sales.post(edit_page(person), {"last_name": "赤井", "department": ""})
    assert answer.context["form"].errors.keys() == {"department"}
    person.refresh_from_db()
    assert (person.last_name, person.department) == ("青山", sales)


def test_an_edit_is_written_down_with_the_names_of_the_fields_alone(admin: Client):
    person = make_person()
    names = ("last_name", "first_name", "last_name_kana", "first_name_kana", "employee_number")
    values = {name: getattr(person, name) for name in names}
    seen = {f"initial-{name}": value for name, value in values.items()}
    admin.post(edit_page(person), seen | values | {"last_name": "赤井", "position": "課長"})
    entry = AuditEntry.objects.get(action="edited")
    assert (entry.object_id, entry.detail) == (str(person.pk), {"fields": ["last_name", "position"]})


def test_somebody_deleted_while_the_form_was_open_is_no_crash(admin: Client):
    person = make_person()
    person_page, mail = edit_page(person), mail_page(person)
    person.delete()
    assert admin.post(person_page, {"last_name": "赤井"}).status_code == 404
    assert admin.post(mail, {"email": "new@example.co.jp"}).status_code == 404


def test_the_form_leads_to_the_page_that_changes_the_address(admin: Client):
    person = make_person()
    page = admin.get(edit_page(person)).text
    assert "※ミキワメのメールアドレスを変更する場合は" in page
    assert mail_page(person) in page
    assert mail_page(person) in admin.get(person.get_absolute_url()).text


def test_it_asks_before_it_changes_the_address(admin: Client):
    person = make_person()
    page = admin.get(mail_page(person)).text
    assert "カオナビのメンバーと結び付ける値です" in page
    assert "同じ人が新しい社員としてもう一度登録されます" in page
    asked = admin.post(mail_page(person), {"email": "New@Example.co.jp"}).text
    assert "new@example.co.jp" in asked
    person.refresh_from_db()
    assert person.email == "p1@example.co.jp"
    answer = admin.post(mail_page(person), {"email": "new@example.co.jp", "confirmed": "p1@example.co.jp"}, follow=True)
    assert "メールアドレスを変更しました" in answer.text
    person.refresh_from_db()
    assert person.email == "new@example.co.jp"


def test_a_changed_address_is_written_down_without_the_addresses(admin: Client):
    person = make_person()
    admin.post(mail_page(person), {"email": "new@example.co.jp", "confirmed": person.email})
    entry = AuditEntry.objects.get(action="mail_changed")
    assert entry.object_id == str(person.pk)
    assert "@" not in f"{entry.label}{entry.detail}"


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        ("P1@example.co.jp", "今のメールアドレスと同じです"),
        ("p2@example.co.jp", "ほかの社員が使っています"),
        ("ａ@example.co.jp", "半角の「a@example.co.jp」であれば登録できます"),
        ("", "必須"),
    ],
)
def test_it_refuses_an_address_that_cannot_be(mail: str, words: str, admin: Client):
    person = make_person(1)
    make_person(2)
    answer = admin.post(mail_page(person), {"email": mail, "confirmed": person.email}).text
    assert words in answer
    person.refresh_from_db()
    assert person.email == "p1@example.co.jp"


def test_it_asks_again_when_somebody_else_changed_the_address_meanwhile(admin: Client):
    person = make_person()
    Employee.objects.update(email="other@example.co.jp")
    answer = admin.post(mail_page(person), {"email": "new@example.co.jp", "confirmed": "p1@example.co.jp"}).text
    assert "other@example.co.jp" in answer
    assert "変更後" in answer
    person.refresh_from_db()
    assert person.email == "other@example.co.jp"


def test_an_address_that_was_taken_at_the_same_moment_is_no_crash(admin: Client, monkeypatch):
    person = make_person()

    def taken(*_, **__):
        raise IntegrityError

    monkeypatch.setattr(Employee, "save", taken)
    answer = admin.post(mail_page(person), {"email": "new@example.co.jp", "confirmed": person.email})
    assert answer.status_code == 200
    assert "ほかの操作と重なったため" in answer.text
