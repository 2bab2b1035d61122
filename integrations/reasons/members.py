"""Reasons of the employee import."""

from integrations.reasons.codes import Reason, Severity
from integrations.reasons.entry import MEMBER_IN_KAONAVI, NUMBER_RULE, Entry

ENTRIES = {
    Reason.MEMBER_NAME_MISSING: Entry(
        Severity.SKIPPED,
        "氏名の未入力",
        "カオナビで氏名が空白のため、連携の対象外としました。",
        f"連携する場合は、{MEMBER_IN_KAONAVI}で氏名を入力してください。意図した除外であれば対応は不要です。",
    ),
    Reason.MEMBER_KANA_MISSING: Entry(
        Severity.SKIPPED,
        "フリガナの未入力",
        "カオナビでフリガナが空白のため、連携の対象外としました。",
        f"連携する場合は、{MEMBER_IN_KAONAVI}でフリガナを入力してください。意図した除外であれば対応は不要です。",
    ),
    Reason.MEMBER_MAIL_MISSING: Entry(
        Severity.SKIPPED,
        "メールアドレスの未入力",
        "カオナビでメールが空白のため、連携の対象外としました。",
        f"連携する場合は、{MEMBER_IN_KAONAVI}でメールを入力してください。意図した除外であれば対応は不要です。",
    ),
    Reason.MEMBER_EXCLUDED: Entry(
        Severity.SKIPPED,
        "取り込まない人",
        "同期の例外で「カオナビから取り込まない」に設定されているため、連携の対象外としました。",
        "設定のとおりであれば、対応は不要です。連携する場合は、設定 > 同期の例外 でこの人の設定を終了してください。",
        "integrations:exceptions",
    ),
    Reason.MEMBER_OUT_OF_SCOPE: Entry(
        Severity.SKIPPED,
        "連携の範囲に入らない人",
        "{field}が同期の例外の「連携の範囲」に入らないため、連携の対象外としました。",
        "設定のとおりであれば、対応は不要です。連携する場合は、設定 > 同期の例外 の「連携の範囲」を見直してください。",
        "integrations:exceptions",
    ),
    Reason.MEMBER_ITEM_PINNED: Entry(
        Severity.SKIPPED,
        "固定している項目",
        "同期の例外で固定されているため、{field}をカオナビの値に変えていません。ほかの項目は連携しています。",
        "設定のとおりであれば、対応は不要です。カオナビの値に揃える場合は、設定 > 同期の例外 でこの項目の固定を終了してください。",
        "integrations:exceptions",
    ),
    Reason.MEMBER_MAIL_DUPLICATE: Entry(
        Severity.ERROR,
        "メールアドレスの重複",
        "同じメールアドレスがほかのメンバーにも登録されています（{others}）。",
        f"{MEMBER_IN_KAONAVI}で、メールを1人に1つの値にしてください。",
    ),
    Reason.MEMBER_MAIL_INVALID: Entry(
        Severity.ERROR,
        "メールアドレスの形式の誤り",
        "メールアドレスの形式が正しくありません。",
        f"{MEMBER_IN_KAONAVI}で、メールを半角の「名前@ドメイン」の形に直してください。",
    ),
    Reason.MEMBER_DEPARTMENT_UNKNOWN: Entry(
        Severity.ERROR,
        "ミキワメに登録のない部署",
        "所属「{department}」がミキワメの部署にありません。",
        "先に設定 > 部署管理 > 一括操作 > カオナビと同期 で部署情報を最新にしてから、もう一度実行してください。",
        "departments:list",
    ),
    Reason.MEMBER_NUMBER_INVALID: Entry(
        Severity.ERROR,
        "社員番号に使えない文字",
        "社員番号に使えない文字があります。",
        f"{MEMBER_IN_KAONAVI}で、社員番号を{NUMBER_RULE}にしてください。",
    ),
    Reason.MEMBER_NUMBER_SHARED: Entry(
        Severity.WARNING,
        "社員番号の重複",
        "社員番号が、別の社員（{others}）と同じです。カオナビでメールアドレスが変わった可能性があります。",
        "同じ人であれば、自社社員管理のその社員のページで「メールアドレスを変更する」または「統合する」を行ってください。",
        "employees:list",
    ),
    Reason.MEMBER_IDENTITY_UNCERTAIN: Entry(
        Severity.ERROR,
        "同じ人かどうかの確認",
        "ミキワメの{holder}さんと同じ人かどうか判断できないため、連携しませんでした。"
        "同じ項目：{same}。違う項目（ミキワメ／カオナビ）：{different}。",
        "処理の画面の「同じ人かどうかの確認」で、管理者が「同じ人です」または「別の人です」を選んでから、もう一度実行してください。",
    ),
    Reason.MEMBER_MAIL_TAKEN_OVER: Entry(
        Severity.WARNING,
        "ほかの人のものになったメールアドレス",
        "メールアドレスが{holder}さん（社員番号 {number}）のものになったため、空白にしました。ほかの内容と検査結果はそのままです。",
        "在籍している人であれば、新しいメールアドレスをカオナビで登録するか、自社社員管理のその社員のページの"
        "「メールアドレスを変更する」で登録してください。退職した人であれば、退職者フラグを付けるか削除してください。",
        "employees:list",
    ),
    Reason.MEMBER_NAME_NOT_SPLIT: Entry(
        Severity.WARNING,
        "姓と名に分けられない氏名",
        "氏名またはフリガナにスペースがない{people}名は、すべてを姓に登録しました。",
        f"姓と名に分ける場合は、{MEMBER_IN_KAONAVI}で姓と名のあいだにスペースを入れてください。",
    ),
    Reason.MEMBER_ITEM_AMBIGUOUS: Entry(
        Severity.WARNING,
        "同じ名前の項目",
        "カオナビに同じ名前の項目が2つ以上あります（{field}）。社員ごとに、値のある最初の項目を連携しました。",
        "カオナビの 管理者メニュー > マスター設定 > レイアウト設定 > 基本情報 で、使わない方の項目名を変えてください。",
    ),
    Reason.MEMBER_DATE_INVALID: Entry(
        Severity.ERROR,
        "社員の日付の誤り",
        "{field}が正しい日付ではありません。",
        f"{MEMBER_IN_KAONAVI}で、{{field}}を正しい日付に直してください。",
    ),
    Reason.MEMBER_VALUE_INVALID: Entry(
        Severity.ERROR,
        "社員の値の誤り",
        "{field}の値が正しくありません。",
        "ファイルのこの行の{field}を、{expected}で入力してください。",
    ),
    Reason.MEMBER_VALUE_TOO_LONG: Entry(
        Severity.ERROR,
        "社員の項目の文字数超過",
        "{field}が{limit}文字を超えています（{length}文字）。",
        "カオナビで{field}を{limit}文字以内に短くしてください。",
    ),
    Reason.MEMBER_UNREADABLE: Entry(
        Severity.ERROR,
        "読み取れない社員",
        "カオナビから届いた{position}件目のメンバーを読み取れませんでした。",
        "カオナビでこのメンバーの基本情報を開いて保存し直し、もう一度実行してください。繰り返す場合はお問い合わせください。",
    ),
    Reason.MEMBERS_NOT_CHECKED_FOR_ABSENCE: Entry(
        Severity.WARNING,
        "いなくなったか確認できない社員",
        "読み取れないメンバーがあるため、カオナビからいなくなった社員がいるかどうかを確認できませんでした"
        "（今回の応答に見当たらない社員は{rows}名。「カオナビになし」の印は付けていません）。",
        "読み取れなかったメンバーのエラーを解消してから、もう一度実行してください。",
    ),
}
