"""The command of the image `single` as a process: from a copy of what the image holds that nobody may write to, as
somebody who is not root, with one volume and no variable of the product's.
"""

import json
import re
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mikiwame_kaonavi.processes import answers, start, stop
from tests.processes.copies import copy_product, folder_for_others, let_nobody_write, written_to
from tests.processes.deployment import ROOT, product_environment
from tests.processes.ports import free_port
from tests.processes.test_container_commands import NOT_ROOT, PYTHON

pytestmark = [pytest.mark.processes, pytest.mark.long]

SINGLE = re.split(r"^FROM product AS ", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)[1]
PERSON = {
    "last_name": "佐藤",
    "username": "hanako",
    "email": "hanako@example.co.jp",
    "password1": "correct horse battery",
    "password2": "correct horse battery",
}


class Container:
    """What `docker run -p …:8000 -v …:/data` makes of the image on this machine."""

    def __init__(self, folder: Path) -> None:
        self.app, self.volume, self.log = folder / "app", folder / "data", folder / "log"
        self.app.mkdir()
        copy_product(self.app)
        [link] = re.findall(r"ln -s /data (\S+)", SINGLE)
        (self.app / link).symlink_to(self.volume)
        let_nobody_write(self.app)
        self.volume.mkdir(mode=0o700)
        if NOT_ROOT:
            shutil.chown(self.volume, NOT_ROOT)
        self.port = free_port()
        passed_on = {name: text for name, text in product_environment().items() if name in {"PATH", "LANG", "TZ"}}
        self.environment = passed_on | {
            "PYTHONPATH": sysconfig.get_path("purelib"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "WEB_CONCURRENCY": "2",
        }

    def command(self) -> list[str]:
        [_, *words] = json.loads(SINGLE.partition("\nCMD ")[2].partition("\n")[0])
        return [PYTHON, *(word.replace("8000", str(self.port)) for word in words)]

    def start(self) -> subprocess.Popen[bytes]:
        words = ["env", f"--chdir={self.app}", *self.command()]
        with self.log.open("wb") as log:
            process = start(words, environment=self.environment, output=log, user=NOT_ROOT)
        deadline = time.monotonic() + 300
        while "で利用できます" not in self.log.read_text() or not answers(self.port):
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)
        return process

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """As `docker exec` does it."""
        return subprocess.run(
            [PYTHON, *words],
            cwd=self.app,
            env=self.environment,
            user=NOT_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def container() -> Iterator[Container]:
    with folder_for_others() as folder:
        yield Container(folder)


def test_it_is_the_product_with_all_that_it_keeps_in_the_volume(container: Container):
    site, door = f"http://intra.example:{container.port}", f"http://127.0.0.1:{container.port}"
    process = container.start()
    try:
        [code] = re.findall(r"セットアップコード: (\S+)", container.log.read_text())
        visitor = requests.Session()
        visitor.headers["Host"] = site.removeprefix("http://")  # as others on the network name the machine
        token = {"csrfmiddlewaretoken": token_in(visitor.get(f"{door}/", timeout=30).text)}
        page = visitor.post(f"{door}/accounts/login/", PERSON | token | {"code": code}, timeout=30)
        assert f'value="{site}"' in page.text
        token = {"csrfmiddlewaretoken": token_in(page.text)}
        page = visitor.post(page.url, token | {"address": site, "next": "/settings/kaonavi/"}, timeout=30)
        assert "認証情報の入力" in page.text
        elsewhere = requests.get(f"{door}/", headers={"Host": "evil.example"}, timeout=30)
        assert elsewhere.status_code == 400
        for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
            assert visitor.get(f"{door}{address}", timeout=30).status_code == 200, address
        health = container.run("manage.py", "health", "--of=web", f"--port={container.port}")
        assert health.returncode == 0, health.stdout
        assert "すでにあります" in container.run("manage.py", "setup_code").stderr
    finally:
        stop([process], within=15)
    assert written_to(container.app) == []
    assert {"db.sqlite3", "secret-key", "credential-key"} <= {path.name for path in container.volume.iterdir()}

    process = container.start()  # another container with the same volume
    try:
        assert "セットアップコード" not in container.log.read_text()
        assert "認証情報の入力" in visitor.get(f"{door}/settings/kaonavi/", timeout=30).text
    finally:
        stop([process], within=15)


def token_in(page: str) -> str:
    return re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
