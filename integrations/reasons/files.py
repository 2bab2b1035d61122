"""Reasons of the imports from files."""

from integrations.reasons.codes import Reason, Severity
from integrations.reasons.entry import Entry

ENTRIES = {
    Reason.FILE_UNREADABLE: Entry(
        Severity.ERROR,
        "ファイルを読み取れませんでした。",
        "UTF-8 または Shift_JIS（CP932）の CSV ファイルか Excel ブック（.xlsx）として保存し直してから、もう一度取り込んでください。",
    ),
    Reason.FILE_COLUMN_MISSING: Entry(
        Severity.ERROR,
        "列「{field}」がありません。",
        "1行目に列名「{field}」を入れてから、もう一度取り込んでください。",
    ),
    Reason.FILE_COLUMN_AMBIGUOUS: Entry(
        Severity.ERROR,
        "「{field}」にあたる列が{times}つあります（{value}）。",
        "1つの列だけを残してから、もう一度取り込んでください。",
    ),
    Reason.FILE_COLUMN_UNKNOWN: Entry(
        Severity.WARNING,
        "列「{field}」は取り込みませんでした。",
        "尺度の列であれば、列名を尺度名に直すか、この列名を尺度の別名に加えてから、もう一度取り込んでください。"
        "取込の不要な列であれば、対応は不要です。",
        "assessments:reference",
    ),
    Reason.ASSESSMENT_ROW_BROKEN: Entry(
        Severity.ERROR,
        "値の数（{cells}）が列名の数（{columns}）より多いため、どの列の値か分かりません。",
        '値に「,」や改行、「"」がある場合は、値の全体を「"」で囲んでください（値の中の「"」は「""」とします）。',
    ),
    Reason.ASSESSMENT_PERSON_MISSING: Entry(
        Severity.ERROR,
        "社員番号もメールアドレスも空白です。",
        "ファイルのこの行に、社員番号またはメールアドレスを入力してください。",
    ),
    Reason.ASSESSMENT_PERSON_UNKNOWN: Entry(
        Severity.ERROR,
        "{field}「{value}」の社員がいません。",
        "ファイルの{field}を直すか、自社社員管理 > 社員情報を一括操作 > カオナビと同期 で社員情報を最新にしてから、"
        "もう一度取り込んでください。",
        "employees:list",
    ),
    Reason.ASSESSMENT_PERSON_AMBIGUOUS: Entry(
        Severity.ERROR,
        "どの社員の検査結果か決められません（{others}）。",
        "ファイルのこの行で、社員番号とメールアドレスが同じ人を指すように直してください。"
        "社員番号が同じ社員が複数いる場合は、メールアドレスも入力してください。",
        "employees:list",
    ),
    Reason.ASSESSMENT_VALUE_INVALID: Entry(
        Severity.ERROR,
        "{field}の値が正しくありません。",
        "ファイルのこの行の{field}を、{expected}で入力してください。",
    ),
    Reason.ASSESSMENT_TYPE_UNKNOWN: Entry(
        Severity.WARNING,
        "16タイプ「{value}」が設定にないため、この名前のまま取り込みました。",
        "設定 > 16タイプと尺度 で、「新しいタイプとして登録」または「既存のタイプの別名にする」を選んでください。"
        "この名前の検査結果すべてに、16タイプが設定されます。",
        "assessments:reference",
    ),
    Reason.ASSESSMENT_DUPLICATE: Entry(
        Severity.ERROR,
        "社員・検査名・受検日・完了日時が同じ行がファイルに{times}行あるため、どれも取り込みませんでした。",
        "1行だけを残すか、検査名または完了日時を直してください。",
    ),
    Reason.ASSESSMENT_SCALE_UNKNOWN: Entry(
        Severity.WARNING,
        "尺度「{value}」が設定にないため、この行の偏差値は取り込みませんでした。",
        "設定 > 16タイプと尺度 で、この名前を尺度の別名に加えてから、もう一度取り込んでください。取込の不要な尺度であれば、対応は不要です。",
        "assessments:reference",
    ),
    Reason.ASSESSMENT_SCALE_TWICE: Entry(
        Severity.ERROR,
        "尺度「{value}」の行が、同じ検査結果（社員・検査名・受検日・完了日時が同じ行）に2行以上あります。",
        "1行だけを残すか、検査名または完了日時を直してください。",
    ),
    Reason.ASSESSMENT_LINES_CONTRADICT: Entry(
        Severity.ERROR,
        "{field}「{value}」が、同じ検査結果の{other}行目と食い違っています。",
        "同じ検査結果の行では、{field}を同じ値にするか、1行だけに入力してください。",
    ),
    Reason.ASSESSMENT_LINES_REFUSED: Entry(
        Severity.ERROR,
        "同じ検査結果のほかの行（{others}）に誤りがあるため、この行も取り込みませんでした。",
        "ファイルの{others}を直してから、もう一度取り込んでください。",
    ),
}
