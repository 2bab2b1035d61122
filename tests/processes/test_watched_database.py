"""The faults of PostgreSQL, in which the product has a role without special rights, as a web process tells them."""

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
import requests

from tests.processes.deployment import Deployment
from tests.processes.fixtures import migrate
from tests.processes.postgresql import postgresql_server
from tests.processes.watching import is_well_again, numbers, says, troubles, watched

pytestmark = [pytest.mark.processes, pytest.mark.long]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql_server() as url:
        migrate(url)
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("CREATE ROLE product LOGIN")
            owner.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO product")
            owner.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO product")
        yield url


@pytest.fixture(scope="module")
def deployment(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("watched")
    yield from watched(folder, server.replace("//postgres@", "//product@"), "web", "worker", "beat")


@pytest.mark.parametrize(
    ("fault", "words", "end"),
    [
        (
            "ALTER ROLE product SET default_transaction_read_only = on",
            "データベースが読み取り専用で、書き込めません。",
            "ALTER ROLE product RESET default_transaction_read_only",
        ),
        (
            "ALTER ROLE product CONNECTION LIMIT 0",
            "データベースへの接続の数が上限に達しています。",
            "ALTER ROLE product CONNECTION LIMIT -1",
        ),
        (
            "ALTER ROLE product NOLOGIN",
            "データベースが、このサーバーからの接続、またはこのユーザーの接続を許可していません。",
            "ALTER ROLE product LOGIN",
        ),
        (
            "REVOKE UPDATE ON integrations_signoflife FROM product",
            "データベースが、必要な操作の権限がないとして断りました。",
            "GRANT UPDATE ON integrations_signoflife TO product",
        ),
    ],
)
def test_one_that_refuses(deployment: Deployment, server: str, fault: str, words: str, end: str):
    with psycopg.connect(server, autocommit=True) as owner:
        owner.execute(fault)
        try:
            parts = troubles(deployment)
            assert parts["database"] == words
            assert "broker" not in parts
            assert numbers(deployment)['mikiwame_problem{part="database"}'] == "1.0"
        finally:
            owner.execute(end)
    is_well_again(deployment)


def test_one_that_does_not_answer(deployment: Deployment, server: str):
    postmaster = int((Path(server.partition("host=")[2]) / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGSTOP)
    try:
        assert troubles(deployment)["database"] == "データベースが時間内に応答しませんでした。"
        told = numbers(deployment)
        assert told['mikiwame_scrape_problem{part="database"}'] == "1.0"
        assert told["mikiwame_broker_up"] == "1.0"
    finally:
        os.kill(postmaster, signal.SIGCONT)
    is_well_again(deployment)


def test_one_that_does_not_run(deployment: Deployment, server: str):
    """The last one: it does not come back."""
    os.kill(int((Path(server.partition("host=")[2]) / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
    parts = says(deployment, "database", "データベースが動いていないか、接続を受け付けていません。")
    assert parts["worker"] == "データベースに接続できないため、確認できません。"
    told = numbers(deployment)
    assert told['mikiwame_scrape_problem{part="database"}'] == "1.0"
    assert 'mikiwame_jobs_total{kind="employees",status="succeeded"}' not in told
    assert requests.get(f"{deployment.web_url}/healthz", timeout=60).text == "ok\n"
    for name in ("worker", "beat"):
        deployment.wait_until(partial(has_said, deployment, name, "CONNECTION_REFUSED"), what=f"{name} says why")


def has_said(deployment: Deployment, name: str, words: str) -> bool:
    return words in deployment.log(name)
