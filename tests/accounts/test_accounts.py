"""アカウント管理: inviting, roles, stopping, links; and who cannot be removed."""

import threading
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import OperationalError
from django.db import connection as database
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.links import make_code
from accounts.models import AuditEntry
from accounts.rights import ADMINISTRATORS, is_administrator
from tests.factories.rows import PASSWORD, account, logged_in

LIST = reverse("accounts:list")
INVITE = reverse("accounts:invite")
FIRST = reverse("accounts:first_password")
LOG_IN = reverse("accounts:login")
GOOD = "correct horse battery"
NEW = {"last_name": "田中", "first_name": "一郎", "email": "tanaka@example.co.jp", "username": "tanaka"}


def role(name: str) -> str:
    return str(Group.objects.get(name=name).pk)


def of(name: str, user: User) -> str:
    return reverse(f"accounts:{name}", args=[user.pk])


def code_in(page: str) -> str:
    """What stands behind the # of the link on the page."""
    link = page.split('readonly value="')[1].split('"', maxsplit=1)[0]
    parts = urlsplit(link)
    assert (parts.path, parts.query) == (FIRST, "")
    return parts.fragment


def invite(admin: Client, **changes: str) -> tuple[User, str]:
    answer = admin.post(INVITE, NEW | {"role": role("閲覧者")} | changes)
    return User.objects.get(username="tanaka"), code_in(answer.text)


def as_shown(admin: Client, user: User) -> dict[str, object]:
    """What a browser sends from the page of the account as it is now, with nothing changed."""
    sent = {}
    for field in admin.get(of("edit", user)).context["form"]:
        value = field.value() or ""
        sent[field.html_name] = sent[field.html_initial_name] = value.pk if isinstance(value, Group) else value
    return sent


def use(code: str, password: str = GOOD) -> bool:
    """Whether the link took the password."""
    answer = Client().post(FIRST, {"code": code, "new_password1": password, "new_password2": password})
    return answer.status_code == 302


def log_in(name: str = "tanaka", password: str = GOOD) -> bool:
    return Client().post(LOG_IN, {"username": name, "password": password}).status_code == 302


def entries(action: str) -> list[dict[str, object]]:
    return list(AuditEntry.objects.filter(action=action).values_list("detail", flat=True))


@pytest.fixture
def taro(db) -> User:
    return account("taro", "閲覧者", last_name="鈴木", first_name="太郎", email="taro@example.co.jp")


def test_it_lists_who_has_an_account_and_in_what_state(admin: Client, taro: User):
    User.objects.create(username="invited", last_name="招待", password="!x")
    page = admin.get(LIST).text
    for text in ("鈴木 太郎", "taro@example.co.jp", "閲覧者", "利用中", "パスワード設定待ち", "佐藤 花子"):
        assert text in page


@pytest.mark.parametrize("words", ["太郎", "taro@example", "鈴木 太郎", "TARO"])
def test_it_finds_accounts_by_name_and_mail(words: str, admin: Client, taro: User):
    page = admin.get(LIST, {"q": words})
    assert [user.username for user in page.context["page"]] == ["taro"]
    assert "該当するアカウントはありません" in admin.get(LIST, {"q": f"{words}x"}).text


def test_an_invited_person_sets_a_password_once_and_gets_in(admin: Client):
    user, code = invite(admin)
    assert not user.has_usable_password()
    assert not log_in(password="")
    assert use(code)
    assert not use(code, "another good password")
    assert log_in()
    assert [group.name for group in user.groups.all()] == ["閲覧者"]
    assert entries("invited") == [{"role": "閲覧者"}]
    assert AuditEntry.objects.get(action="edited").actor.startswith("田中 一郎")


def test_the_link_is_shown_once_and_kept_nowhere(admin: Client, caplog: pytest.LogCaptureFixture):
    _, code = invite(admin)
    user = User.objects.get(username="tanaka")
    assert code not in admin.get(LIST).text + admin.get(of("edit", user)).text
    assert code not in str(list(AuditEntry.objects.values())) + str(dict(admin.session))
    assert code not in caplog.text
    assert code not in Client().get(FIRST).text


