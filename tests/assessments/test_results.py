"""受検者詳細."""

import re
from datetime import date

import pytest
from django.test import Client

from assessments.models import Scale
from tests.factories.rows import make_department, make_person, make_result


@pytest.fixture
def page(viewer: Client) -> str:
    person = make_person(department=make_department("1", "営業部"))
    scores = {scale.code: 50.0 for scale in Scale.objects.all()} | {"listening": 61.4}
    make_result(person, date(2025, 4, 1), scores=scores | {"listening": 44.2})
    latest = make_result(person, scores=scores, grade="S", overall_score="9.5", comment="一行目\n二行目")
    return viewer.get(latest.get_absolute_url()).text


def test_it_names_person_test_and_verdict(page: str):
    for words in ("青山 直樹1", "営業部", "2026年：自社社員検査_v2", "<b>S</b> 判定", "9.5", "一行目<br>二行目"):
        assert words in page


def test_it_shows_the_type_with_its_text_and_the_vendors_caution(page: str):
    assert "コントリビューター（貢献者）" in page
    assert "任された役目を" in page
    assert "良い・悪いタイプはありません" in page


def test_it_shows_every_scale_as_chart_and_in_the_table_by_category(page: str):
    for scale in Scale.objects.all():
        assert page.count(f">{scale.name}<") == 2
    categories = list(dict.fromkeys(Scale.objects.values_list("category", flat=True)))
    table = page[page.rindex("<table") :]
    places = [table.index(category) for category in categories]
    assert places == sorted(places)


def test_it_draws_without_inline_style(page: str):
    assert 'style="' not in page
    assert 'cx="69%"' in page  # 61.4 between 20 and 80
    assert 'cx="40.33%"' in page  # 44.2, the time before


def test_it_compares_with_earlier_results_alone(viewer: Client):
    person = make_person()
    older = make_result(person, date(2025, 4, 1))
    make_result(person, date(2026, 4, 1))
    page = viewer.get(older.get_absolute_url()).text
    assert "前回" not in page
    assert "2026/04/01" in page  # among the other results


def test_it_shows_what_there_is_of_an_incomplete_result(viewer: Client):
    result = make_result(make_person(), personality_type=None, scores={"listening": 30}, title="")
    page = viewer.get(result.get_absolute_url()).text
    assert "16タイプの情報がありません" in page
    assert "判定と総合スコアがありません" in page
    assert re.search(r">傾聴傾向</span>.*?>30\.0</td>", page, re.DOTALL)
    assert re.search(r">主張傾向</span>.*?>なし</td>", page, re.DOTALL)


def test_it_shows_a_type_that_nobody_knows_as_the_file_called_it(viewer: Client):
    result = make_result(make_person(), personality_type=None, unknown_type="オールラウンダー")
    text = viewer.get(result.get_absolute_url()).content.decode()
    assert "オールラウンダー" in text
    assert "設定にまだ登録されていません" in text


def test_it_is_reached_by_an_unguessable_address_alone(viewer: Client):
    result = make_result(make_person())
    assert viewer.get(f"/results/{result.pk}/").status_code == 404
    assert str(result.public_id) in result.get_absolute_url()
