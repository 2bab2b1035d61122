"""Reasons for which a run as a whole ended early."""

from integrations.reasons.codes import Reason, Severity
from integrations.reasons.entry import KEYS_MENU, TICKS_MENU, Entry

ENTRIES = {
    Reason.CONNECTION_MISSING: Entry(
        Severity.ERROR,
        "カオナビと連携していない",
        "カオナビと連携していません。",
        "設定 > 外部ツールとの連携 > カオナビ連携 の「連携する」から連携してください。",
        "integrations:connection",
    ),
    Reason.KAONAVI_KEYS_REFUSED: Entry(
        Severity.ERROR,
        "カオナビの認証情報が使えない",
        "カオナビが Consumer Key または Consumer Secret を受け付けませんでした。カオナビで再発行された可能性があります。",
        f"カオナビの {KEYS_MENU} で現在の値を確認し、設定 > カオナビ連携 で入力し直してください。",
        "integrations:connection",
    ),
    Reason.KAONAVI_NOT_PERMITTED: Entry(
        Severity.ERROR,
        "カオナビで許可されていない操作",
        "カオナビで「{field}」の操作が許可されていません。",
        f"カオナビの {TICKS_MENU} で{{ticks}}にチェックマークを加え、右上の「設定保存」を押下してから、もう一度実行してください。",
        "integrations:check",
    ),
    Reason.KAONAVI_NOT_FOUND: Entry(
        Severity.ERROR,
        "カオナビに見つからないもの",
        "カオナビに「{field}」が見つかりません。",
        "連携チェックで、カオナビ側のシートと項目を確認してください。",
        "integrations:check",
    ),
    Reason.KAONAVI_REQUEST_REFUSED: Entry(
        Severity.ERROR,
        "カオナビが受け付けない要求",
        "カオナビが要求を受け付けませんでした。",
        f"内容欄のカオナビのメッセージと、カオナビの {TICKS_MENU.replace('操作対象の管理', '実行結果')} を確認してください。"
        "解消しない場合はお問い合わせください。",
        "integrations:check",
    ),
    Reason.KAONAVI_NOT_UNDERSTOOD: Entry(
        Severity.ERROR,
        "読み取れないカオナビの応答",
        "カオナビの応答を読み取れませんでした。",
        "しばらくしてからもう一度実行してください。繰り返す場合は、この実行の技術情報を添えてお問い合わせください。",
    ),
    Reason.KAONAVI_ANSWER_CHANGED: Entry(
        Severity.ERROR,
        "項目が届かないカオナビの応答",
        "カオナビの応答が変わりました。{field}が、届いたデータのどれにもありません。"
        "空白として取り込むことを避けるため、何も変更していません。",
        f"公開APIの認証情報を発行した人がカオナビでこの項目を閲覧できるか、カオナビの {TICKS_MENU} の設定が変わっていないかを"
        "確認してから、もう一度実行してください。解消しない場合はお問い合わせください。",
        "integrations:check",
    ),
    Reason.KAONAVI_LIMIT: Entry(
        Severity.ERROR,
        "カオナビの利用制限",
        "カオナビの利用制限が解除されませんでした。",
        "ほかのシステムがカオナビの公開APIを使っていないか確認し、1時間ほどしてからもう一度実行してください。",
    ),
    Reason.KAONAVI_FAILED: Entry(
        Severity.ERROR,
        "カオナビとの通信の失敗",
        "カオナビとの通信に失敗しました。",
        "連携チェックで状態を確認してから、もう一度実行してください。",
        "integrations:check",
    ),
    Reason.SOURCE_EMPTY: Entry(
        Severity.ERROR,
        "カオナビから届いたデータが0件",
        "カオナビから届いた{field}が0件でした。誤って全員・全部署を「見つからない」とすることを避けるため、何も変更していません。",
        f"カオナビに{{field}}が登録されているか、{TICKS_MENU} の設定が変わっていないかを確認してください。",
        "integrations:check",
    ),
    Reason.COUNTS_DO_NOT_ADD_UP: Entry(
        Severity.ERROR,
        "処理した件数の不一致",
        "処理した件数が元の件数と一致しなかったため、何も変更せずに終了しました。",
        "製品の不具合です。この実行の技術情報を添えてお問い合わせください。",
    ),
    Reason.RUN_CRASHED: Entry(
        Severity.ERROR,
        "予期しない問題",
        "予期しない問題が起きたため、処理を終了しました。",
        "もう一度実行してください。繰り返す場合は、この実行の技術情報を添えてお問い合わせください。",
    ),
    Reason.RUN_OVERTAKEN: Entry(
        Severity.ERROR,
        "ほかの人の編集との競合",
        "ほかの人が同じデータを編集し続けていたため、時間をおいて繰り返しても処理を終えられませんでした。",
        "編集や削除が落ち着いてから、もう一度実行してください。",
    ),
    Reason.RUN_DATABASE_AWAY: Entry(
        Severity.ERROR,
        "使えないデータベース",
        "データベースを使えなかったため、処理を終えられませんでした。",
        "しばらくしてからもう一度実行してください。繰り返す場合は、サーバーの管理者に連絡してください。{remedy}",
    ),
    Reason.RUN_SERVER_TROUBLE: Entry(
        Severity.ERROR,
        "サーバーの問題",
        "サーバーの問題のため、処理を終えられませんでした。",
        "サーバーの管理者に連絡し、解消してからもう一度実行してください。{remedy}",
    ),
    Reason.RUN_INTERRUPTED: Entry(
        Severity.ERROR,
        "処理の中断",
        "処理を行っていたワーカーまたはコマンドが停止したため、処理が中断しました。取込は何も変更していません。",
        "もう一度実行してください。繰り返す場合は、サーバーの管理者に連絡してください。",
    ),
    Reason.RUN_FILE_GIVEN_UP: Entry(
        Severity.ERROR,
        "取込中のワーカーの停止",
        "このファイルの取り込み中にワーカーが2回停止したため、3回目は行わずに終了しました。何も変更していません。",
        "ファイルを分けて、もう一度取り込んでください。ワーカーのメモリが足りなくなった可能性があるため、"
        "繰り返す場合は、サーバーの管理者に連絡してください。",
    ),
    Reason.RUN_OUTLIVED: Entry(
        Severity.ERROR,
        "復元または停止の前の処理",
        "バックアップの復元、または1時間を超える停止の前に行われていた処理のため、続きを自動では行わずに終了しました。",
        "同期内容を確認してから、もう一度実行してください。性格検査結果登録では、カオナビの現在の内容と照合し、違いだけを送信します。",
    ),
    Reason.RUN_OUTDATED: Entry(
        Severity.ERROR,
        "更新の前に受け付けた処理",
        "システムが更新される前に受け付けた処理のため、新しい版では続きを実行できませんでした。",
        "もう一度実行してください。性格検査結果登録では、まだ登録されていない結果だけを送信します。",
    ),
    Reason.RUN_CANCELLED: Entry(
        Severity.ERROR,
        "処理の中止",
        "{name}さんが処理を中止しました。",
        "続きが必要な場合は、もう一度実行してください。",
    ),
    Reason.UNDO_CHANGED_SINCE: Entry(
        Severity.SKIPPED,
        "元に戻す処理の後に変わったもの",
        "元に戻す処理の後に変わったため、今のままにしました（{why}）。",
        "今の内容が正しい場合は、対応不要です。正しくない場合は、自社社員管理、設定 > 部署管理、カオナビのシートのいずれかで編集してください。",
    ),
    Reason.UNDO_NOTHING_LEFT: Entry(
        Severity.ERROR,
        "記録が残っていない処理",
        "元に戻す処理の記録が残っていないため、元に戻せませんでした。何も変更していません。",
        "元に戻せるのは、処理の記録を保存している間だけです。自社社員管理または設定 > 部署管理 で編集してください。",
    ),
}
