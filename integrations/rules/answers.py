"""Whether カオナビ's answer still has every key that an import reads: one that nobody has is no blank of everybody's."""

from collections.abc import Collection, Iterator, Mapping
from itertools import count, filterfalse

from integrations.kaonavi.errors import AnswerChanged
from integrations.kaonavi.types import Departments, Members

# Key → カオナビ's word. Not 退職日 and 表示順: nobody may have left, and a tree need not be ordered.
MEMBER_KEYS = {
    "code": "社員番号",
    "name": "氏名",
    "name_kana": "フリガナ",
    "mail": "メール",
    "entered_date": "入社日",
    "gender": "性別",
    "birthday": "生年月日",
    "department": "所属",
    "custom_fields": "役職・雇用形態などの項目",
}
UPLOAD_KEYS = {key: MEMBER_KEYS[key] for key in ("code", "name", "mail")}
DEPARTMENT_KEYS = {"code": "所属コード", "name": "所属名", "parent_code": "1階層上位の所属"}


def check_keys(absent: Collection[str], needed: Mapping[str, str]) -> None:
    """Raise AnswerChanged where keys that are needed are absent in the whole answer."""
    if missing := [f"{word}（{key}）" for key, word in needed.items() if key in absent]:
        raise AnswerChanged("、".join(missing))


def positions(answer: Members | Departments) -> Iterator[int]:
    """Where in the answer the readable elements stood, from 1: the positions that no unreadable one takes."""
    taken = {element.position for element in answer.unreadable}
    return filterfalse(taken.__contains__, count(1))
