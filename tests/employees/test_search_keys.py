"""The stored keys of the search: never of before, whoever changes a name and however; nobody is missed meanwhile."""

import threading
from collections.abc import Callable, Iterable

import pytest
from django.db import connection, connections, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts import search
from accounts.search import mentions
from accounts.spelling import fits
from employees import models, search_keys
from employees.models import SEARCHED, Employee, SearchKey
from employees.search import Listing
from integrations import bulk
from tests.accounts.test_spelling import LETTERS
from tests.factories.rows import make_person

NEW = "髙𣘺"


def by_saving(person: Employee) -> None:
    person.last_name = NEW
    person.save()


def by_upsert(person: Employee) -> None:
    other = Employee(pk=person.pk, email=person.email, last_name=NEW)
    Employee.objects.bulk_create([other], update_conflicts=True, unique_fields=["pk"], update_fields=["last_name"])


def by_hand(person: Employee) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE employees_employee SET last_name = %s WHERE id = %s", [NEW, person.pk])


WAYS: dict[str, Callable[[Employee], object]] = {
    "saving": by_saving,
    "a query": lambda person: Employee.objects.filter(pk=person.pk).update(last_name=NEW),
    "in bulk": lambda person: Employee.objects.bulk_update([Employee(pk=person.pk, last_name=NEW)], ["last_name"]),
    "an import": lambda person: bulk.update(Employee, ("last_name",), [(NEW, person.pk)]),
    "an upsert": by_upsert,
    "a statement": by_hand,
}


def found(words: str) -> set[int]:
    return set(Employee.objects.matching(words).values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_whoever_changes_a_name_it_is_found_at_once_and_the_former_one_is_not(way: str):
    person, other = make_person(1), make_person(2)
    assert search_keys.fill() == 2
    WAYS[way](person)
    for left in (1, 0):
        assert SearchKey.objects.due().count() == left
        assert (found("高橋"), found("青山")) == ({person.pk}, {other.pk})
        assert search_keys.fill() == left


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("first_name", "葵"), ("last_name_kana", "アオキ"), ("first_name_kana", "アオイ")),
        *(("email", "aoi@example.co.jp"), ("employee_number", "E-77")),
    ],
)
def test_each_field_that_is_searched_makes_the_key_anew(field: str, value: str):
    person = make_person(1)
    search_keys.fill()
    Employee.objects.filter(pk=person.pk).update(**{field: value})
    assert found(value) == {person.pk}
    search_keys.fill()
    assert found(value) == {person.pk}


@pytest.mark.django_db
def test_what_is_not_searched_leaves_the_key():
    make_person(1)
    search_keys.fill()
    Employee.objects.update(position="課長", email="p1@example.co.jp")
    assert not SearchKey.objects.due().exists()


@pytest.mark.django_db
def test_who_comes_by_an_import_is_found_at_once():
    columns = [field.attname for field in Employee._meta.concrete_fields if not (field.null or field.primary_key)]
    people = [Employee(email=f"{number}@example.co.jp", last_name=NEW) for number in range(3)]
    bulk.insert(Employee, columns, [[getattr(person, column) for column in columns] for person in people])
    assert len(found("高橋")) == 3
    assert search_keys.fill() == 3
    assert len(found("高橋")) == 3


@pytest.mark.django_db
def test_the_key_goes_with_the_person():
    for number in range(3):
        make_person(number)
    search_keys.fill()
    Employee.objects.get(email="p0@example.co.jp").delete()
    Employee.objects.filter(email="p1@example.co.jp").delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM employees_employee")
    assert not SearchKey.objects.exists()


@pytest.mark.django_db
def test_keys_by_other_rules_are_none(monkeypatch: pytest.MonkeyPatch):
    person = make_person(1, last_name=NEW)
    search_keys.fill()
    SearchKey.objects.update(key="what older rules made")
    for module in (models, search_keys):
        monkeypatch.setattr(module, "RULES", 1)
    assert found("高橋") == {person.pk}
    assert search_keys.fill() == 1
    assert SearchKey.objects.get().key.startswith("高橋")


