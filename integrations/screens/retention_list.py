"""保存期間を過ぎた社員: who left, or is gone from カオナビ, longer ago than the company wants to keep. Nothing is deleted here."""

import calendar
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from employees.models import Employee, EmployeeQuerySet


def months_before(day: date, months: int) -> date:
    """The same day so many months before, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due(months: int | None, today: date) -> EmployeeQuerySet:
    """Those with 退職者フラグ whose 退職日, and those whose 「カオナビになし」, is at least so many months ago; nobody for None.

    Without a 退職日 nobody knows how long ago somebody left, so that only the mark counts.
    """
    people: EmployeeQuerySet = Employee.objects.all()
    if months is None:
        return people.none()
    border = months_before(today, months)
    midnight = timezone.make_aware(datetime.combine(border + timedelta(days=1), time.min))
    return people.filter(Q(is_retired=True, retirement_date__lte=border) | Q(missing_since__lt=midnight))


def undated() -> EmployeeQuerySet:
    """People with 退職者フラグ who can never be on the list, since nothing says since when."""
    people: EmployeeQuerySet = Employee.objects.filter(
        is_retired=True, retirement_date__isnull=True, missing_since__isnull=True
    )
    return people
