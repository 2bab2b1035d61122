"""部署管理: one department, add, edit, another code, delete."""

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from departments import actions
from departments.forms import DepartmentForm, read_tree
from departments.models import Department, DepartmentQuerySet
from departments.placement import Place
from integrations.models import SyncJob
from tests.factories.rows import make_change, make_department, make_issue, make_job, make_person

ADD = reverse("departments:add")


def edit_address(department: Department) -> str:
    return reverse("departments:edit", args=[department.pk])


def code_address(department: Department, code: str = "", back: str = "") -> str:
    return f"{reverse('departments:code', args=[department.pk])}?code={code}&next={back}"


def delete_address(department: Department) -> str:
    return reverse("departments:delete", args=[department.pk])


def sent(department: Department | None = None, **changes: object) -> dict[str, object]:
    """What a browser sends from the form of this department with these changes."""
    names = ("name", "code", "parent_id", "order")
    seen = {name.removesuffix("_id"): getattr(department, name, None) for name in names}
    shown = {name: "" if value is None else value for name, value in seen.items()}
    return {f"initial-{name}": value for name, value in shown.items()} | shown | changes


@pytest.fixture
def head(db) -> Department:
    return make_department("100", "営業本部", order=1)


@pytest.fixture
def below(head: Department) -> Department:
    return make_department("110", "営業第一部", head)


def entries() -> list[tuple[str, str, dict[str, object]]]:
    return list(AuditEntry.objects.filter(what="部署").order_by("pk").values_list("action", "label", "detail"))


def test_it_adds_a_department(admin: Client, head: Department):
    assert f'name="parent" value="{head.pk}"' in admin.get(f"{ADD}?parent={head.pk}").text
    data = sent() | {
        "name": "　営業第二部 ",
        "code": " 120 ",
        "parent": head.pk,
        "order": "3",
        "initial-parent": head.pk,
    }
    page = admin.post(ADD, data, follow=True)
    made = Department.objects.get(code="120")
    assert (made.name, made.parent, made.order, made.last_seen_at) == ("営業第二部", head, 3, None)
    assert page.redirect_chain == [(made.get_absolute_url(), 302)]
    assert "部署「営業第二部」を登録しました" in page.text
    assert entries() == [("created", "営業第二部", {})]


def test_a_name_or_code_of_which_nothing_is_seen_is_none_as_in_a_file(admin: Client, head: Department):
    assert "部署名を入力してください。" in admin.post(ADD, sent(name="\u200b\x01", code="120")).text
    assert "部署名を入力してください。" in admin.post(edit_address(head), sent(head, name="\ufeff")).text
    admin.post(ADD, sent(name="営業\u200b第二部", code="\u200b"))
    assert list(Department.objects.order_by("pk").values_list("name", "code")) == [
        ("営業本部", "100"),
        ("営業\u200b第二部", ""),
    ]


def test_it_stores_only_what_was_changed(admin: Client, head: Department, below: Department):
    seen = sent(below, code="111", order="")
    Department.objects.filter(pk=below.pk).update(name="営業一部", order=7, parent=None)  # a sync, meanwhile
    admin.post(edit_address(below), seen)
    below.refresh_from_db()
    assert (below.name, below.code, below.order, below.parent) == ("営業一部", "111", 7, None)
    assert entries() == [("edited", "営業一部", {"changes": {"code": ["110", "111"]}})]


def test_it_says_when_nothing_was_changed(admin: Client, below: Department):
    assert "変更された項目はありませんでした" in admin.post(edit_address(below), sent(below), follow=True).text
    assert entries() == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " 　"}, "name", "部署名を入力してください。"),
        ({"name": "営業本部 "}, "name", "部署名「営業本部」は、別の部署（部署コード 100）が使用しています。"),
        ({"name": "あ" * 201}, "name", "200"),
        ({"code": "100"}, "code", "部署コード「100」は、部署「営業本部」が使用しています。"),
        ({"code": "1" * 51}, "code", "50"),
        ({"name": "a\0b"}, "name", "文字"),
        ({"order": "-1"}, "order", "0"),
        ({"order": "9" * 30}, "order", "2147483647"),
        ({"parent": "999999"}, "parent", "選択"),
        ({"parent": "x"}, "parent", "選択"),
    ],
)
def test_it_refuses_with_the_reason_at_the_field_and_keeps_what_was_typed(
    changes: dict[str, object], field: str, words: str, admin: Client, below: Department
):
    response = admin.post(edit_address(below), sent(below, **changes))
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {field}
    assert words.lower() in str(response.context["form"].errors[field]).lower()
    below.refresh_from_db()
    assert (below.name, below.code) == ("営業第一部", "110")
    assert entries() == []


