"""「カオナビの選択肢に合わせる」: the company's own names of the 16タイプ are taken over after a look, never by themselves."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from assessments.models import PersonalityType
from tests.factories.rows import make_person, make_result

ADOPT, PAGE = reverse("assessments:adopt_types"), reverse("assessments:reference")
CONFIRMED = [
    *("プロモーター", "アントレプレナー", "ムードメーカー", "シーカー", "イノベーター", "ブレイン", "ファシリテーター"),
    *("アナライザー", "コントリビューター"),
]
OWN = [f"本当の名前{number}（和名{number}）" for number in range(1, 8)]


@pytest.fixture
def mentor(db) -> PersonalityType:
    return PersonalityType.objects.get(code="mentor")


def test_it_shows_what_it_would_do_and_does_nothing(admin: Client, mentor: PersonalityType):
    make_result(make_person(), personality_type=mentor)
    page = admin.post(ADOPT, {"option": [*CONFIRMED, *OWN]}).text
    for words in (*OWN, "削除する仮の名前", "サポーター", "メンター（育成者）（検査結果1件）", "そのまま残す"):
        assert words in page
    assert PersonalityType.objects.filter(is_stand_in=True).count() == 7


def test_it_replaces_the_stand_ins(admin: Client, mentor: PersonalityType):
    person = make_person()
    typed = make_result(person, personality_type=mentor)
    waiting = make_result(person, personality_type=None, unknown_type="本当の名前2")
    sent = {"option": [*CONFIRMED, *OWN], "confirmed": "1", "meant-mentor": OWN[4]}
    assert admin.post(ADOPT, sent)["Location"] == PAGE
    assert sorted(PersonalityType.objects.values_list("name", flat=True)) == sorted(
        [*CONFIRMED, *(name.partition("（")[0] for name in OWN)]
    )
    typed.refresh_from_db()
    waiting.refresh_from_db()
    assert typed.type_label == "本当の名前5（和名5）"
    assert typed.personality_type.aliases == ["メンター", "メンター（育成者）"]
    assert (waiting.type_label, waiting.unknown_type) == ("本当の名前2（和名2）", "")
    assert not PersonalityType.objects.filter(is_stand_in=True).exists()
    assert AuditEntry.objects.count() == 6 + 1 + 6
    page = admin.get(PAGE).text
    assert "名前の変更 1件、登録 6件、削除 6件" in page
    assert "仮の名前です" not in page


def test_it_keeps_a_stand_in_in_use_of_which_nothing_was_said(admin: Client, mentor: PersonalityType):
    result = make_result(make_person(), personality_type=mentor)
    admin.post(ADOPT, {"option": [*CONFIRMED, *OWN], "confirmed": "1"})
    result.refresh_from_db()
    assert result.type_label == "メンター（育成者）"
    assert "メンターの1つは仮の名前です" in admin.get(PAGE).text


def test_it_refuses_one_option_for_two_types(admin: Client, mentor: PersonalityType):
    make_result(make_person(1), personality_type=mentor)
    make_result(make_person(2), personality_type=PersonalityType.objects.get(code="planner"))
    sent = {"option": [*CONFIRMED, *OWN], "confirmed": "1", "meant-mentor": OWN[0], "meant-planner": OWN[0]}
    assert "同じ選択肢を2つのタイプに選ぶことはできません" in admin.post(ADOPT, sent).text
    assert PersonalityType.objects.count() == 16


@pytest.mark.parametrize("options", [[], ["あ" * 101], [f"型{number}" for number in range(201)]])
def test_it_refuses_options_that_cannot_be_types(options: list[str], admin: Client):
    answer = admin.post(ADOPT, {"option": options, "confirmed": "1"}, follow=True)
    assert "取り込めませんでした" in answer.text
    assert PersonalityType.objects.count() == 16
