"""Puts the questions, keeps to the limits, and hands on each part of the report as soon as it is known."""

import time
from collections.abc import Iterator
from typing import NamedTuple

from integrations.kaonavi import wire
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import KaonaviError, MustWait
from integrations.kaonavi.ports import Permit
from integrations.probe import report
from integrations.probe.questions import Question, Script
from integrations.reasons import REASONS, Reason

MOST_SILENCES = 2  # in a row; then nobody is there


class Clients(NamedTuple):
    """The company's client, and one with its key and a wrong secret."""

    ours: KaonaviClient
    stranger: KaonaviClient


class Asked(NamedTuple):
    """A part of the report. `is_answered`: whatever カオナビ said to it, as long as the questions go on."""

    text: str
    is_answered: bool


def ask(script: Script, clients: Clients, *, first: int = 1, permit: Permit | None = None) -> Iterator[Asked]:
    """Each question with what came back. Ends early without a token, at a limit, and where nobody answers any more."""
    number, silences, question = first, 0, next(script)
    earlier: report.Earlier = {}
    while True:
        started = time.monotonic()
        answer, failure = attempt(clients, question, permit)
        seconds = time.monotonic() - started
        silences = silences + 1 if answer is None else 0
        refusal = f"尋ねられませんでした。{failure}"
        lines = iter([refusal]) if answer is None else report.told(number, question, answer, seconds, earlier)
        end = why_to_end(question, answer, failure, silences)
        yield Asked(report.section(number, question, lines) + (f"\n{end}\n" if end else ""), bool(answer and not end))
        if end:
            return
        try:
            question = script.send(answer)
        except StopIteration:
            return
        number += 1


def attempt(clients: Clients, question: Question, permit: Permit | None) -> tuple[wire.Answer | None, str]:
    """The answer, or a sentence of ours that says why there is none."""
    client = clients.stranger if question.secret_is_wrong else clients.ours
    try:
        return client.look(question.call, token=question.token, permit=permit if question.call.is_update else None), ""
    except MustWait:
        return None, REASONS[Reason.KAONAVI_LIMIT].title
    except KaonaviError as error:
        return None, REASONS[Reason(error.reason)].sentence.format(field="アクセストークン")


def why_to_end(question: Question, answer: wire.Answer | None, failure: str, silences: int) -> str:
    """Why nothing more is asked; "" where the next question follows."""
    if failure == REASONS[Reason.KAONAVI_LIMIT].title or (answer is not None and answer.status == 429):
        return "利用制限に達したため、ここで終わりました。1時間ほどしてから、もう一度実行してください。"
    if question.call is wire.TOKEN and not question.secret_is_wrong and (answer is None or answer.status != 200):
        return "アクセストークンを取得できないため、ここで終わりました。"
    if silences >= MOST_SILENCES:
        return "続けて応答がないため、ここで終わりました。"
    return ""