texts = st.text(st.sampled_from(LETTERS), max_size=5)
people = st.lists(st.tuples(*[texts] * 6), min_size=1, max_size=5)


@pytest.mark.django_db
@given(people, st.builds(str.__add__, st.sampled_from("あアか青髙aé0@.-"), texts), st.data())
def test_a_stored_key_finds_what_the_names_themselves_find(
    drawn: list[tuple[str, ...]], words: str, data: st.DataObject
):
    with transaction.atomic():
        Employee.objects.bulk_create(
            Employee(
                last_name=last,
                first_name=first,
                last_name_kana=last_kana,
                first_name_kana=first_kana,
                employee_number=number,
                email=f"{place}{mail}".lower(),
            )
            for place, (last, first, last_kana, first_kana, mail, number) in enumerate(drawn)
        )
        wanted = {person.pk for person in Employee.objects.all() if fits(words, *searched(person))}
        by_pattern = set(Employee.objects.filter(mentions(words, *SEARCHED)).values_list("pk", flat=True))
        states = [found(words)]
        search_keys.fill()
        states.append(found(words))
        emptied = data.draw(st.sets(st.sampled_from(range(len(drawn)))))
        some = [
            pk
            for place, pk in enumerate(Employee.objects.order_by("pk").values_list("pk", flat=True))
            if place in emptied
        ]
        SearchKey.objects.filter(pk__in=some).update(key="", rules=None)
        states.append(found(words))
        transaction.set_rollback(True)
    assert [by_pattern, *states] == [wanted] * 4


def searched(person: Employee) -> Iterable[str]:
    return (
        person.last_name + person.first_name,
        person.last_name_kana + person.first_name_kana,
        person.email,
        person.employee_number,
    )


@pytest.mark.django_db(transaction=True)
def test_a_name_that_changes_while_keys_are_made_has_none_of_before(monkeypatch: pytest.MonkeyPatch):
    person = make_person(1)
    changes = []
    key_of = search_keys.key_of

    def change() -> None:
        Employee.objects.filter(pk=person.pk).update(last_name=NEW)
        connections.close_all()

    def meanwhile(values: Iterable[str]) -> str:
        changes.append(threading.Thread(target=change))
        changes[-1].start()
        changes[-1].join(0.2)  # it waits for us
        return key_of(values)

    monkeypatch.setattr(search_keys, "key_of", meanwhile)
    search_keys.fill()
    changes[0].join()
    assert found("高橋") == {person.pk}
    assert found("青山") == set()


def statements_of(listing: Listing) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        list(listing.people()[:50])
        listing.narrowed().count()
    return [query["sql"] for query in captured if "WHERE" in query["sql"]]  # not how many there are in all


@pytest.mark.django_db
@pytest.mark.parametrize("most", [100, 1])
def test_no_search_reads_through_the_table_of_people(most: int, monkeypatch: pytest.MonkeyPatch):
    """Also of whom too many are found to carry their numbers from one statement to the next. In the order of an index
    the first of these are looked for, which ends with the page.
    """
    monkeypatch.setattr(search, "FEW", most)
    for number in range(5):
        make_person(number)
    search_keys.fill()
    statements = statements_of(Listing(QueryDict("q=青山 直樹"), [], tested=None))
    assert len(statements) == 3
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # five rows are read through whatever there is
        for statement in statements:
            cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{statement}")
            plan = "\n".join(str(line) for line in cursor.fetchall())
            assert not any(told in plan for told in ("Seq Scan on employees_employee", "'SCAN employees_employee'")), (
                plan
            )


@pytest.mark.django_db
@pytest.mark.parametrize("most", [100, 1])
def test_who_came_a_moment_ago_is_found_beside_those_with_keys(most: int, monkeypatch: pytest.MonkeyPatch):
    """Also where they are too many to look for them apart."""
    monkeypatch.setattr(models, "FEW", most)
    known = make_person(1, last_name=NEW)
    search_keys.fill()
    new = [make_person(number, last_name="高橋").pk for number in (2, 3)]
    assert found("高橋") == {known.pk, *new}
    assert found("青山") == set()
