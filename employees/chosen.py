"""Whom an address means: the ticked people, or with `all` everybody whom the list shows by the same query."""

from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.requests import row_numbers
from accounts.rights import Right
from departments.models import Department
from departments.outline import Branch, outline
from departments.scope import reach
from employees.models import Employee, EmployeeQuerySet
from employees.search import Listing


def listing_of(request: HttpRequest) -> Listing:
    """The list as the address narrows it, for whoever asks."""
    seen = reach(request.user, Right.VIEW_EMPLOYEES)
    departments = Department.objects.within(seen).in_sibling_order()
    branches = cast("list[Branch]", SimpleLazyObject(lambda: outline(departments)))  # only a filter by one needs them
    return Listing(request.GET, branches, seen, tested=reach(request.user, Right.VIEW_RESULTS))


def chosen(request: HttpRequest, right: Right) -> EmployeeQuerySet:
    """Those of them for whom whoever asks has the right, and never more than they may see."""
    people: EmployeeQuerySet = Employee.objects.open_to(request.user, right)
    if not request.GET.get("all"):
        return people.filter(pk__in=row_numbers(request.GET.getlist("person")))
    return people.filter(pk__in=listing_of(request).people().order_by().values("pk"))


def address_of(listing: Listing) -> str:
    """The way back to it."""
    return f"{reverse('employees:list')}?{listing.query}"
