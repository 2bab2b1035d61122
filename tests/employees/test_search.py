"""People are found by name, kana, mail and 社員番号, however these are written."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.rows import make_person

LIST = reverse("employees:list")


def found(client: Client, words: str) -> list[str]:
    return [person.email for person in client.get(LIST, {"q": words}).context["page"]]


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        *[(words, True) for words in ("青木", "アオキ", "e-77", "aoi@", "青木 e-77", "青木葵", "靑木　葵", "葵 青木")],
        *[
            (words, True)
            for words in ("ｱｵｷｱｵｲ", "あおき 葵", "あおきあおい", "e77", "ＡＯＩ＠example", "Ｅ７７", "青木 -")
        ],
        *[(words, False) for words in ("いない", "-", "葵青木", "青木 青山", "木e", "")],
    ],
)
def test_somebody_is_found_in_any_spelling(words: str, is_found: bool, admin: Client):  # noqa: FBT001 - a parameter
    make_person(1)
    aoki = {"last_name": "青木", "first_name": "葵", "last_name_kana": "アオキ", "first_name_kana": "アオイ"}
    make_person(2, employee_number="E-77", email="aoi@example.co.jp", **aoki)
    assert (found(admin, words) == ["aoi@example.co.jp"]) is is_found


def test_whom_nobody_fits_is_told(admin: Client):
    make_person(1)
    assert "条件に合う社員がいません" in admin.get(LIST, {"q": "いない"}).text
