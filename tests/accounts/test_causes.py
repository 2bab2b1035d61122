"""Why a service refused: told by the error's mark, never by handing on its text."""

import errno
import os
import socket
import sqlite3
from pathlib import Path

import psycopg
import pytest
import redis
from django.db import DatabaseError, OperationalError
from django.db.utils import InterfaceError
from kombu.exceptions import OperationalError as KombuError

from accounts.causes import SENTENCES, Code, Service, cause, cause_of, told, told_with_remedy

SECRETS = ("10.1.2.3", "hanako", "mikiwame_db", "青山")


def led_to(wrapper: Exception, error: BaseException) -> Exception:
    wrapper.__cause__ = error
    return wrapper


def of_state(state: str) -> Exception:
    return led_to(OperationalError("x"), psycopg.errors.lookup(state)("a row of 青山"))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("28P01", Code.PASSWORD_WRONG),
        ("28000", Code.ACCESS_REFUSED),
        ("3D000", Code.DATABASE_MISSING),
        ("53100", Code.DISK_FULL),
        ("53200", Code.OUT_OF_MEMORY),
        ("53300", Code.TOO_MANY_CONNECTIONS),
        ("42501", Code.PERMISSION_DENIED),
        ("25006", Code.READ_ONLY),
        ("57014", Code.TIMED_OUT),
        ("55P03", Code.LOCKED),
        ("40P01", Code.LOCKED),
        ("57P01", Code.CONNECTION_LOST),
        ("57P03", Code.STARTING),
        ("08006", Code.CONNECTION_LOST),
        ("XX001", Code.DAMAGED),
        ("42P01", Code.NOT_MIGRATED),
        ("34000", Code.POOLED),
    ],
)
def test_sqlstate_tells(state: str, code: Code):
    known = cause_of(of_state(state))
    assert known is not None
    assert (known.code, known.service) == (code, Service.DATABASE)
    assert told(of_state(state)) == f"OperationalError, {state}, {code}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('FATAL:  password authentication failed for user "hanako"', Code.PASSWORD_WRONG),
        ('FATAL:  ユーザー"hanako"のパスワード認証に失敗しました', Code.PASSWORD_WRONG),
        ("fe_sendauth: no password supplied", Code.PASSWORD_WRONG),
        ('FATAL:  role "hanako" does not exist', Code.PASSWORD_WRONG),
        ('FATAL:  ロール"hanako"は存在しません', Code.PASSWORD_WRONG),
        ('FATAL:  role "hanako" is not permitted to log in', Code.ACCESS_REFUSED),
        ('FATAL:  pg_hba.conf rejects connection for host "10.1.2.3", user "hanako"', Code.ACCESS_REFUSED),
        (
            'no pg_hba.conf entry for "hanako", SSL encryption\nno pg_hba.conf entry for "hanako", no encryption',
            Code.ACCESS_REFUSED,
        ),
        ('FATAL:  no pg_hba.conf entry for host "10.1.2.3", user "hanako", no encryption', Code.TLS_REQUIRED),
        ("server does not support SSL, but SSL was required", Code.TLS_FAILED),
        ('FATAL:  database "mikiwame_db" does not exist', Code.DATABASE_MISSING),
        ('FATAL:  データベース"mikiwame_db"は存在しません', Code.DATABASE_MISSING),
        ("FATAL:  sorry, too many clients already", Code.TOO_MANY_CONNECTIONS),
        ('FATAL:  too many connections for role "hanako"', Code.TOO_MANY_CONNECTIONS),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER", Code.TOO_MANY_CONNECTIONS),
        ("FATAL:  現在クライアント数が多すぎます", Code.TOO_MANY_CONNECTIONS),
        ("FATAL:  the database system is shutting down", Code.STARTING),
        ("FATAL:  データベースシステムは起動処理中です", Code.STARTING),
        ("failed: Connection refused\n\tIs the server running on that host", Code.CONNECTION_REFUSED),
        ('socket "/run/.s.PGSQL.5432" failed: No such file or directory', Code.CONNECTION_REFUSED),
        ("failed to resolve host 'mikiwame_db': [Errno -2] Name or service not known", Code.NAME_UNKNOWN),
        ("failed: No route to host", Code.UNREACHABLE),
        ("connection timeout expired", Code.TIMED_OUT),
        ("consuming input failed: server closed the connection unexpectedly", Code.CONNECTION_LOST),
        ("the connection is closed", Code.CONNECTION_LOST),
    ],
)
def test_a_connection_that_failed_has_no_sqlstate_and_is_known_by_its_text(text: str, code: Code):
    error = led_to(OperationalError(text), psycopg.OperationalError(f'connection to "10.1.2.3" failed: {text}'))
    known = cause_of(error)
    assert known is not None
    assert (known.code, known.service) == (code, Service.DATABASE)
    assert not [secret for secret in SECRETS if secret in told_with_remedy(error)]


def test_a_text_that_quotes_somebody_is_not_taken_for_a_mark():
    quoting = led_to(DatabaseError("x"), psycopg.errors.UniqueViolation("Connection refused, timed out, SSL"))
    assert cause_of(quoting) is None
    assert told(quoting) == "DatabaseError, 23505"
    assert cause_of(ValueError("Connection refused")) is None
    assert told(ValueError("青山")) == "ValueError"


def test_a_connection_that_was_closed_under_django_is_lost():
    known = cause_of(InterfaceError("connection already closed"))
    assert known is not None
    assert known.code is Code.CONNECTION_LOST


