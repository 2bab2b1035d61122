"""What must hold of every page, whatever it is about."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from accounts import audit
from accounts.models import AuditEntry
from integrations.checkup.lines import CheckLine
from integrations.models import KaonaviConnection
from integrations.views import check
from tests.factories.browser import NARROW, WIDE, Windows, barriers, log_in, overflow
from tests.factories.rows import make_change, make_department, make_issue, make_job, make_person

pytestmark = pytest.mark.browser

PAPER = 718  # pixels of an A4 sheet between its margins
SCREENS = (320, 375, 768, 1024)  # the smallest, which is also any enlarged four times, to a small notebook
SEEN = "parts => parts.map(part => part.checkVisibility() ? part.className : '')"
UNSEEN = """parts => parts
    .filter(part => !part.checkVisibility({contentVisibilityAuto: true}) && part.textContent.trim())
    .map(part => part.outerHTML.slice(0, 80))"""
OpenPage = Callable[[int], Page]


@pytest.fixture(autouse=True)
def _connected(company: dict[str, str]) -> None:
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")


def look(page: Page, *widths: int) -> list[str]:
    """What is wrong with a page at these widths; wherever it has barriers, it must fit on either screen."""
    found = []
    for width in (WIDE, NARROW):
        found += overflow(page, width)
        found += [f"{width}: {barrier}" for barrier in barriers(page)] if width in widths else []
    return found


def test_pages_of_several_sorts_have_no_barriers_and_never_scroll_sideways(page: Page, company: dict[str, str]):
    """Table, form, chart."""
    log_in(page, company["自社社員管理"])
    found = {"自社社員管理": look(page, WIDE)}
    for name in ("編集", "受検者詳細"):
        page.goto(company[name])
        found[name] = look(page, NARROW)
    assert {name: problems for name, problems in found.items() if problems} == {}


def on_paper(page: Page) -> list[str]:
    """What is wrong with a page when it is printed."""
    page.emulate_media(media="print")
    found = overflow(page, PAPER)
    pressed = page.locator(".topbar, .rail, .crumbs, .foot, .page-actions, .filters, main .button")
    found += [f"shows {part}" for part in set(pressed.evaluate_all(SEEN)) - {""}]
    found += [
        f"hides {part}"
        for part in page.locator("th.wide:not(.unprinted *), details:not(.finder) > :last-child").evaluate_all(UNSEEN)
    ]
    page.emulate_media(media="screen")
    return found


@pytest.fixture
def every_page(company: dict[str, str], crowd: None, hanako: User) -> dict[str, str]:
    """All pages, with names and values as long as they come."""
    above, values = (
        None,
        {"email": [f"{'a' * 60}@{'b' * 60}.example.co.jp", "長" * 200], "site_url": "https://" + "x" * 300},
    )
    for level in range(1, 11):
        above = make_department(f"GLB-{level:02}-{'9' * 40}", f"{'東日本営業本部' * 25}{level}", above)
    person = make_person(
        200,
        last_name="長" * 100,
        position="部" * 200,
        employee_number="E" * 50,
        department=above,
        email=f"{'c' * 200}@b.jp",
    )
    audit.record(AuditEntry.Action.EDITED, by=hanako, on=person, detail={"changed": values})
    audit.record(AuditEntry.Action.CREATED, by=None, what="employee", label="W" * 200, detail={"name": "W" * 300})
    job = make_job("partial", "employees_file", file_name="長い名前のファイル" * 20 + ".csv", failed=1)
    make_issue(
        job, value="W" * 200, subject_name="長" * 100, subject_key="E" * 50, detail="W" * 300, email=person.email
    )
    make_change(job, {"position": ["課" * 200, "W" * 200]}, name="W" * 200, object_id=person.pk)
    return company | {
        "長い値の社員": person.get_absolute_url(),
        "長い値の部署": above.get_absolute_url() if above else "",
        "長い値の処理": job.get_absolute_url(),
        "部署の検索": "/departments/?q=東日本",
        "操作の記録の絞り込み": "/settings/audit/?action=edited",
        "カスタム権限管理": "/settings/roles/",
        "16タイプと尺度": "/results/reference/",
        "アカウントの招待": "/settings/accounts/invite/",
        "ログインの設定": "/settings/log-in/",
        "パスワードの変更": "/accounts/password/",
        "使い方の目次": "/guide/",
    }


@pytest.mark.long
def test_it_has_no_barriers_never_scrolls_sideways_and_is_whole_on_paper(page: Page, every_page: dict[str, str]):
    page.goto("/accounts/login/")
    found = {"ログイン": look(page, WIDE, NARROW)}
    log_in(page)
    for name, address in every_page.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        found[name] = look(page, WIDE, NARROW)
        for width in SCREENS:
            found[name] += overflow(page, width)
        found[name] += on_paper(page)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_what_is_to_be_handed_on_fits_on_paper(page: Page, company: dict[str, str]):
    log_in(page)
    for name in (
        "データの流れ",
        "本人開示",
        "自社社員管理",
        "受検者詳細",
        "使い方の全体",
        "終わった処理",
        "操作の記録",
    ):
        page.goto(company[name])
        assert on_paper(page) == [], name


@pytest.mark.long
def test_it_has_no_barriers_in_what_opens(
    open_page: OpenPage, company: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    line = CheckLine(
        "latest_sheet:personality_type",
        "16タイプ",
        "error",
        "ありません。",
        "選んでください。",
        ("性格タイプ",),
        "personality_type",
    )
    monkeypatch.setattr(check, "check_step", lambda _name: [line])
    page = open_page(NARROW)
    log_in(page, "/employees/")
    page.get_by_role("button", name="社員情報を一括操作").click()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="メニュー").click()
    assert barriers(page) == []
    page.goto(company["連携チェック"])
    page.get_by_role("button", name="チェックする").click()
    page.get_by_text("要対応").wait_for()
    assert barriers(page) == []
    page.goto("/settings/kaonavi/")
    page.get_by_role("button", name="連携する").click()
    page.get_by_text("Consumer Keyを入力してください").wait_for()
    assert barriers(page) == []
    page.goto(company["終わった処理"])
    page.get_by_text("技術情報").click()
    assert barriers(page) == []


@pytest.mark.long
def test_it_has_no_barriers_where_developers_look(page: Page, hanako: User):
    User.objects.update(is_superuser=True)
    log_in(page, "/accounts/gallery/")
    page.get_by_role("button", name="メニュー付きボタン").click()
    assert barriers(page) == []


@pytest.mark.long
def test_it_has_no_barriers_where_there_is_nothing_and_for_people_who_may_see_nothing(
    windows: Windows, site: str, hanako: User
):
    page = windows(site, NARROW, is_ours=False)  # a browser says aloud that the page is not there
    for address in ("/nowhere/", "/jobs/4711/"):
        log_in(page, address)
        expect(page.get_by_role("heading", name="ページが見つかりません")).to_be_visible()
        assert barriers(page) == []
    hanako.groups.clear()
    page.goto("/settings/")
    expect(page.get_by_role("heading", name="このページを表示する権限がありません")).to_be_visible()
    assert barriers(page) == []
