"""Two roles on a real PostgreSQL: the owner migrates, the product works with one that changes no table and no line of
the trail.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import requests
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import ConnectionHandler

from mikiwame_kaonavi import environment
from tests.processes.deployment import MANAGE, Deployment, product_environment
from tests.processes.fixtures import migrate
from tests.processes.postgresql import postgresql_server, program
from tests.processes.test_deployment import RESULTS, fill
from tests.processes.traces import pg_dump

pytestmark = [pytest.mark.processes, pytest.mark.long]

TRAIL = "accounts_auditentry"
PASSWORD = "the password of the test"


class TwoRoles:
    """A server with a database of an owner who is not a superuser, and the addresses of owner and application."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.folder = server.partition("host=")[2]
        with self.as_administrator() as administrator:
            administrator.execute("CREATE ROLE owner LOGIN CREATEROLE")
            administrator.execute('CREATE DATABASE "a company" OWNER owner')
        self.owner, self.application = (
            self.address("owner"),
            self.address(f"application:{PASSWORD.replace(' ', '%20')}"),
        )
        migrate(self.owner)

    def address(self, user: str, database: str = "a%20company") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def as_administrator(self) -> psycopg.Connection:
        return psycopg.connect(self.server, autocommit=True)

    def environment(self) -> dict[str, str]:
        """Of the owner, who makes the role."""
        return product_environment(
            DATABASE_URL=self.owner, CELERY_BROKER_URL="memory://", APPLICATION_DATABASE_URL=self.application
        )


@pytest.fixture(scope="module")
def roles() -> Iterator[TwoRoles]:
    with postgresql_server() as server:
        roles = TwoRoles(server)
        subprocess.run([*MANAGE, "application_role"], env=roles.environment(), check=True, stdin=subprocess.DEVNULL)
        yield roles


@pytest.fixture
def grant(roles: TwoRoles, settings, django_db_blocker) -> Callable[..., str]:
    """What the command says with these addresses of owner and application, each unless told otherwise the right one.

    It runs in this process: to start Python takes longer than all else that is tried here. Raises CommandError.
    """

    def run(*, owner: str = roles.owner, application: str = roles.application) -> str:
        ours, said = connections[DEFAULT_DB_ALIAS], StringIO()
        settings.APPLICATION_DATABASE_URL = application
        connections[DEFAULT_DB_ALIAS] = ConnectionHandler({DEFAULT_DB_ALIAS: environment.database(owner, Path())})[
            DEFAULT_DB_ALIAS
        ]
        try:
            with django_db_blocker.unblock():
                call_command("application_role", stdout=said)
        finally:
            connections[DEFAULT_DB_ALIAS].close()
            connections[DEFAULT_DB_ALIAS] = ours
        return said.getvalue()

    return run


@pytest.fixture
def database_url(roles: TwoRoles) -> str:
    """Of the deployment: what web, worker and beat are given."""
    return roles.application


def test_pages_and_runs_do_their_work_with_it(deployment: Deployment, roles: TwoRoles):
    deployment.start("simulator", "web", "worker", "beat")
    fill(deployment)
    deployment.connect()
    assert deployment.sync("departments", expect=3)["created"] == 2
    assert deployment.sync("employees", expect=3)["created"] == 2
    assert deployment.sync("employees", expect=3)["unchanged"] == 2
    file = deployment.folder / "results.csv"
    file.write_text(RESULTS)
    deployment.manage("assessments", "import", str(file))
    assert deployment.sync("results")["created"] == 1
    deployment.manage("remove_old_jobs", "--days", "1")
    deployment.manage("reencrypt")
    deployment.manage("migrate", "--check")
    deployment.manage("health")
    deployment.manage("after_restore")

    deployment.manage(
        "createsuperuser",
        "--no-input",
        "--username=hanako",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
        DJANGO_SUPERUSER_EMAIL="h@example.co.jp",
    )
    person = log_in(deployment)
    for path in ("/", "/employees/", "/departments/", "/jobs/", "/settings/audit/"):
        page = person.get(f"{deployment.web_url}{path}", timeout=60)
        assert page.status_code == 200, path
    [number] = re.findall(
        r'href="/employees/(\d+)/"[^>]*>\s*青木', person.get(f"{deployment.web_url}/employees/", timeout=60).text
    )[:1]
    address = f"{deployment.web_url}/employees/{number}/delete/"
    gone = person.post(address, data=form(person.get(address, timeout=60).text), timeout=60)
    assert gone.status_code == 200
    with psycopg.connect(roles.owner) as owner:
        assert owner.execute("SELECT count(*) FROM assessments_tombstone").fetchone() == (1,)
        assert owner.execute(f"SELECT count(*) FROM {TRAIL} WHERE action = 'deleted'").fetchone() == (1,)


