"""操作の記録: the page that searches the audit trail."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.audit_lines import FOLDED, Line
from accounts.models import AuditEntry, Role
from employees.models import Employee
from integrations.models import KaonaviConnection
from tests.factories.rows import account, make_department, make_job, make_person, make_result

PAGE = reverse("accounts:audit")
DAY = datetime(2026, 4, 1, 23, 30, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def trail(db) -> None:
    AuditEntry.objects.create(
        at=DAY, actor="佐藤 花子（hanako）", actor_id=7, action="edited", what="社員", label="青山 直樹",
        detail={"fields": ["position", "is_retired"]}, address="192.0.2.7",
    )  # fmt: skip
    AuditEntry.objects.create(at=DAY + timedelta(hours=1), actor="鈴木 太郎（taro）", action="started", what="処理")
    AuditEntry.objects.create(at=DAY + timedelta(days=3), actor="システム", action="deleted", what="部署", label="旧部")


def found(admin: Client, **search: str) -> list[str]:
    return [entry.action for entry in admin.get(PAGE, search).context["page"]]


def lines(admin: Client, **search: str | int) -> list[Line]:
    return admin.get(PAGE, search).context["lines"]


def test_it_shows_who_did_what_to_what_when_and_from_where(admin: Client, trail: None):
    page = admin.get(PAGE).text
    for text in ("2026/04/01（水）", "23:30:00", "佐藤 花子（hanako）", "社員「青山 直樹」を編集しました", "192.0.2.7"):
        assert text in page
    assert "<dt>項目</dt><dd>役職、退職者フラグ</dd>" in page
    assert "is_retired" not in page


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ({}, ["deleted", "started", "edited"]),
        ({"person": "HANAKO"}, ["edited"]),
        ({"account": "7"}, ["edited"]),
        ({"action": "started"}, ["started"]),
        ({"q": "社員 青山"}, ["edited"]),
        ({"q": "靑山直樹 -"}, ["edited"]),
        ({"person": "佐藤花子"}, ["edited"]),
        ({"q": "旧"}, ["deleted"]),
        ({"since": "2026-04-02"}, ["deleted", "started"]),
        ({"until": "2026-04-01"}, ["edited"]),
        ({"since": "2026-04-02", "until": "2026-04-02"}, ["started"]),
        ({"person": "x"}, []),
    ],
)
def test_it_finds_by_person_action_thing_and_period(
    search: dict[str, str], expected: list[str], admin: Client, trail: None
):
    assert found(admin, **search) == expected


@pytest.mark.parametrize(
    "search",
    [
        *({"action": "x"}, {"since": "x"}, {"until": "9999-12-31"}, {"page": "x"}, {"since": "0001-01-01"}),
        *({"account": "x"}, {"whole": "x"}, {"subject": "-1"}),
    ],
)
def test_it_survives_nonsense(search: dict[str, str], admin: Client, trail: None):
    assert len(found(admin, **search)) == 3


def test_it_is_paged(admin: Client):
    AuditEntry.objects.bulk_create(AuditEntry(actor="x", action="started") for _ in range(63))
    assert len(found(admin)) == 25
    assert len(found(admin, page="3")) == 13


def test_what_is_still_there_has_its_name_and_a_link(admin: Client, connected: KaonaviConnection):
    person, place = make_person(last_name="青山", first_name="直樹"), make_department("1", "営業部")
    result, job, user = make_result(person), make_job(), account("taro", last_name="鈴木", first_name="太郎")
    role = Role.objects.create(group=Group.objects.create(name="営業の担当"))
    for thing in (person, place, result, job, role, connected):
        audit.record(audit.Action.EDITED, by=None, on=thing)
    audit.record(audit.Action.STOPPED, by=None, on=user, what="アカウント")
    AuditEntry.objects.create(
        actor="x", action="viewed", what="本人開示", object_id=str(person.pk), subject_id=person.pk
    )
    assert [(line.text, line.thing.address) for line in reversed(lines(admin))] == [
        ("青山 直樹さんを編集しました", person.get_absolute_url()),
        ("部署「営業部」を編集しました", place.get_absolute_url()),
        (f"青山 直樹さんの検査結果 #{result.pk}を編集しました", result.get_absolute_url()),
        (f"カオナビ社員情報取込 #{job.pk}を編集しました", job.get_absolute_url()),
        ("カスタム権限「営業の担当」を編集しました", reverse("roles:edit", args=[role.pk])),
        ("カオナビ連携を編集しました", reverse("integrations:kaonavi_settings")),
        ("アカウント「鈴木 太郎（taro）」を停止しました", reverse("accounts:edit", args=[user.pk])),
        ("青山 直樹さんの本人開示を見ました", person.get_absolute_url()),
    ]
    page = admin.get(PAGE).text
    for line in lines(admin):
        assert f'<a href="{line.thing.address}">{line.thing.text}</a>' in page


def test_what_is_gone_has_no_link_and_a_person_no_name(admin: Client):
    person, place = make_person(), make_department("1", "営業部")
    result, user = make_result(person), account("taro")
    for thing in (person, place, result):
        audit.record(audit.Action.EDITED, by=None, on=thing)
    audit.record(audit.Action.STOPPED, by=None, on=user, what="アカウント")
    numbers = person.pk, result.pk
    user.delete()
    person.delete()
    place.delete()
    assert [(line.text, line.thing.address) for line in reversed(lines(admin))] == [
        (f"削除された社員 #{numbers[0]}を編集しました", ""),
        ("部署「営業部」を編集しました", ""),
        (f"削除された社員 #{numbers[0]}の検査結果 #{numbers[1]}を編集しました", ""),
        ("アカウント「taro」を停止しました", ""),
    ]


def test_the_numbers_of_fields_that_pages_make_themselves_are_told_by_their_names(
    admin: Client, connected: KaonaviConnection
):
    audit.record(audit.Action.EDITED, by=None, on=make_result(make_person()), detail={"fields": ["score_sociability"]})
    audit.record(
        audit.Action.CHANGED_SETTINGS,
        by=None,
        on=connected,
        detail={"changes": {"scale_sociability": [True, False], "item_taken_on": ["受検日", "受けた日"]}},
    )
    told = [(fact.label, fact.text) for line in lines(admin) for fact in line.facts]
    assert told == [
        ("カオナビの項目名「受検日」", "受けた日"),
        ("カオナビへ送る尺度「社交欲求」", "いいえ"),
        ("項目", "尺度「社交欲求」"),
    ]


@pytest.fixture
def people(db) -> list[Employee]:
    return [make_person(number, last_name=f"姓{number}") for number in range(1, FOLDED + 5)]


@pytest.fixture
def first(people: list[Employee]) -> AuditEntry:
    with audit.together():
        for some in (people[:3], people[3:]):
            audit.record_each(audit.Action.EDITED, by=None, on=some)
    return AuditEntry.objects.earliest("pk")


def test_what_was_done_to_many_at_once_is_one_line_with_its_list_folded(
    people: list[Employee], first: AuditEntry, admin: Client
):
    [line] = lines(admin)
    assert line.text == f"{people[0].full_name}さんほか{len(people) - 1}名を編集しました"
    assert [thing.text for thing in line.all] == [f"{person.full_name}さん" for person in people[: FOLDED + 1]]
    page = admin.get(PAGE).text
    assert f"<summary>{len(people)}名の一覧</summary>" in page
    assert f'<a href="?whole={first.pk}">1件ずつの記録を見る</a>' in page


def test_it_can_be_seen_one_by_one(people: list[Employee], first: AuditEntry, admin: Client):
    page = admin.get(PAGE, {"whole": first.pk})
    assert len(page.context["lines"]) == len(people)
    assert not any(line.others for line in page.context["lines"])
    assert "一度にまとめて行った操作の1件ずつの記録だけを表示しています。" in page.text


@pytest.mark.parametrize("search", ["subject", "q"])
def test_it_is_found_for_each_of_them(search: str, people: list[Employee], first: AuditEntry, admin: Client):
    def asked(person: Employee) -> dict[str, str | int]:
        return {search: person.pk if search == "subject" else person.last_name}

    assert [line.entry for line in lines(admin, **asked(people[0]))] == [first]
    last = people[-1]
    [line] = lines(admin, **asked(last))
    assert (line.entry.subject_id, line.text) == (last.pk, f"{last.full_name}さんを編集しました")
    assert f'<a href="?whole={first.pk}">まとめて行った操作をすべて見る</a>' in admin.get(PAGE, asked(last)).text


def test_it_is_one_line_also_where_all_of_it_fits(first: AuditEntry, admin: Client):
    for search in ({"action": "edited"}, {"q": "社員"}, {"person": "システム"}):
        assert len(lines(admin, **search)) == 1


def test_deleted_people_are_told_by_their_numbers(people: list[Employee], admin: Client):
    audit.record_each(audit.Action.DELETED, by=None, on=people[:3])
    numbers = [person.pk for person in people[:3]]
    for person in people[:3]:
        person.delete()
    [line] = lines(admin)
    assert line.text == f"社員を削除しました：削除された社員 #{numbers[0]}ほか2名"
    assert [thing.text for thing in line.named] == [f"削除された社員 #{number}" for number in numbers[1:]]


def test_a_link_followed_is_said_in_words(admin: Client, trail: None):
    assert "佐藤 花子（hanako）が操作した記録だけを表示しています。" in admin.get(PAGE, {"account": 7}).text
    person = make_person(last_name="青山", first_name="直樹")
    assert "青山 直樹さんについての記録だけ" in admin.get(PAGE, {"subject": person.pk}).text
    assert "削除された社員 #4711についての記録だけ" in admin.get(PAGE, {"subject": 4711}).text
