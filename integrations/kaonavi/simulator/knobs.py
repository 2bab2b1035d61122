"""The settings of everything that nobody outside カオナビ knows for sure, with the most plausible value as default."""

from typing import Any, Literal

from msgspec import Struct, field

MISSING = "(missing)"
"""As the value of a `blank_…` knob: the key is left out of the answer altogether."""


class Knobs(Struct, kw_only=True):
    """How this カオナビ behaves where the documentation is silent. Times are seconds, `None` means "no limit"."""

    # limits
    hourly_limit: int = 3000
    hourly_window: float = 3600
    update_limit: int = 5
    update_window: float = 60
    window_kind: Literal["sliding", "fixed"] = "sliding"
    count_failed_calls: bool = True
    """Does an update call that was refused (4xx) use up the limit? One that met the limit itself never does."""
    count_dry_runs: bool = True
    token_limit: int | None = None
    """Tokens issued in an hour before `/token` answers 429."""
    retry_after: int | Literal["exact"] | None = None
    """The `Retry-After` header of a 429: absent, a fixed number of seconds, or the true waiting time."""
    max_body: int = 250_000_000
    max_rows: int | None = None

    # tokens
    token_life: int = 3600
    token_life_key: str = "expire_in"  # noqa: S105 - the name of a key in JSON
    """The key in the answer of `/token`; blank leaves it out."""

    # ticks of 操作対象の管理
    tick_off_status: int = 403
    departments_need_own_tick: bool = False
    """False: メンバー情報 取得 serves 所属ツリー too, as the ミキワメ manual implies."""
    layouts_need_tick: bool = False
    layouts_hide_unticked_sheets: bool = False
    visible_members: float = 1.0
    """The share of members that the user who issued the keys may see; the others are in no answer, without an error."""
    visible_items: float = 1.0
    """The share of the company's own items of 基本情報 whose values that user may see; the layout shows all of them."""
    hidden_keys: list[str] = field(default_factory=list)
    """Keys of a member (such as `birthday`) that this user sees of nobody."""
    add_needs: Literal["create", "update", "both"] = "create"

    # tasks
    task_delay: float = 2.0
    """From acceptance to the final status; the first half is WAITING, the second RUNNING."""
    tasks_in_order: bool = True
    task_retention: float | None = None
    visible_delay: float = 0.0
    """From the final status until `GET /sheets/{id}` shows what was written."""
    finished_messages: Literal["absent", "empty"] = "empty"
    """`messages` of a task that ended well."""

    # writes
    write_status: int = 200
    put_erases_unsent_members: bool = True
    accept_empty_values: bool = False
    """May `[]` and `[null]` clear a field? `[""]` always does."""
    number_form: Literal["as_sent", "shortest"] = "as_sent"
    """`shortest` stores 50.0 as 50."""
    dry_run_ignored: bool = False
    """True: `Dry-Run: 1` is overlooked and the write really happens."""
    dry_run_answer: dict[str, Any] = {}
    messages_name_members: bool = True
    required_items: list[str] = field(default_factory=list)
    """Names of items of sheets that count as 必須 beside those whose layout says so, ミキワメ's or not."""

    # reads
    updated_since_supported: bool = True
    type_detail: bool = True
    rows_updated_at: bool = False
    """`updated_at` of each member in `/sheets/{id}`, which one source mentions."""
    member_ids: bool = True
    """`id` and `face_image` in `/members`, which only newer answers have."""

    # blank forms
    blank_text: Any = ""
    blank_date: Any = ""
    blank_birthday: Any = None
    blank_gender: Any = ""
    blank_age: Any = None
    blank_department: Any = field(default_factory=lambda: {"code": "", "name": "", "names": []})
    blank_custom: Any = MISSING
    """The `values` of an item without a value; by default the item is left out."""

    # webhooks
    webhook_needs_https: bool = True
    webhook_grouped: bool = True
    """One delivery for all members of a change; False: one for each."""
    webhook_copies: int = 1
    """How often each is sent, whatever is answered."""
    webhook_delay: float = 0.0
    """From the change to the first attempt."""
    webhook_order: Literal["kept", "reversed"] = "kept"
    """`reversed`: of what is due the newest goes first."""
    webhook_accepts: Literal["200", "2xx"] = "2xx"
    """Which answers count as received."""
    webhook_retries: int = 0
    webhook_retry_after: float = 60.0
    webhook_time: Literal["documented", "iso", "absent"] = "documented"
    """The form of `event_time`."""

    # errors
    error_shape: Literal["errors", "one", "empty", "absent", "text"] = "errors"
    """`errors` as documented; `one`: the first message; `empty`: `{"errors": []}`; `absent`: `{}`; `text`: no JSON."""
    refusal_status: int | None = None
    """The status of every refusal but 401 and 429, such as 200 or 207; None: 400, 403, 404 and so on."""
    nightly_refusal: bool = False
    """True: 503 between 01:00 and 06:00 Japanese time."""
