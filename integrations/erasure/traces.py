"""What else quotes people: searches of downloads, カオナビ's own words about an update, messages of runs that failed."""

from django.http import QueryDict

from integrations import bulk
from integrations.erasure.words import ERASED, OF_SOMEBODY_GONE, SOMEBODY_GONE
from integrations.mapping.mentions import Subjects
from integrations.models import Export, SyncJob, UploadChunk
from integrations.records import as_text

SEARCH = "q"


def erase_searches(subjects: Subjects) -> None:
    """Words by which somebody was searched for a file. Made again, the file holds nobody, and not more people than before."""
    rows = []
    for pk, query in Export.objects.filter(query__contains=f"{SEARCH}=").values_list("pk", "query").iterator():
        asked = QueryDict(query, mutable=True)
        if subjects.could_be_found_by(word for text in asked.getlist(SEARCH) for word in text.split()):
            asked[SEARCH] = SOMEBODY_GONE
            rows.append((asked.urlencode(), pk))
    bulk.update(Export, ("query",), rows)


def erase_messages(subjects: Subjects, sentence: str = OF_SOMEBODY_GONE) -> None:
    """Sentences in which they are named; `sentence` takes the place of a run's own."""
    failed = SyncJob.objects.filter(status=SyncJob.Status.FAILED).values_list("pk", "message")
    jobs = [(sentence, pk) for pk, message in failed.iterator() if subjects.are_in(message)]
    chunks = []
    for pk, messages in UploadChunk.objects.exclude(messages=[]).values_list("pk", "messages").iterator():
        told = [ERASED if subjects.are_in(message) else message for message in messages]
        if told != messages:
            chunks.append((as_text(told), pk))
    bulk.update(SyncJob, ("message",), jobs)
    bulk.update(UploadChunk, ("messages",), chunks)
