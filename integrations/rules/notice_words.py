"""The words of a notice: what happened, what to do, and where. Pure.

They are made of fixed words, numbers and times alone: no message of a run, which may quote カオナビ, comes in here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from integrations.reasons import REASONS, Reason
from integrations.rules.notices import Due, Occasion, Telling

MARK = "【ミキワメ連携】"
PRACTICE = "【練習モード】"
MOST_TITLES = 3
COUNTS = {"created": "新規", "updated": "更新", "unchanged": "変更なし", "skipped": "対象外", "failed": "エラー"}
LOOK = "下のリンクの画面で、理由と対処方法を確認してください。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a notice may tell. `label` is the kind of run, `status` how it ended; `at` is when (of silence, when it was
    last well), `by_itself` whether nobody clicked. `problems` are the new ones by reason.
    """

    label: str = ""
    status: str = ""
    at: datetime | None = None
    by_itself: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)
    days: int = 0
    is_connected: bool = True


class Said(NamedTuple):
    """What happened, in a sentence without its end; what is to be known of it; what to do."""

    happened: str
    detail: str
    to_do: str


def words(due: Due, facts: Facts, link: str, *, is_practice: bool = False) -> tuple[str, str]:
    """The subject, and the three lines."""
    said = over(due, facts) if due.telling is Telling.OVER else SENTENCES[due.matter.occasion](due, facts)
    detail = f"（{said.detail}）" if said.detail else ""
    return f"{MARK}{PRACTICE * is_practice}{said.happened}", f"{said.happened}{detail}。\n{said.to_do}\n{link}"


def failed(due: Due, facts: Facts) -> Said:
    again = "続けて" if due.telling is Telling.REMINDER else ""
    title = title_of(due.sort)
    what = f"「{title}」のためです。" if title else ""
    return Said(f"{facts.label}が{again}「{facts.status}」で終わりました", moment(facts), f"{what}{LOOK}")


def problems(_: Due, facts: Facts) -> Said:
    number = sum(facts.problems.values())
    return Said(
        f"{facts.label}が「{facts.status}」で終わり、新しい問題が{number:,}件あります",
        f"{moment(facts)}。{counted(facts)}",
        f"{kinds_of(facts.problems)}。要対応で、対処方法を確認してください。",
    )


def held(due: Due, facts: Facts) -> Said:
    still = "引き続き" if due.telling is Telling.REMINDER else ""
    return Said(
        f"{facts.label}が{still}「確認待ち」で止まっています",
        f"{moment(facts)}。{counted(facts)}",
        "内容を確認して、実行または中止を選んでください。それまで、自動実行は始まりません。",
    )


def keys(due: Due, _: Facts) -> Said:
    still = "引き続き" if due.telling is Telling.REMINDER else ""
    return Said(
        f"カオナビとの連携が{still}切れています",
        "カオナビが認証情報を受け付けませんでした",
        "新しい認証情報を入力すると、再開できます。それまで、同期と登録は行えません。",
    )


def silence(_: Due, facts: Facts) -> Said:
    last = f"最後の成功は{stamp(facts.at)}" if facts.at else "まだ一度も成功していません"
    to_do = (
        "自動実行のスケジュールと、サーバー（worker と beat）が動いているかを確認し、必要なら実行してください。"
        if facts.is_connected
        else "カオナビと連携していないため、自動実行は何も開始しません。連携するか、自動実行のスケジュールを外してください。"
    )
    return Said(f"{facts.label}が{facts.days}日間成功していません", last, to_do)


def over(due: Due, facts: Facts) -> Said:
    if due.matter.occasion is Occasion.KEYS:
        return Said("復旧しました：カオナビとの連携が再開しました", "", "対応は必要ありません。")
    return Said(
        f"復旧しました：{facts.label}が「{facts.status}」で終わりました",
        f"{moment(facts)}。{counted(facts)}" if facts.counts else moment(facts),
        "対応は必要ありません。",
    )


SENTENCES = {
    Occasion.FAILED: failed,
    Occasion.PROBLEMS: problems,
    Occasion.HELD: held,
    Occasion.KEYS: keys,
    Occasion.SILENCE: silence,
}


def title_of(reason: str) -> str:
    """「メールアドレスの重複」; "" of a reason that only another version knows."""
    return REASONS[Reason(reason)].title if reason in set(Reason) else ""


def kinds_of(problems: Mapping[str, int]) -> str:
    """「メールアドレスの重複 11件、所属の不明 2件、ほか 4件」, the most first."""
    order: Sequence[str] = sorted(problems, key=lambda reason: (-problems[reason], reason))
    told = [f"{title_of(reason) or reason} {problems[reason]:,}件" for reason in order[:MOST_TITLES]]
    rest = sum(problems[reason] for reason in order[MOST_TITLES:])
    return "、".join([*told, *([f"ほか {rest:,}件"] if rest else [])])


def counted(facts: Facts) -> str:
    return " ".join(f"{label}{facts.counts.get(name, 0):,}" for name, label in COUNTS.items())


def moment(facts: Facts) -> str:
    return f"{stamp(facts.at)}{'、自動実行' if facts.by_itself else ''}"


def stamp(at: datetime | None) -> str:
    """In the zone that it comes in."""
    return f"{at:%Y/%m/%d %H:%M}" if at else ""
