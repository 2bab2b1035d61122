"""The brakes themselves: they must not weigh on the process that they are built into."""

import pytest
from django.db import connections
from django.db.backends.signals import connection_created

from tests.faults import brake


@pytest.mark.django_db
def test_a_process_that_has_opened_thousands_of_connections_still_asks_its_database(monkeypatch, tmp_path):
    monkeypatch.setenv("FAULTS_FOLDER", str(tmp_path))
    brake.install()
    connection = connections.create_connection("default")
    try:
        connection.connect()
        for _ in range(3000):  # a connection a task, as workers have it
            connection_created.send(sender=type(connection), connection=connection)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
    finally:
        connection.close()
        connection_created.disconnect(dispatch_uid="brake")
