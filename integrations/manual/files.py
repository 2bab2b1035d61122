"""Whether the files of 使い方 are there."""

from django.core.checks import CheckMessage, Error, register

from integrations.manual.markdown import PICTURES
from integrations.manual.pages import TEXT


@register()
def check_files(**_: object) -> list[CheckMessage]:
    """The manual stands beside the rooms: a copy of these alone would fail at each page."""
    missing = [str(path) for path in (TEXT, PICTURES) if not path.exists()]
    hint = "この製品のファイルを、docs フォルダーも含めて置き直してください。"
    return [Error(f"使い方のファイル（{path}）がありません。", hint=hint, id="manual.E001") for path in missing]
