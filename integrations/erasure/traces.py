"""What else quotes people: searches of downloads, names of files, カオナビ's own words, messages of runs that failed."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from integrations import bulk, kinds
from integrations.erasure.words import ERASED, OF_SOMEBODY_GONE, SOMEBODY_GONE
from integrations.models import Export, SyncIssue, SyncJob, UploadChunk
from integrations.reasons import Reason
from integrations.rules.client_errors import SAID
from integrations.rules.mentions import Subjects

SEARCH = "q"
OF_A_RUN = (
    Q(detail__contains=SAID)
    & (Q(job__kind__in=kinds.SENDING) | Q(job__undone_kind__in=kinds.SENDING))
    & ~Q(reason=Reason.RESULT_REFUSED)
)
"""Problems with カオナビ's words that are about no person: a sheet, an update."""


def erase_searches(subjects: Subjects) -> None:
    """Words by which somebody was searched for a file. Made anew, it holds nobody, and not more people than before."""
    rows = []
    for pk, query in Export.objects.filter(query__contains=f"{SEARCH}=").values_list("pk", "query").iterator():
        asked = QueryDict(query, mutable=True)
        if subjects.could_be_found_by(asked.getlist(SEARCH)):
            asked[SEARCH] = SOMEBODY_GONE
            rows.append((asked.urlencode(), pk))
    bulk.update(Export, ("query",), rows)


def erase_file_names(subjects: Subjects) -> None:
    """Names of files in which they are named, be it by a part of their name."""
    named = SyncJob.objects.exclude(file_name="").values_list("pk", "file_name")
    rows = [(ERASED, pk) for pk, name in named.iterator() if subjects.could_be_meant_by(name)]
    bulk.update(SyncJob, ("file_name",), rows)


def erase_messages(subjects: Subjects, sentence: str = OF_SOMEBODY_GONE) -> None:
    """Sentences of runs in which they are named, in whose place `sentence` is put; and カオナビ's own of their uploads."""
    failed = SyncJob.objects.filter(status=SyncJob.Status.FAILED).values_list("pk", "message")
    jobs = [(sentence, pk) for pk, message in failed.iterator() if subjects.are_in(message)]
    bulk.update(SyncJob, ("message",), jobs)
    erase_own_words(uploads_of(subjects))


def uploads_of(subjects: Subjects) -> set[int]:
    """The runs that sent them to カオナビ, of those that keep its words. An older version did not note whom it sent."""
    refused = Q(pk__in=UploadChunk.objects.exclude(messages=[]).values("job"))
    told = Q(message__contains=SAID) | Q(pk__in=SyncIssue.objects.filter(OF_A_RUN).values("job"))
    runs = SyncJob.objects.filter(refused | told, kinds.THAT_SEND)
    calls = UploadChunk.objects.filter(Q(sent_at__isnull=False) | ~Q(messages=[]), job__in=runs.values("pk"))
    sent = calls.order_by().values_list("job_id", "sent_people")
    return {job for job, people in sent.iterator() if not people or not subjects.pks.isdisjoint(map(int, people))}


def erase_own_words(runs: Collection[int] | QuerySet[SyncJob, Any]) -> None:
    """What カオナビ said of these uploads, which may quote a value and name nobody: of each call, and in what the run told.

    Problems of people keep theirs: each of them is about one.
    """
    UploadChunk.objects.filter(job__in=runs).exclude(messages=[]).update(messages=[])
    for model, text, told in (
        (SyncJob, "message", SyncJob.objects.filter(pk__in=runs, message__contains=SAID)),
        (SyncIssue, "detail", SyncIssue.objects.filter(OF_A_RUN, job__in=runs)),
    ):
        rows = [(quoting.partition(SAID)[0], pk) for pk, quoting in told.order_by().values_list("pk", text)]
        bulk.update(model, (text,), rows)
