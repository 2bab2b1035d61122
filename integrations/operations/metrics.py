"""What Prometheus is told: read from the database at each question, so it is the same whichever process answers.

It is always told something: a part that is away has its numbers left out, and a gauge that says so.

Names of kinds, statuses and limits only; nothing here names a person, an account, an address or a secret. The number of
SQL statements is fixed, and none of them reads the tables that hold rows of employees, issues or changes.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from itertools import product
from operator import attrgetter

from django.conf import settings
from django.db.models import Case, Count, DurationField, F, FloatField, Max, Q, Sum, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from accounts.causes import told
from integrations import kinds
from integrations.connection.remote_state import calls_left
from integrations.jobs import signs
from integrations.jobs.ending import DATABASE_AWAY
from integrations.models import KaonaviConnection, MetricSum, RemoteCall, SyncJob, WorkerHeartbeat
from integrations.operations import backup, checks, keyring
from integrations.operations.health import readiness
from integrations.operations.patience import Question

logger = logging.getLogger(__name__)

PREFIX = "mikiwame_"
PATIENCE = 5.0  # seconds for all of it; Prometheus waits for ten
PENDING = (*SyncJob.UNFINISHED, SyncJob.Status.HELD)

Numbers = tuple[list[Metric], bool]  # and whether they are complete
Sums = dict[str, dict[str, float]]  # name → labels → sum, as in the model MetricSum


def text() -> bytes:
    """The metrics in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(PartsCollector())
    return generate_latest(registry)


class PartsCollector(Collector):
    """Asks database, broker and parts at each `collect`; keeps nothing. What cannot be known is left out."""

    def describe(self) -> list[Metric]:
        """Nothing is asked at the registration."""
        return []

    def collect(self) -> Iterator[Metric]:
        deadline = time.monotonic() + PATIENCE
        answers = {part: question.put() for part, question in QUESTIONS.items()}
        yield from health_metrics()
        problem = GaugeMetricFamily(f"{PREFIX}scrape_problem", "Whether numbers are left out", labels=["part"])
        for part, answer in answers.items():
            numbers, is_complete = read(answer, deadline)
            problem.add_metric([part], int(not is_complete))
            if part == "broker":
                yield GaugeMetricFamily(f"{PREFIX}broker_up", "Whether the broker answers", int(is_complete))
            yield from numbers
        yield problem


def read(answer: "Future[Numbers]", deadline: float) -> Numbers:
    """What was found out; nothing where that takes too long."""
    try:
        return answer.result(timeout=max(0.0, deadline - time.monotonic()))
    except TimeoutError:
        return [], False


def ask(*collectors: Callable[[], Iterable[Metric]]) -> Numbers:
    """The numbers of each, and whether all of them could tell."""
    numbers: list[Metric] = []
    is_complete = True
    for collect in collectors:
        try:
            numbers += list(collect())
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are to be told
            logger.warning("%s are left out (%s)", collect.__name__, told(error))
            is_complete = False
            if isinstance(error, DATABASE_AWAY):  # the others would wait as long, for nothing
                break
    return numbers, is_complete


def health_metrics() -> Iterator[Metric]:
    """What /readyz says, as numbers."""
    problem = GaugeMetricFamily(f"{PREFIX}problem", "Whether something is wrong with the part", labels=["part"])
    for each in readiness():
        problem.add_metric([each.part], int(bool(each.problem)))
    yield problem
    age = GaugeMetricFamily(f"{PREFIX}backup_age_seconds", "Since the newest backup that the product made")
    if backup.is_automatic() and (made_at := backup.last().made_at) is not None:
        age.add_metric([], seconds_since(made_at, timezone.now()))
    yield age
    if disk := min(checks.disks(), key=attrgetter("free"), default=None):
        yield GaugeMetricFamily(f"{PREFIX}disk_free_bytes", "Free on the fullest disk of the data", disk.free)
        yield GaugeMetricFamily(f"{PREFIX}disk_size_bytes", "Size of that disk", disk.total)