@pytest.mark.parametrize(
    "code", ["", "x", "x.y", "MQ", "MQ.c0ffee-0123456789abcdef0123456789abcdef", "９.a-b", "A" * 150, "\x00.\x00"]
)
def test_a_code_that_was_made_up_opens_nothing_and_says_what_to_do(code: str, admin: Client):
    answer = Client().post(FIRST, {"code": code, "new_password1": GOOD, "new_password2": GOOD})
    assert answer.status_code == 200
    assert "リンク" in answer.text.split("field-error")[1]


def test_a_link_ends_after_three_days(admin: Client, monkeypatch: pytest.MonkeyPatch):
    user, code = invite(admin)
    later = datetime.now() + timedelta(days=3, minutes=1)  # noqa: DTZ005 - as the generator itself reckons
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _: later)
    assert not use(code)
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_only_the_newest_link_works(admin: Client):
    user, first = invite(admin)
    second = code_in(admin.post(of("renew_link", user)).text)
    assert not use(first)
    assert use(second)


def test_a_password_by_link_obeys_the_rules(admin: Client):
    _, code = invite(admin)
    assert not use(code, "tanaka")
    assert not use(code, "12345678901234")
    assert use(code)


def test_a_forgotten_password_gets_a_new_link_which_ends_the_old_password_and_its_sessions(admin: Client, taro: User):
    there = logged_in(taro)
    code = code_in(admin.post(of("renew_link", taro)).text)
    assert not log_in("taro", PASSWORD)
    assert there.get(reverse("employees:list")).status_code == 302
    assert use(code)
    assert log_in("taro")


def test_it_asks_for_what_an_account_needs_and_keeps_what_was_typed(admin: Client, taro: User):
    answer = admin.post(INVITE, {"last_name": "田中", "username": "taro", "role": role("閲覧者")})
    assert answer.status_code == 200
    assert 'value="田中"' in answer.text
    assert "このユーザー名はすでに使われています。" in answer.text
    assert set(answer.context["form"].errors) == {"email", "username"}


def test_a_name_that_somebody_else_was_given_meanwhile_is_refused(admin: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "take_turns", lambda: account("tanaka"))
    answer = admin.post(INVITE, NEW | {"role": role("閲覧者")})
    assert answer.status_code == 200
    assert "このユーザー名はすでに使われています" in answer.text
    assert 'value="田中"' in answer.text
    assert entries("invited") == []


def test_a_role_that_is_deleted_meanwhile_is_refused(admin: Client, taro: User, monkeypatch: pytest.MonkeyPatch):
    number = role("閲覧者")
    monkeypatch.setattr(actions, "take_turns", lambda: Group.objects.filter(name="閲覧者").delete())
    assert "たった今、削除されました" in admin.post(INVITE, NEW | {"role": number}).text
    assert not User.objects.filter(username="tanaka").exists()


def test_a_page_that_is_out_of_date_gives_no_role_back(admin: Client, taro: User):
    taro.groups.set([Group.objects.get(name=ADMINISTRATORS)])
    shown = as_shown(admin, taro)
    taro.groups.set([Group.objects.get(name="閲覧者")])
    assert admin.post(of("edit", taro), shown | {"last_name": "鈴木改"}).status_code == 302
    taro.refresh_from_db()
    assert (taro.last_name, [group.name for group in taro.groups.all()]) == ("鈴木改", ["閲覧者"])


def test_a_corrected_mail_address_does_not_spend_the_link(admin: Client):
    user, code = invite(admin)
    User.objects.filter(pk=user.pk).update(email="other@example.co.jp")
    assert use(code)


def test_it_gives_exactly_one_role_at_a_time(admin: Client, taro: User):
    answer = admin.post(of("edit", taro), as_shown(admin, taro) | {"role": role(ADMINISTRATORS)})
    assert answer["Location"] == LIST
    assert [group.name for group in taro.groups.all()] == [ADMINISTRATORS]
    admin.post(of("edit", taro), as_shown(admin, taro) | {"role": ""})
    assert taro.groups.count() == 0
    assert entries("edited") == [
        {"fields": [], "role": "", "role_before": ADMINISTRATORS},
        {"fields": [], "role": ADMINISTRATORS, "role_before": "閲覧者"},
    ]


