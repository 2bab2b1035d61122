"""対応: what people say of problems. 「対応不要にする」, 担当 and メモ are written here, and nowhere else."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from integrations import bulk
from integrations.models import ProblemNote, SyncIssue
from integrations.reasons import REASONS
from integrations.rules import fingerprint

BATCH = 1000  # no database takes any number of values in one statement
WRITTEN = ("set_aside_at", "set_aside_by_id", "reason", "until", "value_digest", "assignee", "memo")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody says. None leaves what was said before; `reason` and `until` (the last day) go with 対応不要."""

    is_set_aside: bool | None = None
    reason: str = ""
    until: date | None = None
    assignee: str | None = None
    memo: str | None = None


@transaction.atomic
def say(issues: QuerySet[SyncIssue], said: Said, *, by: User) -> int:
    """Write it of all problems that these issues tell; returns how many. One line of the audit trail for all of them.

    What is set aside is so with the value that these issues have: if the newest run tells another one, it is open.
    """
    add_missing_digests(issues)
    found = issues.order_by().exclude(fingerprint=None).values_list("fingerprint", "value_digest", "reason")
    reasons: set[str] = set()
    digests: dict[int, int | None] = {}
    for problem, digest, reason in found:
        digests[problem or 0] = digest
        reasons.add(reason)
    problems = sorted(digests)
    for start in range(0, len(problems), BATCH):
        write({problem: digests[problem] for problem in problems[start : start + BATCH]}, said, by)
    if digests:
        detail = {"problems": len(digests), "reasons": sorted(reasons), **as_detail(said)}
        audit.record(audit.Action.EDITED, by=by, what="要対応", label=label_of(reasons), detail=detail)
    return len(digests)


def write(digests: Mapping[int, int | None], said: Said, by: User) -> None:
    """The notes on these problems, each with the digest of its value. One that says nothing any more goes."""
    known = {note.fingerprint: note for note in ProblemNote.objects.filter(fingerprint__in=digests).lock()}
    now = timezone.now()
    notes = []
    for problem, digest in digests.items():
        before = known.get(problem) or ProblemNote(fingerprint=problem)
        note = ProblemNote(fingerprint=problem, **{name: getattr(before, name) for name in WRITTEN})
        if said.is_set_aside is not None:
            note.set_aside_at, note.set_aside_by_id, note.value_digest = (
                (now, by.pk, digest) if said.is_set_aside else (None, None, None)
            )
            note.reason, note.until = (said.reason, said.until) if said.is_set_aside else ("", None)
        note.assignee = note.assignee if said.assignee is None else said.assignee
        note.memo = note.memo if said.memo is None else said.memo
        notes.append(note)
    kept = [note for note in notes if note.set_aside_at or note.assignee or note.memo]
    ProblemNote.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["fingerprint"],
        update_fields=[name.removesuffix("_id") for name in WRITTEN],
    )
    silent = digests.keys() - {note.fingerprint for note in kept}
    ProblemNote.objects.filter(fingerprint__in=silent).delete()


def add_missing_digests(issues: QuerySet[SyncIssue]) -> None:
    """An older version wrote issues without one: from what is stored of them, as `records.write_issues` makes it."""
    bare = issues.order_by().filter(value_digest=None).exclude(fingerprint=None)
    runs = set(bare.values_list("job", flat=True))
    values: dict[tuple[int, int | None], set[str]] = defaultdict(set)
    rows = []
    for pk, job, problem, value in SyncIssue.objects.filter(job__in=runs, value_digest=None).values_list(
        "pk", "job", "fingerprint", "value"
    ):
        values[job, problem].add(value)
        rows.append((pk, job, problem))
    digests = {key: fingerprint.of_values(told) for key, told in values.items()}
    bulk.update(SyncIssue, ("value_digest",), [(digests[job, problem], pk) for pk, job, problem in rows if problem])


def as_detail(said: Said) -> dict[str, object]:
    """What was said, for the audit trail: without the texts, which would stay for ever."""
    told: dict[str, object] = {"fields": [name for name in ("assignee", "memo") if getattr(said, name) is not None]}
    if said.is_set_aside is not None:
        told["set_aside"] = said.is_set_aside
    if said.is_set_aside and said.until:
        told["until"] = said.until.isoformat()
    return told


def label_of(reasons: set[str]) -> str:
    """「メールアドレスの重複」, or how many reasons."""
    titles = [entry.title for code, entry in REASONS.items() if code in reasons]
    return titles[0] if len(titles) == 1 else f"{len(reasons)}種類"
