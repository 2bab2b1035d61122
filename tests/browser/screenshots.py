"""The pictures of docs/manual.ja.md, taken from the running product: `python -m tests.browser.screenshots`.

`script/screenshots` calls it. Broker, simulated カオナビ, web and worker are started on an empty database in a temporary
folder; a browser then connects, syncs and uploads the sample company as the manual tells, and looks at each page on the
way, on a wide and on a narrow screen. Of the narrow ones the manual shows three; `--whole` takes all of them, every
page from its top to its foot, and then one page of every kind that a link leads to, for whoever works on the look.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import django
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.walk import walk
from tests.pages.addresses import kind_of
from tests.processes.deployment import Deployment

IMAGES = Path(__file__).resolve().parents[2] / "docs/images"
WIDE, NARROW = (1280, 720), (375, 667)
NARROW_IN_MANUAL = {"employees", "job", "result"}
NOT_A_NAME = re.compile(r"[^\w]+")
PATIENCE = 120_000  # milliseconds; a run over the sample company takes a while
ACCOUNT = ("hanako", "a password for pictures")


class Photographer:
    """A person at a wide screen who does what the manual says, and one with a telephone who looks at the same pages."""

    def __init__(self, browser: Browser, site: str, folder: Path, *, whole: bool) -> None:
        self.folder = folder
        self.whole = whole
        self.wide, self.narrow = (self._window(browser, site, size) for size in (WIDE, NARROW))

    def _window(self, browser: Browser, site: str, size: tuple[int, int]) -> Page:
        width, height = size
        window = browser.new_context(viewport={"width": width, "height": height}, base_url=site, locale="ja-JP")
        window.set_default_timeout(PATIENCE)
        return window.new_page()

    def log_in(self) -> None:
        """Both, by the form."""
        for page in (self.wide, self.narrow):
            page.goto("/settings/")
        if self.whole:
            self.take_as_they_stand("log-in")
        for page in (self.wide, self.narrow):
            page.get_by_label("ユーザー名").fill(ACCOUNT[0])
            page.get_by_label("パスワード").fill(ACCOUNT[1])
            page.get_by_role("button", name="ログインする").click()
            page.wait_for_url("**/settings/")

    def take(self, name: str) -> None:
        """Both screens, as the wide one stands now; the narrow one goes there first."""
        self.narrow.goto(self.wide.url)
        self.take_as_they_stand(name)

    def take_as_they_stand(self, name: str) -> None:
        """Both screens."""
        narrow = [(self.narrow, "-narrow")] if self.whole or name in NARROW_IN_MANUAL else []
        for page, suffix in [(self.wide, ""), *narrow]:
            page.wait_for_load_state("networkidle")
            page.screenshot(
                path=self.folder / f"{name}{suffix}.png", full_page=self.whole, caret="hide", animations="disabled"
            )

    def do_on_both(self, role: str, name: str) -> None:
        """Press the same thing on both screens: only for what stores nothing."""
        for page in (self.wide, self.narrow):
            page.get_by_role(role, name=name).click()  # type: ignore[arg-type]  # one of Playwright's many role names

    def start(self, menu: str, item: str) -> None:
        """Choose an item of the menu at the top right and wait until the run has ended or waits for a person."""
        self.wide.get_by_role("button", name=menu).click()
        self.wide.locator(":popover-open").get_by_role("button", name=item, exact=True).click()
        self.wide.get_by_role("link", name="同期の実行状況を確認する").click()
        first = self.wide.locator("tr.job").first
        expect(first).not_to_contain_text("待機中", timeout=PATIENCE)
        expect(first).not_to_contain_text("処理中", timeout=PATIENCE)

    def open_newest_run(self) -> None:
        """From the list of runs."""
        self.wide.locator("tr.job").first.get_by_role("link").first.click()


def connect(photographer: Photographer, deployment: Deployment) -> None:
    """手順1."""
    page = photographer.wide
    photographer.take("settings")
    page.get_by_role("link", name="連携する").click()
    photographer.narrow.goto(page.url)
    photographer.do_on_both("button", "連携する")
    photographer.take_as_they_stand("connection")
    keys = deployment.control("GET", "credentials")
    page.get_by_placeholder("キーを入力").fill(keys["consumer_key"])
    page.get_by_placeholder("シークレットを入力").fill(keys["consumer_secret"])
    page.get_by_role("button", name="連携する").click()
    page.get_by_text("連携が完了しました").wait_for()
    photographer.take("connected")
    deployment.control("PUT", "ticks", {"members": ["read"], "departments": ["read"]})
    page.goto("/settings/kaonavi/check/")
    photographer.narrow.goto(page.url)
    photographer.do_on_both("button", "チェックする")
    for each in (page, photographer.narrow):
        each.get_by_text("直すところがあります").wait_for()
    photographer.take_as_they_stand("check")
    deployment.control("POST", "ticks")


def import_company(photographer: Photographer) -> None:
    """手順2 and 手順3."""
    page = photographer.wide
    page.goto("/departments/")
    photographer.start("一括操作", "カオナビと同期")
    page.goto("/employees/")
    page.get_by_role("button", name="社員情報を一括操作").click()
    photographer.narrow.goto(page.url)
    photographer.narrow.get_by_role("button", name="社員情報を一括操作").click()
    photographer.take_as_they_stand("employees-menu")
    page.keyboard.press("Escape")
    photographer.start("社員情報を一括操作", "カオナビと同期")
    photographer.take("jobs")
    photographer.open_newest_run()
    photographer.take("job")
    page.goto("/departments/")
    photographer.take("departments")
    page.goto("/employees/")
    photographer.take("employees")


def upload_results(photographer: Photographer, deployment: Deployment) -> None:
    """手順4, with results that came in from a file."""
    from django.db.models import Count

    from employees.models import Employee
    from integrations.practice import sample_results

    sample_results.add_local_people()
    file = deployment.folder / "results.csv"
    sample_results.write_results(file)
    deployment.manage("assessments", "import", str(file))
    page = photographer.wide
    page.goto("/employees/")
    photographer.start("社員情報を一括操作", "送信内容を確認する")
    photographer.open_newest_run()
    photographer.take("held")
    page.get_by_role("button", name="確認して実行").click()
    page.get_by_text("カオナビで活用する").wait_for()
    photographer.take("results-job")
    tested_twice = Employee.objects.annotate(results=Count("assessments")).filter(results=2)
    known = tested_twice.exclude(position="").exclude(birth_date=None)
    page.goto(known.latest("employee_number").get_absolute_url())
    photographer.take("person")
    page.locator("table a").first.click()
    photographer.take("result")
    page.goto("/downloads/")
    photographer.take("downloads")


def visit_every_page(photographer: Photographer) -> None:
    """One page of every kind, however it is narrowed, and the one for what is not there, named by their addresses."""
    taken = set()
    for address, _ in walk(photographer.wide):
        name = NOT_A_NAME.sub("-", kind_of(unquote(address.partition("?")[0]))).strip("-") or "home"
        if name not in taken:
            taken.add(name)
            photographer.take(f"page-{name}")
    photographer.wide.goto("/nowhere/")
    photographer.take("not-found")


def disconnect(photographer: Photographer) -> None:
    """手順5."""
    page = photographer.wide
    page.goto("/settings/")
    photographer.take("settings-connected")
    page.get_by_role("link", name="連携を解除する").click()
    photographer.take("disconnect")


@contextmanager
def product(folder: Path) -> Iterator[Deployment]:
    """The product with the sample company in カオナビ, nothing in ミキワメ, and one administrator."""
    deployment = Deployment(folder, database_url=f"sqlite:///{folder / 'db.sqlite3'}")
    os.environ.update(deployment.environment, DJANGO_ALLOW_ASYNC_UNSAFE="true")  # Playwright's loop runs in this thread
    os.environ["DJANGO_SETTINGS_MODULE"] = "mikiwame_kaonavi.settings"
    django.setup()
    from django.contrib.auth.models import User

    try:
        deployment.manage("migrate", "--verbosity=0")
        User.objects.create_superuser(ACCOUNT[0], password=ACCOUNT[1], last_name="佐藤", first_name="花子")
        deployment.start("broker", "simulator", "web", "worker", sample_company=True)
        yield deployment
    finally:
        deployment.close()


def main() -> None:
    """Take all pictures; say where they are and how large they are."""
    parser = argparse.ArgumentParser(prog="script/screenshots", description="手順書の画面写真を作成します。")
    parser.add_argument("--into", type=Path, default=IMAGES, help="保存先（既定: docs/images）")
    parser.add_argument("--whole", action="store_true", help="すべての画面を、入りきらない部分も写します")
    arguments = parser.parse_args()
    arguments.into = Path(os.environ.get("CALLED_FROM", ""), arguments.into)
    arguments.into.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium をインストールしてください。")
    with tempfile.TemporaryDirectory() as folder, product(Path(folder)) as deployment, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        photographer = Photographer(browser, deployment.web_url, arguments.into, whole=arguments.whole)
        photographer.log_in()
        connect(photographer, deployment)
        import_company(photographer)
        upload_results(photographer, deployment)
        if arguments.whole:
            visit_every_page(photographer)
        disconnect(photographer)
        browser.close()
    pictures = list(arguments.into.glob("*.png"))
    size = sum(picture.stat().st_size for picture in pictures)
    sys.stdout.write(f"{len(pictures)}枚（{size / 1_000_000:.1f} MB）を {arguments.into} に保存しました。\n")


if __name__ == "__main__":
    main()
