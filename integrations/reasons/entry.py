"""One line of the table, and where in カオナビ things are mended, in カオナビ's own words."""

from dataclasses import dataclass

from employees.rules import SYMBOLS_OF_NUMBERS
from integrations.reasons.codes import Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table. `title` is the kind of problem in a few words, under which all of its kind are listed.

    `link` is the URL name of our page that mends it, or "".
    """

    severity: Severity
    title: str
    sentence: str
    remedy: str
    link: str = ""


KEYS_MENU = "管理者メニュー > その他 > 公開API v2 情報 > 認証情報"
TICKS_MENU = "管理者メニュー > その他 > 公開API v2 情報 > 操作対象の管理"
TREE_MENU = "管理者メニュー > マスター設定 > 所属ツリー管理"
LAYOUT_MENU = "管理者メニュー > マスター設定 > レイアウト設定 > シート"
MEMBER_IN_KAONAVI = "カオナビのメンバー情報（基本情報）"
TEMPLATE_STEPS = (
    f"カオナビの {LAYOUT_MENU} > ＋（シートの追加） > テンプレートを利用する > システム連携 で"
    "「最新性格検査結果（ミキワメ連携）」「全性格検査結果（ミキワメ連携）」を選び、「このテンプレートを使用する」で"
    "作成してください。シート名と項目名は変更しないでください。"
)
NUMBER_RULE = f"半角の数字、アルファベット、記号（{SYMBOLS_OF_NUMBERS}）だけ"
NEVER_WORKED = (
    f"この認証情報では、この操作がまだ一度も成功していません。まずカオナビの {TICKS_MENU} で、{{ticks}}にチェックマークがあるかを"
    "確認し、なければ加えて、右上の「設定保存」を押下してから、もう一度実行してください。それでも解消しない場合："
)
