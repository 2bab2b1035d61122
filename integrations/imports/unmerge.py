"""統合を取り消す: two people who were made one are two again, while nothing newer touched either."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from accounts import audit
from accounts.encryption import UnreadableSecretError
from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee, FormerIdentity, IdentityDecision
from integrations.models import Merge, ResultRegistration, SyncException
from integrations.models.merging import Taken

BESIDE: Mapping[str, type[models.Model]] = {
    model._meta.label: model for model in (FormerIdentity, IdentityDecision, SyncException)
}
SEEN = ("last_seen_at", "missing_since")  # a sync notes these by itself
GONE = "統合のときにあった記録が残っていません"


class NotUnmergeableError(Exception):
    """The two cannot be made two again; the text says why. Nothing was changed."""


def columns_of(row: models.Model) -> dict[str, Any]:
    """The row's columns as JSON holds them."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def rows_beside(*people: int) -> dict[str, list[dict[str, Any]]]:
    """What else is known of these people (pk), by the table; what was decided about rows also where it names them."""
    named = IdentityDecision.objects.naming(Employee.objects.filter(pk__in=people))
    found = {label: model._default_manager.filter(employee__in=people) for label, model in BESIDE.items()}
    found[IdentityDecision._meta.label] = named
    return {label: [columns_of(row) for row in rows.order_by("pk")] for label, rows in found.items()}


def state_of(person: Employee) -> dict[str, Any]:
    """By what it is known that nothing newer touched somebody."""
    values = {name: value for name, value in columns_of(person).items() if name not in SEEN}
    exceptions = SyncException.objects.filter(employee=person).order_by("pk")
    return {"values": values, "exceptions": list(map(columns_of, exceptions)), "results": results_of(person.pk)}


def results_of(person: int) -> list[int]:
    return sorted(Assessment.objects.filter(employee=person).values_list("pk", flat=True))


class Before:
    """The two as they are before they are merged: to be made then, and noted after it."""

    def __init__(self, kept: Employee, leaving: Employee) -> None:
        self.leaving = leaving.pk
        beside = rows_beside(kept.pk, leaving.pk)
        self.taken = Taken(columns_of(leaving), results_of(leaving.pk), kept.email, {}, beside)

    def note(self, kept: Employee, by: User | None) -> None:
        """Write down what was taken away."""
        kept.refresh_from_db()
        self.taken.after = state_of(kept)
        content = msgspec.json.encode(self.taken).decode()
        Merge.objects.create(kept=kept, removed=self.leaving, content=content, merged_by=by)


def last_merge(person: Employee) -> Merge | None:
    """The newest merge of this person that is not too old to be undone."""
    since = timezone.now() - timedelta(days=settings.UNDO_DAYS)
    found = Merge.objects.filter(kept=person, merged_at__gt=since).select_related("merged_by").defer("content")
    return found.order_by("-pk").first()


def taken_by(merge: Merge) -> Taken | None:
    """What the merge took away; None where that cannot be read."""
    try:
        return merge.taken
    except UnreadableSecretError:
        return None


def why_not(merge: Merge) -> str:
    """Why the two cannot be two again; "" where they can."""
    taken = taken_by(merge)
    if taken is None:
        return "統合の記録を読み取れません。環境変数 CREDENTIAL_KEYS に、統合したときの鍵がありません。"
    state = state_of(merge.kept)
    if state["results"] != taken.after["results"]:
        return "統合の後に、検査結果が登録または削除されています。"
    if state != taken.after:
        return "統合の後に、この社員の内容または同期の例外が変わっています。"
    mail = taken.values["email"]
    if mail and Employee.objects.filter(email=mail).exclude(pk=merge.kept_id).exists():
        return "統合して削除した社員のメールアドレスを、いまはほかの社員が使っています。"
    department = taken.values["department_id"]
    if department and not Department.objects.filter(pk=department).exists():
        return "統合して削除した社員の所属部署が、削除されています。"
    if Employee.objects.filter(pk=merge.removed).exists():
        return "統合して削除した社員が、すでに登録されています。"
    return ""


def unmerge(merge: Merge, *, by: User | None) -> Employee:
    """Make the two two again; returns the one who had gone. Raises NotUnmergeableError."""
    with transaction.atomic():
        kept = Employee.objects.filter(pk=merge.kept_id).lock().first()
        found = Merge.objects.filter(pk=merge.pk).select_related("kept").first()
        if kept is None or found is None:
            raise NotUnmergeableError(GONE)
        Assessment.objects.filter(employee=kept).lock_now()
        if problem := why_not(found):
            raise NotUnmergeableError(problem)
        taken = found.taken
        if kept.email != taken.mail:
            kept.email = taken.mail
            kept.save(update_fields=["email"])
        back = made_of(Employee, taken.values)
        back.save(force_insert=True)
        ResultRegistration.objects.filter(employee=kept).delete()
        Assessment.objects.filter(pk__in=taken.results, employee=kept).update(employee=back)
        SyncException.objects.filter(employee=kept).delete()
        for label, model in BESIDE.items():
            put_back(model, taken.beside[label])
        audit.record(audit.Action.UNMERGED, by=by, on=kept, detail={"restored": back.pk})
        audit.record(audit.Action.CREATED, by=by, on=back, detail={"unmerged_from": kept.pk})
        found.delete()
    return back


def put_back(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Those of the rows that are not there, of people who are; an account that is gone is left out."""
    people = set(Employee.objects.filter(pk__in={row["employee_id"] for row in rows}).values_list("pk", flat=True))
    accounts = set(User.objects.values_list("pk", flat=True))
    made = [
        made_of(
            model,
            {name: None if name.endswith("_by_id") and value not in accounts else value for name, value in row.items()},
        )
        for row in rows
        if row["employee_id"] in people
    ]
    model._default_manager.bulk_create(made, ignore_conflicts=True)


def made_of(model: type[Any], values: Mapping[str, Any]) -> Any:
    """A row of these columns, with the types of their fields."""
    known = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: known[name].to_python(value) for name, value in values.items() if name in known})
