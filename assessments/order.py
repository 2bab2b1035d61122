"""Which of a person's results is the latest."""

from datetime import UTC, datetime

from django.db.models import DateTimeField, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThan

# by day, then by time of completion (one without a time is older), then by number
NEWEST_FIRST = (F("taken_on").desc(), F("completed_at").desc(nulls_last=True), F("pk").desc())


def is_newer() -> Q:
    """The same order as a condition: results that are newer than the one of the query around it."""
    day, never = OuterRef("taken_on"), Value(datetime(1, 1, 2, tzinfo=UTC))
    time = Coalesce("completed_at", never)
    other_time = Coalesce(OuterRef("completed_at"), never, output_field=DateTimeField())
    later = Q(GreaterThan(time, other_time)) | Q(Exact(time, other_time)) & Q(pk__gt=OuterRef("pk"))
    return Q(taken_on__gt=day) | Q(taken_on=day) & later
