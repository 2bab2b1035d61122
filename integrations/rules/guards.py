"""安全装置: an import stops and asks before it does what nobody does on an ordinary day (product rules 9 and 3.9)."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from integrations.reasons import Reason
from integrations.rules.employees.fields import CAN_BE_EMPTIED, LocalEmployee
from integrations.rules.plan import Change, Finding

FEWEST_ROWS = 10  # below this a share says nothing
MISSING, RETIRED, RETIREMENT_DATE = "missing", "is_retired", "retirement_date"
CREATED = "created"

TOLD_TOGETHER = "項目名を変更している場合は、デフォルトの項目名に戻してください。"


class Guard(StrEnum):
    """Which of them stopped the run."""

    ITEM_MISSING = "item_missing"
    BLANKS = "blanks"
    SHRINKING = "shrinking"
    LEAVING = "leaving"
    CHANGING_HANDS = "changing_hands"
    TAKING_BACK = "taking_back"


class Alarm(NamedTuple):
    """One line of the question. `losers` of `out_of` would lose `field`, which the other answer leaves as it is.

    `field` is a field of an employee, MISSING for the mark 「カオナビになし」, CREATED for what an undo would delete, "" where
    nothing is lost. `unit` counts them.
    """

    guard: Guard
    field: str
    losers: int
    out_of: int
    unit: str = "名"

    @property
    def label(self) -> str:
        """What the answer that loses nothing does not change."""
        names = {MISSING: "「カオナビになし」の印", RETIRED: "退職者フラグ", CREATED: "新規登録分"}
        return names.get(self.field) or CAN_BE_EMPTIED.get(self.field, "")

    @property
    def sentence(self) -> str:
        losers, out_of = f"{self.losers:,}{self.unit}", f"{self.out_of:,}{self.unit}"
        return {
            Guard.ITEM_MISSING: f"カオナビに項目「{self.label}」が見つかりません。"
            f"実行すると、{losers}の{self.label}が空白で上書き更新されます。",
            Guard.BLANKS: f"実行すると、{self.label}が登録されている{out_of}のうち、"
            f"{losers}の{self.label}が空白で上書き更新されます。",
            Guard.SHRINKING: f"前回までカオナビにあった{out_of}のうち、{losers}が見つかりません。"
            f"実行すると、{losers}に「カオナビになし」の印が付きます。",
            Guard.LEAVING: f"実行すると、在籍している{out_of}のうち、{losers}が新たに退職者になります。",
            Guard.CHANGING_HANDS: f"メールアドレスが一致した{out_of}のうち、{losers}は別の人の可能性があるため登録しません。"
            "カオナビのメールアドレスがずれていないか確認してください。",
            Guard.TAKING_BACK: f"実行すると、この処理で新規登録し、その後に変更のない{losers}を削除します。",
        }[self.guard]

    @property
    def effect(self) -> str:
        """What the answer that loses something does, as the beginning of its button; "" where nothing is lost."""
        losers = f"{self.losers:,}{self.unit}"
        return {
            Guard.ITEM_MISSING: f"{losers}の{self.label}を空白に",
            Guard.BLANKS: f"{losers}の{self.label}を空白に",
            Guard.SHRINKING: f"{losers}を「カオナビになし」に",
            Guard.LEAVING: f"{losers}を退職者に",
            Guard.CHANGING_HANDS: "",
            Guard.TAKING_BACK: f"{losers}を削除",
        }[self.guard]


def question(alarms: Sequence[Alarm]) -> str:
    """What a person is asked, a line for each alarm; "" where there is none."""
    lines = [alarm.sentence for alarm in alarms if alarm.guard is not Guard.ITEM_MISSING]
    if missing := [alarm.sentence for alarm in alarms if alarm.guard is Guard.ITEM_MISSING]:
        lines.insert(0, "".join([*missing, TOLD_TOGETHER]))
    return "\n".join(lines)


def kept_by(alarms: Iterable[Alarm]) -> frozenset[str]:
    """The fields that the answer which loses nothing leaves as they are."""
    return frozenset(alarm.field for alarm in alarms) - {""}


def is_alarming(losers: int, out_of: int, percent: int) -> bool:
    """Whether so many are more than an ordinary day's; `percent` 0 is off."""
    return percent > 0 and out_of >= FEWEST_ROWS and losers * 100 >= percent * out_of


def shrinking(absent: Collection[int], linked: int, percent: int, unit: str) -> Iterator[Alarm]:
    """`absent` of so many `linked` and present rows would be marked."""
    if is_alarming(len(absent), linked, percent):
        yield Alarm(Guard.SHRINKING, MISSING, len(absent), linked, unit)


def alarms_for(
    changes: Iterable[Change], ours: Sequence[LocalEmployee], percent: int, missing_items: Mapping[str, bool]
) -> Iterator[Alarm]:
    """The alarms for what people would lose.

    `ours`: those whom カオナビ had before or has now; `missing_items`: fields whose items are absent, and whether to ask.
    """
    losers = Counter(loss for change in changes if change.pk is not None for loss in losses(change))
    for field in CAN_BE_EMPTIED:
        if losers[field]:
            owners = sum(not is_blank(getattr(person.values, field)) for person in ours)
            if missing_items.get(field):
                yield Alarm(Guard.ITEM_MISSING, field, losers[field], owners)
            elif field not in missing_items and is_alarming(losers[field], owners, percent):
                yield Alarm(Guard.BLANKS, field, losers[field], owners)
    if losers[RETIRED]:
        in_service = sum(not person.values.is_retired for person in ours)
        if is_alarming(losers[RETIRED], in_service, percent):
            yield Alarm(Guard.LEAVING, RETIRED, losers[RETIRED], in_service)


def changing_hands(issues: Iterable[Finding], matched: int, percent: int) -> Iterator[Alarm]:
    """So many of the `matched` rows are refused because they may be somebody else's."""
    uncertain = sum(problem.reason is Reason.MEMBER_IDENTITY_UNCERTAIN for problem in issues)
    if is_alarming(uncertain, matched, percent):
        yield Alarm(Guard.CHANGING_HANDS, "", uncertain, matched)


def losses(change: Change) -> Iterator[str]:
    """The fields of which a known employee loses the value; RETIRED for somebody who leaves."""
    for field, (old, new) in change.fields.items():
        if field == RETIRED:
            if new:
                yield RETIRED
        elif field in CAN_BE_EMPTIED and is_blank(new) and not is_blank(old):
            yield field


def is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
