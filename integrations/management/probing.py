"""`manage.py kaonavi probe FILE`: whom it asks, where the report goes, and the consent to the question that writes."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from accounts import site
from integrations.connection.address import api_url
from integrations.connection.remote_state import DatabaseTokens, MemoryTokens
from integrations.connection.session import client_for, working_connection
from integrations.jobs.permit import QuietPermit
from integrations.probe import report, writing
from integrations.probe.asking import Asked, Clients, ask
from integrations.probe.questions import reads

OFFICIAL = "https://api.kaonavi.jp/"
WRONG_SECRET = "not the secret"  # noqa: S105 - opens nothing, that is what it is for
CUT = "\n途中で終わりました。ここまでに分かったことだけが書かれています。\n"
Say = Callable[[str], object]


@dataclass
class Report:
    """The file as it grows: whatever happens, what is known by then is in it."""

    file: TextIO
    asked: int = 0
    unanswered: int = 0

    def add(self, text: str) -> None:
        self.file.write(text)
        self.file.flush()

    def take(self, parts: Iterator[Asked]) -> None:
        for part in parts:
            self.add(part.text)
            self.asked += 1
            self.unanswered += not part.is_answered


@contextmanager
def clients(key: str, secret: str) -> Iterator[Clients]:
    """With these keys, or with those of the working connection. Raises NotConnectedError."""
    tokens: MemoryTokens | DatabaseTokens = MemoryTokens()
    if not key:
        connection = working_connection()
        key, secret, tokens = connection.consumer_key, connection.consumer_secret, DatabaseTokens(connection)
    with client_for(key, secret, tokens) as ours, client_for(key, WRONG_SECRET, MemoryTokens()) as stranger:
        yield Clients(ours, stranger)


@contextmanager
def new_report(path: Path) -> Iterator[Report]:
    """A file that only its owner can read. Raises CommandError where there is one already, or none can be made."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CommandError(f"{path} はすでにあります。上書きはしません。別の名前を指定してください。") from None
    except OSError as error:
        raise CommandError(f"{path} を作成できません。{error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        made = Report(file)
        made.add(report.opening(timezone.localtime(), settings.VERSION, place()))
        try:
            yield made
        except BaseException:
            made.add(CUT)
            raise
        made.add(f"\n終わり。尋ねたこと：{made.asked}　答えのなかったこと：{made.unanswered}\n")


def place() -> str:
    if site.is_practice():
        return report.PRACTICE
    return report.OFFICIAL if api_url().startswith(OFFICIAL) else report.ELSEWHERE


def probe(path: Path, *, key: str, secret: str, write_for: str, say: Say) -> int:
    """Ask and write the report; the exit code. `write_for` is a 社員番号, or "" where nothing shall be written."""
    today = timezone.localdate()
    with clients(key, secret) as asked:
        planned = agreed(asked, write_for, say) if write_for else None
        with new_report(path) as made:
            made.take(ask(reads(today), asked))
            if planned and made.unanswered:
                made.add("\n読み取りの問いに答えのないものがあるため、書き込みの問いは尋ねませんでした。\n")
            elif planned:
                planned = replanned(asked, write_for)
                made.take(ask(writing.writes(planned), asked, first=made.asked + 1, permit=QuietPermit()))
    say(f"{path} に書きました（尋ねたこと：{made.asked}　答えのなかったこと：{made.unanswered}）。")
    say("値は入っていませんが、外に渡す前に一度目を通してください。")
    return int(made.unanswered > 0)


def agreed(asked: Clients, code: str, say: Say) -> writing.Plan:
    """What will be written, once the person at the terminal has read it and typed the 社員番号 again."""
    planned = replanned(asked, code)
    say(planned.in_words())
    say("実行するには、社員番号をもう一度入力してください：")
    if sys.stdin.readline().strip() != code:
        raise CommandError("社員番号が一致しないため、何も尋ねず、何も書き込みませんでした。")
    return planned


def replanned(asked: Clients, code: str) -> writing.Plan:
    try:
        return writing.plan(asked.ours, code, timezone.localdate())
    except writing.NotAskableError as error:
        raise CommandError(f"書き込みの問いは尋ねられません。{error}") from None