class TestSqlite:
    def error(self, file: Path, *statements: str, mode: str = "rw") -> sqlite3.Error:
        database = sqlite3.connect(f"file:{file}?mode={mode}", uri=True, timeout=0, isolation_level=None)
        try:
            for statement in statements:
                database.execute(statement)
        except sqlite3.Error as error:
            return error
        finally:
            database.close()
        raise AssertionError(statements)

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        sqlite3.connect(tmp_path / "db").execute("CREATE TABLE people (name)").connection.close()
        return tmp_path / "db"

    def code(self, error: sqlite3.Error) -> Code | None:
        known = cause_of(led_to(OperationalError(str(error)), error))
        assert known is None or known.service is Service.DATABASE
        return known.code if known else None

    def test_a_file_that_is_read_only(self, file: Path):
        error = self.error(file, "DELETE FROM people", mode="ro")
        assert self.code(error) is Code.READ_ONLY
        known = cause_of(error)
        assert known is not None
        assert "所有者と権限" in known.remedy  # a file has no replica

    def test_a_full_disk(self, file: Path):
        full = "INSERT INTO people VALUES (zeroblob(90000))"
        assert self.code(self.error(file, "PRAGMA max_page_count = 2", full)) is Code.DISK_FULL

    def test_a_lock(self, file: Path):
        with sqlite3.connect(file, isolation_level=None) as holder:
            holder.execute("BEGIN IMMEDIATE")
            assert self.code(self.error(file, "DELETE FROM people")) is Code.LOCKED
        holder.close()

    def test_a_folder_that_is_not_there(self, tmp_path: Path):
        with pytest.raises(sqlite3.OperationalError) as refused:
            sqlite3.connect(tmp_path / "nowhere/db")
        assert self.code(refused.value) is Code.CANNOT_OPEN

    def test_what_is_no_database(self, tmp_path: Path):
        (tmp_path / "db").write_text("no database at all" * 100)
        assert self.code(self.error(tmp_path / "db", "SELECT * FROM people")) is Code.DAMAGED

    def test_a_table_that_is_not_there(self, file: Path):
        assert self.code(self.error(file, "SELECT * FROM others")) is Code.NOT_MIGRATED

    def test_a_mistake_of_ours_is_no_cause(self, file: Path):
        assert self.code(self.error(file, "SELEKT")) is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (redis.exceptions.OutOfMemoryError("command not allowed"), Code.OUT_OF_MEMORY),
        (redis.exceptions.ReadOnlyError("You can't write against a read only replica."), Code.READ_ONLY),
        (redis.exceptions.AuthenticationError("invalid username-password pair"), Code.PASSWORD_WRONG),
        (redis.exceptions.NoPermissionError("User hanako has no permissions"), Code.PERMISSION_DENIED),
        (redis.exceptions.BusyLoadingError("loading the dataset in memory"), Code.STARTING),
        (redis.exceptions.ConnectionError("max number of clients reached"), Code.TOO_MANY_CONNECTIONS),
        (
            redis.exceptions.ConnectionError("Error 111 connecting to 10.1.2.3. Connection refused."),
            Code.CONNECTION_REFUSED,
        ),
        (redis.exceptions.ConnectionError("Error -2 connecting. Name or service not known."), Code.NAME_UNKNOWN),
        (redis.exceptions.TimeoutError("Timeout reading from socket"), Code.TIMED_OUT),
        (redis.exceptions.ResponseError("DB index is out of range"), Code.DATABASE_MISSING),
        (redis.exceptions.ResponseError("MISCONF Errors writing to the AOF file"), Code.NOT_SAVED),
    ],
)
def test_the_queue_tells_by_the_kind_of_its_answer(error: Exception, code: Code):
    known = cause_of(led_to(KombuError(str(error)), error))
    assert known is not None
    assert (known.code, known.service) == (code, Service.QUEUE)
    assert not [secret for secret in SECRETS if secret in told_with_remedy(error)]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, Code.DISK_FULL),
        (errno.EDQUOT, Code.DISK_FULL),
        (errno.EACCES, Code.PERMISSION_DENIED),
        (errno.EROFS, Code.READ_ONLY),
        (errno.EMFILE, Code.TOO_MANY_FILES),
        (errno.EIO, Code.DISK_BROKEN),
    ],
)
def test_a_file_tells_by_its_errno(number: int, code: Code):
    error = OSError(number, os.strerror(number), "/home/hanako")
    known = cause_of(error)
    assert known is not None
    assert (known.code, known.service) == (code, Service.MACHINE)
    assert told(error).split(", ")[1:] == [errno.errorcode[number], code]


def test_a_network_error_without_a_service_is_told_by_whoever_asked():
    assert cause_of(ConnectionRefusedError(errno.ECONNREFUSED, "refused")) is None
    assert cause_of(socket.gaierror(-2, "Name or service not known")) is None


def test_too_little_memory_is_told():
    known = cause_of(MemoryError())
    assert known is not None
    assert known.sentence == "このサーバーのメモリーが足りません。"


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize("code", SENTENCES)
def test_each_cause_has_a_sentence_and_a_remedy_for_each_service(code: Code, service: Service):
    known = cause(code, service)
    assert known.sentence.endswith("。")
    assert known.remedy.endswith("。")
    assert "{" not in known.sentence + known.remedy


def test_each_code_has_its_sentence():
    assert set(SENTENCES) == set(Code)