def test_it_never_hangs_a_department_below_itself(admin: Client, head: Department, below: Department):
    assert f'<option value="{below.pk}"' not in admin.get(edit_address(head)).text
    form = admin.post(edit_address(head), sent(head, parent=below.pk)).context["form"]
    assert set(form.errors) == {"parent"}


def test_it_warns_about_a_linked_department_and_only_there(admin: Client, head: Department):
    warning = "部署名、親部署、表示順は、次の「カオナビと同期」でカオナビの値に戻ります"
    assert warning not in admin.get(edit_address(head)).text
    Department.objects.update(last_seen_at=timezone.now())
    assert warning in admin.get(edit_address(head)).text


def test_a_rival_who_was_first_is_told_at_the_field(admin: Client, below: Department, monkeypatch: pytest.MonkeyPatch):
    """Somebody takes the name between the look at the tree and the write."""
    looks = 0

    def look(departments: DepartmentQuerySet) -> dict[int, Place]:
        nonlocal looks
        looks += 1
        if looks > 1:
            make_department("900", "営業二部")
        return read_tree(departments)

    def refuse(*_: object, **__: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(actions, "read_tree", look)
    monkeypatch.setattr(DepartmentForm, "store", refuse)
    form = admin.post(edit_address(below), sent(below, name="営業二部")).context["form"]
    assert form.errors == {"name": ["部署名「営業二部」は、別の部署（部署コード 900）が使用しています。"]}


@pytest.mark.parametrize("error", [IntegrityError, OperationalError])
def test_a_tree_that_others_write_all_the_time_is_no_crash(
    error: type[Exception], admin: Client, below: Department, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(DepartmentForm, "store", refuse)
    page = admin.post(edit_address(below), sent(below, name="営業二部")).text
    assert actions.BUSY in page
    assert 'value="営業二部"' in page


def test_a_department_that_was_deleted_meanwhile_is_gone(admin: Client, below: Department):
    address, data = edit_address(below), sent(below, name="x")
    below.delete()
    assert admin.post(address, data).status_code == 404


def test_its_page_shows_place_people_and_history(admin: Client, head: Department, below: Department):
    make_person(1, department=below)
    make_person(2, department=head)
    leaf = make_department("111", "第一課", below)
    job = make_job("succeeded", "departments")
    make_change(job, {"name": ["旧営業部", "営業第一部"]}, what="department", object_id=below.pk)
    page = admin.get(below.get_absolute_url()).text
    assert f'<a href="{head.get_absolute_url()}">営業本部</a> › 営業第一部（2階層目）' in page
    assert f'<a href="{leaf.get_absolute_url()}">第一課</a>' in page
    assert f'<a href="{reverse("employees:list")}?department={below.pk}">1名</a>' in page
    assert "旧営業部" in page
    assert job.get_absolute_url() in page
    assert "未連携" in page
    assert ">2名</a>" in admin.get(head.get_absolute_url()).text


def test_it_deletes_a_department_of_nobody(admin: Client, below: Department):
    assert "この操作は取り消せません" in admin.get(delete_address(below)).text
    page = admin.post(delete_address(below), follow=True).text
    assert "部署「営業第一部」を削除しました" in page
    assert not Department.objects.filter(pk=below.pk).exists()
    assert entries() == [("deleted", "営業第一部", {})]


def test_it_deletes_nothing_that_something_belongs_to_and_says_what(admin: Client, head: Department, below: Department):
    make_person(department=below)
    for department, words in (
        (head, f'<a href="{below.get_absolute_url()}">営業第一部</a>'),
        (below, f'<a href="{reverse("employees:list")}?department={below.pk}">1名</a>'),
    ):
        page = admin.get(delete_address(department)).text
        assert "削除できません" in page
        assert words in page
        assert ">削除する<" not in page
        assert "削除できません" in admin.post(delete_address(department)).text
    assert Department.objects.count() == 2
    assert entries() == []


def test_it_says_that_a_linked_department_comes_back(admin: Client, head: Department):
    words = "次の「カオナビと同期」でもう一度新規登録されます"
    assert words not in admin.get(delete_address(head)).text
    Department.objects.update(last_seen_at=timezone.now())
    assert words in admin.get(delete_address(head)).text


def test_it_says_what_another_code_means_before_it_changes_it(admin: Client, below: Department):
    make_person(department=below)
    page = admin.get(code_address(below, "B001", "/jobs/")).text
    for words in ("営業第一部", "110", "B001", "1名", "この部署と所属する社員は、そのまま残ります"):
        assert words in page
    data = {"code": "B001", "initial-code": "110", "next": "/jobs/"}
    response = admin.post(code_address(below), data)
    assert response.headers["Location"] == "/jobs/"
    below.refresh_from_db()
    assert (below.code, below.name, below.employees.count()) == ("B001", "営業第一部", 1)
    assert entries() == [("edited", "営業第一部", {"changes": {"code": ["110", "B001"]}})]


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", ""])
def test_it_follows_no_address_of_another_site(address: str, admin: Client, below: Department):
    data = {"code": "B001", "initial-code": "110", "next": address}
    assert admin.post(code_address(below), data).headers["Location"] == below.get_absolute_url()


@pytest.mark.parametrize("code", ["100", "", " ", "9" * 51])
def test_it_offers_no_code_that_cannot_be(code: str, admin: Client, below: Department):
    page = admin.get(code_address(below, code)).text
    assert ">変更する<" not in page
    assert edit_address(below) in page
    assert admin.post(code_address(below), {"code": code, "initial-code": "110"}).status_code == 200
    below.refresh_from_db()
    assert below.code == "110"


def test_it_does_not_change_a_code_that_is_another_one_by_now(admin: Client, below: Department):
    page = admin.post(code_address(below), {"code": "B001", "initial-code": "109"}).text
    assert "ほかの人が変更しました（現在は「110」）" in page


@pytest.fixture
def clash(below: Department) -> SyncJob:
    job = make_job("partial", "departments")
    make_issue(job, reason="DEPARTMENT_NAME_TAKEN", subject_key="B001", subject_name="営業第一部", object_id=below.pk)
    return job


def test_a_name_clash_offers_the_holder_another_code(admin: Client, viewer: Client, clash: SyncJob, below: Department):
    address = code_address(below, "B001", clash.get_absolute_url().replace("/", "%2F")).replace("&", "&amp;")
    assert f'<a href="{address}">この部署のコードを B001 に変更する</a>' in admin.get(clash.get_absolute_url()).text
    page = viewer.get(clash.get_absolute_url()).text
    assert "に変更する" not in page
    assert f'<a href="{below.get_absolute_url()}">部署「営業第一部」を開く</a>' in page


def test_it_offers_no_other_code_where_kaonavi_has_both_or_the_code_is_taken(
    admin: Client, clash: SyncJob, below: Department
):
    make_department("B001", "別の部署")
    assert "に変更する" not in admin.get(clash.get_absolute_url()).text
    Department.objects.filter(code="B001").delete()
    Department.objects.update(last_seen_at=timezone.now())
    assert "に変更する" not in admin.get(clash.get_absolute_url()).text
    Department.objects.update(missing_since=timezone.now())
    assert "この部署のコードを B001 に変更する" in admin.get(clash.get_absolute_url()).text


AGAIN = "もう一度同期する"


def test_after_mending_the_same_sync_is_one_click_away(
    admin: Client, viewer: Client, clash: SyncJob, below: Department, connected: object
):
    for address in (clash.get_absolute_url(), below.get_absolute_url()):
        assert AGAIN in admin.get(address).text
        assert AGAIN not in viewer.get(address).text
    data = {"kind": "departments", "next": below.get_absolute_url()}
    assert admin.post(reverse("integrations:start"), data).headers["Location"] == below.get_absolute_url()
    assert SyncJob.objects.get(status="queued").kind == "departments"


def test_it_is_not_offered_without_a_connection(admin: Client, clash: SyncJob):
    assert AGAIN not in admin.get(clash.get_absolute_url()).text


def test_a_clean_run_needs_no_repeating(admin: Client, connected: object, below: Department):
    job = make_job("succeeded", "departments")
    for address in (job.get_absolute_url(), below.get_absolute_url()):
        assert AGAIN not in admin.get(address).text
    make_issue(job, "warning")
    assert AGAIN in admin.get(job.get_absolute_url()).text
