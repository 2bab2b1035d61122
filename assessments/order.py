"""Which of a person's results is the latest."""

from django.db.models import F

# by day, then by time of completion (one without a time is older), then by number
NEWEST_FIRST = (F("taken_on").desc(), F("completed_at").desc(nulls_last=True), F("pk").desc())
