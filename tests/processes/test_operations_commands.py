"""The command lines of docs/operations.md, one after the other, by a shell in a copy of the product.

Docker does here what its container would be told to do; systemd and the like are told and do nothing: their files have
tests of their own. Everything else is the real thing.
"""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.operations_lines import at_the_desk
from tests.processes.checkout import HOME, Checkout
from tests.processes.test_systemd_units import SECRETS

pytestmark = [pytest.mark.processes, pytest.mark.long]

TOLD = ("git", "useradd", "systemctl", "journalctl", "nginx", "jq")
INSIDE = """#!/bin/bash
case "$1 $2" in
"compose run") container='^(web|migrate)$' ;;
"exec "*) container='^mikiwame$' ;;
"run "*) container='^mikiwame-kaonavi:single$' ;;
*) exit 0 ;;
esac
while [ $# -gt 0 ]; do
    word=$1
    shift
    if [[ $word =~ $container ]]; then
        [ $# -eq 0 ] || exec "$@"
        exit 0
    fi
done
echo "no container is named" >&2
exit 1
"""
PROGRAMS = {
    **dict.fromkeys(TOLD, "#!/bin/sh\n"),
    "docker": INSIDE,
    "python": '#!/bin/sh\nexec .venv/bin/python "$@"\n',
    "manage.py": '#!/bin/sh\nexec .venv/bin/python manage.py "$@"\n',
    "sudo": '#!/bin/sh\nshift 2\nexec "$@"\n',  # sudo -u mikiwame …
    "systemd-run": '#!/bin/bash\nwhile [[ $1 == --* ]]; do shift; done\nexec "$@"\n',
    "install": '#!/bin/bash\nset -- "${@/#mikiwame/$(id -un)}"\nexec /usr/bin/install "$@"\n',
}
ACCOUNT = "createsuperuser --no-input --username=hanako --email=hanako@example.co.jp"


class Desk:
    """Where the lines are typed. What they call /opt, /etc, /backup, /data and /tmp is the test's own."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder, self.checkout = folder, Checkout(folder)
        self.root = self.checkout.root
        for name in ("bin", "backup", "etc/systemd/system", "etc/nginx/conf.d", "etc/caddy", "tmp"):
            (folder / name).mkdir(parents=True)
        for name, text in PROGRAMS.items():
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)
        (self.root / ".data/backups").mkdir(mode=0o700, parents=True)
        shutil.copy(database, self.root / ".data/db.sqlite3")

    def type(self, line: str) -> subprocess.CompletedProcess[str]:
        for place in ("/tmp/", "/etc/", "/backup/"):  # noqa: S108 - they become the test's own
            line = line.replace(f" {place}", f" {self.folder}{place}")
        line = line.replace(HOME, str(self.root)).replace(" /data/", f" {self.root}/.data/")
        environment = self.checkout.environment | {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}:/usr/sbin"}
        shell = ["bash", "-c", line]
        return subprocess.run(
            shell,
            cwd=self.root,
            env=environment,
            input="another-long-password\n" * 2,  # where one is asked for
            capture_output=True,
            text=True,
            timeout=300,
            start_new_session=True,
            check=False,
        )

    def fill_in(self) -> None:
        """What the person writes into .env."""
        database = f"sqlite:///{self.root / '.data/db.sqlite3'}"
        names = {"DJANGO_ALLOWED_HOSTS": "localhost", "SITE_URL": "https://localhost"}
        broker = "redis://127.0.0.1:1/0"
        self.checkout.write_settings(**SECRETS, **names, DATABASE_URL=database, CELERY_BROKER_URL=broker)

    def make_account(self) -> None:
        self.checkout.manage(*ACCOUNT.split(), DJANGO_SUPERUSER_PASSWORD="a-long-password-of-hanako")


@pytest.fixture
def desk(tmp_path: Path, migrated_sqlite: Path) -> Desk:
    return Desk(tmp_path, migrated_sqlite)


def test_each_does_what_it_says_it_does(desk: Desk):
    said = {}
    for line in at_the_desk():
        if line == "manage.py unlock_login hanako":
            desk.make_account()
        done = desk.type(line)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        said[line] = done.stdout
        if ".env.example" in line:
            desk.fill_in()

    assert len(said["docker compose run --rm web python manage.py setup_code"].strip()) >= 8
    backups = [desk.folder / "backup/2026-11-30.backup", desk.root / "2026-11-30.backup"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in backups} == {0o600}
    assert "復元し" in said["manage.py restore /backup/2026-11-30.backup"]
    assert "version" not in said["script/sbom sbom.cdx.json"]
    assert "specVersion" in (desk.root / "sbom.cdx.json").read_text()
    assert stat.S_IMODE((desk.folder / "etc/mikiwame/owner.env").stat().st_mode) == 0o600
    assert (desk.folder / "etc/mikiwame/owner.env").read_text().count("DATABASE_URL=postgresql://") == 2
