"""Reasons of the result upload: sheets, people, values."""

from integrations.reasons.codes import Reason, Severity
from integrations.reasons.entry import LAYOUT_MENU, TEMPLATE_STEPS, TICKS_MENU, Entry

ENTRIES = {
    Reason.SHEET_MISSING: Entry(
        Severity.ERROR,
        "見つからないシート",
        "カオナビにシート「{key}」が見つかりません。",
        TEMPLATE_STEPS,
        "integrations:check",
    ),
    Reason.SHEET_TYPE_WRONG: Entry(
        Severity.ERROR,
        "シートのレコード形式の違い",
        "シート「{key}」のレコード形式が違います（必要な形式：{expected}）。",
        f"このシートを削除するか名前を変え、{TEMPLATE_STEPS}",
        "integrations:check",
    ),
    Reason.SHEET_ITEM_MISSING: Entry(
        Severity.ERROR,
        "シートにない項目",
        "シート「{key}」に項目「{field}」がありません（または書き込めません）。",
        f"カオナビの {LAYOUT_MENU} で項目名を「{{field}}」に戻すか、連携チェックで対応する項目を選んでください。",
        "integrations:check",
    ),
    Reason.SHEET_ITEM_TYPE_WRONG: Entry(
        Severity.ERROR,
        "シートの項目の種類の違い",
        "シート「{key}」の項目「{field}」の種類が違います（{value}）。",
        f"カオナビの {LAYOUT_MENU} で、テンプレートからシートを作り直してください。",
        "integrations:check",
    ),
    Reason.SHEET_ITEM_AMBIGUOUS: Entry(
        Severity.ERROR,
        "シートの重複した項目",
        "シート「{key}」に「{field}」にあたる項目が2つ以上あります（{value}）。",
        f"カオナビの {LAYOUT_MENU} で、使わない方の項目名を変えてください。",
        "integrations:check",
    ),
    Reason.SHEET_ITEM_REQUIRED: Entry(
        Severity.ERROR,
        "シートの入力必須の項目",
        "シート「{key}」の項目「{field}」は入力必須ですが、登録すると{people}名のレコードで空欄になり、カオナビが受け付けません。"
        "このシートには送信していません。",
        f"カオナビの {LAYOUT_MENU} で、項目「{{field}}」の入力必須を外してください。空欄になるメンバーが少ない場合は、カオナビのレコード"
        "（ミキワメから登録する項目であれば検査結果）にこの値を入れることもできます。",
        "integrations:check",
    ),
    Reason.SHEET_NOT_PERMITTED: Entry(
        Severity.ERROR,
        "許可されていないシート",
        "シート「{key}」の{field}が、カオナビで許可されていません。",
        f"カオナビの {TICKS_MENU} で、シート「{{key}}」の「取得」および「更新」にチェックマークを加え、右上の「設定保存」を"
        "押下してから、もう一度実行してください。",
        "integrations:check",
    ),
    Reason.RESULT_NOT_TO_BE_SENT: Entry(
        Severity.SKIPPED,
        "カオナビへ送らない社員",
        "「カオナビへ送らない」に設定されている社員のため、送信していません。カオナビにすでに表示されている内容は、そのまま残ります。",
        "設定のとおりであれば、対応は不要です。送る場合は、設定 > 同期の例外 でこの人の設定を終了してください。カオナビに残っている内容も不要であれば、カオナビのシートでこのメンバーのレコードを削除してください。",
        "integrations:exceptions",
    ),
    Reason.RESULT_NUMBER_MISSING: Entry(
        Severity.SKIPPED,
        "社員番号の未入力",
        "社員番号がないため、カオナビのメンバーと結び付けられません。",
        "カオナビに登録する場合は、自社社員管理でこの社員に社員番号を入力してください。",
        "employees:list",
    ),
    Reason.RESULT_NUMBER_SHARED: Entry(
        Severity.ERROR,
        "検査結果を送れない社員番号の重複",
        "社員番号が、別の社員（{others}）と同じです。取り違えを避けるため、送信していません。",
        "自社社員管理で、社員番号を1人に1つの値にするか、同じ人であれば「統合する」を行ってください。",
        "employees:list",
    ),
    Reason.RESULT_MEMBER_UNKNOWN: Entry(
        Severity.ERROR,
        "カオナビにいない社員番号",
        "この社員番号のメンバーがカオナビにいません。",
        "カオナビとミキワメの社員番号が同じになるように直してから、もう一度実行してください。",
        "employees:list",
    ),
    Reason.RESULT_MEMBER_GONE: Entry(
        Severity.SKIPPED,
        "カオナビにいない退職者など",
        "退職者フラグのある社員、またはカオナビで見つからなくなった社員で、この社員番号のメンバーがカオナビにいないため、対象外としました。",
        "退職した社員であれば、自社社員管理で退職者フラグを付けるか、結果が不要であれば社員を削除してください。在籍している場合は、"
        "社員番号がカオナビと同じであることを確認してください。",
        "employees:list",
    ),
    Reason.RESULT_MEMBER_DIFFERENT: Entry(
        Severity.ERROR,
        "別の人の可能性がある社員番号",
        "この社員番号のメンバーはカオナビでは「{theirs}」で、氏名もメールアドレスもミキワメの「{ours}」と違います。"
        "別の人に登録してしまうことを避けるため、送信していません。",
        "同じ人であれば、社員情報をカオナビと同期するか、自社社員管理で氏名またはメールアドレスを直してください。別の人であれば、"
        "自社社員管理でこの社員の社員番号を直し、カオナビのシートにこの社員の結果が残っていないことも確認してください。",
        "employees:list",
    ),
    Reason.RESULT_TYPE_NOT_AN_OPTION: Entry(
        Severity.ERROR,
        "シートの選択肢にない16タイプ",
        "16タイプ「{value}」が、シート「{sheet}」の選択肢にありません。",
        f"カオナビの {LAYOUT_MENU} で選択肢に「{{value}}」を加えるか、設定 > 16タイプと尺度 で別名を登録してください。",
        "assessments:reference",
    ),
    Reason.RESULT_VALUE_TOO_LONG: Entry(
        Severity.ERROR,
        "シートの上限を超える文字数",
        "{field}が、シート「{sheet}」の項目の上限{limit}文字を超えています。",
        f"カオナビの {LAYOUT_MENU} で、テンプレートからシートを作り直してください。",
    ),
    Reason.RESULT_RECORD_LOCKED: Entry(
        Severity.ERROR,
        "書き戻せない値のあるレコード",
        "シート「{sheet}」のレコードに、書き戻せない項目「{field}」の値があるため、このメンバーには送信していません。",
        f"カオナビの {LAYOUT_MENU} でシートからこの項目を外すか、この社員のレコードからこの値を取り除いてください。",
    ),
    Reason.RESULT_ITEM_REQUIRED: Entry(
        Severity.SKIPPED,
        "空白に戻せない必須項目",
        "シート「{sheet}」では項目「{field}」が必須で、空白に戻せないため、今のままにしました。",
        f"カオナビの {LAYOUT_MENU} で必須を外してから、もう一度元に戻すか、カオナビでこのメンバーのレコードを削除してください。",
    ),
    Reason.RESULT_RECORD_UNREADABLE: Entry(
        Severity.ERROR,
        "読み取れないシートのレコード",
        "シート「{sheet}」のこのメンバーのレコードを読み取れませんでした。消してしまうことを避けるため、送信していません。",
        "カオナビのシート「{sheet}」でこのメンバーのレコードを開いて保存し直し、もう一度実行してください。繰り返す場合はお問い合わせください。",
    ),
    Reason.RESULT_STALE: Entry(
        Severity.WARNING,
        "シートに残っているレコード",
        "シート「{sheet}」に、ミキワメに検査結果のないメンバーのミキワメのレコードが{records}件残っています。",
        "不要であれば、カオナビのシート「{sheet}」でこのメンバーのレコードを削除してください。",
    ),
    Reason.RESULT_OLDER_THAN_SHOWN: Entry(
        Severity.ERROR,
        "シートの方が新しい検査結果",
        "シート「{sheet}」に、ミキワメにある最新の検査結果より新しい受検日（{value}）の検査結果が表示されています。"
        "その検査結果はミキワメになく、削除した記録もないため、古い内容に戻さないよう送信していません。",
        "バックアップを復元した場合などは、その検査結果をもう一度取り込んでから実行してください。"
        "その検査結果が不要であれば、カオナビのシート「{sheet}」でこのメンバーのレコードを削除してから実行してください。",
    ),
    Reason.RESULT_RECORD_UNKNOWN: Entry(
        Severity.WARNING,
        "ミキワメにない検査結果のレコード",
        "シート「{sheet}」に、ミキワメにない検査結果のレコードが{records}件あります（受検日：{value}）。"
        "ミキワメで削除した記録がないため、そのまま残しました。",
        "バックアップを復元した場合などは、その検査結果をもう一度取り込んでください。"
        "不要であれば、カオナビのシート「{sheet}」でこのメンバーのこのレコードを削除してください。",
    ),
    Reason.RESULT_REFUSED: Entry(
        Severity.ERROR,
        "カオナビが受け付けない登録",
        "カオナビが、シート「{sheet}」へのこのメンバーの登録を受け付けませんでした。カオナビのメッセージ：",
        "カオナビのメッセージに従って値またはシートの設定を直してから、もう一度実行してください。",
    ),
    Reason.RESULT_NOT_YET_VISIBLE: Entry(
        Severity.WARNING,
        "反映を確認できていない登録",
        "カオナビに{total}件中{confirmed}件の反映を確認しました。"
        "「成功」と表示されてから、カオナビに結果を反映するまでに時間を要することがあります。",
        "しばらくしてから、もう一度「カオナビに性格検査結果を登録する」を実行して確認してください。",
    ),
    Reason.RESULT_NOT_CONFIRMED: Entry(
        Severity.ERROR,
        "送信した値と違う表示",
        "シート「{sheet}」に、送信した値と違う値が表示されています。",
        "カオナビでこのメンバーのシートを確認し、もう一度「カオナビに性格検査結果を登録する」を実行してください。",
    ),
    Reason.RESULT_TASK_STUCK: Entry(
        Severity.ERROR,
        "終わらないカオナビの処理",
        "カオナビの処理が時間内に終わらず、シートにも反映されていないため、登録を終了しました。",
        f"カオナビの {TICKS_MENU.replace('操作対象の管理', '実行結果')} でこの処理を確認し、終わってからもう一度実行してください。",
    ),
}
