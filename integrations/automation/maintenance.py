"""The hours of the night in which カオナビ may be away for its own maintenance: whoever starts something is told first."""

from datetime import datetime

from accounts import site
from integrations.models import AutomationSettings
from integrations.rules.schedule import TOKYO


def warning(now: datetime) -> str:
    """What to say before something is started that talks to カオナビ; "" outside those hours, and in 練習モード."""
    window = AutomationSettings.objects.current().maintenance
    if now.astimezone(TOKYO).time() not in window or site.is_practice():
        return ""
    return (
        f"いまは、カオナビのメンテナンスが行われることのある時間帯（{window}）です。"
        "カオナビが応答しないと、処理は失敗します。"
    )
