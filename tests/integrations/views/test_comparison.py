"""The job page compares its issues with those of the run before."""

import re
from typing import Any

import pytest
from django.test import Client

from integrations.jobs.records import write_issues
from integrations.models import SyncJob
from integrations.reasons import Reason
from integrations.rules.plan import finding
from tests.factories.rows import make_issue, make_job


def find(*numbers: str, status: str = "partial", kind: str = "employees", **fields: object) -> SyncJob:
    """A run that found that the mail addresses of these 社員番号 are wrong."""
    job = make_job(status, kind, **fields)
    write_issues(job, [finding(Reason.MEMBER_MAIL_INVALID, key=number, field="メール") for number in numbers])
    return job


def standings(client: Client, job: SyncJob) -> list[str]:
    """「新規 1件」 and so on, as the page says them."""
    return re.findall(r'#issues">((?:新規|継続|解消) [\d,]+件)<', client.get(job.get_absolute_url()).text)


def shown(client: Client, job: SyncJob, query: str = "") -> dict[str, str]:
    """社員番号 → 新規, 解消 or "", as listed; what is said of a group is said of all in it."""
    page = client.get(f"{job.get_absolute_url()}{query}").text
    found = {}
    for group in page.split('<div class="group"')[1:]:
        head, *rows = group.split("<li>")
        of_all = re.findall(r">(新規|解消)</span>", head)
        for row in rows:
            (number,) = re.findall(r'<p class="soft small">(\d+)', row)
            found[number] = "".join(of_all or re.findall(r">(新規)</span>", row))
    return found


def test_it_says_what_is_new_what_goes_on_and_what_is_gone(viewer: Client):
    before, job = find("1", "2", "3"), find("2", "3", "4", "5")
    assert standings(viewer, job) == ["新規 2件", "継続 2件", "解消 1件"]
    assert before.get_absolute_url() in viewer.get(job.get_absolute_url()).text
    assert shown(viewer, job) == {"4": "新規", "5": "新規", "2": "", "3": ""}
    assert list(shown(viewer, job)) == ["4", "5", "2", "3"], "what is new comes first"
    assert "新規 2件</span>" in viewer.get(job.get_absolute_url()).text
    assert shown(viewer, job, "?since=new") == {"4": "新規", "5": "新規"}
    assert shown(viewer, job, "?since=still&reason=MEMBER_MAIL_INVALID") == {"2": "", "3": ""}
    assert shown(viewer, job, "?since=gone&severity=error") == {"1": "解消"}
    assert shown(viewer, job, "?since=nonsense").keys() == {"2", "3", "4", "5"}


def test_a_clean_run_shows_what_is_gone(viewer: Client):
    find("1", "2")
    job = make_job("succeeded")
    assert standings(viewer, job) == ["新規 0件", "継続 0件", "解消 2件"]
    assert shown(viewer, job, "?since=gone") == {"1": "解消", "2": "解消"}


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "failed"},
        {"status": "interrupted"},
        {"status": "cancelled"},
        {"status": "cancelled", "options": {"digest": "x", "approved_digest": "x"}},
        {"kind": "departments"},
    ],
)
def test_it_compares_with_the_last_run_of_its_kind_that_looked_at_everything(fields: dict[str, Any], viewer: Client):
    before = find("1")
    find("9", **fields)
    job = find("1")
    assert standings(viewer, job) == ["新規 0件", "継続 1件", "解消 0件"]
    assert before.get_absolute_url() in viewer.get(job.get_absolute_url()).text


@pytest.mark.parametrize("fields", [{"status": "held"}, {"status": "cancelled", "options": {"digest": "x"}}])
def test_a_look_without_writing_counts_as_a_run(fields: dict[str, Any], viewer: Client):
    find("1")
    find("2", **fields)
    assert standings(viewer, find("2")) == ["新規 0件", "継続 1件", "解消 0件"]


@pytest.mark.parametrize("fields", [{"status": "failed"}, {"kind": "employees_file"}])
def test_it_compares_nothing_that_cannot_be_compared(fields: dict[str, Any], viewer: Client):
    find("1", kind=fields.get("kind", "employees"))
    assert standings(viewer, find("1", **fields)) == []


def test_the_first_run_has_nothing_to_be_compared_with(viewer: Client):
    assert standings(viewer, find("1")) == []


def test_what_an_older_version_wrote_is_not_compared(viewer: Client):
    make_issue(make_job("partial"))
    assert standings(viewer, find("1")) == []


def test_a_warning_that_is_said_once_is_not_taken_for_mended(viewer: Client):
    before = make_job("succeeded")
    write_issues(before, [finding(Reason.MEMBER_NUMBER_SHARED, key="1", others="x")])
    assert standings(viewer, find("2")) == ["新規 1件", "継続 0件", "解消 0件"]


def test_it_compares_nothing_where_one_of_the_runs_does_not_keep_all_of_its_problems(viewer: Client):
    find("1", "2")
    job = find("2", "3", issues_left_out={"MEMBER_MAIL_INVALID": 5})
    assert standings(viewer, job) == []
    assert standings(viewer, find("2")) == []
