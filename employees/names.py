"""People by their numbers, for the audit trail."""

from collections.abc import Iterable, Mapping

from django.urls import reverse

from employees.models import Employee


def numbers_of(words: str) -> Iterable[int]:
    """Those whom a search for these words means, as a condition for the database."""
    return Employee.objects.matching(words).order_by().values_list("pk", flat=True)


def names_of(numbers: Iterable[int]) -> Mapping[int, str]:
    """The names of those who are here."""
    people = Employee.objects.filter(pk__in=numbers).only("last_name", "first_name")
    return {person.pk: person.full_name for person in people}


def page_of(number: int) -> str:
    return reverse("employees:detail", args=[number])
