"""The system's Chromium, with an eye on everything that a page must not do."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from assessments.models import Scale
from integrations import tasks
from integrations.models import Export, PrivacySettings, SyncException
from tests.factories.browser import PATIENCE, WIDE, Windows
from tests.factories.rows import (
    MISSING_ITEMS,
    PASSWORD,
    make_change,
    make_department,
    make_issue,
    make_job,
    make_notice,
    make_person,
    make_result,
)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright's own event loop runs in this thread; Django would take our plain database calls for asynchronous ones
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is not installed"
    browser = playwright.chromium.launch(
        executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def profiles() -> dict[str, list[BrowserContext]]:
    """By site, what earlier tests have left behind: an open window and no cookie. To make another is slow."""
    return {}


@pytest.fixture
def site(live_server, profiles: dict[str, list[BrowserContext]], monkeypatch: pytest.MonkeyPatch) -> str:
    """The product, served; nothing is queued."""
    monkeypatch.setattr(tasks, "wake", lambda *_, **__: None)
    profiles.setdefault(live_server.url, [])
    return live_server.url


@pytest.fixture
def windows(chromium: Browser, profiles: dict[str, list[BrowserContext]]) -> Iterator[Windows]:
    """Opens a browser window of some width on a site, as somebody who was never there.

    What it complains about, or asks of another host, fails the test, unless the site is not ours (`is_ours=False`).
    """
    complaints: list[str] = []
    used: list[tuple[str, BrowserContext, Page]] = []

    def profile(site: str) -> BrowserContext:
        if profiles.get(site):
            return profiles[site].pop()
        context = chromium.new_context(base_url=site, locale="ja-JP")
        context.set_default_timeout(PATIENCE)
        context.new_page()  # stays, and with it the window
        return context

    def opened(site: str, width: int = WIDE, *, is_ours: bool = True) -> Page:
        def foreign(address: str) -> list[str]:
            return [] if address.startswith((site, "data:")) else [f"asked of another host: {address}"]

        context = profile(site)
        page = context.new_page()
        used.append((site, context, page))
        page.set_viewport_size({"width": width, "height": 800})
        if not is_ours:
            return page
        page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: complaints.extend(foreign(request.url)))
        return page

    yield opened
    for site, context, page in used:
        if site in profiles:
            page.close()
            context.clear_cookies()
            profiles[site].append(context)
        else:
            context.close()
    assert complaints == []


@pytest.fixture
def open_page(windows: Windows, site: str) -> Callable[[int], Page]:
    """Opens a window of some width on the product."""
    return partial(windows, site)


@pytest.fixture
def page(open_page: Callable[[int], Page]) -> Page:
    return open_page(WIDE)


@pytest.fixture
def hanako(site: str) -> User:
    user = User.objects.create_user("hanako", password=PASSWORD, last_name="佐藤", first_name="花子")
    user.groups.add(Group.objects.get(name="管理者"))
    return user


@pytest.fixture
def company(hanako: User) -> dict[str, str]:
    """Something on every page: name of the page → its address."""
    PrivacySettings.objects.create(retention_months=12)
    make_notice(("hanako.sato@department.example.co.jp", "ended", "log_in"), ("a@example.co.jp", "ended", "sent"))
    make_person(99, is_retired=True, retirement_date=date(2020, 3, 31))
    Export.objects.create(kind="results", form="xlsx", query="q=青山&retired=no", rows=12_345, made_by=hanako)
    head = make_department("100", "営業本部")
    below = make_department("110", "営業第一部 とても長い名前の部署のためのグループ", head)
    person = make_person(department=below, position="シニアカスタマーサクセスマネージャー", employment_type="part_time")
    pin = SyncException.objects.create(kind="pinned", employee=person, item="position", reason="人事が決めるため")
    make_person(7, department=head, is_retired=True)
    make_result(person, date(2025, 4, 1))
    result = make_result(person, grade="A+", overall_score="8.6", comment="落ち着いて取り組みます。")
    unneeded = Scale.objects.filter(kaonavi_item="off").earliest("order")
    make_result(person, date(2024, 4, 1), scores={unneeded.code: 61.5})
    done = make_job("partial", created=1, failed=1, total=2, requested_by=hanako)
    make_change(done, {"position": ["課長", "部長"], "is_retired": [False, True]}, object_id=person.pk)
    for severity in ("error", "skipped", "warning"):
        make_issue(
            done, severity, subject_key="0002", subject_name="赤井 誠", email="akai-makoto-no-nagai@example.co.jp"
        )
    make_issue(
        done,
        reason="MEMBER_IDENTITY_UNCERTAIN",
        object_id=person.pk,
        subject_name="赤井 誠",
        value="0002",
        email=person.email,
        detail="同じ項目：メールアドレス。違う項目（ミキワメ／カオナビ）：社員番号（0001／0002）。",
    )
    held = make_job(
        "held", options={"question": MISSING_ITEMS, "digest": "x"}, message="2,871名の役職が空白で上書き更新されます。"
    )
    make_change(held, {"position": ["課長", ""]})
    for status in ("succeeded", "failed", "cancelled", "interrupted"):
        make_job(status, "results")
    running = make_job("running", "results", done=5, total=10, phase="シートへ登録")
    return {
        "ホーム": "/",
        "自社社員管理": "/employees/",
        "検索": "/employees/?q=いない人",
        "社員": person.get_absolute_url(),
        "編集": f"{person.get_absolute_url()}edit/",
        "削除": f"{person.get_absolute_url()}delete/",
        "まとめて削除": "/employees/delete/?all=1",
        "退職者フラグの変更": "/employees/retirement/?all=1",
        "社員の登録": "/employees/new/",
        "メールアドレスの変更": f"{person.get_absolute_url()}mail/",
        "本人開示": f"{person.get_absolute_url()}disclosure/",
        "データの流れ": "/settings/data-flow/",
        "稼働状況": "/settings/operation/",
        "保存期間": "/settings/retention/",
        "保存期間の削除": "/settings/retention/delete/?all=1",
        "自動実行": "/settings/automation/",
        "同期の例外": "/settings/exceptions/",
        "同期の例外の変更": f"/settings/exceptions/{pin.pk}/",
        "連携の範囲": "/settings/exceptions/scope/",
        "取り込まない人": "/settings/exceptions/add/excluded/",
        "保存しない尺度": f"/settings/scales/{unneeded.pk}/",
        "尺度": f"/results/reference/scales/{unneeded.pk}/",
        "受検者詳細": result.get_absolute_url(),
        "部署管理": "/departments/",
        "部署": below.get_absolute_url(),
        "部署の編集": f"{below.get_absolute_url()}edit/",
        "部署コードの変更": f"{below.get_absolute_url()}code/?code=B001",
        "部署の削除": f"{head.get_absolute_url()}delete/",
        "ダウンロード一覧": "/downloads/",
        "検査結果の取込": "/imports/results/",
        "バックグラウンド処理一覧": "/jobs/",
        "終わった処理": done.get_absolute_url(),
        "要対応": "/problems/",
        "対応の入力": f"/problems/{done.issues.earliest('pk').pk}/",
        "確認待ち": held.get_absolute_url(),
        "処理中": running.get_absolute_url(),
        "設定": "/settings/",
        "アカウント管理": "/settings/accounts/",
        "画面のアドレス": "/settings/address/",
        "権限の作成": "/settings/roles/add/",
        "操作の記録": "/settings/audit/",
        "カオナビ連携": "/settings/kaonavi/",
        "連携の完了": "/settings/kaonavi/connected/",
        "連携の解除": "/settings/kaonavi/disconnect/",
        "詳細設定": "/settings/kaonavi/options/",
        "連携チェック": "/settings/kaonavi/check/",
        "使い方": "/guide/?q=メール",
        "使い方のページ": "/guide/手順3社員情報の連携/",
        "使い方のエラーコード": "/guide/社員のエラーコード/",
        "使い方の全体": "/guide/whole/",
    }


@pytest.fixture
def crowd(company: dict[str, str]) -> None:
    """More people than one page shows."""
    for number in range(8, 70):
        make_person(number, is_retired=number % 7 == 0)
