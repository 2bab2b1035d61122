"""What people do at the same moment, or too late: start, approve, cancel, disconnect."""

import re

import pytest
import requests

from tests.faults.site import Refusal, Site, on_one_database

pytestmark = [pytest.mark.processes, pytest.mark.long]  # `test_inline` kills a run in the short suite

REFUSED = re.compile(
    r"システムさんが\d{4}/\d\d/\d\d \d\d:\d\dに開始した「カオナビ社員情報取込」が(待機中|処理中)です。終了してから、もう一度実行してください。"
)


def test_of_fifty_starts_at_once_one_runs_and_the_others_are_told_who_does(site, tries):
    for _ in tries("50 starts at once from 5 processes"):
        desks = site.desks(5)
        site.brake("load")
        gate = site.folder / "stop-rush"
        gate.touch()
        for desk in desks:
            desk.ask("rush", times=10, gate=str(gate))
        gate.unlink()
        said = [answer for desk in desks for answer in desk.hear()]
        assert len(said) == 50
        assert said.count("") == 1
        assert [text for text in said if text and not REFUSED.fullmatch(text)] == []
        [job] = site.desk.unfinished()
        site.release("load")
        assert site.end_of(job)["status"] == "succeeded"


def outcome(desk) -> str:
    """What became of the question: "done", or the kind of refusal. Any other error fails the test, with its words."""
    try:
        desk.hear()
    except Refusal as refusal:
        if refusal.kind not in {"AlreadyRunning", "TooLate"}:
            raise
        return refusal.kind
    return "done"


def test_approving_and_starting_at_once_ends_with_one_run_and_one_clear_refusal(site, tries):
    one, other = site.desks(2)
    for _ in tries("approval and start at once, 10 times"):
        for _ in range(10):
            site.brake("load")
            held = site.desk.insert(kind="employees", status="held", options={"digest": "of something else"})
            one.ask("approve", job=held)
            other.ask("start")
            assert {outcome(one), outcome(other)} in ({"done", "AlreadyRunning"}, {"TooLate", "done"})
            site.release("load")
            for job in site.desk.unfinished():
                site.end_of(job)


class Browser(requests.Session):
    """Somebody who is logged in."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.address = site.web_url
        site.desk.administrator(name="hanako", password="hanako")
        self.get(f"{self.address}/accounts/login/", timeout=60)
        self.post_form("/accounts/login/", username="hanako", password="hanako")

    def post_form(self, path: str, **fields: str) -> requests.Response:
        token = {"csrfmiddlewaretoken": self.cookies["csrftoken"]}
        answer = self.post(self.address + path, data=fields | token, timeout=60)
        assert answer.ok, answer.text
        return answer


@pytest.fixture
def browser(site):
    if not site.is_alive("web"):
        site.start("web")
    with Browser(site) as browser:
        yield browser


@on_one_database
def test_a_run_cancelled_on_its_page_ends_at_once_and_its_worker_writes_nothing(site, tries, browser):
    for _ in tries("cancelled on the page while it reads"):
        with site.braked("load") as (job, _):
            name = site.worker_on(job)
            browser.post_form(f"/jobs/{job}/cancel/")
            row = site.desk.job(job=job)
            assert row["status"] == "cancelled"
            assert "hanako" in row["message"]
        site.hears(name, f"job {job}: taken over or ended")
        assert site.desk.people()["rows"] == 0
        assert site.desk.job(job=job) == row


@on_one_database
def test_a_run_cancelled_by_the_command_makes_room_for_the_next_at_once(site, tries):
    for _ in tries("cancelled by the command, next one started"):
        with site.braked("load") as (job, _):
            site.manage("kaonavi", "cancel", str(job))
            following = site.desk.start()
        assert site.end_of(following)["status"] == "succeeded"
        assert site.desk.job(job=job)["status"] == "cancelled"


def test_a_run_cancelled_amid_its_transaction_is_whole(site, tries):
    [canceller] = site.desks(1)
    for _ in tries("cancelled amid the transaction"):
        with site.braked("commit") as (job, _):
            canceller.ask("cancel", job=job)
        assert outcome(canceller) == "TooLate"
        assert site.end_of(job)["created"] == site.people


@on_one_database
def test_disconnecting_waits_for_no_dead_worker(site, tries):
    for _ in tries("disconnected under a dead worker"):
        with site.braked("load") as (job, _):
            site.replace(site.worker_on(job))
            assert site.desk.disconnect()
            assert site.desk.job(job=job)["status"] == "cancelled"
        site.connect_desk()
