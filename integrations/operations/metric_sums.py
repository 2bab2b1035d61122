"""Sums that outlive the rows they were counted from, for /metrics: a counter must never fall."""

from django.db.models import F

from integrations.models import Tally


def add(name: str, labels: str, amount: float) -> None:
    """Add to the sum of this name and these labels. Belongs into the transaction that removes what was counted."""
    row = Tally.objects.filter(name=name, labels=labels)
    if not row.update(total=F("total") + amount):
        Tally.objects.bulk_create([Tally(name=name, labels=labels)], ignore_conflicts=True)  # two may come at once
        row.update(total=F("total") + amount)
