"""What the list says of the people above it: how many are in service, have left, …; each number is a filter, too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from django.db.models import Count, Exists, Func, IntegerField, Q, Subquery
from django.db.models.expressions import Combinable

from employees.models import Employee
from employees.search import RETIREMENT, Listing

Condition = Q | Exists
IN_SERVICE, LEFT = (RETIREMENT[value][1] for value in ("no", "yes"))


class Offer(NamedTuple):
    """A value of a filter that stands above the list. One that `is_dear` takes long to count: no page waits for it."""

    parameter: str
    value: str
    label: str
    is_dear: bool = False


# `integrations` adds what it knows
OFFERS: Final = [
    Offer("retired", "no", "在籍"),
    Offer("retired", "yes", "退職"),
    Offer("kaonavi", "missing", "カオナビになし"),
    Offer("mail", "none", "メールなし"),
]


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One of them as the page shows it: pressed, it sets its filter beside those that are set, or takes it away.

    `parameter` is that of its filter, `query` the list that comes then. `number` is how many people the list has with
    the filter; None where that is still to be counted.
    """

    parameter: str
    label: str
    is_set: bool
    query: str
    number: int | None


def shortcuts_of(listing: Listing) -> tuple[list[Shortcut], int]:
    """Those that the person who asks may know of, and how many people the list has.

    It takes a statement, and one more for each filter that is set and of which other values are offered.
    """
    offers = [offer for offer in OFFERS if offer.value in listing.known[offer.parameter][1]]
    free = [offer for offer in offers if not listing.chosen[offer.parameter]]
    numbers, total = count(listing, free)
    for parameter in dict.fromkeys(offer.parameter for offer in offers if offer not in free):
        others = [each for each in offers if each.parameter == parameter and each.value != listing.chosen[parameter]]
        if any(not offer.is_dear for offer in others):
            numbers |= count(listing, others, without=parameter)[0]
    return [shortcut(listing, offer, numbers.get(offer), total) for offer in offers], total


def shortcut(listing: Listing, offer: Offer, number: int | None, total: int) -> Shortcut:
    if listing.chosen[offer.parameter] == offer.value:
        return Shortcut(offer.parameter, offer.label, True, listing.query_with({offer.parameter: ""}), total)
    return Shortcut(offer.parameter, offer.label, False, listing.query_with({offer.parameter: offer.value}), number)


def count(listing: Listing, offers: Iterable[Offer], without: str = "") -> tuple[dict[Offer, int], int]:
    """How many people each of them has beside the filters that are set, and how many there are with those alone;
    `without` is a filter in whose place they would be.
    """
    quick = {f"offer_{place}": offer for place, offer in enumerate(offers) if not offer.is_dear}
    wanted = {name: listing.condition(offer.parameter, offer.value) for name, offer in quick.items()}
    beside = [(parameter, value) for parameter, _, value, _ in listing.narrowing() if parameter != without]
    if listing.reach is None and not listing.problem and all(parameter == "retired" for parameter, _ in beside):
        found = count_by_indexes([listing.condition(parameter, value) for parameter, value in beside], wanted)
    else:
        asked = {name: Count("pk", filter=Q(fits)) for name, fits in wanted.items()}
        found = listing.narrowed(without).aggregate(total=Count("pk"), **asked)
    return {offer: found[name] for name, offer in quick.items()}, found["total"]


def count_by_indexes(beside: Sequence[Condition], wanted: Mapping[str, Condition]) -> Mapping[str, int]:
    """How many fit `beside`, as "total", and with each that is wanted, by its name. Of nobody the row is read."""
    numbers = {"total": number_of(*beside)} | {name: number_of(*beside, fits) for name, fits in wanted.items()}
    found = cast("Mapping[str, int] | None", Employee.objects.order_by().values(**numbers).first())
    return found or dict.fromkeys(numbers, 0)


def number_of(*conditions: Condition) -> Combinable:
    """How many people fit, as a part of another statement. Those in service are whoever has not left, who are few."""
    if conditions == (IN_SERVICE,):
        return number_of() - number_of(LEFT)
    people = Employee.objects.filter(*conditions).order_by()
    counted = people.annotate(number=Func(template="COUNT(*)", output_field=IntegerField()))
    return Subquery(counted.values("number"))
