"""Questions to services that may hang, with an end to the waiting."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from django.db import connection, connections

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """One that is asked in a thread of its own. Whoever comes before it is answered waits for the same answer.

    So a service that hangs costs one thread, and a flood of questions no more than one at a time.
    """

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self.ask = ask
        self.lock = threading.Lock()
        self.open: Future[Answer] | None = None

    def put(self) -> Future[Answer]:
        """The answer, or that it is still to come."""
        if connection.in_atomic_block:  # what this transaction has written, no other thread sees
            answer: Future[Answer] = Future()
            self.answer(answer)
            return answer
        with self.lock:
            if self.open is None or self.open.done():
                self.open = Future()
                threading.Thread(target=self.answer_and_close, args=(self.open,), daemon=True).start()
            return self.open

    def answer_and_close(self, answer: Future[Answer]) -> None:
        try:
            self.answer(answer)
        finally:
            connections.close_all()

    def answer(self, answer: Future[Answer]) -> None:
        try:
            answer.set_result(self.ask())
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is read
            answer.set_exception(error)
