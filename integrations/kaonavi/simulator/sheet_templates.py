"""The two sheet templates of システム連携 that カオナビ offers for ミキワメ, item by item as the manual prints them."""

from typing import Literal

from .items import Item, make_item
from .state import Counters, Sheet

TemplateKey = Literal["latest", "all"]
LATEST_NAME = "最新性格検査結果（ミキワメ連携）"
ALL_NAME = "全性格検査結果（ミキワメ連携）"

SCALES = [
    "傾聴傾向",
    "主張傾向",
    "関係維持傾向",
    "問題解決志向",
    "感情記憶志向",
    "無私性",
    "楽観性",
    "独立性",
    "妥協力",
    "批判性",
    "客観視傾向",
    "気分転換傾向",
    "協力要請傾向",
    "状況受容傾向",
    "感情抑制傾向",
    "新奇性",
    "自己効力感",
    "やりきる力",
    "ポジティブシンキング",
    "重要な他者",
    "積極性",
    "社交性",
    "競争心",
    "向上心",
]
"""The 22 names of the manual's picture, in its spelling, and the two that its cut-off list box hides."""

TYPES = [
    "プロモーター (推進者)",
    "アントレプレナー (起業家)",
    "ムードメーカー (盛り上げ役)",
    "シーカー (探求者)",
    "イノベーター (変革者)",
    "ブレイン (参謀)",
    "ファシリテーター (調整者)",
    "アナライザー (分析者)",
    "コントリビューター (貢献者)",
    "サポーター (支援者)",
    "コーディネーター (橋渡し役)",
    "スペシャリスト (専門家)",
    "プランナー (計画者)",
    "メンター (育成者)",
    "ガーディアン (守護者)",
    "クラフトマン (職人)",
]


class SheetTemplate:
    """One template: what 「このテンプレートを使用する」 makes."""

    def __init__(self, key: TemplateKey, name: str, record_type: int, description: str) -> None:
        self.key = key
        self.name = name
        self.record_type = record_type
        self.description = description

    def items(self, numbers: Counters) -> list[Item]:
        """Fresh items, numbered from the counter."""
        scales = [(name, "number_box", None) for name in SCALES] if self.key == "latest" else []
        rows: list[tuple[str, str, list[str] | None]] = [
            ("受検日", "date", None),
            *scales,
            ("16タイプ", "pull_down", TYPES),
            ("受検者詳細リンク", "link", None),
        ]
        made = []
        for name, type_detail, options in rows:
            made.append(make_item(numbers.item, name, type_detail, options=options))
            numbers.item += 1
        return made

    def make_sheet(self, numbers: Counters, *, category: str, name: str = "") -> Sheet:
        """A new, empty sheet of this template."""
        sheet_id = numbers.sheet
        numbers.sheet += 1
        return Sheet(
            id=sheet_id,
            name=name or self.name,
            category=category,
            record_type=self.record_type,
            items=self.items(numbers),
        )


TEMPLATES: dict[TemplateKey, SheetTemplate] = {
    "latest": SheetTemplate(
        "latest", LATEST_NAME, 0, "各従業員の最新の性格検査結果を確認できるテンプレートです。分析機能で利用できます。"
    ),
    "all": SheetTemplate(
        "all",
        ALL_NAME,
        1,
        "各従業員のこれまでに受検した全ての性格検査結果を確認できるテンプレートです。分析機能には利用できません。",
    ),
}
