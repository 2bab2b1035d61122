"""What an undo may do to results. Pure.

A change tells 偏差値 and further 判定 as one field that holds only those that differ: here each is a field of its own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from integrations.rules.plan import Action, Change
from integrations.rules.undo.steps import WHOLE, Record, Step, settle

GATHERED = ("scores", "judgements")
OWNER = "employee"  # told by mail, which may be another's by now; who it is says `employee_id`
KNOWN_BY = ("employee_id", "title", "taken_on", "completed_at")
LABELS = {
    "title": "検査名",
    "taken_on": "受検日",
    "completed_at": "完了日時",
    "personality_type": "16タイプ",
    "unknown_type": "16タイプ",
    "grade": "判定",
    "overall_score": "総合スコア",
    "comment": "コメント",
    "scores": "偏差値",
    "judgements": "ほかの基準での判定",
}
NO_OWNER = "社員がすでに削除されています"
NO_TYPE = "元の16タイプが設定にありません"
THERE_AGAIN = "同じ検査結果がもう一度登録されています"


def label(name: str) -> str:
    return LABELS.get(name.partition("/")[0], name)


def apart(record: Record) -> Record:
    """The record with each 偏差値 and each 判定 as a field of its own."""
    fields: dict[str, Sequence[Any]] = {}
    for name, (old, new) in record.fields.items():
        if name in GATHERED:
            for each in {**(old or {}), **(new or {})}:
                fields[f"{name}/{each}"] = ((old or {}).get(each), (new or {}).get(each))
        elif name == "completed_at":
            fields[name] = (moment(old), moment(new))
        elif name != OWNER:
            fields[name] = (old, new)
    return record._replace(fields=fields)


def moment(text: str | None) -> str | None:
    """One spelling of a time: databases and JSON have several."""
    return datetime.fromisoformat(text).astimezone(UTC).isoformat() if text else None


def gathered(change: Change) -> Change:
    """The change as changes of results are kept."""
    fields: dict[str, tuple[Any, Any]] = {}
    sides: dict[str, tuple[dict[str, Any], dict[str, Any]]] = defaultdict(lambda: ({}, {}))
    for name, (old, new) in change.fields.items():
        field, _, each = name.partition("/")
        if each:
            sides[field][0][each], sides[field][1][each] = old, new
        else:
            fields[name] = (old, new)
    for field, (before, after) in sides.items():
        is_old, is_new = change.action is not Action.CREATE, change.action is not Action.DELETE
        fields[field] = (before if is_old else None, after if is_new else None)
    return Change(change.key, change.name, fields, change.pk, change.done)


def settle_results(
    steps: Sequence[Step], owners: Collection[int], types: Collection[str], known: Mapping[Sequence[Any], int]
) -> None:
    """Give up what cannot be. `owners` are the people (pk) that are there, `known` the results of theirs (pk) by what
    tells one from another (KNOWN_BY).
    """

    def obstacles() -> Iterator[tuple[Step, str, str]]:
        for step in steps:
            kind = step.back.get("personality_type")
            if kind and kind not in types:
                yield step, "personality_type", NO_TYPE
            elif step.action is Action.CREATE and step.back.get("employee_id") not in owners:
                yield step, WHOLE, NO_OWNER
            elif step.action is Action.CREATE and tuple(step.back.get(name) for name in KNOWN_BY) in known:
                yield step, WHOLE, THERE_AGAIN

    settle(obstacles)


TYPE_OF = ("personality_type", "unknown_type")  # a result has one of them at most
TOGETHER = (TYPE_OF,)
