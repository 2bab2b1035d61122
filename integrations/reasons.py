"""The one table of reason codes: how bad it is, what is wrong, and what to do where.

Sentences and remedies are Japanese; `{words}` in braces are filled in by `integrations.mapping.plan.issue`. `link` names
the page of ours that mends it, where there is one. The administrators' manual lists this table.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """対象外 was left out on purpose, エラー was not taken, 注意 was taken all the same."""

    SKIPPED = "skipped"
    ERROR = "error"
    WARNING = "warning"


class Reason(StrEnum):
    """Every code that an issue can carry."""

    # the run itself
    CONNECTION_MISSING = "CONNECTION_MISSING"
    KAONAVI_KEYS_REFUSED = "KAONAVI_KEYS_REFUSED"
    KAONAVI_NOT_PERMITTED = "KAONAVI_NOT_PERMITTED"
    KAONAVI_NOT_FOUND = "KAONAVI_NOT_FOUND"
    KAONAVI_REQUEST_REFUSED = "KAONAVI_REQUEST_REFUSED"
    KAONAVI_UNREACHABLE = "KAONAVI_UNREACHABLE"
    KAONAVI_NOT_UNDERSTOOD = "KAONAVI_NOT_UNDERSTOOD"
    KAONAVI_LIMIT = "KAONAVI_LIMIT"
    KAONAVI_FAILED = "KAONAVI_FAILED"
    SOURCE_EMPTY = "SOURCE_EMPTY"
    COUNTS_DO_NOT_ADD_UP = "COUNTS_DO_NOT_ADD_UP"
    RUN_CRASHED = "RUN_CRASHED"
    RUN_INTERRUPTED = "RUN_INTERRUPTED"
    RUN_CANCELLED = "RUN_CANCELLED"
    # departments
    DEPARTMENT_CODE_MISSING = "DEPARTMENT_CODE_MISSING"
    DEPARTMENT_CODE_DUPLICATE = "DEPARTMENT_CODE_DUPLICATE"
    DEPARTMENT_NAME_MISSING = "DEPARTMENT_NAME_MISSING"
    DEPARTMENT_VALUE_TOO_LONG = "DEPARTMENT_VALUE_TOO_LONG"
    DEPARTMENT_UNREADABLE = "DEPARTMENT_UNREADABLE"
    DEPARTMENT_PARENT_UNKNOWN = "DEPARTMENT_PARENT_UNKNOWN"
    DEPARTMENT_PARENT_LOOP = "DEPARTMENT_PARENT_LOOP"
    DEPARTMENT_PARENT_REFUSED = "DEPARTMENT_PARENT_REFUSED"
    DEPARTMENT_BECAME_ROOT = "DEPARTMENT_BECAME_ROOT"
    DEPARTMENT_TOO_DEEP = "DEPARTMENT_TOO_DEEP"
    DEPARTMENT_NAME_TAKEN = "DEPARTMENT_NAME_TAKEN"
    # employees
    MEMBER_NAME_MISSING = "MEMBER_NAME_MISSING"
    MEMBER_KANA_MISSING = "MEMBER_KANA_MISSING"
    MEMBER_MAIL_MISSING = "MEMBER_MAIL_MISSING"
    MEMBER_MAIL_DUPLICATE = "MEMBER_MAIL_DUPLICATE"
    MEMBER_MAIL_INVALID = "MEMBER_MAIL_INVALID"
    MEMBER_DEPARTMENT_UNKNOWN = "MEMBER_DEPARTMENT_UNKNOWN"
    MEMBER_NUMBER_INVALID = "MEMBER_NUMBER_INVALID"
    MEMBER_NUMBER_SHARED = "MEMBER_NUMBER_SHARED"
    MEMBER_NAME_NOT_SPLIT = "MEMBER_NAME_NOT_SPLIT"
    MEMBER_DATE_INVALID = "MEMBER_DATE_INVALID"
    MEMBER_VALUE_TOO_LONG = "MEMBER_VALUE_TOO_LONG"
    MEMBER_UNREADABLE = "MEMBER_UNREADABLE"
    # results
    SHEET_MISSING = "SHEET_MISSING"
    SHEET_TYPE_WRONG = "SHEET_TYPE_WRONG"
    SHEET_ITEM_MISSING = "SHEET_ITEM_MISSING"
    SHEET_ITEM_TYPE_WRONG = "SHEET_ITEM_TYPE_WRONG"
    SHEET_ITEM_AMBIGUOUS = "SHEET_ITEM_AMBIGUOUS"
    SHEET_NOT_PERMITTED = "SHEET_NOT_PERMITTED"
    RESULT_NUMBER_MISSING = "RESULT_NUMBER_MISSING"
    RESULT_NUMBER_SHARED = "RESULT_NUMBER_SHARED"
    RESULT_MEMBER_UNKNOWN = "RESULT_MEMBER_UNKNOWN"
    RESULT_MEMBER_GONE = "RESULT_MEMBER_GONE"
    RESULT_TYPE_NOT_AN_OPTION = "RESULT_TYPE_NOT_AN_OPTION"
    RESULT_VALUE_TOO_LONG = "RESULT_VALUE_TOO_LONG"
    RESULT_RECORD_LOCKED = "RESULT_RECORD_LOCKED"
    RESULT_STALE = "RESULT_STALE"
    RESULT_REFUSED = "RESULT_REFUSED"
    RESULT_NOT_YET_VISIBLE = "RESULT_NOT_YET_VISIBLE"
    RESULT_NOT_CONFIRMED = "RESULT_NOT_CONFIRMED"
    # results from a file
    FILE_UNREADABLE = "FILE_UNREADABLE"
    FILE_COLUMN_MISSING = "FILE_COLUMN_MISSING"
    ASSESSMENT_PERSON_MISSING = "ASSESSMENT_PERSON_MISSING"
    ASSESSMENT_PERSON_UNKNOWN = "ASSESSMENT_PERSON_UNKNOWN"
    ASSESSMENT_PERSON_AMBIGUOUS = "ASSESSMENT_PERSON_AMBIGUOUS"
    ASSESSMENT_VALUE_INVALID = "ASSESSMENT_VALUE_INVALID"
    ASSESSMENT_TYPE_UNKNOWN = "ASSESSMENT_TYPE_UNKNOWN"
    ASSESSMENT_DUPLICATE = "ASSESSMENT_DUPLICATE"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table. `link` is the URL name of our page that mends it, or ""."""

    severity: Severity
    sentence: str
    remedy: str
    link: str = ""


