"""A service that hangs: whoever asks has an answer in time, and however many ask, one waits for the service."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest

from integrations.operations import health, metrics
from integrations.operations.checks import Trouble
from integrations.operations.health import Asked
from integrations.operations.patience import Question


class Service:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.asked, self.is_asked = 0, False
        self.goes_on = threading.Event()

    def ask(self) -> int:
        self.asked += 1
        self.is_asked = True
        assert self.goes_on.wait(120)
        self.is_asked = False
        return self.asked


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.goes_on.set()


def test_whoever_comes_meanwhile_waits_for_the_same_answer(service: Service):
    question = Question(service.ask)
    answers = [question.put() for _ in range(20)]
    with pytest.raises(TimeoutError):
        answers[0].result(timeout=0.01)
    service.goes_on.set()
    assert {answer.result(timeout=60) for answer in answers} == {1}
    assert question.put().result(timeout=60) == 2


def test_an_error_is_raised_where_the_answer_is_read():
    def fail() -> None:
        raise KeyError("broken")

    with pytest.raises(KeyError):
        Question(fail).put().result(timeout=60)


def test_readiness_tells_in_time_who_hangs(service: Service, monkeypatch: pytest.MonkeyPatch):
    well: dict[str, Trouble] = {}
    questions = {asked: Question(lambda: well) for asked in Asked} | {Asked.DATABASE: Question(service.ask)}
    monkeypatch.setattr(health, "QUESTIONS", questions)
    monkeypatch.setattr(health, "PATIENCE", 1)
    parts = {each.part: each for each in health.readiness()}
    assert service.is_asked  # it hangs still
    assert parts["database"].problem == parts["worker"].problem == "データベースが時間内に応答しませんでした。"
    assert (parts["database"].stops_work, parts["database"].code) == (True, "TIMED_OUT")
    assert parts["broker"].problem == parts["disk"].problem == ""


def test_metrics_leave_out_in_time_what_hangs(service: Service, monkeypatch: pytest.MonkeyPatch):
    questions = {"database": Question(service.ask), "broker": Question(partial(metrics.ask, metrics.queue_metrics))}
    monkeypatch.setattr(metrics, "QUESTIONS", questions)
    monkeypatch.setattr(metrics, "PATIENCE", 1)
    monkeypatch.setattr(metrics, "readiness", list)
    text = metrics.text().decode()
    assert service.is_asked  # it hangs still
    assert 'mikiwame_scrape_problem{part="database"} 1.0' in text
    assert "mikiwame_disk_free_bytes" in text


def test_the_patience_is_what_the_papers_promise():
    assert health.PATIENCE < 3
    assert metrics.PATIENCE <= 5