def test_it_offers_no_group_that_is_no_role(admin: Client, taro: User):
    other = Group.objects.create(name="ほかのグループ")
    values = {"last_name": "鈴木", "email": "taro@example.co.jp", "role": str(other.pk)}
    assert "role" in admin.post(of("edit", taro), values).context["form"].errors


def test_it_corrects_name_and_mail(admin: Client, taro: User):
    admin.post(of("edit", taro), as_shown(admin, taro) | {"first_name": "次郎", "email": "jiro@example.co.jp"})
    taro.refresh_from_db()
    assert (taro.first_name, taro.email) == ("次郎", "jiro@example.co.jp")
    assert entries("edited") == [{"fields": ["email", "first_name"]}]


def test_a_stopped_account_is_out_at_once_and_stays_out_when_resumed(admin: Client, taro: User):
    there = logged_in(taro)
    assert there.get(reverse("employees:list")).status_code == 200
    assert "ログアウト" in admin.get(of("stop", taro)).text
    admin.post(of("stop", taro))
    assert there.get(reverse("employees:list")).status_code == 302
    assert not log_in("taro", PASSWORD)
    assert "停止中" in admin.get(LIST).text
    admin.post(of("resume", taro))
    assert there.get(reverse("employees:list")).status_code == 302
    assert log_in("taro", PASSWORD)
    assert entries("stopped") == [{"sessions_ended": 1}]


def test_stopping_spends_a_link_that_was_not_used(admin: Client):
    user, code = invite(admin)
    admin.post(of("stop", user))
    assert not use(code)
    admin.post(of("resume", user))
    assert not use(code)


def test_a_stopped_account_gets_no_link(admin: Client, taro: User):
    admin.post(of("stop", taro))
    assert "先に再開してください" in admin.post(of("renew_link", taro), follow=True).text


@pytest.mark.parametrize("name", ["stop", "renew_link"])
def test_nobody_stops_or_shuts_out_themselves(name: str, admin: Client, administrator: User):
    assert actions.SELF in admin.post(of(name, administrator), follow=True).text
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.has_usable_password()


def test_nobody_demotes_themselves_but_may_correct_the_own_name(admin: Client, administrator: User):
    values = {"last_name": "佐々木", "first_name": "花子", "email": "h@example.co.jp", "role": ""}
    admin.post(of("edit", administrator), values)
    administrator.refresh_from_db()
    assert administrator.last_name == "佐々木"
    assert is_administrator(administrator)


def test_an_administrator_does_not_touch_a_superuser(admin: Client, db):
    root = User.objects.create_superuser("root", password=PASSWORD)
    assert actions.OPERATOR in admin.post(of("stop", root), follow=True).text
    assert actions.OPERATOR in admin.post(of("renew_link", root), follow=True).text
    assert actions.OPERATOR in admin.post(of("edit", root), {"last_name": "x", "email": "x@example.jp"}).text
    root.refresh_from_db()
    assert (root.is_active, root.last_name, root.has_usable_password()) == (True, "", True)


def test_whoever_was_demoted_meanwhile_can_do_nothing_more(administrator: User, taro: User):
    administrator.groups.clear()
    with pytest.raises(actions.RefusedError):
        actions.stop(taro.pk, by=administrator)


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_demote_each_other_at_once_one_stays():
    pair = account("a", ADMINISTRATORS), account("b", ADMINISTRATORS)
    together = threading.Barrier(2)
    refused: list[int] = []

    def demote(user: User, by: User) -> None:
        together.wait()
        for _ in range(1000):
            try:
                actions.edit(user.pk, changes={}, role=None, with_role=True, by=by)
            except OperationalError:  # SQLite in memory refuses where a file, or PostgreSQL, waits
                time.sleep(0.01)
                continue
            except actions.RefusedError:
                refused.append(user.pk)
            break
        database.close()

    threads = [threading.Thread(target=demote, args=order) for order in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.filter(groups__name=ADMINISTRATORS).count() == 1
    assert len(refused) == 1


def test_of_two_who_use_a_link_at_once_one_sets_the_password(taro: User):
    taro.set_unusable_password()
    taro.save()
    code = make_code(taro)
    assert actions.set_password(code, GOOD)
    assert not actions.set_password(code, "another good password")
