"""Who may call what, and how often: tokens, limits and the ticks of 操作対象の管理."""

import base64
import binascii
import uuid

from .limits import forget_old, seconds_until_room
from .refusal import Refusal
from .state import TICKS, Call, Operation, Sheet
from .tenant import Tenant

HOUR = 3600.0
RESOURCE_NAMES = {
    "members": "メンバー情報（基本情報・兼務情報）",
    "departments": "所属ツリー",
    "layouts": "レイアウト",
    "enum_options": "マスター管理",
}


class Gate:
    """The checks before a call is answered. Each raises `Refusal`. The caller holds the tenant's lock."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def check_hours(self) -> None:
        """The nightly window, when the knob asks for it."""
        if self.tenant.knobs.nightly_refusal and 1 <= self.tenant.local_time().hour < 6:
            raise Refusal(503, "夜間処理中です")

    def issue_token(self, authorization: str, grant: str) -> dict[str, object]:
        """`POST /token`: 401 for wrong keys, 400 for another grant, 429 when the knob limits tokens."""
        keys = self.tenant.credentials
        if _basic(authorization) != (keys.consumer_key, keys.consumer_secret):
            raise Refusal(401, "Consumer Key または Consumer Secret が正しくありません")
        if grant != "client_credentials":
            raise Refusal(400, "grant_type が正しくありません")
        knobs, state = self.tenant.knobs, self.tenant.state
        if knobs.token_limit is not None:
            self._take(state.counted_tokens, knobs.token_limit, HOUR, "アクセストークンの発行回数")
        token = str(uuid.uuid4())
        state.tokens = {old: end for old, end in state.tokens.items() if end > self.tenant.now()}
        state.tokens[token] = self.tenant.now() + knobs.token_life
        answer: dict[str, object] = {"access_token": token, "token_type": "Bearer"}
        if knobs.token_life_key:
            answer[knobs.token_life_key] = knobs.token_life
        return answer

    def check_token(self, token: str) -> None:
        """401 unless the token is ours and alive."""
        if self.tenant.state.tokens.get(token, 0.0) <= self.tenant.now():
            raise Refusal(401, "アクセストークンが無効です")

    def count_call(self) -> None:
        """Every call uses up the hourly limit, except one that meets it."""
        knobs = self.tenant.knobs
        self._take(
            self.tenant.state.counted_calls, knobs.hourly_limit, knobs.hourly_window, "1時間あたりのリクエスト数"
        )

    def count_update(self, call: Call) -> None:
        """The update limit, shared by all endpoints that return a task."""
        knobs = self.tenant.knobs
        if call.dry_run and not knobs.count_dry_runs:
            return
        self._take(self.tenant.state.counted_updates, knobs.update_limit, knobs.update_window, "更新リクエスト数")
        call.counted = True

    def give_back_update(self, call: Call) -> None:
        """A refused call does not count when the knob says so."""
        if call.counted and not self.tenant.knobs.count_failed_calls:
            self.tenant.state.counted_updates.pop()
            call.counted = False

    def _take(self, times: list[float], limit: int, window: float, what: str) -> None:
        now = self.tenant.now()
        forget_old(times, now, window)
        wait = seconds_until_room(times, now, limit=limit, window=window, kind=self.tenant.knobs.window_kind)
        if wait > 0:
            raise Refusal(429, f"{what}の上限を超えました", headers=self._retry_after(wait))
        times.append(now)

    def _retry_after(self, wait: float) -> dict[str, str]:
        knob = self.tenant.knobs.retry_after
        if knob is None:
            return {}
        return {"Retry-After": str(int(wait) + 1 if knob == "exact" else knob)}

    def check_tick(self, resource: str | Sheet, *operations: Operation) -> None:
        """The boxes of a resource or sheet that must be ticked."""
        key = resource if isinstance(resource, str) else f"sheet:{resource.id}"
        name = RESOURCE_NAMES[resource] if isinstance(resource, str) else f"シート「{resource.name}」"
        for operation in operations:
            if not self.tenant.state.allows(key, operation):
                raise Refusal(self.tenant.knobs.tick_off_status, f"操作対象ではありません: {name} {TICKS[operation]}")

    def check_departments(self) -> None:
        """所属ツリー: a tick of its own, or that of メンバー情報, as the knob says."""
        self.check_tick("departments" if self.tenant.knobs.departments_need_own_tick else "members", "read")

    def check_layouts(self) -> None:
        """レイアウト: readable without a tick unless the knob says otherwise."""
        if self.tenant.knobs.layouts_need_tick:
            self.check_tick("layouts", "read")


def _basic(header: str) -> tuple[str, str] | None:
    kind, _, packed = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        key, _, secret = base64.b64decode(packed, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return key, secret
