"""What the list says of the people above it: how many are in service, have left, …; each number is a filter, too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from django.db.models import Count, Exists, F, Func, IntegerField, Q, QuerySet, Subquery

from employees.models import Employee
from employees.search import Listing


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
    if listing.reach is None and not any(listing.narrowing()):
        return count_everybody({offer: listing.condition(offer.parameter, offer.value) for offer in quick.values()})
    wanted = {
        name: Count("pk", filter=Q(listing.condition(offer.parameter, offer.value))) for name, offer in quick.items()
    }
    found = listing.narrowed(without).aggregate(total=Count("pk"), **wanted)
    return {offer: found[name] for name, offer in quick.items()}, found["total"]


def count_everybody(wanted: Mapping[Offer, Q | Exists]) -> tuple[dict[Offer, int], int]:
    """The same of a list that nothing narrows. Each number has an index, so nobody's row is read: those in service are
    whoever has not left.
    """
    left, here = Q(is_retired=True), Q(is_retired=False)
    asked = {f"offer_{place}": left if fits == here else fits for place, fits in enumerate(wanted.values())}
    numbers = {name: number_of(Employee.objects.filter(fits)) for name, fits in {"total": Q(), **asked}.items()}
    found = cast("dict[str, int] | None", Employee.objects.order_by().values(**numbers).first())
    if found is None:
        return dict.fromkeys(wanted, 0), 0
    total = found["total"]
    counts = zip(wanted.items(), (found[name] for name in asked), strict=True)
    return {offer: total - number if fits == here else number for (offer, fits), number in counts}, total


def number_of(people: QuerySet[Employee]) -> Subquery:
    """How many they are, as a part of another statement."""
    counted = people.order_by().annotate(number=Func(F("pk"), function="COUNT", output_field=IntegerField()))
    return Subquery(counted.values("number"))
