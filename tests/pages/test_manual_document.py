"""docs/manual.ja.md tells what is so."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Scale
from integrations.files import error_file
from integrations.models import SyncJob
from tests.reason_table import MANUAL, reason_table, written_table

TEXT = MANUAL.read_text()
PICTURES = re.findall(r"!\[[^\]]+\]\((images/[\w-]+\.png)\)", TEXT)
CHAPTERS = ("連携概要", "連携される項目", "連携操作手順", "カオナビでの活用Tips", "よくあるご質問", "お問い合わせ先")


def test_it_lists_the_same_reasons_and_remedies_as_the_product():
    assert written_table() == reason_table(), "python -m tests.reason_table writes the table anew"


def test_it_has_the_chapters_of_the_vendors_manual():
    places = [TEXT.index(f"\n## {number:02} {chapter}") for number, chapter in enumerate(CHAPTERS, start=1)]
    assert places == sorted(places)


def test_it_explains_every_status_and_every_kind_of_run():
    words = [*SyncJob.Status.labels, *SyncJob.Kind.labels, *error_file.COLUMNS, *error_file.SEVERITIES.values()]
    assert [word for word in words if word not in TEXT] == []


def test_it_tells_how_many_scales_are_sent_by_default(db):
    assert f"| カオナビへ送る尺度 | {Scale.objects.exclude(kaonavi_item='off').count()}尺度 |" in TEXT


def test_it_shows_pictures_that_are_there_and_small():
    assert len(PICTURES) >= 12
    folder = MANUAL.parent / "images"
    assert {Path(name).name for name in PICTURES} == {picture.name for picture in folder.glob("*.png")}
    assert sum(picture.stat().st_size for picture in folder.glob("*.png")) <= 2_000_000


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (
            "integrations:settings",
            ("外部ツールとの連携", "カオナビ連携", "連携を解除する", "部署を管理する", "はじめての方へ"),
        ),
        ("departments:list", ("一括操作", "カオナビと同期", "同期内容を確認する")),
        ("employees:list", ("社員情報を一括操作", "カオナビに性格検査結果を登録する", "送信内容を確認する")),
        ("integrations:connection", ("認証情報の入力", "Consumer Key", "Consumer Secret")),
        ("integrations:check", ("連携チェック", "チェックする")),
        ("integrations:kaonavi_settings", ("確認せずに上書きする", "カオナビへ送る尺度", "シートの項目名")),
    ],
)
def test_it_uses_the_words_that_stand_on_the_screens(page: str, words: tuple[str, ...], admin: Client, connected):
    shown = admin.get(reverse(page)).text
    assert [word for word in words if word not in TEXT or word not in shown] == []
