"""カオナビ登録: whose latest result カオナビ's sheets were seen to show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from assessments.models import Assessment, LatestResult
from assessments.order import NEWEST_FIRST
from employees import search, shortcuts
from employees.models import Employee
from integrations.models import BeforeImage, ResultRegistration, SyncException
from integrations.models.unseen import UnseenEmployee

LATEST = Assessment.objects.filter(employee=OuterRef("pk")).order_by(*NEWEST_FIRST).values("pk")[:1]
TESTED = Exists(Assessment.objects.filter(employee=OuterRef("pk")))
WITHHELD = Exists(SyncException.objects.not_sent().filter(employee=OuterRef("pk")))
NUMBERLESS = Q(employee_number="")


@dataclass(frozen=True, slots=True)
class Registration:
    """How it stands with one person; `confirmed_at` is None where the latest result is not registered.

    Of somebody who `is_withheld` no result is sent (any more); what カオナビ shows stays. `has_images`: it is kept what
    the sheets showed before an upload.
    """

    has_number: bool
    has_results: bool
    confirmed_at: datetime | None
    is_withheld: bool = False
    has_images: bool = False


def registrations_of(people: Iterable[Employee]) -> Mapping[int, Registration]:
    """The registration of each person's latest result, by the person's number (pk); one statement for all of them."""
    rows = Employee.objects.filter(pk__in=[person.pk for person in people]).annotate(
        latest=Subquery(LATEST), withheld=WITHHELD, images=Exists(BeforeImage.objects.filter(person=OuterRef("pk")))
    )
    columns = (
        "pk",
        "employee_number",
        "latest",
        "kaonavi_registration__assessment",
        "kaonavi_registration__confirmed_at",
        "withheld",
        "images",
    )
    return {
        pk: Registration(
            bool(number), latest is not None, confirmed_at if latest and latest == seen else None, withheld, images
        )
        for pk, number, latest, seen, confirmed_at, withheld, images in rows.values_list(*columns)
    }


def offer_filters() -> None:
    """Add 登録済み, 未登録, 社員番号なし, 送らない and 検査結果なし to the filters of 自社社員管理, which knows of no sheets.

    未登録 stands above the list, too. And of メンバーあり make those whom the newest run saw.
    """
    label, seen = search.PRESENCE["seen"]
    unseen = Exists(UnseenEmployee.objects.filter(row=OuterRef("pk")))
    search.PRESENCE["seen"] = (label, Q(seen) & ~Q(unseen))
    search.PRESENCE["unseen"] = ("最新の同期で未確認", unseen)
    latest = Assessment.objects.filter(employee=OuterRef("employee")).order_by(*NEWEST_FIRST).values("pk")[:1]
    registered = Exists(ResultRegistration.objects.filter(employee=OuterRef("pk"), assessment=Subquery(latest)))
    search.REGISTRATION["registered"] = ("登録済み", registered)
    search.REGISTRATION["unregistered"] = ("未登録", Q(pk__in=unregistered()) & ~Q(WITHHELD) & ~NUMBERLESS)
    search.REGISTRATION["numberless"] = ("社員番号なし", Q(TESTED) & ~Q(WITHHELD) & NUMBERLESS)
    search.REGISTRATION["withheld"] = ("送らない", Q(TESTED) & Q(WITHHELD))
    search.REGISTRATION["untested"] = ("検査結果なし", ~Q(TESTED))
    place = next(place for place, offer in enumerate(shortcuts.OFFERS) if offer.parameter == "mail")
    shortcuts.OFFERS.insert(place, shortcuts.Offer("kaonavi", "unregistered", "結果未登録", is_dear=True))


def unregistered() -> QuerySet[LatestResult, int]:
    """The numbers (pk) of the people whose latest result カオナビ was not seen to show."""
    shown = ResultRegistration.objects.filter(assessment=OuterRef("result"))
    return LatestResult.objects.filter(~Exists(shown)).values_list("employee", flat=True)
