"""Problems that runs told: they stay with their reason, without whom and what they were about."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q

from integrations import bulk, kinds
from integrations.bulk import Row
from integrations.erasure.notes import forget_notes
from integrations.erasure.subjects import names_of_others
from integrations.erasure.words import ERASED, GONE, OF_A_RESULT, OF_SOMEBODY_GONE, SOMEBODY_GONE
from integrations.models import SyncIssue
from integrations.reasons import Reason
from integrations.reasons.files import QUOTING
from integrations.rules.client_errors import SAID
from integrations.rules.mentions import NAMING_OTHERS, QUOTING_KAONAVI, Subjects, folded, without_values

WRITTEN = (
    *("field", "subject_key", "subject_name", "email", "value", "detail", "remedy"),
    *("object_id", "fingerprint", "value_digest"),
)
WITHOUT_VALUE = ("value", "detail", "remedy", "value_digest")
OF_THE_RUN = Q(subject_key="", subject_name="", email="")  # what it quotes can be anybody's
ABOUT_PEOPLE = "MEMBER_"  # of which `object_id` is a person
ABOUT_DEPARTMENTS = "DEPARTMENT_"  # of which `subject_key` is a 所属コード
ABOUT_RESULTS = (
    Q(reason__startswith="ASSESSMENT_")
    | Q(reason__startswith="RESULT_")
    | Q(reason__in=QUOTING, job__kind__in=kinds.FILES_OF_RESULTS)
    | Q(reason=Reason.UNDO_CHANGED_SINCE, job__undone_kind__in=kinds.SENDING)
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
    forget_notes(told.fingerprint for told, _ in found.own)
    bulk.update(SyncIssue, WRITTEN, rows)


def find_issues(subjects: Subjects) -> Found:
    """All problems that tell of these people, in one pass over the table: no database compares spellings."""
    found = Found([], [])
    by_name: list[tuple[Told, int]] = []
    refused: list[Told] = []
    for told in stored(Q()):
        key = "" if told.reason.startswith(ABOUT_DEPARTMENTS) else told.subject_key
        if (pk := subjects.with_key(told.email, key)) is not None:
            found.own.append((told, pk))
        elif (pk := subjects.named(told.subject_name)) is not None:
            by_name.append((told, pk))
        elif is_about(told, subjects) or quotes(told, subjects):
            found.quoting.append(told)
        elif told.reason == Reason.RESULT_REFUSED:
            refused.append(told)
    found.own.extend(without_namesakes(by_name, subjects))
    found.quoting.extend(told_the_same(refused, [told for told, _ in found.own]))
    return found


def erase_result_issues(subjects: Subjects) -> None:
    """What the problems of these people's results, and those with カオナビ's words, quote of them; whose they are stays."""
    own = [told for told in stored(ABOUT_RESULTS) if subjects.with_key(told.email, told.subject_key) is not None]
    quoting = [told for told in stored(OF_THE_RUN | Q(reason__in=QUOTING_KAONAVI)) if subjects.are_in(told.detail)]
    refused = told_the_same(read(Q(reason=Reason.RESULT_REFUSED)), own)
    by_number = {told.pk: told for told in (*own, *quoting, *refused)}
    forget_notes(told.fingerprint for told in by_number.values())
    rows = [("", *without_values(told.reason, told.field, OF_A_RESULT), None, pk) for pk, told in by_number.items()]
    bulk.update(SyncIssue, WITHOUT_VALUE, rows)


def told_the_same(refused: Iterable[Told], own: Iterable[Told]) -> Iterator[Told]:
    """What カオナビ said of several rows at once, naming none, stands in the problem of each: a number may be theirs."""
    words = {own_words(told) for told in own if told.reason == Reason.RESULT_REFUSED}
    return (told for told in refused if (said := own_words(told)) in words and any(map(str.isdecimal, said)))


def own_words(told: Told) -> str:
    """カオナビ's, without a remark of ours in brackets behind them."""
    return told.detail.partition(SAID)[2].partition("（")[0]


def quotes(told: Told, subjects: Subjects) -> bool:
    """Whether it can tell of other people than the one it is about, and tells of them."""
    may_quote = told.reason in NAMING_OTHERS or not (told.subject_key or told.subject_name or told.email)
    return may_quote and any(map(subjects.are_in, (told.value, told.detail, told.field)))


def stored(wanted: Q) -> Iterator[Told]:
    """Problems, one after the other. To be read to the end before a write: SQLite would not say what comes."""
    return map(Told._make, SyncIssue.objects.filter(wanted).order_by().values_list(*Told._fields).iterator())


def read(wanted: Q) -> list[Told]:
    """The same, all at once."""
    return list(stored(wanted))


def without_namesakes(found: Sequence[tuple[Told, int]], subjects: Subjects) -> Iterator[tuple[Told, int]]:
    """Those that are found by the 氏名 alone, without the ones of somebody who stays and is called the same."""
    keys = {key for told, _ in found for key in (told.subject_key.strip(), told.email.strip())} - {""}
    staying = names_of_others(keys, subjects.leaving)
    for told, pk in found:
        name, both = folded(told.subject_name), (told.subject_key, told.email)
        if not any(name in staying.get(folded(key), ()) for key in both):
            yield told, pk


def is_about(told: Told, subjects: Subjects) -> bool:
    """Whether the row at which it can be mended is one of theirs."""
    return told.object_id in subjects.pks and told.reason.startswith(ABOUT_PEOPLE)


def forgotten(told: Told, pk: int | None) -> Row:
    """The problem of somebody who is gone, None where nobody knows under which number. It never recurs."""
    detail, remedy = without_values(told.reason, told.field, OF_SOMEBODY_GONE)
    return told.field, "", f"{GONE}{pk}" if pk else SOMEBODY_GONE, "", "", detail, remedy, None, -told.pk, None, told.pk


def unquoted(told: Told, subjects: Subjects) -> Row:
    """A problem of the run or of somebody who stays, without what it says of them."""
    field = ERASED if subjects.are_in(told.field) else told.field
    detail, remedy = without_values(told.reason, field, OF_SOMEBODY_GONE)
    place = None if is_about(told, subjects) else told.object_id
    subject = (told.subject_key, told.subject_name, told.email)
    return field, *subject, "", detail, remedy, place, told.fingerprint, None, told.pk
