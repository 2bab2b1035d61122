"""`script/serve` in a checkout of its own, as somebody runs it who has configured nothing."""

import re
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import psutil
import requests

from mikiwame_kaonavi.processes import stop
from tests.processes.checkout import Checkout
from tests.processes.ports import free_port

PAGES = ("employees/", "departments/", "jobs/", "problems/", "analysis/", "settings/", "settings/accounts/", "guide/")
LOG_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from accounts.sessions import begin
user = User.objects.create_user("hanako", password="a password for tests")
user.groups.set(Group.objects.filter(name="管理者"))
request = HttpRequest()
request.session = SessionStore()
begin(request)
request.session[SESSION_KEY] = str(user.pk)
request.session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
request.session.create()
print("session:", request.session.session_key)
"""


class Served:
    """The whole product on one machine, from its start to `stop`. `variables` are those of its environment."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.log, self.port, self.variables = folder / "log", free_port(), variables
        self.address = f"http://localhost:{self.port}"
        self.checkout = Checkout(folder)
        words = ["script/serve", "--port", str(self.port)]
        self.process: subprocess.Popen[bytes] = self.checkout.start(words, self.log, **variables)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 240  # of a busy machine
        while "で利用できます" not in (said := self.log.read_text()) or " ready." not in said:
            assert self.process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.1)

    def manage(self, *words: str, **variables: str) -> str:
        return self.checkout.manage(*words, **self.variables, **variables)

    def log_in(self) -> str:
        """The key of a session of an administrator, who is made for it."""
        [key] = re.findall(r"session: (\w+)", self.manage("shell", "--no-imports", "--command", LOG_IN))
        return key

    def visit(self) -> None:
        """Open the main pages so often that each web process has shown each of them."""
        cookies = {"sessionid": self.log_in()}
        for page in ("", *PAGES):
            for _ in range(6):
                address = f"{self.address}/{page}"
                answer = requests.get(address, cookies=cookies, headers={"Connection": "close"}, timeout=60)
                assert (answer.status_code, answer.url) == (200, address)

    def memory(self) -> int:
        """Bytes of all its processes together, what they share counted once. Linux only."""
        root = psutil.Process(self.process.pid)
        family = [root, *root.children(recursive=True)]
        assert len(family) >= 9  # launcher, broker, web and its two, worker and its two, beat
        return memory_of(process.pid for process in family)

    def stop(self) -> None:
        stop([self.process], within=15)


def memory_of(pids: Iterable[int]) -> int:
    """Bytes of these processes together. Their proportional set sizes would tell less the more others on the machine,
    such as the tests themselves, have the same libraries open.
    """
    own, files = 0, dict[tuple[str, ...], int]()
    for pid in pids:
        process = Path(f"/proc/{pid}")
        own += sizes_in((process / "smaps_rollup").read_text())["Pss_Anon"]  # which others than these never share
        for mapping in re.split(r"^(?=\w+-\w+ )", (process / "smaps").read_text(), flags=re.MULTILINE)[1:]:
            _, _, *place, _ = mapping.split(maxsplit=5)  # offset, device and number of the file
            sizes = sizes_in(mapping)
            part = (*place, str(sizes["Size"]))
            files[part] = max(files.get(part, 0), sizes["Rss"] - sizes["Anonymous"])
    return own + sum(files.values())


def sizes_in(text: str) -> dict[str, int]:
    return {name: int(size) * 1024 for name, size in re.findall(r"^(\w+): +(\d+) kB", text, flags=re.MULTILINE)}


def without_numpy(folder: Path) -> str:
    """A place for PYTHONPATH. A reader of workbooks takes numpy where it is installed, as beside the bench's pandas,
    and nowhere with the product: some 60 MB.
    """
    absent = folder / "absent"
    absent.mkdir()
    (absent / "numpy.py").write_text('raise ImportError("not installed with the product")\n')
    return str(absent)
