"""The manual from its first page to its last, found by its words alone. What a quick run has of it is in
`test_repair_of_people`: a log-in, a sync and its page.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.person import Person, Typist
from tests.factories.browser import NARROW, WIDE, Windows, barriers
from tests.factories.rows import PASSWORD
from tests.processes.deployment import Deployment

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.long]
MAKE_ADMINISTRATOR = f"""
from django.contrib.auth.models import Group, User
user = User.objects.create_user("hanako", password={PASSWORD!r}, last_name="佐藤", first_name="花子")
user.groups.add(Group.objects.get(name="管理者"))
"""
COMPANY = {
    "departments": [{"code": "010", "name": "営業本部"}, {"code": "011", "name": "営業部", "parent_code": "010"}],
    "members": [
        {
            "id": number,
            "code": f"00{number}",
            "name": name,
            "name_kana": kana,
            "mail": mail,
            "department": "011",
        }
        for number, name, kana, mail in (
            (1, "青山 直樹", "アオヤマ ナオキ", "aoyama@example.co.jp"),
            (2, "赤井 誠", "アカイ マコト", ""),
        )
    ],
}
RESULTS = "メールアドレス,検査名,受検日,16タイプ,傾聴傾向\naoyama@example.co.jp,検査,2026-04-01,シーカー,55.5\n"


@dataclass
class Product:
    """ミキワメ with nothing in it but 佐藤 花子, and カオナビ with `COMPANY` and without any tick."""

    site: str
    kaonavi: str
    manage: Callable[..., object]

    def __post_init__(self) -> None:
        for method, path, body in (
            ("PUT", "ticks", {}),
            ("PUT", "tenant", COMPANY),
            ("PATCH", "knobs", {"task_delay": 0.2}),
        ):
            requests.request(method, f"{self.kaonavi}/_control/{path}", json=body, timeout=30).raise_for_status()


@pytest.fixture
def product(deployment: Deployment) -> Product:
    deployment.manage("shell", "-c", MAKE_ADMINISTRATOR)
    deployment.start("simulator", "web", "worker")
    return Product(deployment.web_url, deployment.simulator_url, deployment.manage)


class Manual:
    """One person's way through both systems: ミキワメ, and in another window カオナビ."""

    def __init__(self, person: Person, kaonavi: Page, product: Product) -> None:
        self.person = person
        self.page = person.page
        self.kaonavi = kaonavi
        self.product = product

    def log_in(self) -> None:
        self.page.goto("/")
        self.person.write(self.page.get_by_label("ユーザー名"), "hanako")
        self.person.write(self.page.get_by_label("パスワード"), PASSWORD)
        self.person.press("button", "ログインする")
        self.sees("カオナビと連携して始めます")

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def look_up_keys(self) -> list[str]:
        """手順1, 3 to 5."""
        self.kaonavi.goto("/")
        for words in ("公開API v2 情報", "認証情報"):
            self.kaonavi.get_by_role("link", name=words).click()
        return self.kaonavi.get_by_role("definition").all_inner_texts()

    def tick(self, *boxes: str) -> None:
        """手順1, 8 and 9; 手順4, 9 to 11."""
        self.kaonavi.goto("/")
        for words in ("公開API v2 情報", "操作対象の管理"):
            self.kaonavi.get_by_role("link", name=words).click()
        for box in boxes:
            self.kaonavi.get_by_role("checkbox", name=box).check()
        self.kaonavi.get_by_role("button", name="設定保存").click()

    def connect(self) -> None:
        """手順1."""
        self.person.choose("設定")
        self.person.press("link", "連携する")
        expect(self.page.get_by_role("heading", name="認証情報の入力")).to_be_visible()
        self.person.press("button", "連携する")
        self.sees("Consumer Keyを入力してください")
        self.sees("Consumer Secretを入力してください")
        key, secret = self.look_up_keys()
        self.person.write(self.page.get_by_placeholder("キーを入力"), key)
        self.person.write(self.page.get_by_placeholder("シークレットを入力"), "wrong")
        self.person.press("button", "連携する")
        expect(self.page.get_by_role("alert")).to_contain_text("受け付けませんでした")
        self.person.write(self.page.get_by_placeholder("シークレットを入力"), secret)
        self.person.press("button", "連携する")
        self.sees("連携が完了しました")
        self.person.press("button", "閉じる")
        expect(self.page.get_by_text("連携が完了しました")).to_be_hidden()

    def check(self) -> None:
        """連携チェック: first without any tick, then one line again after it was mended."""
        self.person.press("link", "連携チェックへ進む")
        self.person.press("button", "チェックする")
        self.sees("直すところがあります")
        self.tick("取得 メンバー情報（基本情報・兼務情報）")
        self.person.press("button", re.compile("再チェック.*メンバー情報"))
        self.sees("2名のメンバーを取得できました。")

    def run(self, menu: str, item: str, kind: str, *, ends: str) -> None:
        """The menu at the top right, the message and its link, and the list until the run has ended."""
        self.person.press("button", menu)
        self.person.use(self.page.locator(":popover-open").get_by_role("button", name=item, exact=True))
        self.sees("バックグラウンド処理を開始しました")
        self.person.press("link", "同期の実行状況を確認する")
        expect(self.row(kind)).to_contain_text(ends)

    def row(self, kind: str):
        return self.page.get_by_role("row", name=re.compile(kind))

    def download_errors(self, kind: str) -> str:
        """The name of the error file of a run in the list."""
        with self.page.expect_download() as download:
            self.person.use(self.row(kind).get_by_role("link", name=re.compile("エラーファイル")))
        return download.value.suggested_filename

    def make_sheets(self) -> None:
        """手順4, 1 to 8."""
        for number in range(2):
            self.kaonavi.goto("/")
            for words in ("レイアウト設定", "シート", "+（シートの追加）", "テンプレートを利用する", "システム連携"):
                self.kaonavi.get_by_role("link", name=words).first.click()
            self.kaonavi.get_by_role("link", name="このテンプレートを使用する").nth(number).click()
            self.kaonavi.get_by_label("カテゴリ名").fill("ミキワメ")
            for words in ("作成", "保存"):
                self.kaonavi.get_by_role("button", name=words).click()

    def follow_link_from_kaonavi(self) -> None:
        """The record that カオナビ shows leads to 受検者詳細."""
        self.kaonavi.goto("/")
        self.kaonavi.get_by_role("link", name="メンバー", exact=True).click()
        self.kaonavi.get_by_role("link", name="001", exact=True).click()
        shown = self.kaonavi.get_by_text(re.compile(f"^{self.product.site}/results/")).first
        self.page.goto(shown.inner_text().strip())
        expect(self.page.get_by_role("heading", name="受検者詳細")).to_be_visible()

    def disconnect(self) -> None:
        """手順5."""
        self.person.choose("設定")
        self.sees("連携の設定へ")
        expect(self.page.get_by_text("はじめての方へ")).to_be_hidden()  # all is done
        self.person.press("link", "連携を解除する")
        self.sees("再開するには再度連携設定が必要です。")
        self.person.press("button", "OK")
        self.sees("カオナビとの連携を解除しました")
        self.person.choose("自社社員管理")
        self.person.press("button", "社員情報を一括操作")  # files go on coming in and out
        expect(self.page.get_by_role("link", name="社員CSVを取り込む")).to_be_visible()
        expect(self.page.get_by_role("button", name="カオナビ")).to_have_count(0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("kind_of_person", "width"), [(Person, NARROW), (Typist, WIDE)])
