from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from manual.markdown import PICTURES
from manual.pages import TEXT


class ManualConfig(AppConfig):
    name = "manual"
    verbose_name = "使い方"


@register()
def check_files(**_: object) -> list[CheckMessage]:
    """The manual stands beside the rooms: a copy of these alone would fail at each page."""
    missing = [str(path) for path in (TEXT, PICTURES) if not path.exists()]
    hint = "この製品のファイルを、docs フォルダーも含めて置き直してください。"
    return [Error(f"使い方のファイル（{path}）がありません。", hint=hint, id="manual.E001") for path in missing]