def log_in(deployment: Deployment) -> requests.Session:
    person = requests.Session()
    address = f"{deployment.web_url}/accounts/login/"
    fields = form(person.get(address, timeout=60).text) | {"username": "hanako", "password": PASSWORD}
    assert "sessionid" in person.cookies or person.post(address, data=fields, timeout=60).status_code == 200
    assert "sessionid" in person.cookies
    return person


def form(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


ATTEMPTS = {
    "switch one trigger off": f"ALTER TABLE {TRAIL} DISABLE TRIGGER {TRAIL}_unchangeable",
    "switch all triggers off": f"ALTER TABLE {TRAIL} DISABLE TRIGGER ALL",
    "switch triggers off for itself": "SET session_replication_role = replica",
    "drop a trigger": f"DROP TRIGGER {TRAIL}_unchangeable ON {TRAIL}",
    "drop the function of the triggers": f"DROP FUNCTION {TRAIL}_refuse() CASCADE",
    "replace the function of the triggers": f"CREATE OR REPLACE FUNCTION {TRAIL}_refuse()"
    " RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NEW; END'",
    "add a trigger that comes first": f"CREATE TRIGGER a BEFORE UPDATE ON {TRAIL} FOR EACH ROW EXECUTE FUNCTION"
    " suppress_redundant_updates_trigger()",
    "add a rule": f"CREATE RULE a AS ON INSERT TO {TRAIL} DO INSTEAD NOTHING",
    "drop the table": f"DROP TABLE {TRAIL}",
    "rename the table": f"ALTER TABLE {TRAIL} RENAME TO other",
    "take the table": f"ALTER TABLE {TRAIL} OWNER TO application",
    "become the owner": "SET ROLE owner",
    "make itself a member of the owner": "GRANT owner TO application",
    "make another role": "CREATE ROLE other",
    "empty the trail": f"TRUNCATE {TRAIL}",
    "change a line": f"UPDATE {TRAIL} SET actor = 'nobody'",
    "delete a line": f"DELETE FROM {TRAIL}",
    "put a line in the place of another": f"INSERT INTO {TRAIL} SELECT * FROM {TRAIL}"
    " ON CONFLICT (id) DO UPDATE SET actor = ''",
    "make a table": "CREATE TABLE other (id int)",
    "make a schema": "CREATE SCHEMA other",
    "change a table": "ALTER TABLE employees_employee ADD COLUMN other int",
    "empty a table": "TRUNCATE employees_employee CASCADE",
    "forget a migration": "DELETE FROM django_migrations",
    "run a program of the server": "COPY employees_employee TO PROGRAM 'cat'",
}  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_trail_and_its_triggers_are_out_of_its_reach(roles: TwoRoles, attempt: str):
    with psycopg.connect(roles.owner, autocommit=True) as owner:
        owner.execute(
            f"INSERT INTO {TRAIL} (at, actor, action, what, object_id, label, detail, address, request_id)"
            " VALUES (now(), 'hanako', 'edited', '', '', '', '{}', '', '')"
        )
        before = protection(owner)
        with psycopg.connect(roles.application, autocommit=True) as application:
            assert application.execute("SELECT current_user").fetchone() == ("application",)
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityError)):
                application.execute(ATTEMPTS[attempt])
        assert protection(owner) == before


def test_it_gives_nobody_a_right(roles: TwoRoles):
    with psycopg.connect(roles.application, autocommit=True) as application:
        application.execute(f"GRANT SELECT ON {TRAIL} TO PUBLIC")  # PostgreSQL warns, and gives nothing
        found = application.execute(
            f"SELECT count(*) FROM pg_class, aclexplode(relacl) WHERE relname = '{TRAIL}' AND grantee = 0"
        )
        assert found.fetchone() == (0,)


def protection(owner: psycopg.Connection) -> list[tuple]:
    """The triggers of the trail with whether they fire, and how many lines it has."""
    return owner.execute(
        f"SELECT tgname, tgenabled::text, (SELECT count(*) FROM {TRAIL} WHERE actor = 'hanako') FROM pg_trigger"
        f" WHERE tgrelid = '{TRAIL}'::regclass ORDER BY 1"
    ).fetchall()


