"""部署CSV取込 and 社員CSV取込: the reason codes of the sync, told in the words of a file instead of カオナビ's.

The codes, their severity and their pages are those of `integrations.reasons`; so is a sentence that has no other here.
"""

from dataclasses import replace

from integrations.reasons import REASONS, Reason
from integrations.reasons.entry import NUMBER_RULE
from integrations.rules.employees.values import shown
from integrations.rules.plan import Issue, issue

FIELDS = {  # what カオナビ calls our columns
    "所属コード": "部署コード",
    "所属名": "部署名",
    "1階層上位の所属": "親部署コード",
}

MEND_THE_ROW = "ファイルのこの行を直してから、もう一度取り込んでください。"

WORDS: dict[Reason, tuple[str, str]] = {  # sentence and remedy
    Reason.DEPARTMENT_CODE_MISSING: (
        "部署コードが空白のため、取り込みませんでした。",
        "取り込む場合は、ファイルのこの行に部署コードを入力してください。",
    ),
    Reason.DEPARTMENT_CODE_DUPLICATE: (
        "部署コード「{key}」がファイルに{times}行あるため、どれも取り込みませんでした。",
        "部署コードが重ならないように、ファイルの行を直してください。",
    ),
    Reason.DEPARTMENT_NAME_MISSING: ("部署名が空白です。", "ファイルのこの行に部署名を入力してください。"),
    Reason.DEPARTMENT_VALUE_TOO_LONG: (
        "{field}が{limit}文字を超えています（{length}文字）。",
        "ファイルのこの行の{field}を{limit}文字以内に短くしてください。",
    ),
    Reason.DEPARTMENT_UNREADABLE: ("この行を読み取れませんでした。", MEND_THE_ROW),
    Reason.DEPARTMENT_PARENT_UNKNOWN: (
        "親部署「{value}」がファイルにもミキワメにもありません。",
        "ファイルのこの行の親部署コードを直すか、親部署の行をファイルに加えてください。",
    ),
    Reason.DEPARTMENT_PARENT_LOOP: (
        "親部署をたどると自分自身に戻ります。",
        "ファイルで、この部署と「{parent}」の上下の関係を正してください。",
    ),
    Reason.DEPARTMENT_PARENT_REFUSED: (
        "親部署「{parent}」を登録できないため、この部署は取り込みませんでした。",
        "「{parent}」のエラーを先に解消してから、もう一度取り込んでください。",
    ),
    Reason.DEPARTMENT_TOO_DEEP: (
        "部署の階層は10階層までです（{which}は{level}階層目）。",
        "ファイルの親部署コードを、10階層以内に収まるように直してください。",
    ),
    Reason.DEPARTMENT_NAME_TAKEN: (
        "部署名重複エラー：部署名「{value}」は、部署「{holder_name}」（{holder_code}）が使用しています。",
        "同じ部署であれば部署コードを、別の部署であれば部署名を、ファイルとミキワメ（設定 > 部署管理）で揃えてください。",
    ),
    Reason.MEMBER_NAME_MISSING: (
        "姓が空白のため、取り込みませんでした。",
        "取り込む場合は、ファイルのこの行に姓を入力してください。",
    ),
    Reason.MEMBER_MAIL_MISSING: (
        "メールアドレスが空白のため、取り込みませんでした。",
        "取り込む場合は、ファイルのこの行にメールアドレスを入力してください。",
    ),
    Reason.MEMBER_MAIL_DUPLICATE: (
        "同じメールアドレスがファイルのほかの行にもあるため、どれも取り込みませんでした（{others}）。",
        "メールアドレスを1人に1つの値にしてください。",
    ),
    Reason.MEMBER_MAIL_INVALID: (
        "メールアドレスの形式が正しくありません。",
        "ファイルのこの行のメールアドレスを、半角の「名前@ドメイン」の形に直してください。",
    ),
    Reason.MEMBER_DEPARTMENT_UNKNOWN: (
        "{field}「{value}」の部署がミキワメにありません。",
        "ファイルのこの行の{field}を直すか、先に設定 > 部署管理 で部署を登録してください。",
    ),
    Reason.MEMBER_NUMBER_INVALID: (
        "社員番号に使えない文字があります。",
        f"ファイルのこの行の社員番号を、{NUMBER_RULE}にしてください。",
    ),
    Reason.MEMBER_NUMBER_SHARED: (
        "社員番号が、別の社員（{others}）と同じです。メールアドレスが変わった可能性があります。",
        REASONS[Reason.MEMBER_NUMBER_SHARED].remedy,
    ),
    Reason.MEMBER_IDENTITY_UNCERTAIN: (
        (
            "ミキワメの{holder}さんと同じ人かどうか判断できないため、取り込みませんでした。"
            "同じ項目：{same}。違う項目（ミキワメ／ファイル）：{different}。"
        ),
        (
            "処理の画面の「同じ人かどうかの確認」で、管理者が「同じ人です」または「別の人です」を選んでから、"
            "もう一度取り込んでください。"
        ),
    ),
    Reason.MEMBER_MAIL_TAKEN_OVER: (
        REASONS[Reason.MEMBER_MAIL_TAKEN_OVER].sentence,
        (
            "在籍している人であれば、自社社員管理のその社員のページの「メールアドレスを変更する」で、"
            "新しいメールアドレスを登録してください。退職した人であれば、退職者フラグを付けるか削除してください。"
        ),
    ),
    Reason.MEMBER_DATE_INVALID: (
        "{field}が正しい日付ではありません。",
        "ファイルのこの行の{field}を、YYYY/MM/DD または YYYY-MM-DD の形の正しい日付に直してください。",
    ),
    Reason.MEMBER_VALUE_TOO_LONG: (
        "{field}が{limit}文字を超えています（{length}文字）。",
        "ファイルのこの行の{field}を{limit}文字以内に短くしてください。",
    ),
    Reason.MEMBER_UNREADABLE: ("この行を読み取れませんでした。", MEND_THE_ROW),
    Reason.FILE_COLUMN_UNKNOWN: (
        "列「{field}」は取り込みませんでした。",
        "列名の誤りであれば、正しい列名に直してから、もう一度取り込んでください。取込の不要な列であれば、対応は不要です。",
    ),
}


def file_issue(
    reason: Reason,
    line: int | None,
    *,
    key: str = "",
    name: str = "",
    email: str = "",
    field: str = "",
    value: str = "",
    detail: str = "",
    **words: object,
) -> Issue:
    """An issue about a line of a file, or with None about the file itself. The arguments are those of `plan.issue`."""
    words = {"position": line, **words}  # which some of the sync's sentences have
    return retell(
        issue(reason, key=key, name=name, email=email, field=field, value=value, detail=detail, **words), line
    )


def retell(problem: Issue, line: int | None) -> Issue:
    """The same issue in the words of a file, with the number of its line before it. What is absurdly long is cut."""
    entry = REASONS[problem.reason]
    sentence, remedy = WORDS.get(problem.reason, (entry.sentence, entry.remedy))
    field = FIELDS.get(problem.field, problem.field)
    words = {name: shown(word) if isinstance(word, str) else word for name, word in problem.words.items()}
    words["field"] = field
    place = "" if line is None else f"{line}行目："
    return replace(
        problem,
        subject_key=shown(problem.subject_key),
        subject_name=shown(problem.subject_name),
        email=shown(problem.email),
        field=field,
        value=shown(problem.value),
        detail=f"{place}{sentence.format(**words)}{problem.words['detail']}",
        remedy=remedy.format(**words),
    )
