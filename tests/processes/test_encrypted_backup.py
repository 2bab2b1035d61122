"""The encrypted backup of docs/operations.md, by its own lines: taken, the database lost, restored; and nobody else
reads it.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations_lines import documented
from tests.processes.deployment import MANAGE, RESTORING, product_environment
from tests.processes.test_restore import destroy

pytestmark = [pytest.mark.processes, pytest.mark.long]

UNATTENDED = "gpg --batch --pinentry-mode loopback --passphrase ''"  # nobody is there to type
BACK_UP, DECRYPT = "(trap 'rm -f /dev/shm/plain.backup' EXIT; manage.py", "gpg --decrypt"
CANARY = "カナリア営業部"
TOLD = "from departments.models import Department as D; "


class Desk:
    """A folder in which the lines of the document are run by a shell, with a keyring of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.keyring = folder, url, folder / "k"
        self.memory = folder / "memory"
        for path in (self.keyring, self.memory):
            path.mkdir(mode=0o700)
        (folder / "bin").mkdir()
        (folder / "bin/manage.py").write_text(f'#!/bin/sh\nexec flock {RESTORING} {" ".join(MANAGE)} "$@"\n')
        (folder / "bin/manage.py").chmod(0o755)

    def run(self, line: str, *, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        line = line.replace("/dev/shm/", f"{self.memory}/")  # noqa: S108 - not that of the machine, which others use too
        if line.startswith(("gpg --quick-generate", "gpg --decrypt", "gpg --armor --export-secret")):
            line = line.replace("gpg", UNATTENDED, 1)
        environment = product_environment(DATABASE_URL=self.url, CELERY_BROKER_URL="memory://")
        environment |= {"GNUPGHOME": str(self.keyring), "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        shell = ["bash", "-c", line]
        return subprocess.run(shell, cwd=self.folder, env=environment, capture_output=True, check=check, timeout=300)

    def tell(self, statement: str) -> str:
        return self.run(f'manage.py shell -v0 -c "{TOLD}{statement}"').stdout.decode().strip()

    def restore(self) -> None:
        destroy(self.url) if self.url.startswith("sqlite") else self.tell("D.objects.all().delete()")
        self.run("manage.py restore --yes memory/plain.backup")

    @property
    def backup(self) -> Path:
        return self.folder / "backup.gpg"


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The server has the public key in a file, and nothing else."""
    desk = Desk(tmp_path, database_url)
    for start in ("gpg --quick-generate-key", "gpg --armor --export ", "gpg --armor --export-secret-keys"):
        desk.run(documented(start))
    desk.keyring.rename(tmp_path / "elsewhere")
    desk.keyring.mkdir(mode=0o700)
    desk.tell(f"D.objects.create(code='C', name='{CANARY}')")
    yield desk
    desk.run("gpgconf --kill all")


def test_what_was_taken_comes_back_and_only_the_secret_key_reads_it(desk: Desk):
    desk.run(documented(BACK_UP))
    assert CANARY.encode() not in desk.backup.read_bytes()
    assert list(desk.memory.iterdir()) == []

    assert desk.run(documented(DECRYPT), check=False).returncode != 0  # without the secret key
    desk.run("gpg --batch --import backup-secret.asc")
    desk.run(documented(DECRYPT))
    desk.restore()
    assert desk.tell("print(D.objects.get(code='C').name)") == CANARY


def test_a_damaged_one_is_no_success(desk: Desk):
    desk.run(documented(BACK_UP))
    desk.run("gpg --batch --import backup-secret.asc")
    whole = desk.backup.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-200] + bytes(200)):
        desk.backup.write_bytes(damaged)
        (desk.memory / "plain.backup").unlink(missing_ok=True)
        assert desk.run(documented(DECRYPT), check=False).returncode != 0


def test_one_that_fails_leaves_the_one_of_before_and_nothing_that_everybody_reads(desk: Desk):
    desk.run(documented(BACK_UP))
    before = desk.backup.read_bytes()
    (desk.folder / "bin/manage.py").write_text("#!/bin/sh\nexit 1\n")
    assert desk.run(documented(BACK_UP), check=False).returncode != 0
    assert desk.backup.read_bytes() == before
    assert list(desk.memory.iterdir()) == []
