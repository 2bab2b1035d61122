"""The units of docs/systemd: read by systemd itself, closed as far as the product allows, and each command tried."""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mikiwame_kaonavi.launcher import ROOT, beat, web, worker
from mikiwame_kaonavi.processes import answers, stop
from tests.processes.checkout import HOME, Checkout, Unit
from tests.processes.deployment import Deployment
from tests.processes.ports import free_port

pytestmark = pytest.mark.processes

SERVICES = sorted(path.name for path in (ROOT / "docs/systemd").glob("*.service"))
MOST_EXPOSED = 15  # tenths of what `systemd-analyze security` counts up to 10.0
SECRETS = {
    "DJANGO_DEBUG": "false",
    "DJANGO_SECRET_KEY": "the tests protect nothing, so that everybody may read this key",
    "CREDENTIAL_KEYS": "dGhlLXRlc3RzLXByb3RlY3Qtbm90aGluZy0tLS0tLS0=",
}


def analyze(*words: str) -> str:
    command = ["/usr/bin/env", "systemd-analyze", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.long
def test_systemd_understands_them(tmp_path: Path):
    for path in (ROOT / "docs/systemd").iterdir():
        text = re.sub(rf"^(ExecStart=){HOME}/\S+", r"\1/bin/true", path.read_text(), flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text)
    assert analyze("verify", "--man=no", *map(str, tmp_path.iterdir())) == ""


@pytest.mark.long
@pytest.mark.parametrize("name", SERVICES)
def test_each_is_closed(name: str):
    analyze("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", str(ROOT / "docs/systemd" / name))


def test_own_services_run_what_script_serve_runs():
    """But for the number of web processes, which a variable tells, and the places where it writes."""
    own = {kind: set(Unit(f"mikiwame-{kind}.service").commands({})[0][1:]) for kind in ("web", "worker", "beat")}
    launched = {"web": web(host="127.0.0.1", port=8000), "worker": worker(), "beat": beat(Path("/tmp"))}  # noqa: S108 - systemd's own
    for kind, options in own.items():
        same = {option for option in launched[kind] if not option.startswith("--workers=")}
        assert options - same - {"--worker-tmp-dir=/dev/shm"} == set(), kind
        assert {word for word in same - options if word.startswith("-")} <= {"-m", "-c"}, kind
    assert Unit("mikiwame-worker.service").environment()["REMAP_SIGTERM"] == "SIGQUIT"


class Services:
    """The four own services by the commands of their units, as systemd orders them."""

    def __init__(self, folder: Path, deployment: Deployment) -> None:
        self.folder, self.deployment = folder, deployment
        self.checkout = Checkout(folder)
        self.places = {"/tmp/": f"{folder}/"}  # noqa: S108 - each unit has a /tmp of its own; first: ours may lie there
        self.places |= {HOME: str(self.checkout.root), "127.0.0.1:8000": f"127.0.0.1:{deployment.web_port}"}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def migrate(self, **owner: str) -> None:
        for command in Unit("mikiwame-migrate.service").commands(self.places):
            self.checkout.run(command, owner)

    def start(self, kind: str) -> None:
        unit = Unit(f"mikiwame-{kind}.service")
        [command] = unit.commands(self.places)
        self.processes[kind] = self.checkout.start(command, self.deployment._log(kind), **unit.environment())

    def stop(self, kind: str) -> int:
        return Unit(f"mikiwame-{kind}.service").stop(self.processes.pop(kind))


@pytest.fixture
def services(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = Services(tmp_path_factory.mktemp("opt"), deployment)
    owner = deployment.environment["DATABASE_URL"]
    of_the_role = owner.replace("postgres@", "mikiwame_app:a-password-of-the-test@")
    services.checkout.write_settings(
        **SECRETS,
        DJANGO_ALLOWED_HOSTS="localhost",
        SITE_URL=deployment.web_url,
        DATABASE_URL=of_the_role,
        CELERY_BROKER_URL=deployment.broker.url,
        KAONAVI_API_URL=deployment.environment["KAONAVI_API_URL"],
    )
    services.checkout.manage("collectstatic", "--no-input")
    services.migrate(DATABASE_URL=owner, APPLICATION_DATABASE_URL=of_the_role)
    try:
        yield services
    finally:
        stop(services.processes.values(), within=12)


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_own_services_do_their_work_and_hand_it_on_when_they_are_stopped(services: Services, deployment: Deployment):
    deployment.start("simulator", sample_company=True)
    for kind in ("web", "worker", "beat"):
        services.start(kind)
    deployment.wait_until(lambda: answers(deployment.web_port), what="web answers")
    deployment.wait_until(lambda: is_ready(deployment), what="it is ready")

    deployment.connect()
    deployment.manage("kaonavi", "sync", "departments", "--no-wait")
    assert services.stop("worker") == 0
    services.start("worker")
    assert deployment.sync("employees", expect=None)["status"] == "partial"

    assert {kind: services.stop(kind) for kind in ("web", "worker", "beat")} == {"web": 0, "worker": 0, "beat": 0}


def is_ready(deployment: Deployment) -> bool:
    return requests.get(f"{deployment.web_url}/readyz", timeout=30).ok


@pytest.mark.long
def test_one_machine_is_served_and_ends_in_time(tmp_path: Path):
    checkout, port, log = Checkout(tmp_path), free_port(), tmp_path / "log"
    unit = Unit("mikiwame.service")
    [command] = unit.commands({HOME: str(checkout.root), "--port 8000": f"--port {port}"})
    before = files_of(checkout.root)
    process = checkout.start(command, log)
    try:
        wait_for(log, "で利用できます")
        wait_for(log, " ready.")
        assert requests.get(f"http://localhost:{port}/readyz", timeout=30).json()["worker"] == "ok"
        assert unit.stop(process) == 0
    finally:
        stop([process], within=12)
    written = {path.parts[0] for path, _ in files_of(checkout.root) - before}
    assert written <= {Path(path).name for path in unit.values("ReadWritePaths")[0].split()}


def wait_for(log: Path, words: str) -> None:
    for _ in range(2400):
        if words in log.read_text():
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def files_of(folder: Path) -> set[tuple[Path, int]]:
    """Each file with the time when it was written; bytecode, which nobody needs, left out."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {(path.relative_to(folder), path.stat().st_mtime_ns) for path in files}
