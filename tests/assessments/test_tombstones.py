"""Each result that is deleted leaves its public id and the time, whoever deletes it and in whatever way."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import tombstones
from assessments.models import Assessment, Tombstone
from employees.models import Employee
from integrations.imports.merge import Pair, merge
from tests.factories.rows import make_person, make_result


@pytest.fixture
def result(db) -> Assessment:
    return make_result(make_person())


def leaves_a_tombstone(result: Assessment) -> bool:
    return Tombstone.objects.filter(public_id=result.public_id).exists()


def on_its_page(client: Client, result: Assessment) -> None:
    client.post(reverse("assessments:delete", args=[result.public_id]))


def with_its_person(client: Client, result: Assessment) -> None:
    address = reverse("employees:delete", args=[result.employee_id])
    client.post(address, {"fingerprint": client.get(address).context["selection"].fingerprint})


def with_many_people(client: Client, result: Assessment) -> None:
    address = f"{reverse('employees:delete_many')}?person={result.employee_id}&person={make_person(2).pk}"
    client.post(address, {"fingerprint": client.get(address).context["selection"].fingerprint})


def through_the_orm(client: Client, result: Assessment) -> None:
    Employee.objects.filter(pk=result.employee_id).delete()


def past_the_orm(client: Client, result: Assessment) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assessments_assessment WHERE id = %s", [result.pk])


WAYS = [on_its_page, with_its_person, with_many_people, through_the_orm, past_the_orm]


def test_a_migration_may_put_the_trigger_where_it_is_already(result: Assessment):
    tombstones.put(connection)
    result.delete()
    assert leaves_a_tombstone(result)


@pytest.mark.parametrize("way", WAYS)
def test_a_deleted_result_leaves_its_public_id_and_the_time(way, admin: Client, result: Assessment):
    way(admin, result)

    assert not Assessment.objects.filter(pk=result.pk).exists()
    [tombstone] = Tombstone.objects.filter(public_id=result.public_id)
    assert timezone.now() - tombstone.deleted_at < timedelta(minutes=1)


def test_it_holds_nothing_else():
    fields = apps.get_model("assessments", "Tombstone")._meta.get_fields()

    assert {field.name for field in fields} == {"public_id", "deleted_at"}


def test_a_deletion_that_is_rolled_back_leaves_none(result: Assessment):
    with transaction.atomic():
        Assessment.objects.filter(pk=result.pk).delete()
        transaction.set_rollback(True)

    assert not leaves_a_tombstone(result)


def test_one_that_comes_back_and_is_deleted_again_leaves_one(result: Assessment):
    """A restored backup may hold what was deleted after it; its tombstone may have been put by then."""
    Tombstone.objects.create(public_id=result.public_id, deleted_at=timezone.now())

    result.delete()

    assert Tombstone.objects.filter(public_id=result.public_id).count() == 1


def test_what_is_moved_or_corrected_leaves_none(administrator, result: Assessment):
    twin = make_person(2, employee_number=result.employee.employee_number)
    both = Employee.objects.filter(pk__in=[result.employee_id, twin.pk])

    merge(both, stays=twin.pk, fingerprint=Pair.of(list(both), by=administrator).fingerprint, by=administrator)
    result.refresh_from_db()
    result.taken_on = date(2026, 5, 1)
    result.save()

    assert result.employee_id == twin.pk
    assert not leaves_a_tombstone(result)
