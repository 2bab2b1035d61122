"""What a new deployment starts with, and what going back takes away."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from assessments.models import Assessment, PersonalityType, Scale
from employees.models import Employee

migration = import_module("assessments.migrations.0002_reference_rows")

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return Employee.objects.create(email="aoyama@example.co.jp", last_name="青山")


def load():
    migration.load_rows(apps, connection.schema_editor())


def unload():
    migration.unload_rows(apps, connection.schema_editor())


def test_it_brings_16_types_in_their_order():
    types = PersonalityType.objects.all()
    assert [kind.order for kind in types] == list(range(1, 17))
    assert [kind.code for kind in types[:4]] == ["promoter", "entrepreneur", "mood_maker", "seeker"]
    assert PersonalityType.objects.get(code="seeker").label == "シーカー（探求者）"
    assert PersonalityType.objects.get(code="contributor").category == "サポート人材"
    assert not types.filter(description="").exists()


def test_it_brings_27_scales_in_the_order_of_the_manual():
    scales = list(Scale.objects.all())
    assert len(scales) == 27
    assert [scale.order for scale in scales] == list(range(1, 28))
    assert [scale.name for scale in scales[:3]] == ["傾聴傾向", "主張傾向", "関係維持傾向"]
    assert not any(scale.description == "" for scale in scales)


def test_the_scales_lie_in_six_categories():
    sizes = [
        list(Scale.objects.values_list("category", flat=True)).count(name)
        for name in (
            "人間関係特性",
            "リーダーシップ特性",
            "ストレスマネジメント特性",
            "バイタリティ特性",
            "達成動機",
            "現在のメンタルヘルス",
        )
    ]
    assert sizes == [3, 2, 9, 6, 4, 3]


def test_it_sends_what_the_manual_prints_and_keeps_the_mood_of_the_day_back():
    def names(item):
        return list(Scale.objects.filter(kaonavi_item=item).values_list("name", flat=True))

    assert len(names("required")) == 22
    assert names("optional") == ["競争心", "向上心"]
    assert names("off") == ["充実感", "安心感", "やる気"]


def test_it_knows_the_other_spellings_of_the_manual():
    aliases = {scale.name: scale.aliases for scale in Scale.objects.all() if scale.aliases}
    assert aliases == {"感情配慮志向": ["感情記憶志向"], "社交欲求": ["社交性"]}


def test_loading_again_leaves_what_an_administrator_edited():
    Scale.objects.filter(code="listening").update(name="聞く力", kaonavi_item="off")
    load()
    assert Scale.objects.count() == 27
    assert Scale.objects.get(code="listening").name == "聞く力"


def test_going_back_takes_the_rows_away_and_loading_brings_them_back():
    unload()
    assert (PersonalityType.objects.count(), Scale.objects.count()) == (0, 0)
    load()
    assert (PersonalityType.objects.count(), Scale.objects.count()) == (16, 27)


def test_going_back_keeps_what_an_assessment_uses(person):
    Assessment.objects.create(
        employee=person,
        taken_on=date(2025, 6, 2),
        personality_type=PersonalityType.objects.get(code="brain"),
        scores={"listening": 51.0},
    )
    unload()
    assert [kind.code for kind in PersonalityType.objects.all()] == ["brain"]
    assert [scale.code for scale in Scale.objects.all()] == ["listening"]


def test_going_back_keeps_what_an_administrator_edited_or_added():
    PersonalityType.objects.filter(code="mentor").update(name="コーチ")
    Scale.objects.create(code="curiosity", name="好奇心", category="バイタリティ特性")
    unload()
    assert [kind.name for kind in PersonalityType.objects.all()] == ["コーチ"]
    assert [scale.code for scale in Scale.objects.all()] == ["curiosity"]
