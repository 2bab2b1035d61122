"""A database that cannot keep Japanese is refused before a table is made in it."""

from typing import Self
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from accounts import checks


@pytest.mark.django_db
def test_the_database_of_the_tests_is_taken():
    assert checks.check_encoding(databases=["default"]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "EUC_JP"])
def test_another_encoding_is_refused_by_migrate_with_what_to_do(encoding: str, monkeypatch):
    server = Mock(vendor="postgresql", cursor=Mock(return_value=Cursor(encoding)))
    monkeypatch.setattr(checks, "connections", {"default": server})
    with pytest.raises(SystemCheckError) as refused:
        call_command("migrate", "--no-input", skip_checks=False)
    assert f"文字コードが {encoding} です" in str(refused.value)
    assert "ENCODING 'UTF8'" in str(refused.value)


class Cursor:
    """That of a server which has this encoding."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, statement: str) -> None:
        assert statement == "SHOW server_encoding"

    def fetchone(self) -> tuple[str]:
        return (self.encoding,)
