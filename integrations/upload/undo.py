"""処理の取り消し of an upload: the same engine, which asks the before-images what it is to send."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from employees.models import Employee
from integrations.jobs.lease import Lease
from integrations.jobs.undone import called, told
from integrations.models import BeforeImage, SyncChange, SyncException, SyncJob
from integrations.reasons import Reason
from integrations.rules.plan import Finding, finding
from integrations.rules.results.people import Counterpart, Person, Roster
from integrations.rules.results.plan import PersonPlan, Send, ShownSheet
from integrations.rules.results.sheets import KINDS
from integrations.rules.results.undo import UndoContext, brings_back, is_blank, plan_undo
from integrations.upload import source
from integrations.upload.images import images_of
from integrations.upload.ledger import RunState, unpack
from integrations.upload.survey import Survey

SHEETS = tuple(kind.key for kind in KINDS)
ERASED = "元に戻すための内容が消去されています"


class Written(NamedTuple):
    """What a run wrote of one person: on which sheets, and under which key and name it told so."""

    sheets: set[str]
    key: str
    name: str


def plan_everybody_back(
    lease: Lease, undone: SyncJob, state: RunState, shown: Sequence[ShownSheet], members: Mapping[str, Counterpart]
) -> Survey:
    """What the run left against the sheets as they are now: nothing is written yet."""
    written = what_was_written(undone, lease.job.run_options.row)
    roster = whom_to_take_back(undone, written, members)
    terms = UndoContext(source.links(), who_changed_since(undone), source.whom_to_withhold())
    survey = Survey(lease.job, state, shown)
    for done, plan in enumerate(plans_of(undone, roster.eligible, shown, terms), start=1):
        survey.add(plan)
        lease.report("カオナビとの照合", done=done, total=len(written))
    survey.close(roster)
    return survey


def what_was_written(undone: SyncJob, row: int | None) -> Mapping[int, Written]:
    """By the number of the person; of one `row` alone where the undo is of that."""
    found: dict[int, Written] = {}
    changes = undone.changes.filter(what__in=SHEETS, object_id__isnull=False)
    images = undone.before_images.all()
    if row is not None:
        changes, images = changes.filter(object_id=row), images.filter(person=row)
    for pk, sheet, key, name in changes.order_by("pk").values_list("object_id", "what", "key", "name").iterator():
        found.setdefault(pk or 0, Written(set(), key, name)).sheets.add(sheet)
    for pk, sheet in images.order_by("pk").values_list("person", "sheet").iterator():
        found.setdefault(pk, Written(set(), "", "")).sheets.add(sheet)  # a call that was under way when the run ended
    return found


def whom_to_take_back(undone: SyncJob, written: Mapping[int, Written], members: Mapping[str, Counterpart]) -> Roster:
    """The people told apart as for an upload; also left out is of whom not all is kept any more."""
    kept: dict[int, set[str]] = defaultdict(set)
    for pk, sheet in undone.before_images.values_list("person", "sheet").iterator():
        kept[pk].add(sheet)
    mine = Employee.objects.filter(Exists(BeforeImage.objects.filter(job=undone, person=OuterRef("pk"))))
    people = [
        person
        for person in source.people_of(mine)
        if person.pk in written and kept[person.pk] >= written[person.pk].sheets
    ]
    roster = source.whom_to_send(people, members, withheld=frozenset())
    there = {person.pk for person in people}
    roster.left_out.extend(
        (Person(pk, one.key, one.name, "", is_gone=True), erased(one)) for pk, one in written.items() if pk not in there
    )
    return roster


def erased(written: Written) -> Finding:
    return finding(Reason.UNDO_CHANGED_SINCE, key=written.key, name=written.name, why=ERASED)


def plans_of(
    undone: SyncJob, people: Sequence[Person], shown: Sequence[ShownSheet], terms: UndoContext
) -> Iterator[PersonPlan]:
    """In the order of the people; the images of a batch of them at a time."""
    for start in range(0, len(people), source.BATCH):
        batch = people[start : start + source.BATCH]
        images = images_of(undone, [person.pk for person in batch])
        yield from (plan_undo(person, images.get(person.pk, {}), shown, terms) for person in batch)


def who_changed_since(undone: SyncJob) -> Mapping[int, str]:
    """By the number of the person, which later run of ours has last written to their sheets, and when."""
    later = SyncChange.objects.filter(
        what__in=SHEETS, job__finished_at__gt=undone.finished_at or undone.created_at
    ).exclude(job=undone)
    runs = {job.pk: job for job in SyncJob.objects.filter(pk__in=later.values("job")).select_related("requested_by")}
    words = {pk: told(job.finished_at, called(job)) for pk, job in runs.items() if job.finished_at}
    pairs = later.order_by("job__finished_at", "pk").values_list("object_id", "job_id").iterator()
    return {person: words[job] for person, job in pairs if person is not None}


def anybody_withheld(job: SyncJob, sheet: str, sends: Sequence[Send], state: RunState) -> bool:
    """Whether a call has something of somebody whose results are not sent; an undo may take theirs off the sheets."""
    asked: AbstractSet[int] = {
        send.employee for send in sends if not job.undone_kind or brings_back(send, state.sheets[sheet], source.links())
    }
    return SyncException.objects.not_sent().filter(employee__in=asked).exists()


def remark_on(survey: Survey) -> str:
    """What is to be known of an undo beforehand: records are blanked, and not deleted."""
    people = {send.code for chunk in survey.chunks for send in unpack(chunk.content) if is_blank(send)}
    if not people:
        return ""
    return (
        f"\n更新のうち{len(people):,}名は、登録の前にはレコードがありませんでした。カオナビのAPIではレコードを削除できないため、"
        "登録した項目を空白にします（カオナビに空白のレコードが残ることがあります）。"
    )
