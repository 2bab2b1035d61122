"""16タイプと尺度: names are added, changed and taken away, each meaning one thing; unknown names of files get a type."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from assessments import reference_views
from assessments.models import Assessment, PersonalityType, Scale
from integrations.models import KaonaviConnection, ResultRegistration
from tests.factories.rows import account, logged_in, make_issue, make_job, make_person, make_result

PAGE = reverse("assessments:reference")
NEW = reverse("assessments:add_type")
NAME = reverse("assessments:name_type") + "?text=オールラウンダー"


def kind(code: str) -> PersonalityType:
    return PersonalityType.objects.get(code=code)


def type_fields(**fields: str) -> dict[str, str]:
    return {"name": "オールラウンダー", "japanese_name": "", "aliases": "", "description": "", "order": "17"} | fields


def scale_fields(scale: Scale, **fields: str) -> dict[str, str]:
    names = ("name", "category", "description", "order", "kaonavi_item")
    return {name: str(getattr(scale, name)) for name in names} | {"aliases": "\n".join(scale.aliases)} | fields


@pytest.fixture
def unknown(db) -> list[Assessment]:
    """Two results of a type that nobody has told us, and one of another such."""
    names = ("オールラウンダー", "ｵｰﾙ ﾗｳﾝﾀﾞｰ", "夢想家")
    return [
        make_result(make_person(number), personality_type=None, unknown_type=name)
        for number, name in enumerate(names, start=1)
    ]


def types_of(results: list[Assessment]) -> list[str]:
    for result in results:
        result.refresh_from_db()
    return [result.personality_type.code if result.personality_type else result.unknown_type for result in results]


def test_it_is_reached_from_the_settings_by_those_who_may(admin: Client, viewer: Client):
    assert PAGE in admin.get(reverse("integrations:settings")).text
    assert PAGE not in viewer.get(reverse("integrations:settings")).text


def test_it_says_that_the_list_can_be_replaced_and_what_types_are_not_for(admin: Client):
    page = admin.get(PAGE).text
    for words in (
        "置き換えるための参考データ",
        "7つは仮の名前",
        "良い・悪いタイプはありません",
        "シーカー（探求者）",
        "傾聴傾向",
    ):
        assert words in page


def test_it_lists_the_names_of_types_that_nobody_has_told(admin: Client, unknown: list[Assessment]):
    page = admin.get(PAGE).text
    assert "設定にない16タイプ" in page
    assert "夢想家" in page


def test_an_alias_gives_the_type_to_every_result_of_that_name(admin: Client, unknown: list[Assessment], connected):
    page = admin.get(NAME).text
    assert "検査結果2件" in page
    assert "カオナビの16タイプも更新されます" in page
    answer = admin.post(NAME, {"type": kind("brain").pk}, follow=True)
    assert "検査結果2件に16タイプを設定しました" in answer.text
    assert types_of(unknown) == ["brain", "brain", "夢想家"]
    assert kind("brain").aliases == ["オールラウンダー"]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail) == (
        "edited",
        {"changes": {"aliases": [[], ["オールラウンダー"]]}, "results": 2},
    )


def test_an_alias_needs_a_type(admin: Client, unknown: list[Assessment]):
    assert "16タイプを選択してください" in admin.post(NAME, {"type": ""}).text
    assert types_of(unknown)[0] == "オールラウンダー"


def test_a_name_that_is_known_and_that_no_result_has_any_more_leads_back(admin: Client):
    PersonalityType.objects.filter(code="brain").update(aliases=["オールラウンダー"])
    assert "もうありません" in admin.get(NAME, follow=True).text


def test_a_name_may_be_told_before_a_file_brings_it(admin: Client):
    assert "検査結果" not in admin.get(NAME).text.partition("<form")[2].partition("</form")[0].replace("検査結果の", "")
    admin.post(NAME, {"type": kind("brain").pk})
    assert kind("brain").aliases == ["オールラウンダー"]


def test_a_name_that_became_known_meanwhile_is_no_second_alias(admin: Client, unknown: list[Assessment]):
    PersonalityType.objects.filter(code="brain").update(aliases=["オール ラウンダー"])
    admin.post(NAME, {"type": kind("brain").pk})
    assert (types_of(unknown)[0], kind("brain").aliases) == ("brain", ["オール ラウンダー"])


def test_an_alias_of_another_type_is_refused(admin: Client, unknown: list[Assessment]):
    PersonalityType.objects.filter(code="seeker").update(aliases=["オール ラウンダー"])
    assert "16タイプ「シーカー」の名前または別名と同じです" in admin.post(NAME, {"type": kind("brain").pk}).text
    assert types_of(unknown)[0] == "オールラウンダー"


def test_a_new_type_is_given_to_every_result_of_its_name(admin: Client, unknown: list[Assessment]):
    page = admin.get(NEW + "?name=オールラウンダー").text
    assert 'value="オールラウンダー"' in page
    assert "検査結果2件に、このタイプが設定されます" in page
    admin.post(NEW + "?name=オールラウンダー", type_fields(japanese_name="万能者"))
    made = PersonalityType.objects.get(name="オールラウンダー")
    assert types_of(unknown) == [made.code, made.code, "夢想家"]
    assert AuditEntry.objects.get().action == "created"


def test_a_name_with_wamei_fills_both_fields(admin: Client):
    page = admin.get(NEW + "?name=ドリーマー（夢想家）").text
    assert 'value="ドリーマー"' in page
    assert 'value="夢想家"' in page


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "ｼｰｶｰ"}, "「ｼｰｶｰ」は、16タイプ「シーカー」の名前または別名と同じです"),
        ({"aliases": "夢\nブ レ イ ン"}, "「ブ レ イ ン」は、16タイプ「ブレイン」の名前または別名と同じです"),
        ({"aliases": "字" * 101}, "別名は1つ100文字以内"),
        ({"name": ""}, "必須"),
    ],
)
def test_a_name_that_means_another_row_is_refused_and_nothing_typed_is_lost(admin: Client, fields, wrong):
    page = admin.post(NEW, type_fields(category="新しい組", **fields)).text
    assert wrong in page
    assert 'value="新しい組"' in page
    assert PersonalityType.objects.count() == 16


def test_a_changed_name_is_saved_with_its_aliases_one_a_line(admin: Client):
    seeker = kind("seeker")
    admin.post(
        reverse("assessments:edit_type", args=[seeker.pk]),
        type_fields(name="シーカー2", aliases=" シーカー \n\nシーカー\n探究者タイプ", order=str(seeker.order)),
    )
    seeker.refresh_from_db()
    assert (seeker.name, seeker.aliases) == ("シーカー2", ["シーカー", "探究者タイプ"])


def test_what_was_not_changed_on_the_page_is_not_written(admin: Client):
    seeker = kind("seeker")
    shown = type_fields(name=seeker.name, japanese_name=seeker.japanese_name, order="4", description="古い説明")
    PersonalityType.objects.filter(pk=seeker.pk).update(description="新しい説明")
    sent = shown | {f"initial-{name}": text for name, text in shown.items()} | {"category": "組"}
    admin.post(reverse("assessments:edit_type", args=[seeker.pk]), sent)
    seeker.refresh_from_db()
    assert (seeker.description, seeker.category) == ("新しい説明", "組")


def test_a_type_that_a_result_has_is_not_deleted(admin: Client):
    make_result(make_person())
    page = admin.post(reverse("assessments:delete_type", args=[kind("contributor").pk])).text
    assert "検査結果1件で使われています" in page
    assert kind("contributor").pk


def test_a_type_that_nobody_has_is_deleted_after_asking(admin: Client):
    address = reverse("assessments:delete_type", args=[kind("mentor").pk])
    assert "取り消せません" in admin.get(address).text
    admin.post(address)
    assert not PersonalityType.objects.filter(code="mentor").exists()
    assert AuditEntry.objects.get().action == "deleted"


def test_a_scale_that_a_result_has_a_score_of_is_not_deleted(admin: Client):
    make_result(make_person(), scores={"listening": 50.0})
    listening, other = (Scale.objects.get(code=code) for code in ("listening", "sociability"))
    assert "使われています" in admin.post(reverse("assessments:delete_scale", args=[listening.pk])).text
    admin.post(reverse("assessments:delete_scale", args=[other.pk]))
    assert list(Scale.objects.filter(pk__in=[listening.pk, other.pk])) == [listening]


def test_a_scale_is_added_and_its_alias_may_mean_no_other(admin: Client):
    listening = Scale.objects.get(code="listening")
    new = reverse("assessments:add_scale")
    assert "尺度「傾聴傾向」" in admin.post(new, scale_fields(listening, name="第六感", aliases="傾聴 傾向")).text
    admin.post(new, scale_fields(listening, name="第六感", aliases="直感"))
    made = Scale.objects.get(name="第六感")
    assert (made.aliases, made.kaonavi_item) == (["直感"], "required")


def test_only_an_administrator_says_how_a_scale_travels(db):
    Role.objects.create(group=Group.objects.create(name="人事"), rights=["edit_reference"])
    editor = logged_in(account("editor", "人事"))
    listening = Scale.objects.get(code="listening")
    address = reverse("assessments:edit_scale", args=[listening.pk])
    assert "kaonavi_item" not in editor.get(address).text
    editor.post(address, scale_fields(listening, kaonavi_item="off", name="傾聴"))
    listening.refresh_from_db()
    assert (listening.name, listening.kaonavi_item) == ("傾聴", "required")


def test_a_scale_stays_in_the_category_that_has_a_right_of_its_own(admin: Client):
    motivation = Scale.objects.get(code="motivation")
    address = reverse("assessments:edit_scale", args=[motivation.pk])
    form = admin.get(address).context["form"]
    assert form["category"].field.disabled
    assert "専用の権限" in form["category"].help_text
    admin.post(address, scale_fields(motivation, category="ほか", name="意欲"))
    motivation.refresh_from_db()
    assert (motivation.name, motivation.category) == ("意欲", "現在のメンタルヘルス")


@pytest.mark.parametrize(("model", "name"), [(PersonalityType, "type"), (Scale, "scale")])
@pytest.mark.parametrize("action", ["edit", "delete"])
def test_what_somebody_deletes_at_this_moment_is_not_found(admin: Client, monkeypatch, model, name, action):
    row = model.objects.first()
    monkeypatch.setattr(reference_views, "lock", lambda model: model.objects.filter(pk=row.pk).delete())
    fields = scale_fields(row, name="新名") if model is Scale else type_fields(name="新名")
    assert admin.post(reverse(f"assessments:{action}_{name}", args=[row.pk]), fields).status_code == 404
    assert not AuditEntry.objects.exists()


def test_a_type_that_a_result_gets_at_this_moment_stays_and_the_page_says_so(admin: Client, monkeypatch):
    mentor, person = kind("mentor"), make_person()
    monkeypatch.setattr(reference_views, "uses_of", lambda row: 0 * bool(make_result(person, personality_type=row)))
    page = admin.post(reverse("assessments:delete_type", args=[mentor.pk]))
    assert "ほかの人が同時に変更しました。もう一度お試しください。" in page.text
    assert kind("mentor") == mentor
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "²", "\0"])
def test_a_number_of_no_type_is_no_type(admin: Client, unknown: list[Assessment], number: str):
    assert "16タイプを選択してください" in admin.post(NAME, {"type": number}).text


@pytest.mark.parametrize("reason", ["ASSESSMENT_TYPE_UNKNOWN", "RESULT_TYPE_NOT_AN_OPTION"])
def test_the_page_of_a_run_offers_both_ways_until_the_name_is_known(admin: Client, viewer: Client, unknown, reason):
    job = make_job()
    make_issue(job, "warning", reason=reason, field="16タイプ", value="夢想家")
    assert "既存のタイプの別名にする" in admin.get(job.get_absolute_url()).text
    assert "新しいタイプとして登録" in admin.get(job.get_absolute_url()).text
    assert "新しいタイプとして登録" not in viewer.get(job.get_absolute_url()).text
    unknown[2].delete()
    assert "既存のタイプの別名にする</a>" in admin.get(job.get_absolute_url()).text  # for the next file
    PersonalityType.objects.filter(code="brain").update(aliases=["夢想家"])
    assert "既存のタイプの別名にする</a>" not in admin.get(job.get_absolute_url()).text


def test_fifty_thousand_results_take_a_handful_of_statements(admin: Client, django_assert_max_num_queries):
    person = make_person()
    Assessment.objects.bulk_create(
        [
            Assessment(employee=person, taken_on="2026-04-01", unknown_type=f"{'オール' * (n % 2)}ラウンダー")
            for n in range(2000)
        ]
    )
    with django_assert_max_num_queries(20):
        admin.post(NAME, {"type": kind("brain").pk})
    assert Assessment.objects.filter(personality_type=kind("brain")).count() == 1000


def test_results_that_are_given_a_type_are_no_longer_as_kaonavi_shows_them(admin: Client, unknown: list[Assessment]):
    for result in unknown:
        ResultRegistration.objects.create(employee=result.employee, assessment=result, confirmed_at=timezone.now())
    admin.post(NAME, {"type": kind("brain").pk})
    assert ResultRegistration.objects.get().assessment == unknown[2]


def test_without_a_connection_nothing_is_said_of_kaonavi(admin: Client, unknown: list[Assessment]):
    assert not KaonaviConnection.objects.exists()
    assert "カオナビ" not in admin.get(NAME).text.partition("<main")[2].partition("</main")[0]
