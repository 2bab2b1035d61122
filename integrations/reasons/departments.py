"""Reasons of the department import."""

from integrations.reasons.codes import Reason, Severity
from integrations.reasons.entry import TREE_MENU, Entry

ENTRIES = {
    Reason.DEPARTMENT_CODE_MISSING: Entry(
        Severity.SKIPPED,
        "部署コードの未入力",
        "カオナビで所属コードが入力されていないため、連携しませんでした。",
        f"連携する場合は、カオナビの {TREE_MENU} で所属コードを入力してください。",
    ),
    Reason.DEPARTMENT_CODE_DUPLICATE: Entry(
        Severity.ERROR,
        "部署コードの重複",
        "所属コード「{key}」がカオナビに{times}件あるため、どれも連携しませんでした。",
        f"カオナビの {TREE_MENU} で、所属コードが重ならないように変更してください。",
    ),
    Reason.DEPARTMENT_NAME_MISSING: Entry(
        Severity.ERROR,
        "部署名の未入力",
        "カオナビで所属名が空白です。",
        f"カオナビの {TREE_MENU} で所属名を入力してください。",
    ),
    Reason.DEPARTMENT_VALUE_TOO_LONG: Entry(
        Severity.ERROR,
        "部署の項目の文字数超過",
        "{field}が{limit}文字を超えています（{length}文字）。",
        f"カオナビの {TREE_MENU} で{{field}}を{{limit}}文字以内に短くしてください。",
    ),
    Reason.DEPARTMENT_UNREADABLE: Entry(
        Severity.ERROR,
        "読み取れない部署",
        "カオナビから届いた{position}件目の部署を読み取れませんでした。",
        "カオナビの所属ツリーでこの部署を開いて保存し直し、もう一度実行してください。繰り返す場合はお問い合わせください。",
    ),
    Reason.DEPARTMENT_PARENT_UNKNOWN: Entry(
        Severity.ERROR,
        "見つからない親部署",
        "1階層上位の所属「{value}」がカオナビにもミキワメにもありません。",
        f"カオナビの {TREE_MENU} で、1階層上位の所属を確認してください。",
    ),
    Reason.DEPARTMENT_PARENT_LOOP: Entry(
        Severity.ERROR,
        "自分自身に戻る親部署",
        "1階層上位の所属をたどると自分自身に戻ります。",
        f"カオナビの {TREE_MENU} で、この部署と「{{parent}}」の上下の関係を正してください。",
    ),
    Reason.DEPARTMENT_PARENT_REFUSED: Entry(
        Severity.ERROR,
        "親部署のエラー",
        "1階層上位の所属「{parent}」を登録できないため、この部署は連携しませんでした。",
        "「{parent}」のエラーを先に解消してから、もう一度実行してください。",
    ),
    Reason.DEPARTMENT_BECAME_ROOT: Entry(
        Severity.WARNING,
        "親部署がなくなった部署",
        "親部署「{parent}」の下から、親部署のない部署になりました。カオナビの1階層上位の所属に所属コードがない可能性があります。",
        f"意図した変更でなければ、カオナビの {TREE_MENU} で上位の所属に所属コードを入力し、もう一度実行してください。",
        "departments:list",
    ),
    Reason.DEPARTMENT_TOO_DEEP: Entry(
        Severity.ERROR,
        "10階層を超える部署",
        "部署の階層は10階層までです（{which}は{level}階層目）。",
        f"カオナビの {TREE_MENU} で、10階層以内に収めてください。",
    ),
    Reason.DEPARTMENT_NAME_TAKEN: Entry(
        Severity.ERROR,
        "部署名の重複",
        "部署名重複エラー：部署名「{value}」は、部署「{holder_name}」（{holder_code}）が使用しています。",
        "同じ部署であれば部署コードを、別の部署であれば部署名を、カオナビとミキワメ（設定 > 部署管理）で揃えてから、"
        "もう一度実行してください。",
        "departments:list",
    ),
    Reason.DEPARTMENT_NAME_QUALIFIED: Entry(
        Severity.WARNING,
        "親部署名を付けた部署名",
        "部署名「{value}」は、部署「{holder_name}」（{holder_code}）が使用しているため、「{taken_name}」として登録しました。",
        "別の部署であれば、対応は不要です。同じ部署の所属コードが変わった場合は、設定 > 部署管理 で古い部署のコードを変更し、"
        "この部署を削除してから、もう一度実行してください。",
        "departments:list",
    ),
    Reason.DEPARTMENTS_NOT_CHECKED_FOR_ABSENCE: Entry(
        Severity.WARNING,
        "なくなったか確認できない部署",
        "読み取れない部署があるため、カオナビからなくなった部署があるかどうかを確認できませんでした"
        "（今回の応答に見当たらない部署は{rows}件。「カオナビになし」の印は付けていません）。",
        "読み取れなかった部署のエラーを解消してから、もう一度実行してください。",
    ),
}