def sums_so_far() -> Sums:
    """The sums of what is gone, with the calls still there: in one statement, so that each counts exactly once."""
    kind = Case(When(is_update=True, then=Value("update")), default=Value("read"))
    calls = (
        RemoteCall.objects.order_by()
        .annotate(name=Value("calls"), labels=Concat(kind, Value(","), "outcome"))
        .values("name", "labels")
        .annotate(sum=Cast(Count("pk"), FloatField()))
        .values_list("name", "labels", "sum")
    )
    kept = MetricSum.objects.annotate(sum=F("total")).values_list("name", "labels", "sum")
    sums: Sums = defaultdict(lambda: defaultdict(float))
    for name, labels, total in kept.union(calls, all=True):
        sums[name][labels] += total
    return sums


def job_metrics() -> Iterator[Metric]:
    """Runs that have ended, how long they took, their rows; and from the sums, calls and waits."""
    sums = sums_so_far()
    timed = Q(started_at__isnull=False, finished_at__isnull=False)
    took = Sum(F("finished_at") - F("started_at"), filter=timed, output_field=DurationField())
    last: dict[str, datetime] = {}
    stands: dict[str, datetime] = {}  # by kind, the newest end of a run that went through and was not undone
    jobs = SyncJob.objects.filter(status__in=SyncJob.ENDS).order_by().values("kind", "status")
    groups = jobs.annotate(n=Count("pk"), timed=Count("pk", filter=timed), took=took, ended=Max("finished_at"))
    groups = groups.annotate(stood=Max("finished_at", filter=Q(undone_at=None)))
    columns = ("kind", "status", "n", "timed", "took", "ended", "stood", *(f"sum_{name}" for name in SyncJob.COUNTS))
    for kind, status, n, n_timed, spent, ended, stood, *rows in groups.annotate(
        **{f"sum_{name}": Sum(name) for name in SyncJob.COUNTS}
    ).values_list(*columns):
        last[f"{kind},{status}"] = ended
        if status in SyncJob.COMPLETED and stood is not None:
            stands[kind] = max(stood, stands.get(kind, stood))
        sums["jobs"][f"{kind},{status}"] += n
        sums["timed_jobs"][kind] += n_timed
        sums["job_seconds"][kind] += spent.total_seconds() if spent else 0
        for outcome, number in zip(SyncJob.COUNTS, rows, strict=True):
            sums["rows"][f"{kind},{outcome}"] += number
    pairs = product(kinds.KINDS, SyncJob.ENDS)
    yield counter("jobs", "Runs that have ended", ["kind", "status"], sums["jobs"], [",".join(pair) for pair in pairs])
    yield counter("rows", "Source rows by what became of them", ["kind", "outcome"], sums["rows"])
    yield counter("kaonavi_calls", "Calls to Kaonavi by HTTP status", ["call", "status"], sums["calls"])
    yield counter("kaonavi_wait_seconds", "Seconds waited for a limit", ["limit"], sums["waited"])
    seconds = SummaryMetricFamily(f"{PREFIX}job_seconds", "From start to end of a run", labels=["kind"])
    for kind in kinds.KINDS:
        count = int(sums["timed_jobs"].get(kind, 0))
        seconds.add_metric([kind], count_value=count, sum_value=sums["job_seconds"].get(kind, 0.0))
    yield seconds
    ends = GaugeMetricFamily(f"{PREFIX}job_last_end_timestamp_seconds", "Newest end", labels=["kind", "status"])
    for labels, moment in sorted(last.items()):
        ends.add_metric(labels.split(","), moment.timestamp())
    yield ends
    success = GaugeMetricFamily(f"{PREFIX}job_success_age_seconds", "Since the last success", labels=["kind"])
    now = timezone.now()
    for kind, moment in sorted(stands.items()):
        success.add_metric([kind], seconds_since(moment, now))
    yield success


