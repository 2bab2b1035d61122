"""Reasons of the imports from files."""

from integrations.reasons.codes import Reason, Severity
from integrations.reasons.entry import Entry

ENTRIES = {
    Reason.FILE_UNREADABLE: Entry(
        Severity.ERROR,
        "読み取れないファイル",
        "ファイルを読み取れませんでした。",
        "UTF-8 または Shift_JIS（CP932）の CSV ファイルか Excel ブック（.xlsx）として保存し直してから、もう一度取り込んでください。",
    ),
    Reason.FILE_TOO_LARGE: Entry(
        Severity.ERROR,
        "大きすぎるファイル",
        "ファイルが取込の上限を超えているため、取り込みませんでした（{what}）。",
        "取込に不要な行、列、シート、書式を削除するか、複数のファイルに分けてから、もう一度取り込んでください。",
    ),
    Reason.FILE_COLUMN_MISSING: Entry(
        Severity.ERROR,
        "ファイルにない列",
        "列「{field}」がありません。",
        "1行目に列名「{field}」を入れてから、もう一度取り込んでください。",
    ),
    Reason.FILE_COLUMN_AMBIGUOUS: Entry(
        Severity.ERROR,
        "ファイルの重複した列",
        "「{field}」にあたる列が{times}つあります（{value}）。",
        "1つの列だけを残してから、もう一度取り込んでください。",
    ),
    Reason.FILE_COLUMN_UNKNOWN: Entry(
        Severity.WARNING,
        "取り込まなかった列",
        "列「{field}」は取り込みませんでした。",
        "尺度の列であれば、列名を尺度名に直すか、この列名を尺度の別名に加えてから、もう一度取り込んでください。"
        "取込の不要な列であれば、対応は不要です。",
        "assessments:reference",
    ),
    Reason.FILE_SHEET_CHOSEN: Entry(
        Severity.WARNING,
        "読み取ったシート",
        "シート「{value}」を読み取りました。",
        "取り込むシートが違う場合は、取り込むシートだけを残したブックを、もう一度取り込んでください。正しい場合、対応は不要です。",
    ),
    Reason.FILE_SHEETS_IGNORED: Entry(
        Severity.WARNING,
        "取り込まなかったシート",
        "シート「{value}」にも列名がありますが、取り込みませんでした。",
        "このシートの行も取り込む場合は、1枚のシートにまとめるか、シートごとにブックを分けて取り込んでください。",
    ),
    Reason.FILE_ROWS_HIDDEN: Entry(
        Severity.WARNING,
        "非表示の行",
        "非表示の行（フィルターで隠れた行など）が{count}行あり、ほかの行と同じように取り込みました。",
        "非表示の行を取り込まない場合は、Excel でその行を削除してから、もう一度取り込んでください。",
    ),
    Reason.FILE_CELLS_MERGED: Entry(
        Severity.ERROR,
        "結合されたセル",
        "結合されたセル（{value}）があるため、どの行の値か分かりません。",
        "Excel で、ホーム > セルを結合して中央揃え > セル結合の解除 を行い、空いたセルに値を入れてから、もう一度取り込んでください。",
    ),
    Reason.FILE_CELL_ERROR: Entry(
        Severity.ERROR,
        "表計算ソフトのエラー値",
        "{field}が、表計算ソフトのエラー「{value}」になっています。",
        "Excel でこのセルの数式または列の幅を直し、正しい値にしてから、もう一度取り込んでください。",
    ),
    Reason.FILE_FORMULA_WITHOUT_RESULT: Entry(
        Severity.ERROR,
        "計算結果のない数式",
        "{field}が、計算結果のない数式です。",
        "Excel でファイルを開いて計算させ、上書き保存する（または数式を値に置き換える）と、取り込めるようになります。",
    ),
    Reason.FILE_CELL_IS_DATE: Entry(
        Severity.ERROR,
        "日付に変わった値",
        "{field}が日付「{value}」になっています。「1-2」のような値を、表計算ソフトが日付に変えた可能性があります。",
        "Excel でこの列の表示形式を「文字列」にし、正しい値を入力し直してから、もう一度取り込んでください。",
    ),
    Reason.FILE_NUMBER_ROUNDED: Entry(
        Severity.ERROR,
        "桁が省かれた数値",
        "{field}「{value}」は、表計算ソフトが桁を省いた数値です。",
        "Excel でこの列の表示形式を「文字列」にし、元の値を入力し直してから、もう一度取り込んでください。",
    ),
    Reason.FILE_NUMBER_FORMATTED: Entry(
        Severity.WARNING,
        "表示形式のある数値",
        "列「{field}」の{count}個のセルは、「{value}」のように表示される数値です。表示のとおりに取り込みました。",
        "取り込んだ値が正しいか確認してください。Excel でこの列の表示形式を「文字列」にして入力すると、この注意は出ません。",
    ),
    Reason.FILE_NUMBER_SHOWN_DIFFERENTLY: Entry(
        Severity.ERROR,
        "表示と違う数値",
        "{field}の数値「{value}」は、表示形式「{format}」のため、別の値に見えています。",
        "Excel でこのセルの表示形式を「標準」または「文字列」にし、正しい値にしてから、もう一度取り込んでください。",
    ),
    Reason.FILE_CHARACTER_LOST: Entry(
        Severity.ERROR,
        "失われた文字",
        "{field}「{value}」は、ファイルの保存のときに文字が失われています（「{lost}」）。",
        "元のファイルを Excel で「CSV UTF-8（コンマ区切り）」または「Excel ブック（.xlsx）」として保存し直してから、もう一度取り込んでください。",
    ),
    Reason.FILE_INVISIBLE_CHARACTER: Entry(
        Severity.WARNING,
        "目に見えない文字",
        "列「{field}」の{count}個のセルから、目に見えない文字（{value}）を除きました。",
        "対応は不要です。元のデータでもこの文字を消しておくと、検索や照合の誤りを防げます。",
    ),
    Reason.FILE_LEADING_ZEROS: Entry(
        Severity.ERROR,
        "先頭の0だけが違う値",
        "{field}「{value}」は、ミキワメにある「{other}」と先頭の0だけが違います。",
        "Excel で先頭の0が消えた場合は、ファイルのこの行の{field}を「{other}」に直してから、もう一度取り込んでください。"
        "本当に別の値であれば、ミキワメの画面で登録してください。",
    ),
    Reason.FILE_LEADING_ZEROS_ADDED: Entry(
        Severity.WARNING,
        "先頭の0だけが変わった値",
        "{field}「{value}」は、ミキワメにあった「{other}」と先頭の0だけが違います。ファイルのとおりに取り込みました。",
        "意図した変更であれば、対応は不要です。そうでなければ、自社社員管理でこの社員の{field}を直してください。",
        "employees:list",
    ),
    Reason.FILE_LOOKS_ALIKE: Entry(
        Severity.WARNING,
        "見た目がよく似た値",
        "{field}「{value}」は、ミキワメにある「{other}」と見た目がよく似ています（{difference}）。ファイルのとおりに取り込みました。",
        "同じものであれば、ファイルの{field}を「{other}」に直してから、もう一度取り込んでください。別のものであれば、対応は不要です。",
    ),
    Reason.ASSESSMENT_ROW_BROKEN: Entry(
        Severity.ERROR,
        "列の数が合わない行",
        "値の数（{cells}）が列名の数（{columns}）より多いため、どの列の値か分かりません。",
        '値に「,」や改行、「"」がある場合は、値の全体を「"」で囲んでください（値の中の「"」は「""」とします）。',
    ),
    Reason.ASSESSMENT_PERSON_MISSING: Entry(
        Severity.ERROR,
        "社員番号とメールアドレスの未入力",
        "社員番号もメールアドレスも空白です。",
        "ファイルのこの行に、社員番号またはメールアドレスを入力してください。",
    ),
    Reason.ASSESSMENT_PERSON_UNKNOWN: Entry(
        Severity.ERROR,
        "ミキワメにいない社員",
        "{field}「{value}」の社員がいません。",
        "ファイルの{field}を直すか、自社社員管理 > 社員情報を一括操作 > カオナビと同期 で社員情報を最新にしてから、"
        "もう一度取り込んでください。",
        "employees:list",
    ),
    Reason.ASSESSMENT_PERSON_AMBIGUOUS: Entry(
        Severity.ERROR,
        "どの社員か決められない検査結果",
        "どの社員の検査結果か決められません（{others}）。",
        "ファイルのこの行で、社員番号とメールアドレスが同じ人を指すように直してください。"
        "社員番号が同じ社員が複数いる場合は、メールアドレスも入力してください。",
        "employees:list",
    ),
    Reason.ASSESSMENT_VALUE_INVALID: Entry(
        Severity.ERROR,
        "検査結果の値の誤り",
        "{field}の値が正しくありません。",
        "ファイルのこの行の{field}を、{expected}で入力してください。",
    ),
    Reason.ASSESSMENT_DATE_INVALID: Entry(
        Severity.ERROR,
        "未来の日付",
        "{field}「{value}」は未来の日付です。",
        "ファイルのこの行の{field}を、今日までの正しい日付に直してください。",
    ),
    Reason.ASSESSMENT_TYPE_UNKNOWN: Entry(
        Severity.WARNING,
        "設定にない16タイプ",
        "16タイプ「{value}」が設定にないため、この名前のまま取り込みました。",
        "設定 > 16タイプと尺度 で、「新しいタイプとして登録」または「既存のタイプの別名にする」を選んでください。"
        "この名前の検査結果すべてに、16タイプが設定されます。",
        "assessments:reference",
    ),
    Reason.ASSESSMENT_DUPLICATE: Entry(
        Severity.ERROR,
        "検査結果の重複",
        "社員・検査名・受検日・完了日時が同じ行がファイルに{times}行あるため、どれも取り込みませんでした。",
        "1行だけを残すか、検査名または完了日時を直してください。",
    ),
    Reason.ASSESSMENT_TITLE_ALIKE: Entry(
        Severity.ERROR,
        "見た目だけが違う検査名",
        "{field}「{value}」は、この社員の検査結果の「{other}」と見た目だけが違います（{difference}）。"
        "同じ検査が2つの名前で登録されないように、取り込みませんでした。",
        "同じ検査であれば、ファイルの{field}を「{other}」に直してから、もう一度取り込んでください。"
        "別の検査であれば、はっきり違う{field}にしてください。",
    ),
    Reason.ASSESSMENT_SCALE_UNKNOWN: Entry(
        Severity.WARNING,
        "設定にない尺度",
        "尺度「{value}」が設定にないため、この行の偏差値は取り込みませんでした。",
        "設定 > 16タイプと尺度 で、この名前を尺度の別名に加えてから、もう一度取り込んでください。取込の不要な尺度であれば、対応は不要です。",
        "assessments:reference",
    ),
    Reason.ASSESSMENT_SCALE_NOT_KEPT: Entry(
        Severity.WARNING,
        "保存しない尺度",
        "尺度「{field}」は保存しない設定のため、偏差値を取り込みませんでした。",
        "対応は不要です。保存する場合は、管理者が 設定 > 16タイプと尺度 でこの尺度の偏差値を保存する設定に戻してから、もう一度取り込んでください。",
        "assessments:reference",
    ),
    Reason.ASSESSMENT_SCALE_TWICE: Entry(
        Severity.ERROR,
        "尺度の重複",
        "尺度「{value}」の行が、同じ検査結果（社員・検査名・受検日・完了日時が同じ行）に2行以上あります。",
        "1行だけを残すか、検査名または完了日時を直してください。",
    ),
    Reason.ASSESSMENT_LINES_CONTRADICT: Entry(
        Severity.ERROR,
        "行どうしの食い違い",
        "{field}「{value}」が、同じ検査結果の{other}行目と食い違っています。",
        "同じ検査結果の行では、{field}を同じ値にするか、1行だけに入力してください。",
    ),
    Reason.ASSESSMENT_LINES_REFUSED: Entry(
        Severity.ERROR,
        "同じ検査結果のほかの行の誤り",
        "同じ検査結果のほかの行（{others}）に誤りがあるため、この行も取り込みませんでした。",
        "ファイルの{others}を直してから、もう一度取り込んでください。",
    ),
}

# Names that a file of results gives its columns and sheets: a first line without names is somebody's
NAMING = frozenset({Reason.FILE_COLUMN_UNKNOWN, Reason.FILE_SHEET_CHOSEN, Reason.FILE_SHEETS_IGNORED})
# What is about a line of a file, of whatever kind, and quotes it
OF_A_CELL = frozenset(
    {
        Reason.FILE_CELL_ERROR,
        Reason.FILE_FORMULA_WITHOUT_RESULT,
        Reason.FILE_CELL_IS_DATE,
        Reason.FILE_NUMBER_ROUNDED,
        Reason.FILE_NUMBER_FORMATTED,
        Reason.FILE_NUMBER_SHOWN_DIFFERENTLY,
        Reason.FILE_CHARACTER_LOST,
        Reason.FILE_LEADING_ZEROS,
        Reason.FILE_LEADING_ZEROS_ADDED,
        Reason.FILE_LOOKS_ALIKE,
    }
)
# Of a file of results these quote what stands in it, which not everybody may see who may see the run
QUOTING = NAMING | OF_A_CELL
