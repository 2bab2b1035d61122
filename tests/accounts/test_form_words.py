"""Whatever is wrong with a field, the form says what to do, in words of ours that name it."""

import importlib
import pkgutil
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

import accounts
import assessments
import departments
import employees
import integrations
from accounts.form_words import InWords, of_django, put_in_words, words

ROOMS = (accounts, departments, employees, assessments, integrations)
THEIRS = ("migrations", "simulator", "management")


def forms_of_ours() -> Iterator[type[forms.BaseForm]]:
    for room in ROOMS:
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not any(part in THEIRS for part in module.name.split(".")):
                importlib.import_module(module.name)
    waiting = [forms.BaseForm]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.split(".")[0] in {room.__name__ for room in ROOMS} and kind is not InWords:
            yield kind


def test_every_form_of_ours_takes_its_sentences_from_the_one_place():
    found = set(forms_of_ours())
    assert len(found) > 20
    assert [kind.__name__ for kind in found if not issubclass(kind, InWords)] == []


def test_no_field_of_a_form_of_ours_has_a_sentence_of_django_left():
    left = []
    for kind in set(forms_of_ours()):
        for name, base in kind.base_fields.items():
            field = deepcopy(base)
            put_in_words(field, str(field.label or name))
            theirs = {id(sentence) for sentence in of_django(type(field)).values()}
            codes = set(field.error_messages) | {getattr(judge, "code", "") for judge in field.validators}
            left += [
                (kind.__name__, name, code)
                for code in codes & (set(words(type(field))) | set(of_django(type(field))))
                if id(field.error_messages.get(code)) in theirs or code not in field.error_messages
            ]
            assert "%" not in str(field.label), "the sentences are formatted by Django once more"
    assert left == []


@pytest.mark.parametrize(
    ("field", "said", "sentence"),
    [
        (forms.CharField(), "", "項目を入力してください。"),
        (forms.CharField(max_length=3), "あいうえ", "項目は3文字以内で入力してください（現在4文字）。"),
        (forms.CharField(), "a\0", "項目に使えない文字があります。入力し直してください。"),
        (forms.EmailField(), "a@", "項目の形式が正しくありません。半角の「名前@ドメイン」の形で入力してください。"),
        (forms.ChoiceField(choices=[("a", "あ")]), "", "項目を選択してください。"),
        (
            forms.ChoiceField(choices=[("a", "あ")]),
            "b",
            "選択した項目は、現在は選べません。項目を選択し直してください。",
        ),
        (
            forms.MultipleChoiceField(choices=[("a", "あ")]),
            ["b"],
            "選択した項目は、現在は選べません。項目を選択し直してください。",
        ),
        (forms.DateField(), "2026-02-30", "項目は、実在する日付を「2026/04/01」の形で入力してください。"),
        (forms.IntegerField(max_value=9), "10", "項目は9以下の数字で入力してください。"),
        (forms.IntegerField(), "x", "項目は、整数で入力してください。"),
        (forms.DecimalField(decimal_places=1), "1.23", "項目は、小数点以下1桁以内で入力してください。"),
        (forms.BooleanField(), False, "「項目」にチェックを入れてください。"),
        (forms.FileField(), None, "項目を選択してください。"),
        (forms.FileField(), SimpleUploadedFile("a.csv", b""), "項目が空です。中身のある項目を選択してください。"),
        (
            forms.CharField(error_messages={"required": "リンクを開き直してください。"}),
            "",
            "リンクを開き直してください。",
        ),
    ],
)
def test_each_kind_of_mistake_is_told_with_what_to_do(field: forms.Field, said: object, sentence: str):
    put_in_words(field, "項目")
    with pytest.raises(forms.ValidationError) as refusal, override("ja"):
        field.clean(said)
    assert refusal.value.messages == [sentence]


class Named(InWords, forms.Form):
    name = forms.CharField(label="名前")
    memo = forms.CharField(label="メモ", required=False)
    password = forms.CharField(label="パスワード", strip=False)


def test_what_must_be_there_must_be_seen():
    form = Named({"name": "\u200b\x7f", "memo": "\u200b", "password": "\u200b"})
    assert form.errors == {"name": ["名前を入力してください。"]}
    assert Named({"name": "👩\u200d💻", "password": " "}).is_valid()


def test_the_sentences_stand_on_the_pages(admin: Client):
    page = admin.post(reverse("employees:add"), {"birth_date": "1990-02-30", "last_name": "あ" * 101}).text
    for sentence in (
        "メールアドレスを入力してください。",
        "氏名（姓）は100文字以内で入力してください（現在101文字）。",
        "生年月日は、実在する日付を「2026/04/01」の形で入力してください。",
    ):
        assert sentence in page
    refused = Client().post(reverse("accounts:login"), {"username": "", "password": ""}).text
    assert "ユーザー名を入力してください。" in refused
    assert "パスワードを入力してください。" in refused
