"""カオナビ登録: whose latest result カオナビ's sheets were seen to show."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery

from assessments.models import Assessment
from assessments.order import NEWEST_FIRST
from employees import listing
from employees.models import Employee
from integrations.models import ResultRegistration


@dataclass(frozen=True, slots=True)
class Registration:
    """How it stands with one person; `confirmed_at` is None where the latest result is not registered."""

    has_results: bool
    confirmed_at: datetime | None


def registration_of(person: Employee) -> Registration:
    """The registration of the person's latest result."""
    latest = Assessment.objects.filter(employee=person).order_by(*NEWEST_FIRST).values_list("pk", flat=True).first()
    confirmed = ResultRegistration.objects.filter(employee=person, assessment=latest).values_list(
        "confirmed_at", flat=True
    )
    return Registration(has_results=latest is not None, confirmed_at=confirmed.first() if latest else None)


def offer_filters() -> None:
    """Add 登録済み and 未登録 to the filters of 自社社員管理, which itself knows nothing of sheets."""
    latest = Assessment.objects.filter(employee=OuterRef("employee")).order_by(*NEWEST_FIRST).values("pk")[:1]
    registered = Exists(ResultRegistration.objects.filter(employee=OuterRef("pk"), assessment=Subquery(latest)))
    tested = Exists(Assessment.objects.filter(employee=OuterRef("pk")))
    listing.PRESENCE["registered"] = ("検査結果を登録済み", registered)
    listing.PRESENCE["unregistered"] = ("検査結果が未登録", Q(tested) & ~Q(registered))
