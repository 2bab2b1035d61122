"""What others may want to know of results. This app knows none of them."""

from django.dispatch import Signal

results_changed = Signal()  # `results`: a query for locked rows that are changed by hand in this transaction
