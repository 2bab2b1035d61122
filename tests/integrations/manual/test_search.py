import re

import pytest
from django.test import Client
from django.urls import reverse

from integrations.manual.pages import manual
from integrations.manual.search import find


def titles(words: str) -> list[str]:
    return [hit.title for hit in find(manual(), words)]


@pytest.mark.parametrize("words", ["あんぜんそうち 安全装置", "アンゼン", " ", "zzz"])
def test_what_nothing_holds_is_not_found(words: str):
    assert titles(words) == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("二要素認証", "二要素認証"),
        ("ＱＲ　ｺｰﾄﾞ", "二要素認証"),
        ("りかばりーこーど", "二要素認証"),
        ("consumer secret 再発行", "カオナビの認証情報が使えない（KAONAVI_KEYS_REFUSED）"),
        ("member_mail_duplicate", "メールアドレスの重複（MEMBER_MAIL_DUPLICATE）"),
        ("部署名重複エラー", "部署名の重複（DEPARTMENT_NAME_TAKEN）"),
        ("シャッフルフェイス", "活用の例"),
        ("ｼｬｯﾌﾙ ﾌｪｲｽ", "活用の例"),
    ],
)
def test_it_finds_sections_and_codes_whatever_the_width_case_and_kana(words: str, title: str):
    assert title in titles(words)


def test_titles_come_first():
    found = titles("練習モード")
    assert found[0] == "練習モード（管理者のみ）"
    assert len(found) > 1


def test_a_hit_shows_the_words_where_they_stand(viewer: Client):
    shown = viewer.get(reverse("manual:contents"), {"q": "ふりがなが 空白"}).text
    assert "カオナビで<mark>フリガナが空白</mark>のため" in shown
    assert re.search(r'href="/guide/[^"]+#MEMBER_KANA_MISSING"', shown)
    assert "「ふりがなが 空白」が 1か所で見つかりました" in shown


def test_what_is_not_found_is_told_and_words_are_no_html(viewer: Client):
    shown = viewer.get(reverse("manual:contents"), {"q": "<b>zzz"}).text
    assert "見つかりませんでした" in shown
    assert "<b>zzz" not in shown


def test_of_too_much_the_beginning_is_shown(viewer: Client):
    shown = viewer.get(reverse("manual:contents"), {"q": "カオナビ"}).text
    assert len(find(manual(), "カオナビ")) > 30
    assert "はじめの30か所を表示しています。言葉を加えると絞り込めます。" in shown
    assert shown.partition("manual-hits")[2].partition("</ul>")[0].count("<li>") == 30
