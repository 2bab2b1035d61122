"""The search of lists, in the database."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounts.search import LONGEST_SEARCH, mentions
from accounts.spelling import fits
from tests.accounts.test_spelling import SAME

LIST = reverse("accounts:list")
TEXTS = [text for pair in SAME for text in pair] + ["(^.*)[$]\\d?{2}|+", "100%", "a_b", "[:alpha:]", "髙𣘺 惠"]


@pytest.mark.django_db
def test_the_database_finds_what_the_key_finds():
    User.objects.bulk_create(User(username=str(n), last_name=text) for n, text in enumerate(TEXTS))
    for word in [*TEXTS, "か", "a", "高", "0", "い", "é", "."]:
        found = set(User.objects.filter(mentions(word, "last_name")).values_list("last_name", flat=True))
        assert found == {text for text in TEXTS if fits(word, text)}, word


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("青木葵", True),
        ("葵 青木", True),
        ("あおき", False),
        ("AOKI", True),
        ("葵 aoki", True),
        ("葵aoki", False),
        ("青木 林", False),
        ("", True),
        ("-", False),
        ("青木 -", True),
    ],
)
def test_two_fields_can_be_one_text_and_each_word_has_to_fit_in_one(words: str, is_found: bool):  # noqa: FBT001 - a parameter of the test
    User.objects.create(username="aoki", last_name="青木", first_name="葵")
    asked = mentions(words, ("last_name", "first_name"), "username")
    assert User.objects.filter(asked).exists() is is_found


def test_accounts_are_found_in_any_spelling(admin: Client):
    User.objects.create(username="hanako-s", last_name="髙橋", first_name="花子", email="h@example.co.jp")
    for words in ("高橋花子", "高槗 花", "ＨＡＮＡＫＯＳ", "h@ex"):
        assert [account.username for account in admin.get(LIST, {"q": words}).context["page"]] == ["hanako-s"], words


def test_a_search_as_long_as_can_be_is_answered(admin: Client):
    for words in ("が" * LONGEST_SEARCH, "が " * LONGEST_SEARCH, "Ⅲ" * LONGEST_SEARCH):
        assert admin.get(LIST, {"q": words}).status_code == 200


def test_lists_of_djangos_admin_find_in_any_spelling(db):
    client = Client()
    client.force_login(User.objects.create_superuser("root", last_name="齋藤"))
    for words, times in (("斉藤", 1), ("佐藤", 0)):
        page = client.get(reverse("admin:auth_user_changelist"), {"q": words}).text
        assert len(re.findall(r'<th class="field-username">', page)) == times
