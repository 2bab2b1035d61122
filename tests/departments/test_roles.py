"""カスタム権限管理."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Role
from accounts.rights import WHOLE_COMPANY, Right
from departments import role_actions
from departments.models import Department, RoleDepartment
from tests.factories.rows import account, logged_in, make_department, make_person

LIST, ADD = reverse("roles:list"), reverse("roles:add")
LOOK = [Right.VIEW_EMPLOYEES, Right.VIEW_DEPARTMENTS]


@pytest.fixture
def sales(db) -> Department:
    return make_department("100", "営業本部")


@pytest.fixture
def head(sales: Department) -> Role:
    made = Role.objects.create(group=Group.objects.create(name="部門長"), rights=LOOK, is_limited=True)
    RoleDepartment.objects.create(role=made, department=sales)
    return made


def send(admin: Client, address: str = ADD, **changes: object):
    return admin.post(address, {"name": "営業の担当", "rights": LOOK} | changes)


def test_it_makes_a_role_that_holds_at_once(admin: Client, sales: Department):
    below = make_department("110", "営業第一部", sales)
    make_person(1, department=below, last_name="赤井")
    make_person(2, last_name="白石")
    assert send(admin, is_limited="on", departments=[sales.pk])["Location"] == LIST
    page = logged_in(account("saburo", "営業の担当")).get(reverse("employees:list")).text
    assert "赤井" in page
    assert "白石" not in page
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.label, entry.detail["departments"]) == ("created", "営業の担当", ["営業本部"])


def test_it_completes_what_a_right_needs_and_says_so(admin: Client):
    answer = admin.post(ADD, {"name": "編集", "rights": [Right.EDIT_EMPLOYEES, Right.EDIT_RESULTS]}, follow=True)
    assert "「社員を見る」「検査結果を見る」も付けました" in answer.text
    assert set(Role.objects.get().rights) == {
        Right.EDIT_EMPLOYEES, Right.VIEW_EMPLOYEES, Right.EDIT_RESULTS, Right.VIEW_RESULTS
    }  # fmt: skip


@pytest.mark.parametrize("right", sorted(WHOLE_COMPANY))
def test_it_refuses_to_limit_what_concerns_the_whole_company(right: Right, admin: Client, sales: Department):
    answer = send(admin, rights=[*LOOK, right], is_limited="on", departments=[sales.pk])
    assert f"「{right.label}」は会社全体に関わる権限のため" in answer.text
    assert f'id="department-{sales.pk}" value="{sales.pk}" checked' in answer.text
    assert not Role.objects.exists()


def test_a_limit_needs_a_department(admin: Client, sales: Department):
    assert "限定する部署を1つ以上選んでください" in send(admin, is_limited="on").text


def test_a_role_needs_a_right_and_a_name_of_its_own(admin: Client, head: Role):
    assert "権限を1つ以上選んでください" in send(admin, rights=[]).text
    for name in ("部門長", " 部門長 ", "管理者", "閲覧者"):
        assert "この名前の権限はすでにあります" in send(admin, name=name).text


def test_a_role_that_is_deleted_meanwhile_is_told(admin: Client, head: Role, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(role_actions, "take_turns", head.group.delete)
    assert "この権限はたった今、削除されました" in send(admin, reverse("roles:edit", args=[head.pk])).text


def test_a_department_that_is_deleted_meanwhile_is_told(
    admin: Client, sales: Department, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(role_actions, "take_turns", sales.delete)
    assert "選んだ部署の一部はたった今、削除されました" in send(admin, is_limited="on", departments=[sales.pk]).text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ブモンチョウ", []),
        ("部門-長", ["部門長"]),
        ("營業本部", ["部門長"]),
        ("社員ヲ見ル", ["部門長"]),
        ("部門長 經理", []),
        ("管理", ["管理者"]),
        ("", ["管理者", "閲覧者", "部門長"]),
    ],
)
def test_it_finds_roles_by_name_right_and_department(words: str, found: list[str], admin: Client, head: Role):
    page = admin.get(LIST, {"q": words}).context
    assert [*page["built_in"], *(str(role) for role, *_ in page["page"])] == found


def test_it_starts_a_copy_with_everything_but_the_name(admin: Client, head: Role, sales: Department):
    page = admin.get(ADD, {"copy": head.pk}).text
    assert 'value="部門長 のコピー"' in page
    assert f'value="{sales.pk}" checked' in page
    assert page.count(" checked") == 4
    for nonsense in ("x", "99", "9" * 30, "-1"):
        assert admin.get(ADD, {"copy": nonsense}).status_code == 200


def test_it_edits_a_role_and_lifts_its_limit(admin: Client, head: Role):
    edit = reverse("roles:edit", args=[head.pk])
    assert 'value="部門長"' in admin.get(edit).text
    send(admin, edit, name="本部長")
    head.refresh_from_db()
    assert (head.group.name, head.is_limited, head.departments.count()) == ("本部長", False, 0)
    assert "本部長" in admin.get(LIST).text


def test_it_deletes_a_role_that_nobody_has(admin: Client, head: Role):
    delete = reverse("roles:delete", args=[head.pk])
    assert "この権限を持つアカウントはありません" in admin.get(delete).text
    admin.post(delete)
    assert not Group.objects.filter(name="部門長").exists()
    assert [entry.label for entry in AuditEntry.objects.filter(action="deleted")] == ["部門長"]


def test_it_keeps_a_role_that_somebody_has(admin: Client, head: Role):
    account("saburo", "部門長")
    delete = reverse("roles:delete", args=[head.pk])
    assert "1件のアカウントに割り当てられているため、削除できません" in admin.get(delete).text
    assert "削除できません" in admin.post(delete, follow=True).text
    assert Role.objects.exists()


def test_it_asks_when_departments_are_ticked_but_no_limit_is(admin: Client, sales: Department):
    answer = send(admin, departments=[sales.pk])
    assert "「部署を限定する」にチェックが入っていません" in answer.text
    assert f'id="department-{sales.pk}" value="{sales.pk}" checked' in answer.text
    assert not Role.objects.exists()
    assert send(admin)["Location"] == LIST
    assert not Role.objects.get().is_limited
