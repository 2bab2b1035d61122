"""The database notes each change of problems and of what people said of them; what pages count follows."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.kept import Kept
from integrations import problem_triggers
from integrations.erasure.retention import remove_old_jobs
from integrations.jobs.records import write_issues
from integrations.models import ProblemNote, ProblemVersion, SyncIssue, SyncJob
from integrations.problem_triggers import NOTES
from integrations.reasons import Reason
from integrations.rules.plan import finding
from integrations.screens import counted
from integrations.screens.counted import Counts
from tests.factories.rows import make_job
from tests.factories.two_writers import write_at_once

pytestmark = pytest.mark.django_db


def tell(job: SyncJob, *numbers: int, reason: Reason = Reason.MEMBER_MAIL_INVALID) -> None:
    write_issues(job, [finding(reason, key=str(number), field="メール", value="x") for number in numbers])


def versions() -> set[tuple[int, int]]:
    return set(ProblemVersion.objects.values_list("run", "version"))


def changed_by(change: Callable[[], object]) -> set[int]:
    before = versions()
    change()
    after = versions()
    assert len(dict(after)) == len(after)  # one of each
    return {run for run, _ in before ^ after}


def test_each_change_gives_its_run_another_number_and_no_other_run():
    job, other = make_job("partial"), make_job("partial")
    tell(other, 1)
    assert changed_by(lambda: tell(job, 1, 2)) == {job.pk}
    assert changed_by(lambda: job.issues.filter(subject_key="1").update(subject_name="x")) == {job.pk}
    assert changed_by(lambda: SyncIssue.objects.update(field="x")) == {job.pk, other.pk}
    assert changed_by(lambda: job.issues.filter(subject_key="2").delete()) == {job.pk}
    assert changed_by(lambda: job.issues.update(job=other)) == {job.pk, other.pk}
    assert changed_by(lambda: list(SyncIssue.objects.all())) == set()


def test_what_is_said_of_a_problem_is_noted_too():
    job = make_job("partial")
    tell(job, 1)
    note = ProblemNote(fingerprint=job.issues.get().fingerprint, memo="x")
    assert changed_by(note.save) == {NOTES}
    assert changed_by(lambda: ProblemNote.objects.update(memo="y")) == {NOTES}
    assert changed_by(ProblemNote.objects.all().delete) == {NOTES}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_write_at_once_both_are_noted_and_neither_waits_for_the_other():
    job = make_job("partial")
    tell(job, 1)

    def say(problem: int) -> None:
        ProblemNote.objects.create(fingerprint=problem, memo="x")
        job.issues.filter(subject_key="1").exclude(pk__gt=problem).update(field="x")
        tell(job, problem)

    before = versions()
    seen_here = write_at_once(partial(say, 2), partial(say, 0), versions)
    after = versions()
    assert {run for run, _ in after} == {NOTES, job.pk}
    assert (after & before, after & seen_here == after) == (set(), False)
    tell(job, 3)
    assert [run for run, _ in versions()].count(job.pk) == 1


def test_a_run_that_is_removed_leaves_no_note_of_its_problems():
    job = make_job("partial")
    tell(job, 1)
    newest = make_job("partial")
    SyncJob.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(days=900))
    remove_old_jobs(800)
    assert {*SyncJob.objects.all()} == {newest}
    assert {run for run, _ in versions()} <= {NOTES}


def test_problems_from_before_are_noted_by_the_migration_and_none_on_the_way_back():
    job = make_job("partial")
    problem_triggers.forgo(connection)
    assert changed_by(lambda: tell(job, 1)) == set()
    problem_triggers.put(connection)
    ProblemVersion.objects.all().delete()
    assert changed_by(lambda: problem_triggers.note_all(connection)) == {NOTES, job.pk}
    assert changed_by(lambda: tell(job, 2)) == {job.pk}


def test_the_pages_count_anew_whatever_changes_the_problems(admin: Client):
    old, job = make_job("partial"), make_job("partial")
    tell(old, 1, 2)
    tell(job, 1, 2, 3)

    def link() -> str:
        page = admin.get(reverse("integrations:jobs")).text
        return page.partition('href="/problems/"')[2].partition("</a>")[0].partition("要対応")[2]

    def run() -> int:
        return sum(group.times for group in admin.get(job.get_absolute_url()).context["reasons"])

    def listed() -> set[str]:
        return {issue.subject_key for issue in admin.get(reverse("integrations:problems")).context["page"].object_list}

    assert ("3件" in link(), "新規 1件" in link(), run()) == (True, True, 3)
    tell(job, 4)
    assert ("4件" in link(), "新規 2件" in link(), run()) == (True, True, 4)
    tell(old, 4)
    assert "新規 1件" in link()
    issue = job.issues.get(subject_key="1")
    said = {"fingerprint": issue.fingerprint, "value_digest": issue.value_digest, "set_aside_at": timezone.now()}
    ProblemNote.objects.create(**said)
    assert "3件" in link()
    assert listed() == {"2", "3", "4"}
    ProblemNote.objects.update(value_digest=0)
    assert "4件" in link()
    job.issues.filter(subject_key="2").delete()
    assert ("3件" in link(), run()) == (True, 3)
    assert listed() == {"1", "3", "4"}


def test_the_same_is_not_counted_twice_and_little_is_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counted, "kept", Kept(2))
    job, asked = make_job("partial"), list[str]()
    tell(job, 1)
    for what in ("a", "a", "b", "c", "b", "a"):
        Counts.of([job.pk]).get(what, partial(asked.append, what))
    assert asked == ["a", "b", "c", "a"]
    assert len(counted.kept.answers) == 2
