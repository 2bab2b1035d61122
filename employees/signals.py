"""What others may want to know of people. This app knows none of them."""

from django.dispatch import Signal

people_leave = Signal()  # `people`: a query for the rows that are about to be deleted in this transaction
