"""Two web processes and two workers on PostgreSQL with one broker: whoever answers, the administrator's way is the
same.
"""

import itertools
import json
import re
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from mikiwame_kaonavi.launcher import web, worker
from mikiwame_kaonavi.processes import answers, start
from tests.factories.browser import Windows
from tests.processes.deployment import Deployment
from tests.processes.ports import free_port
from tests.processes.test_deployment import fill

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.long]

PASSWORD = "correct horse battery staple"


class Balancer(threading.Thread):
    """Hands each connection to the next of several ports, as a load balancer would."""

    def __init__(self, ports: list[int]) -> None:
        super().__init__(daemon=True)
        self.ports = itertools.cycle(ports)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]

    def run(self) -> None:
        with suppress(OSError):  # the door is closed
            while True:
                visitor, _ = self.door.accept()
                threading.Thread(target=self.serve, args=(visitor, next(self.ports)), daemon=True).start()

    @staticmethod
    def serve(visitor: socket.socket, port: int) -> None:
        """Carry what either says to the other until one of them hangs up."""
        with suppress(OSError), visitor, socket.create_connection(("127.0.0.1", port)) as host:
            other = {visitor: host, host: visitor}
            while True:
                for source in select.select(list(other), [], [])[0]:
                    if not (piece := source.recv(65536)):
                        return
                    other[source].sendall(piece)

    def close(self) -> None:
        with suppress(OSError):
            self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        self.join()


@pytest.fixture
def site(deployment: Deployment) -> Iterator[str]:
    """The address of both webs together; simulator, both workers and beat run."""
    ports = [free_port(), free_port()]
    balancer = Balancer(ports)
    balancer.start()
    site = f"http://localhost:{balancer.port}"
    deployment.environment |= {"SITE_URL": site}
    deployment.start("simulator", "beat", "worker")
    commands = {f"web-{port}": web(host="127.0.0.1", port=port) for port in ports} | {"worker-2": worker()}
    for name, command in commands.items():
        with (deployment.folder / f"{name}.log").open("wb") as log:
            deployment.processes[name] = start(command, environment=deployment.environment, output=log)
    for port in ports:
        deployment.wait_until(partial(answers, port), what="web answers")
    deployment.wait_until(lambda: " ready" in deployment.log("worker-2"), what="the second worker is ready")
    yield site
    balancer.close()


def run(page: Page, menu: str, words: str, kind: str, status: str) -> None:
    """Start a run by its menu and watch it end in the job list."""
    page.get_by_role("button", name=menu, exact=True).click()
    page.locator(":popover-open").get_by_role("button", name=words, exact=True).click()
    expect(page.get_by_text("バックグラウンド処理を開始しました")).to_be_visible()
    page.get_by_role("link", name="同期の実行状況を確認する").click()
    row = page.get_by_role("row").filter(has_text=kind).first
    expect(row.get_by_text(status, exact=True)).to_be_visible()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_administrator_connects_and_syncs_everything(site: str, deployment: Deployment, windows: Windows, tmp_path):
    fill(deployment)
    healthy = deployment.control("GET", "tenant")
    departments = [row for row in healthy["departments"] if row["code"] != "3"]
    members = [row for row in healthy["members"] if row["code"] in {"A1", "A2"}]
    deployment.control("PUT", "tenant", {"departments": departments, "members": members})
    account = ["createsuperuser", "--no-input", "--username=hanako", "--email=hanako@example.co.jp"]
    deployment.manage(*account, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    keys = deployment.control("GET", "credentials")

    page = windows(site)
    page.goto("/settings/kaonavi/")
    page.get_by_label("ユーザー名").fill("hanako")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    page.get_by_placeholder("キーを入力").fill(keys["consumer_key"])
    page.get_by_placeholder("シークレットを入力").fill(keys["consumer_secret"])
    page.get_by_role("button", name="連携する").click()
    expect(page.get_by_text("連携が完了しました")).to_be_visible()

    page.get_by_role("link", name="部署管理ページはこちら").click()
    run(page, "一括操作", "カオナビと同期", "カオナビ部署情報取込", "成功")
    page.goto("/employees/")
    run(page, "社員情報を一括操作", "カオナビと同期", "カオナビ社員情報取込", "成功")
    file = tmp_path / "results.csv"
    file.write_text("メールアドレス,検査名,受検日,16タイプ,傾聴傾向\na1@example.co.jp,検査,2026-04-01,シーカー,55.5\n")
    deployment.manage("assessments", "import", str(file))
    page.goto("/employees/")
    run(page, "社員情報を一括操作", "カオナビに性格検査結果を登録する", "カオナビ性格検査結果登録", "成功")

    requests = {
        path.name: len(re.findall(r"\[request\]", path.read_text())) for path in deployment.folder.glob("web-*.log")
    }
    assert len(requests) == 2
    assert min(requests.values()) >= 5, requests
    jobs = json.loads(deployment.manage("kaonavi", "jobs", "--json").stdout)
    assert {job["status"] for job in jobs} == {"succeeded"}