def test_what_a_later_migration_makes_is_in_its_reach_at_once(roles: TwoRoles):
    table = f"later_{uuid4().hex}"
    with psycopg.connect(roles.owner, autocommit=True) as owner:
        owner.execute(f"CREATE TABLE {table} (id bigint GENERATED BY DEFAULT AS IDENTITY, value text)")
        with psycopg.connect(roles.application, autocommit=True) as application:
            application.execute(f"INSERT INTO {table} (value) VALUES ('one')")
            application.execute(f"UPDATE {table} SET value = 'two'")
            assert application.execute(f"DELETE FROM {table} RETURNING value").fetchall() == [("two",)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(f"TRUNCATE {table}")
        owner.execute(f"DROP TABLE {table}")


def test_it_takes_away_what_was_given_by_hand_and_sets_a_new_password(roles: TwoRoles, grant: Callable[..., str]):
    with psycopg.connect(roles.owner, autocommit=True) as owner:
        owner.execute(f"GRANT ALL ON {TRAIL} TO application")
        owner.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    with roles.as_administrator() as administrator:
        kept = "SELECT rolpassword FROM pg_authid WHERE rolname = 'application'"
        [(before,)] = administrator.execute(kept).fetchall()
        grant(application=roles.address("application:another"))
        [(after,)] = administrator.execute(kept).fetchall()
    assert after != before
    assert after.startswith("SCRAM-SHA-256$")
    with psycopg.connect(roles.application, autocommit=True) as application:
        for statement in (f"DELETE FROM {TRAIL}", "CREATE TABLE other (id int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(statement)


def test_a_restored_database_has_both_roles_again(roles: TwoRoles, grant: Callable[..., str], tmp_path: Path):
    backup = tmp_path / "backup.dump"
    backup.write_bytes(pg_dump(roles.owner, "--format=custom", "--no-owner"))
    with roles.as_administrator() as administrator:
        administrator.execute("CREATE DATABASE restored OWNER owner")
    owner, application = roles.address("owner", "restored"), roles.address("application:new", "restored")
    options = ["--exit-on-error", "--no-owner", "--no-privileges"]  # as docs/operations.md says
    subprocess.run([program("pg_restore"), *options, f"--dbname={owner}", str(backup)], check=True)
    with psycopg.connect(application, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT count(*) FROM {TRAIL}")
        grant(owner=owner, application=application)
        connection.execute(f"SELECT count(*) FROM {TRAIL}")
        connection.execute("INSERT INTO departments_department (code, name) VALUES ('R', '復元部')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"ALTER TABLE {TRAIL} DISABLE TRIGGER ALL")


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ("CREATE ROLE {} LOGIN SUPERUSER", "SUPERUSER"),
        ("CREATE ROLE {} LOGIN BYPASSRLS", "BYPASSRLS"),
        ("CREATE ROLE {} LOGIN IN ROLE owner", "役割 owner のメンバー"),
        ("CREATE ROLE {} LOGIN IN ROLE pg_execute_server_program", "pg_execute_server_program"),
    ],
)
def test_a_role_that_may_more_by_other_ways_is_refused_and_gets_nothing(
    roles: TwoRoles, grant: Callable[..., str], made: str, named: str
):
    name = f"other_{uuid4().hex}"
    with roles.as_administrator() as administrator:
        administrator.execute(made.format(name))
        administrator.execute(f"GRANT {name} TO owner WITH ADMIN TRUE" if "IN ROLE owner" not in made else "SELECT 1")
        with pytest.raises(CommandError, match=named):
            grant(owner=roles.address("postgres"), application=roles.address(name))
        granted = f"SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = '{name}'"
        with psycopg.connect(roles.address("postgres")) as here:
            assert here.execute(granted).fetchone() == (0,)


def test_an_owner_that_makes_no_roles_says_who_must(roles: TwoRoles, grant: Callable[..., str]):
    name = f"by_hand_{uuid4().hex}"
    with roles.as_administrator() as administrator:
        administrator.execute("ALTER ROLE owner NOCREATEROLE")
        try:
            with pytest.raises(CommandError, match=f"CREATE ROLE {name} LOGIN"):
                grant(application=roles.address(f"{name}:secret"))
            administrator.execute(f"CREATE ROLE {name} LOGIN")
            assert "パスワードは変えていません" in grant(application=roles.address(f"{name}:secret"))
        finally:
            administrator.execute("ALTER ROLE owner CREATEROLE")


@pytest.mark.parametrize(
    ("application", "told"),
    [("", "APPLICATION_DATABASE_URL"), ("sqlite:///x", "APPLICATION_DATABASE_URL"), ("same", "別の利用者")],
)
def test_an_address_that_is_missing_or_the_owners_own_is_told(
    roles: TwoRoles, grant: Callable[..., str], application: str, told: str
):
    with pytest.raises(CommandError, match=told):
        grant(application=roles.owner if application == "same" else application)


def test_on_sqlite_there_is_nothing_to_do(tmp_path: Path, migrated_sqlite: Path):
    environment = product_environment(DATABASE_URL=f"sqlite:///{migrated_sqlite}", CELERY_BROKER_URL="memory://")
    done = subprocess.run([*MANAGE, "application_role"], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "PostgreSQL ではない" in done.stdout) == (0, True)