def test_it_can_be_followed_from_the_first_page_to_the_last_on_a_telephone_and_by_keyboard_alone(
    kind_of_person: type[Person], width: int, product: Product, windows: Windows, tmp_path: Path
):
    kaonavi = windows(product.kaonavi, is_ours=False)
    manual = Manual(kind_of_person(windows(product.site, width)), kaonavi, product)
    manual.log_in()
    manual.connect()
    manual.page.reload()
    manual.check()

    manual.person.choose("設定")
    manual.person.press("link", "部署を管理する")
    manual.run("一括操作", "カオナビと同期", "カオナビ部署情報取込", ends="成功")
    expect(manual.row("カオナビ部署情報取込").get_by_role("cell").last).to_have_text("-")
    manual.person.choose("設定")
    manual.person.press("link", "部署を管理する")
    manual.sees("営業本部")

    manual.person.choose("自社社員管理")
    manual.run("社員情報を一括操作", "カオナビと同期", "カオナビ社員情報取込", ends="成功")
    assert manual.download_errors("カオナビ社員情報取込").startswith("カオナビ社員情報取込_")
    manual.person.use(manual.row("カオナビ社員情報取込").get_by_role("link", name="カオナビ社員情報取込", exact=True))
    manual.sees("赤井 誠")
    manual.person.press("link", "自社社員管理で結果を確認する")
    manual.sees("青山 直樹")

    manual.make_sheets()
    sheets = [f"{name}性格検査結果（ミキワメ連携）" for name in ("最新", "全")]
    manual.tick(*(f"{tick} {sheet}" for sheet in sheets for tick in ("取得", "更新")))
    file = tmp_path / "results.csv"
    file.write_text(RESULTS)
    manual.product.manage("assessments", "import", str(file))
    menu, item, kind = "社員情報を一括操作", "カオナビに性格検査結果を登録する", "カオナビ性格検査結果登録"
    manual.run(menu, item, kind, ends="成功")
    manual.person.use(manual.row(kind).get_by_role("link", name=kind, exact=True))
    manual.sees("カオナビで活用する")
    assert barriers(manual.page) == []
    manual.follow_link_from_kaonavi()
    manual.disconnect()