S, E, W = Severity.SKIPPED, Severity.ERROR, Severity.WARNING

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
SYMBOLS_OF_NUMBERS = "- _ . @ / +"
NUMBER_RULE = f"半角の数字、アルファベット、記号（{SYMBOLS_OF_NUMBERS}）だけ"

REASONS: dict[Reason, Entry] = {
    Reason.CONNECTION_MISSING: Entry(
        E,
        "カオナビと連携していません。",
        "設定 > 外部ツールとの連携 > カオナビ連携 の「連携する」から連携してください。",
        "integrations:connection",
    ),
    Reason.KAONAVI_KEYS_REFUSED: Entry(
        E,
        "カオナビが Consumer Key または Consumer Secret を受け付けませんでした。カオナビで再発行された可能性があります。",
        f"カオナビの {KEYS_MENU} で現在の値を確認し、設定 > カオナビ連携 で入力し直してください。",
        "integrations:connection",
    ),
    Reason.KAONAVI_NOT_PERMITTED: Entry(
        E,
        "カオナビで「{field}」の操作が許可されていません。",
        f"カオナビの {TICKS_MENU} で「{{field}}」にチェックマークを加え、右上の「設定保存」を押下してから、もう一度実行してください。",
        "integrations:check",
    ),
    Reason.KAONAVI_NOT_FOUND: Entry(
        E,
        "カオナビに「{field}」が見つかりません。",
        "連携チェックで、カオナビ側のシートと項目を確認してください。",
        "integrations:check",
    ),
    Reason.KAONAVI_REQUEST_REFUSED: Entry(
        E,
        "カオナビが要求を受け付けませんでした。",
        f"内容欄のカオナビのメッセージと、カオナビの {TICKS_MENU.replace('操作対象の管理', '実行結果')} を確認してください。"
        "解消しない場合はお問い合わせください。",
        "integrations:check",
    ),
    Reason.KAONAVI_UNREACHABLE: Entry(
        E,
        "カオナビから応答がありませんでした。",
        "ネットワークとカオナビの稼働状況を確認し、しばらくしてからもう一度実行してください。"
        "深夜1時から早朝はカオナビの保守時間帯です。",
    ),
    Reason.KAONAVI_NOT_UNDERSTOOD: Entry(
        E,
        "カオナビの応答を読み取れませんでした。",
        "しばらくしてからもう一度実行してください。繰り返す場合は、この実行の技術情報を添えてお問い合わせください。",
    ),
    Reason.KAONAVI_LIMIT: Entry(
        E,
        "カオナビの利用制限が解除されませんでした。",
        "ほかのシステムがカオナビの公開APIを使っていないか確認し、1時間ほどしてからもう一度実行してください。",
    ),
    Reason.KAONAVI_FAILED: Entry(
        E,
        "カオナビとの通信に失敗しました。",
        "連携チェックで状態を確認してから、もう一度実行してください。",
        "integrations:check",
    ),
    Reason.SOURCE_EMPTY: Entry(
        E,
        "カオナビから届いた{field}が0件でした。誤って全員・全部署を「見つからない」とすることを避けるため、何も変更していません。",
        f"カオナビに{{field}}が登録されているか、{TICKS_MENU} の設定が変わっていないかを確認してください。",
        "integrations:check",
    ),
    Reason.COUNTS_DO_NOT_ADD_UP: Entry(
        E,
        "処理した件数が元の件数と一致しなかったため、何も変更せずに終了しました。",
        "製品の不具合です。この実行の技術情報を添えてお問い合わせください。",
    ),
    Reason.RUN_CRASHED: Entry(
        E,
        "予期しない問題が起きたため、処理を終了しました。",
        "もう一度実行してください。繰り返す場合は、この実行の技術情報を添えてお問い合わせください。",
    ),
    Reason.RUN_INTERRUPTED: Entry(
        E,
        "処理を行っていたワーカーが停止したため、処理が中断しました。取込は何も変更していません。",
        "もう一度実行してください。繰り返す場合は、サーバーの管理者に連絡してください。",
    ),
    Reason.RUN_CANCELLED: Entry(
        E,
        "{name}さんが処理を中止しました。",
        "続きが必要な場合は、もう一度実行してください。",
    ),
    Reason.DEPARTMENT_CODE_MISSING: Entry(
        S,
        "カオナビで所属コードが入力されていないため、連携しませんでした。",
        f"連携する場合は、カオナビの {TREE_MENU} で所属コードを入力してください。",
    ),
    Reason.DEPARTMENT_CODE_DUPLICATE: Entry(
        E,
        "所属コード「{key}」がカオナビに{times}件あるため、どれも連携しませんでした。",
        f"カオナビの {TREE_MENU} で、所属コードが重ならないように変更してください。",
    ),
    Reason.DEPARTMENT_NAME_MISSING: Entry(
        E,
        "カオナビで所属名が空白です。",
        f"カオナビの {TREE_MENU} で所属名を入力してください。",
    ),
    Reason.DEPARTMENT_VALUE_TOO_LONG: Entry(
        E,
        "{field}が{limit}文字を超えています（{length}文字）。",
        f"カオナビの {TREE_MENU} で{{field}}を{{limit}}文字以内に短くしてください。",
    ),
    Reason.DEPARTMENT_UNREADABLE: Entry(
        E,
        "カオナビから届いた{position}件目の部署を読み取れませんでした。",
        "カオナビの所属ツリーでこの部署を開いて保存し直し、もう一度実行してください。繰り返す場合はお問い合わせください。",
    ),
    Reason.DEPARTMENT_PARENT_UNKNOWN: Entry(
        E,
        "1階層上位の所属「{value}」がカオナビにもミキワメにもありません。",
        f"カオナビの {TREE_MENU} で、1階層上位の所属を確認してください。",
    ),
    Reason.DEPARTMENT_PARENT_LOOP: Entry(
        E,
        "1階層上位の所属をたどると自分自身に戻ります。",
        f"カオナビの {TREE_MENU} で、この部署と「{{parent}}」の上下の関係を正してください。",
    ),
    Reason.DEPARTMENT_PARENT_REFUSED: Entry(
        E,
        "1階層上位の所属「{parent}」を登録できないため、この部署は連携しませんでした。",
        "「{parent}」のエラーを先に解消してから、もう一度実行してください。",
    ),
    Reason.DEPARTMENT_BECAME_ROOT: Entry(
        W,
        "親部署「{parent}」の下から、親部署のない部署になりました。カオナビの1階層上位の所属に所属コードがない可能性があります。",
        f"意図した変更でなければ、カオナビの {TREE_MENU} で上位の所属に所属コードを入力し、もう一度実行してください。",
        "departments:list",
    ),
    Reason.DEPARTMENT_TOO_DEEP: Entry(
        E,
        "部署の階層は10階層までです（{which}は{level}階層目）。",
        f"カオナビの {TREE_MENU} で、10階層以内に収めてください。",
    ),
    Reason.DEPARTMENT_NAME_TAKEN: Entry(
        E,
        "部署名重複エラー：部署名「{value}」は、部署「{holder_name}」（{holder_code}）が使用しています。",
        "同じ部署であれば部署コードを、別の部署であれば部署名を、カオナビとミキワメ（設定 > 部署管理）で揃えてから、"
        "もう一度実行してください。",
        "departments:list",
    ),
    Reason.MEMBER_NAME_MISSING: Entry(
        S,
        "カオナビで氏名が空白のため、連携の対象外としました。",
        f"連携する場合は、{MEMBER_IN_KAONAVI}で氏名を入力してください。意図した除外であれば対応は不要です。",
    ),
    Reason.MEMBER_KANA_MISSING: Entry(
        S,
        "カオナビでフリガナが空白のため、連携の対象外としました。",
        f"連携する場合は、{MEMBER_IN_KAONAVI}でフリガナを入力してください。意図した除外であれば対応は不要です。",
    ),
    Reason.MEMBER_MAIL_MISSING: Entry(
        S,
        "カオナビでメールが空白のため、連携の対象外としました。",
        f"連携する場合は、{MEMBER_IN_KAONAVI}でメールを入力してください。意図した除外であれば対応は不要です。",
    ),
    Reason.MEMBER_MAIL_DUPLICATE: Entry(
        E,
        "同じメールアドレスがほかのメンバーにも登録されています（{others}）。",
        f"{MEMBER_IN_KAONAVI}で、メールを1人に1つの値にしてください。",
    ),
    Reason.MEMBER_MAIL_INVALID: Entry(
        E,
        "メールアドレスの形式が正しくありません。",
        f"{MEMBER_IN_KAONAVI}で、メールを半角の「名前@ドメイン」の形に直してください。",
    ),
    Reason.MEMBER_DEPARTMENT_UNKNOWN: Entry(
        E,
        "所属「{value}」がミキワメの部署にありません。",
        "先に設定 > 部署管理 > 一括操作 > カオナビと同期 で部署情報を最新にしてから、もう一度実行してください。",
        "departments:list",
    ),
    Reason.MEMBER_NUMBER_INVALID: Entry(
        E,
        "社員番号に使えない文字があります。",
        f"{MEMBER_IN_KAONAVI}で、社員番号を{NUMBER_RULE}にしてください。",
    ),
    Reason.MEMBER_NUMBER_SHARED: Entry(
        W,
        "社員番号が、別の社員（{others}）と同じです。カオナビでメールアドレスが変わった可能性があります。",
        "同じ人であれば、自社社員管理のその社員のページで「メールアドレスを変更する」または「統合する」を行ってください。",
        "employees:list",
    ),
    Reason.MEMBER_NAME_NOT_SPLIT: Entry(
        W,
        "氏名またはフリガナにスペースがない{people}名は、すべてを姓に登録しました。",
        f"姓と名に分ける場合は、{MEMBER_IN_KAONAVI}で姓と名のあいだにスペースを入れてください。",
    ),
    Reason.MEMBER_DATE_INVALID: Entry(
        E,
        "{field}が正しい日付ではありません。",
        f"{MEMBER_IN_KAONAVI}で、{{field}}を正しい日付に直してください。",
    ),
    Reason.MEMBER_VALUE_TOO_LONG: Entry(
        E,
        "{field}が{limit}文字を超えています（{length}文字）。",
        "カオナビで{field}を{limit}文字以内に短くしてください。",
    ),
    Reason.MEMBER_UNREADABLE: Entry(
        E,
        "カオナビから届いた{position}件目のメンバーを読み取れませんでした。",
        "カオナビでこのメンバーの基本情報を開いて保存し直し、もう一度実行してください。繰り返す場合はお問い合わせください。",
    ),
    Reason.SHEET_MISSING: Entry(
        E,
        "カオナビにシート「{key}」が見つかりません。",
        TEMPLATE_STEPS,
        "integrations:check",
    ),
    Reason.SHEET_TYPE_WRONG: Entry(
        E,
        "シート「{key}」のレコード形式が違います（必要な形式：{expected}）。",
        f"このシートを削除するか名前を変え、{TEMPLATE_STEPS}",
        "integrations:check",
    ),
    Reason.SHEET_ITEM_MISSING: Entry(
        E,
        "シート「{key}」に項目「{field}」がありません（または書き込めません）。",
        f"カオナビの {LAYOUT_MENU} で項目名を「{{field}}」に戻すか、連携チェックで対応する項目を選んでください。",
        "integrations:check",
    ),
    Reason.SHEET_ITEM_TYPE_WRONG: Entry(
        E,
        "シート「{key}」の項目「{field}」の種類が違います（{value}）。",
        f"カオナビの {LAYOUT_MENU} で、テンプレートからシートを作り直してください。",
        "integrations:check",
    ),
    Reason.SHEET_ITEM_AMBIGUOUS: Entry(
        E,
        "シート「{key}」に「{field}」にあたる項目が2つ以上あります（{value}）。",
        f"カオナビの {LAYOUT_MENU} で、使わない方の項目名を変えてください。",
        "integrations:check",
    ),
    Reason.SHEET_NOT_PERMITTED: Entry(
        E,
        "シート「{key}」の{field}が、カオナビで許可されていません。",
        f"カオナビの {TICKS_MENU} で、シート「{{key}}」の「取得」および「更新」にチェックマークを加え、右上の「設定保存」を"
        "押下してから、もう一度実行してください。",
        "integrations:check",
    ),
    Reason.RESULT_NUMBER_MISSING: Entry(
        S,
        "社員番号がないため、カオナビのメンバーと結び付けられません。",
        "カオナビに登録する場合は、自社社員管理でこの社員に社員番号を入力してください。",
        "employees:list",
    ),
    Reason.RESULT_NUMBER_SHARED: Entry(
        E,
        "社員番号が、別の社員（{others}）と同じです。取り違えを避けるため、送信していません。",
        "自社社員管理で、社員番号を1人に1つの値にするか、同じ人であれば「統合する」を行ってください。",
        "employees:list",
    ),
    Reason.RESULT_MEMBER_UNKNOWN: Entry(
        E,
        "この社員番号のメンバーがカオナビにいません。",
        "カオナビとミキワメの社員番号が同じになるように直してから、もう一度実行してください。",
        "employees:list",
    ),
    Reason.RESULT_MEMBER_GONE: Entry(
        S,
        "退職者フラグのある社員で、カオナビにメンバーがいないため、対象外としました。",
        "対応は不要です。登録する場合は、カオナビに同じ社員番号のメンバーがいることを確認してください。",
    ),
    Reason.RESULT_TYPE_NOT_AN_OPTION: Entry(
        E,
        "16タイプ「{value}」が、シート「{sheet}」の選択肢にありません。",
        f"カオナビの {LAYOUT_MENU} で選択肢に「{{value}}」を加えるか、設定の16タイプで別名を登録してください。",
    ),
    Reason.RESULT_VALUE_TOO_LONG: Entry(
        E,
        "{field}が、シート「{sheet}」の項目の上限{limit}文字を超えています。",
        f"カオナビの {LAYOUT_MENU} で、テンプレートからシートを作り直してください。",
    ),
    Reason.RESULT_RECORD_LOCKED: Entry(
        E,
        "シート「{sheet}」のレコードに、書き戻せない項目「{field}」の値があるため、このメンバーには送信していません。",
        f"カオナビの {LAYOUT_MENU} でシートからこの項目を外すか、この社員のレコードからこの値を取り除いてください。",
    ),
    Reason.RESULT_STALE: Entry(
        W,
        "シート「{sheet}」に、ミキワメに検査結果のないメンバーのミキワメのレコードが{records}件残っています。",
        "不要であれば、カオナビのシート「{sheet}」でこのメンバーのレコードを削除してください。",
    ),
    Reason.RESULT_REFUSED: Entry(
        E,
        "カオナビが、シート「{sheet}」へのこのメンバーの登録を受け付けませんでした。カオナビのメッセージ：",
        "カオナビのメッセージに従って値またはシートの設定を直してから、もう一度実行してください。",
    ),
    Reason.RESULT_NOT_YET_VISIBLE: Entry(
        W,
        "カオナビに{total}件中{confirmed}件の反映を確認しました。"
        "「成功」と表示されてから、カオナビに結果を反映するまでに時間を要することがあります。",
        "しばらくしてから、もう一度「カオナビに性格検査結果を登録する」を実行して確認してください。",
    ),
    Reason.RESULT_NOT_CONFIRMED: Entry(
        E,
        "シート「{sheet}」に、送信した値と違う値が表示されています。",
        "カオナビでこのメンバーのシートを確認し、もう一度「カオナビに性格検査結果を登録する」を実行してください。",
    ),
    Reason.FILE_UNREADABLE: Entry(
        E,
        "ファイルを読み取れませんでした。",
        "UTF-8 または Shift_JIS（CP932）の CSV ファイルとして保存し直してください。",
    ),
    Reason.FILE_COLUMN_MISSING: Entry(
        E,
        "列「{field}」がありません。",
        "1行目に列名「{field}」のある CSV ファイルにしてください。",
    ),
    Reason.ASSESSMENT_PERSON_MISSING: Entry(
        E,
        "社員番号もメールアドレスも空白です。",
        "どちらかを入力してください。",
    ),
    Reason.ASSESSMENT_PERSON_UNKNOWN: Entry(
        E,
        "この社員番号またはメールアドレスの社員がいません。",
        "自社社員管理で社員を確認するか、先に社員情報を同期してください。",
        "employees:list",
    ),
    Reason.ASSESSMENT_PERSON_AMBIGUOUS: Entry(
        E,
        "どの社員の検査結果か決められません（{others}）。",
        "メールアドレスを入力するか、社員番号とメールアドレスが同じ人を指すように直してください。",
        "employees:list",
    ),
    Reason.ASSESSMENT_VALUE_INVALID: Entry(
        E,
        "{field}の値が正しくありません。",
        "{expected}で入力してください。",
    ),
    Reason.ASSESSMENT_TYPE_UNKNOWN: Entry(
        W,
        "16タイプ「{value}」が設定にないため、16タイプなしで取り込みました。",
        "設定の16タイプにこの名前を加えてから、もう一度取り込んでください。",
    ),
    Reason.ASSESSMENT_DUPLICATE: Entry(
        E,
        "同じ社員・検査名・受検日・完了日時の行がファイルに{times}行あります。",
        "1行だけを残してください。",
    ),
}
