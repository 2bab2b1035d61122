"""Migrations of people: there and back, with rows in the table."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor

from accounts.rebuilt_tables import rebuilding
from employees import search_keys, triggers
from employees.models import Employee, IdentityDecision, SearchKey


def migrate(*targets: tuple[str, str]) -> None:
    MigrationExecutor(connection).migrate(list(targets))


@pytest.mark.django_db(transaction=True)
def test_blank_addresses_survive_going_back_and_numbers_are_never_given_twice():
    Employee.objects.bulk_create([Employee(email=f"{n}@example.co.jp", last_name="青山") for n in range(3)])
    blank = Employee.objects.create(email="", employee_number="1001", last_name="井上")
    last = Employee.objects.create(email="last@example.co.jp", last_name="上田").pk
    Employee.objects.filter(pk=last).delete()
    # of a row without 社員番号, which the older constraint does not take
    IdentityDecision.objects.create(employee=blank, email="new@example.co.jp", is_same=False)
    before = set(Employee.objects.values_list("pk", "email"))
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()  # of all apps: others' go back with this one
    try:
        migrate(("employees", "0001_initial"))
        old = Employee.objects.values_list("email", flat=True).get(pk=blank.pk)
        assert old == f"{blank.pk}@blank.invalid"
    finally:
        migrate(*newest)
    assert set(Employee.objects.values_list("pk", "email")) == before
    assert Employee.objects.create(email="new@example.co.jp", last_name="江口").pk == last + 1


@pytest.mark.django_db(transaction=True)
def test_former_names_are_kept_by_the_newest_schema_alone_and_again_after_going_back():
    person = Employee.objects.create(email="p@example.co.jp", last_name="青山")
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(("employees", "0003_decisions_without_number"))
        Employee.objects.filter(pk=person.pk).update(last_name="井上")
    finally:
        migrate(*newest)
    Employee.objects.filter(pk=person.pk).update(last_name="上田")
    assert [former.last_name for former in person.former_identities.all()] == ["井上"]


@pytest.mark.django_db(transaction=True)
def test_who_was_here_or_came_before_the_keys_is_found_before_and_after_they_are_made():
    Employee.objects.create(email="p@example.co.jp", last_name="髙橋")
    search_keys.fill()
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(("employees", "0005_kana_or_none"))
        Employee.objects.create(email="q@example.co.jp", last_name="高橋")
    finally:
        migrate(*newest)
    for due in (2, 0):
        assert SearchKey.objects.due().count() == due
        assert Employee.objects.matching("高橋").count() == 2
        search_keys.fill()


@pytest.mark.django_db(transaction=True)
def test_a_new_column_loses_neither_the_numbers_that_were_given_nor_the_triggers():
    person = Employee.objects.create(email="p@example.co.jp", last_name="青山")
    last = Employee.objects.create(email="last@example.co.jp", last_name="上田").pk
    Employee.objects.filter(pk=last).delete()
    column = migrations.AddField("employee", "column", models.CharField(max_length=9, default=""))
    migration = migrations.Migration("column", "employees")
    migration.operations = rebuilding(column, table="employees_employee", put_triggers=triggers.put)
    before = MigrationExecutor(connection).loader.project_state()
    with connection.schema_editor() as editor:
        migration.apply(before.clone(), editor)
    with connection.schema_editor() as editor:
        migration.unapply(before.clone(), editor)
    search_keys.fill()
    Employee.objects.filter(pk=person.pk).update(last_name="井上")
    assert person.former_identities.get().last_name == "青山"
    assert SearchKey.objects.due().get().pk == person.pk
    assert Employee.objects.create(email="new@example.co.jp", last_name="江口").pk == last + 1
