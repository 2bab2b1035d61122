"""Findings in words. A sentence of `integrations.reasons` is about カオナビ's data; some of a file's are here."""

from typing import NamedTuple

from integrations.reasons import REASONS, Reason, Severity
from integrations.reasons.entry import NEVER_WORKED, NUMBER_RULE
from integrations.rules.plan import Finding
from integrations.rules.text import shown, with_line

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


class Issue(NamedTuple):
    """A finding in words, as it is stored, shown and downloaded."""

    severity: Severity
    reason: Reason
    subject_key: str
    subject_name: str
    email: str
    field: str
    value: str
    detail: str
    remedy: str
    line: int | None
    object_id: int | None

    @property
    def sentence(self) -> str:
        """With the line of the file before it."""
        return with_line(self.line, self.detail)


def in_words(found: Finding, *, of_file: bool = False) -> Issue:
    """The finding in the words for カオナビ's data, or for a file's: there what is absurdly long is cut."""
    entry = REASONS[found.reason]
    usual = (entry.sentence, entry.remedy)
    sentence, remedy = WORDS.get(found.reason, usual) if of_file else usual
    as_told = shown if of_file else str
    field = FIELDS.get(found.field, found.field) if of_file else found.field
    key, name, email, value = map(as_told, (found.subject_key, found.subject_name, found.email, found.value))
    told = {param: as_told(word) if isinstance(word, str) else word for param, word in found.params.items()}
    blanks = {"key": key, "name": name, "value": value, **told, "field": field}
    ticks = NEVER_WORKED.format(ticks=found.missing_ticks) if found.missing_ticks else ""
    return Issue(
        severity=entry.severity,
        reason=found.reason,
        subject_key=key,
        subject_name=name,
        email=email,
        field=field,
        value=value,
        detail=sentence.format(**blanks) + found.detail,
        remedy=ticks + remedy.format(**blanks),
        line=found.line,
        object_id=found.object_id,
    )
