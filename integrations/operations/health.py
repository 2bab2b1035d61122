"""Whether the product can do its work: one list of parts, for /readyz, `manage.py health` and the operator's page."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial

from django.db import connection

from accounts.causes import Code, Service, cause, told
from integrations.operations import checks
from integrations.operations.checks import Trouble, trouble_by, trouble_of
from integrations.operations.patience import Question

logger = logging.getLogger(__name__)

PATIENCE = 2.5  # seconds for all of it


class Asked(Enum):
    """Who is asked: one of them that hangs keeps nobody from asking the others."""

    DATABASE = Service.DATABASE
    QUEUE = Service.QUEUE
    MACHINE = Service.MACHINE


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the product. Without an essential one it cannot do its work; the others must be seen to in time."""

    title: str
    check: Callable[[], Trouble | None]
    asked: Asked
    is_essential: bool = False


PARTS: dict[str, Part] = {
    "database": Part("データベース", checks.database, Asked.DATABASE, is_essential=True),
    "migrations": Part("データベースの更新", checks.migrations, Asked.DATABASE, is_essential=True),
    "keys": Part("暗号鍵", checks.keys, Asked.DATABASE, is_essential=True),
    "broker": Part("キュー", checks.broker, Asked.QUEUE, is_essential=True),
    "worker": Part("ワーカー", checks.worker, Asked.DATABASE, is_essential=True),
    "beat": Part("定期的な処理（beat）", checks.beat, Asked.DATABASE),
    "backup": Part("自動バックアップ", checks.backups, Asked.DATABASE),
    "static": Part("画面のファイル", checks.static, Asked.MACHINE),
    "disk": Part("ディスク", checks.disk, Asked.MACHINE),
}
UNKNOWN = Trouble("データベースに接続できないため、確認できません。")


@dataclass(frozen=True, slots=True)
class PartHealth:
    """How a part is. `problem` is "" when it is well; `stops_work` where the product cannot do its work with it."""

    part: str
    title: str
    problem: str = ""
    remedy: str = ""
    code: str = ""
    since: datetime | None = None
    stops_work: bool = False


def readiness() -> list[PartHealth]:
    """How each part is, always in the same order. Never raises, and never takes longer than `PATIENCE`."""
    return health_of(*PARTS)


def health_of(*names: str) -> list[PartHealth]:
    """The same of some parts, for which only those are asked who know."""
    deadline = time.monotonic() + PATIENCE
    asked = {PARTS[name].asked for name in names}
    answers = {each: QUESTIONS[each].put() for each in asked}
    troubles = {each: read(answer, each, deadline) for each, answer in answers.items()}
    return [as_health(name, troubles[PARTS[name].asked].get(name)) for name in names]


def read(answer: "Future[dict[str, Trouble]]", asked: Asked, deadline: float) -> dict[str, Trouble]:
    """The troubles of the parts that were looked at; of one that hangs, the same for all that it is asked about."""
    try:
        return answer.result(timeout=max(0.0, deadline - time.monotonic()))
    except TimeoutError:
        return dict.fromkeys(PARTS, trouble_by(cause(Code.TIMED_OUT, asked.value)))


def as_health(name: str, trouble: Trouble | None) -> PartHealth:
    part = PARTS[name]
    if trouble is None:
        return PartHealth(name, part.title)
    facts = (trouble.problem, trouble.remedy, trouble.code, trouble.since)
    return PartHealth(name, part.title, *facts, stops_work=part.is_essential or trouble.is_grave)


def look_at(asked: Asked) -> dict[str, Trouble]:
    """The parts about which this one is asked, one after the other."""
    troubles: dict[str, Trouble] = {}
    for name, part in PARTS.items():
        if part.asked is not asked:
            continue
        is_away = asked is Asked.DATABASE and "database" in troubles and not connection.is_usable()
        trouble = UNKNOWN if is_away else trouble_with(part)
        if trouble is not None:
            troubles[name] = trouble
    return troubles


def trouble_with(part: Part) -> Trouble | None:
    try:
        return part.check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the other parts are to be told of
        logger.warning("the check of %s failed (%s)", part.check.__name__, told(error))
        return trouble_of(error, part.title)


QUESTIONS = {asked: Question(partial(look_at, asked)) for asked in Asked}
