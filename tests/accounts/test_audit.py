import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.audit_changes import changed
from accounts.models import AuditEntry
from accounts.origin import Origin, current
from accounts.unchangeable import protect
from departments.models import Department
from employees.models import Employee
from tests.factories.rows import account, make_person

TABLE = "accounts_auditentry"


@pytest.fixture
def entry(db) -> AuditEntry:
    audit.record(audit.Action.EDITED, by=None, on=make_person(), detail={"fields": ["position"]})
    return AuditEntry.objects.get()


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET actor = 'somebody else'",
        f"DELETE FROM {TABLE}",
        f"UPDATE {TABLE} SET id = id + 1",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(entry: AuditEntry, statement: str):
    with pytest.raises(DatabaseError, match="audit entries"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(AuditEntry.objects.all()) == [entry]


def test_the_database_refuses_to_put_another_entry_in_its_place(entry: AuditEntry):
    columns = "id, at, actor, action, what, object_id, label, detail, address, request_id"
    ways = {
        "sqlite": f"INSERT OR REPLACE INTO {TABLE} ({columns}) SELECT {columns} FROM {TABLE}",
        "postgresql": f"INSERT INTO {TABLE} ({columns}) SELECT {columns} FROM {TABLE}"
        " ON CONFLICT (id) DO UPDATE SET actor = ''",
    }
    with pytest.raises(DatabaseError, match="audit entries"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ways[connection.vendor])


def test_the_database_refuses_to_empty_the_trail_at_once(entry: AuditEntry):
    statement = f"TRUNCATE {TABLE}" if connection.vendor == "postgresql" else f"DELETE FROM {TABLE} WHERE 1"
    with pytest.raises(DatabaseError, match="audit entries"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_migration_may_protect_what_is_protected_already(entry: AuditEntry):
    protect(connection, TABLE)
    with pytest.raises(DatabaseError, match="audit entries"), transaction.atomic():
        AuditEntry.objects.update(actor="somebody else")
    assert AuditEntry.objects.get() == entry


def test_an_entry_outlives_the_account_and_the_thing(db):
    user = account("hanako", "管理者", last_name="佐藤", first_name="花子")
    person = make_person()
    audit.record(audit.Action.EDITED, by=user, on=person)
    number = person.pk
    person.delete()
    user.delete()
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.what, entry.object_id) == ("佐藤 花子（hanako）", "社員", str(number))
    assert (entry.label, entry.subject_id) == ("", number)


def test_an_entry_says_where_it_came_from(db):
    token = current.set(Origin("203.0.113.9", "a1b2"))
    audit.record(audit.Action.DOWNLOADED, by=None, what=str(Employee._meta.verbose_name), label="社員一覧")
    current.reset(token)
    entry = AuditEntry.objects.get()
    assert (entry.address, entry.request_id, entry.actor) == ("203.0.113.9", "a1b2", "システム")


def test_an_entry_is_kept_or_dropped_with_the_thing_that_it_tells_of(db):
    def change_and_fail() -> None:
        with transaction.atomic():
            audit.record(audit.Action.EDITED, by=None, label="never happened")
            raise KeyError

    with pytest.raises(KeyError):
        change_and_fail()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_it_is_written_whatever_the_length_of_a_name():
    long = User.objects.create(username="u" * 150, last_name="姓" * 150, first_name="名" * 150)
    thing = Department(name="部" * 200, pk=1)
    audit.record(audit.Action.EDITED, by=long, on=thing, what="種" * 60, label="札" * 400)
    entry = AuditEntry.objects.get()
    for field in AuditEntry._meta.concrete_fields:
        value = getattr(entry, field.attname)
        assert not field.max_length or len(value) <= field.max_length, field.name
    assert entry.actor.endswith(f"（{long.username}）")
    assert entry.label.endswith("札…")


def test_of_what_is_recorded_together_the_first_of_each_action_stands_for_the_others(db):
    people = [make_person(number) for number in range(4)]
    with audit.together():
        audit.record_each(audit.Action.EDITED, by=None, on=people[:2])
        audit.record(audit.Action.EDITED, by=None, on=people[2])
        audit.record(audit.Action.DELETED, by=None, on=people[3])
    audit.record(audit.Action.EDITED, by=None, on=people[3])
    entries = list(AuditEntry.objects.order_by("pk"))
    first = entries[0]
    assert [entry.part_of for entry in entries] == [None, first.pk, first.pk, None, None]
    assert {entry.at for entry in entries[:3]} == {first.at}  # so that a search by day finds all or none
    assert [entry.subject_id for entry in entries] == [person.pk for person in [*people, people[3]]]


def test_of_a_change_old_and_new_are_kept_where_they_differ_and_long_ones_cut():
    before = {"name": "営業部", "order": 1, "aliases": ["a"], "gone": 1}
    after = {"name": "営" * 300, "order": 1, "aliases": [str(n) for n in range(60)], "new": True}
    told = changed(before, after)
    assert set(told) == {"name", "aliases", "new"}
    assert (told["name"][0], len(told["name"][1])) == ("営業部", 200)
    assert (told["aliases"][0], told["aliases"][1][-1]) == (["a"], "ほか10件")
    assert told["new"] == [None, True]