def counter(
    name: str, meaning: str, labels: list[str], sums: dict[str, float], always: list[str] | None = None
) -> Metric:
    """A counter of a sum for each combination of labels; those in `always` are told as 0 before the first of them."""
    family = CounterMetricFamily(f"{PREFIX}{name}", meaning, labels=labels)
    for key in sorted({*sums, *(always or [])}):
        family.add_metric(key.split(","), sums.get(key, 0.0))
    return family


def unfinished_metrics() -> Iterator[Metric]:
    """What is queued, running or held for a person; how old it is, and its last sign of life."""
    now = timezone.now()
    number = GaugeMetricFamily(f"{PREFIX}jobs_pending", "Runs not ended", labels=["kind", "status"])
    age = GaugeMetricFamily(f"{PREFIX}job_age_seconds", "Since it was asked for", labels=["kind", "status"])
    heartbeat = GaugeMetricFamily(
        f"{PREFIX}job_heartbeat_age_seconds", "Since the sign of life of a step", labels=["kind"]
    )
    jobs = SyncJob.objects.filter(status__in=PENDING).order_by()
    for kind, status, worker, created_at, heartbeat_at in jobs.values_list(
        "kind", "status", "worker", "created_at", "heartbeat_at"
    ):
        number.add_metric([kind, status], 1)
        age.add_metric([kind, status], seconds_since(created_at, now))
        if worker and heartbeat_at:
            heartbeat.add_metric([kind], seconds_since(heartbeat_at, now))
    yield from (number, age, heartbeat)


def call_metrics() -> Iterator[Metric]:
    left = GaugeMetricFamily(f"{PREFIX}kaonavi_calls_left", "Calls that a limit leaves now", labels=["limit"])
    for limit, number in calls_left().items():
        left.add_metric([limit], number)
    yield left


def worker_metrics() -> Iterator[Metric]:
    """Workers seen within the last minute, and how long ago the liveliest was: of our version, and of another one."""
    now = timezone.now()
    number = GaugeMetricFamily(f"{PREFIX}workers", "Workers seen within a minute", labels=["version"])
    age = GaugeMetricFamily(f"{PREFIX}worker_age_seconds", "Since the newest sign of life", labels=["version"])
    seen: dict[str, list[float]] = {"current": [], "other": []}
    for version, seen_at in WorkerHeartbeat.objects.values_list("version", "seen_at"):
        seen["current" if version == settings.CODE_VERSION else "other"].append(seconds_since(seen_at, now))
    for version, ages in seen.items():
        number.add_metric([version], sum(seconds <= settings.JOB_SEEN_WITHIN for seconds in ages))
        if ages:
            age.add_metric([version], min(ages))
    yield from (number, age)


def beat_metrics() -> Iterator[Metric]:
    age = GaugeMetricFamily(f"{PREFIX}beat_age_seconds", "Since the last sign of life of beat")
    if (seen_at := signs.seen_at(signs.BEAT)) is not None:
        age.add_metric([], seconds_since(seen_at, timezone.now()))
    yield age


def queue_metrics() -> Iterator[Metric]:
    number = checks.waiting_messages()
    yield GaugeMetricFamily(f"{PREFIX}queue_messages", "Messages that wait for a worker", number)


def connection_metrics() -> Iterator[Metric]:
    state = GaugeMetricFamily(f"{PREFIX}connection", "1 for the state of the connection", labels=["state"])
    is_state = KaonaviConnection.objects.state() or "none"
    for name in (*KaonaviConnection.State.values, "none"):
        state.add_metric([name], int(name == is_state))
    readable = GaugeMetricFamily(f"{PREFIX}keys_readable", "Whether CREDENTIAL_KEYS open what is stored")
    readable.add_metric([], int(not keyring.problem()))
    yield from (state, readable)


def seconds_since(moment: datetime, now: datetime) -> float:
    return (now - moment).total_seconds()


QUESTIONS = {
    "database": Question(
        partial(ask, job_metrics, unfinished_metrics, call_metrics, worker_metrics, beat_metrics, connection_metrics)
    ),
    "broker": Question(partial(ask, queue_metrics)),
}
