"""What others may want to know of results. This app knows none of them."""

from django.dispatch import Signal

results_leave = Signal()  # `results`: a query for the rows that are about to be deleted in this transaction
results_corrected = Signal()  # `results`: a query for rows of which a person has just said that they were wrong
scores_leave = Signal()  # `scale`: one whose scores are erased in this transaction, since it is not kept any more
results_changed = Signal()  # `results`: a query for locked rows that are changed by hand in this transaction
