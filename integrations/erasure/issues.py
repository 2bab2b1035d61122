"""Problems that runs told: they stay with their reason, without whom and what they were about."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Lower, Trim

from integrations import bulk
from integrations.bulk import Row
from integrations.erasure.subjects import names_of_others
from integrations.erasure.words import ERASED, GONE, OF_A_RESULT, OF_SOMEBODY_GONE, SOMEBODY_GONE
from integrations.mapping.mentions import NAMING_OTHERS, QUOTING_KAONAVI, Subjects, without_values
from integrations.models import SyncIssue, SyncJob
from integrations.reasons.files import QUOTING

WRITTEN = ("field", "subject_key", "subject_name", "email", "value", "detail", "remedy", "object_id", "fingerprint")
OF_THE_RUN = Q(subject_key="", subject_name="", email="")  # what it quotes can be anybody's
ABOUT_PEOPLE = "MEMBER_"  # of which `object_id` is a person
ABOUT_RESULTS = (
    Q(reason__startswith="ASSESSMENT_")
    | Q(reason__startswith="RESULT_")
    | Q(reason__in=QUOTING, job__kind=SyncJob.Kind.ASSESSMENTS_FILE)
)


class Told(NamedTuple):
    """One stored problem."""

    pk: int
    reason: str
    field: str
    subject_key: str
    subject_name: str
    email: str
    value: str
    detail: str
    object_id: int | None
    fingerprint: int | None


class Found(NamedTuple):
    """Problems of somebody's, each with their number, and those of others or of a run that quote them."""

    own: list[tuple[Told, int]]
    quoting: list[Told]


def erase_issues(subjects: Subjects) -> None:
    """The problems of these people, and what others' problems quote of them."""
    found = find_issues(subjects)
    rows = [*(forgotten(told, pk) for told, pk in found.own), *(unquoted(told, subjects) for told in found.quoting)]
    bulk.update(SyncIssue, WRITTEN, rows)


def find_issues(subjects: Subjects) -> Found:
    """All problems that tell of these people, in one pass over the table."""
    found = Found([], [])
    by_name: list[tuple[Told, int]] = []
    may_quote = (
        OF_THE_RUN | Q(reason__in=NAMING_OTHERS) | Q(object_id__in=subjects.pks, reason__startswith=ABOUT_PEOPLE)
    )
    for told in read(with_keys(subjects) | Q(told_name__in=subjects.by_name) | may_quote):
        if (pk := subjects.with_key(told.email, told.subject_key)) is not None:
            found.own.append((told, pk))
        elif (pk := subjects.named(told.subject_name)) is not None:
            by_name.append((told, pk))
        elif is_about(told, subjects) or any(map(subjects.are_in, (told.value, told.detail, told.field))):
            found.quoting.append(told)
    found.own.extend(without_namesakes(by_name, subjects))
    return found


def erase_result_issues(subjects: Subjects) -> None:
    """What the problems of these people's results, and those with カオナビ's words, quote of them; whose they are stays."""
    own, quoting = with_keys(subjects) & ABOUT_RESULTS, OF_THE_RUN | Q(reason__in=QUOTING_KAONAVI)
    rows = [
        ("", *without_values(told.reason, told.field, OF_A_RESULT), told.pk)
        for told in read(own | quoting)
        if subjects.with_key(told.email, told.subject_key) is not None or subjects.are_in(told.detail)
    ]
    bulk.update(SyncIssue, ("value", "detail", "remedy"), rows)


def with_keys(subjects: Subjects) -> Q:
    return Q(told_key__in=subjects.by_key) | Q(told_mail__in=subjects.by_key)


def read(wanted: Q) -> Iterator[Told]:
    """The problems that may have something of them, in one pass over the table."""
    found = SyncIssue.objects.alias(
        told_key=Lower(Trim("subject_key")), told_mail=Lower(Trim("email")), told_name=Trim("subject_name")
    )
    # read to the end before anything is written: SQLite's answer to another statement would be undefined
    return iter(list(map(Told._make, found.filter(wanted).order_by().values_list(*Told._fields).iterator())))


def without_namesakes(found: Sequence[tuple[Told, int]], subjects: Subjects) -> Iterator[tuple[Told, int]]:
    """Those that are found by the 氏名 alone, without the ones of somebody who stays and is called the same."""
    keys = {key for told, _ in found for key in (told.subject_key.strip(), told.email.strip())} - {""}
    staying = names_of_others(keys, subjects.leaving)
    for told, pk in found:
        name, both = " ".join(told.subject_name.split()), (told.subject_key, told.email)
        if not any(name in staying.get(key.strip().lower(), ()) for key in both):
            yield told, pk


def is_about(told: Told, subjects: Subjects) -> bool:
    """Whether the row at which it can be mended is one of theirs."""
    return told.object_id in subjects.pks and told.reason.startswith(ABOUT_PEOPLE)


def forgotten(told: Told, pk: int | None) -> Row:
    """The problem of somebody who is gone, None where nobody knows under which number. It never recurs."""
    detail, remedy = without_values(told.reason, told.field, OF_SOMEBODY_GONE)
    return told.field, "", f"{GONE}{pk}" if pk else SOMEBODY_GONE, "", "", detail, remedy, None, -told.pk, told.pk


def unquoted(told: Told, subjects: Subjects) -> Row:
    """A problem of the run or of somebody who stays, without what it says of them."""
    field = ERASED if subjects.are_in(told.field) else told.field
    detail, remedy = without_values(told.reason, field, OF_SOMEBODY_GONE)
    place = None if is_about(told, subjects) else told.object_id
    subject = (told.subject_key, told.subject_name, told.email)
    return field, *subject, "", detail, remedy, place, told.fingerprint, told.pk
