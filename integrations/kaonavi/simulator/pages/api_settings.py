"""管理者メニュー > その他 > 公開API v2 情報."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from integrations.kaonavi.simulator.state import TICKS, Sheet
from integrations.kaonavi.simulator.task_queue import status_of
from integrations.kaonavi.simulator.tenant import OPERATIONS

from .page import Page

RESOURCES = {
    "members": "メンバー情報（基本情報・兼務情報）",
    "departments": "所属ツリー",
    "layouts": "レイアウト",
    "enum_options": "マスター管理",
}
SHOWN = 200


def open_settings(page: Page) -> Response:
    """The left menu's first entry."""
    del page
    return redirect("/api-v2/results")


def show_results(page: Page) -> Response:
    """実行結果: registrations and updates, newest first; reads are not listed."""
    now = page.tenant.now()
    tasks = [(task, status_of(task, now)) for task in reversed(page.state.tasks[-SHOWN:])]
    return page.render("api_results.html", tasks=tasks, local=page.tenant.local_text)


def show_access_log(page: Page) -> Response:
    """アクセスログ, newest first."""
    calls = list(reversed(page.state.calls[-SHOWN:]))
    return page.render("api_access_log.html", calls=calls, local=page.tenant.local_text)


def show_credentials(page: Page) -> Response:
    """認証情報."""
    return page.render("api_credentials.html", credentials=page.state.credentials)


def reissue_credentials(page: Page) -> Response:
    """再発行."""
    page.tenant.reissue()
    return page.go("/api-v2/credentials", "reissued")


def show_targets(page: Page) -> Response:
    """操作対象の管理."""
    by_category: dict[str, list[Sheet]] = {}
    for sheet in page.state.sheets:
        by_category.setdefault(sheet.category, []).append(sheet)
    return page.render("api_targets.html", resources=RESOURCES, ticks=TICKS, by_category=by_category)


def save_targets(page: Page) -> Response:
    """設定保存: exactly the boxes of the form are ticked."""
    keys = [*RESOURCES, *(f"sheet:{sheet.id}" for sheet in page.state.sheets)]
    chosen = set(page.request.form.getlist("tick"))
    page.state.ticks = {key: [operation for operation in OPERATIONS if f"{key} {operation}" in chosen] for key in keys}
    return page.go("/api-v2/targets", "saved")


ROUTES = {
    "GET /api-v2": open_settings,
    "GET /api-v2/results": show_results,
    "GET /api-v2/access-log": show_access_log,
    "GET /api-v2/credentials": show_credentials,
    "POST /api-v2/credentials": reissue_credentials,
    "GET /api-v2/targets": show_targets,
    "POST /api-v2/targets": save_targets,
}
