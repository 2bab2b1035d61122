"""What can go wrong with カオナビ, told apart by what the caller does next.

`reason` is the code that the run's issue gets (`integrations.reasons` has the sentence and the remedy); `str(error)` is
a Japanese sentence without anything secret or personal.
"""
# ruff: noqa: N818 - the names say what happened; an "Error" behind each would say nothing more

LONGEST_GUESS = 900.0  # seconds: where doubling ends


class MustWait(Exception):
    """The limit leaves no room now. Whoever runs the job decides how to wait `seconds`.

    No KaonaviError: the call was not made, or not accepted, and may be made later.

    `limit` is "update", "hour" (both our own book-keeping) or "remote" (カオナビ answered 429). `is_guess`: カオナビ refused
    a call that is no update and named no time, so it may be its hourly limit, and the next guess had better be longer.
    """

    def __init__(self, seconds: float, limit: str, messages: tuple[str, ...] = (), *, is_guess: bool = False) -> None:
        super().__init__(f"カオナビの利用制限のため、{seconds:.0f}秒待ちます。")
        self.messages = messages
        self.seconds = seconds
        self.limit = limit
        self.is_guess = is_guess

    def after(self, refusals: int) -> float:
        """Seconds to wait where カオナビ had refused `refusals` times in a row: a guess doubles, up to 15 minutes."""
        return min(self.seconds * 2 ** min(refusals, 10), LONGEST_GUESS) if self.is_guess else self.seconds


class KaonaviError(Exception):
    """Base of everything that ends or changes a run.

    `detail` is what is special about this case, beside the sentence of its reason; `messages` are カオナビ's own words.
    """

    reason = "KAONAVI_FAILED"
    detail = ""
    messages: tuple[str, ...] = ()


class CredentialsRefused(KaonaviError):
    """`/token` refuses the keys: wrong, or re-issued (then old key, secret and every token died at once)."""

    reason = "KAONAVI_KEYS_REFUSED"

    def __init__(self, messages: tuple[str, ...] = ()) -> None:
        super().__init__("カオナビがConsumer KeyとConsumer Secretを受け付けませんでした。")
        self.messages = messages


class Refused(KaonaviError):
    """カオナビ answered, and refused. `resource` is what was asked for, `ticks` what 操作対象の管理 must have ticked for it.

    `never_worked`: no operation of this kind has succeeded with these keys yet, so that the tick may be what is
    missing, whatever the status says.
    """

    never_worked = False
    sentence: str  # with room for the resource

    def __init__(self, resource: str, ticks: str = "", messages: tuple[str, ...] = ()) -> None:
        super().__init__(self.sentence.format(resource))
        self.resource = resource
        self.ticks = ticks
        self.messages = messages


class NotPermitted(Refused):
    """操作対象の管理 has no tick for this."""

    reason = "KAONAVI_NOT_PERMITTED"
    sentence = "カオナビの「操作対象の管理」で「{}」が許可されていません。"


class TokenRefused(NotPermitted):
    """401: the token grew old or was revoked; where カオナビ has only just given it for these keys, a tick is missing."""

    detail = "認証情報（Consumer Key と Consumer Secret）は受け付けられています（応答コード401）。"


class NotFound(Refused):
    """カオナビ does not know the sheet, task or address."""

    reason = "KAONAVI_NOT_FOUND"
    sentence = "カオナビに「{}」が見つかりません。"


class RequestRefused(Refused):
    """カオナビ read the request and refused it: 400, 422 and other 4xx, or a success that holds nothing but `errors`."""

    reason = "KAONAVI_REQUEST_REFUSED"

    def __init__(self, status: int, resource: str = "", ticks: str = "", messages: tuple[str, ...] = ()) -> None:
        self.sentence = f"カオナビが要求を受け付けませんでした（{status}）。"
        super().__init__(resource, ticks, messages)
        self.status = status
        self.detail = f"応答コードは{status}です。"


class TooLarge(RequestRefused):
    """413: the same rows may pass in smaller requests."""


class NoUsableAnswer(KaonaviError):
    """`outcome_unknown` is true where a write may have been accepted all the same: look before sending it again."""

    def __init__(self, problem: str, messages: tuple[str, ...] = (), *, outcome_unknown: bool = False) -> None:
        super().__init__(problem)
        self.detail = problem
        self.messages = messages
        self.outcome_unknown = outcome_unknown


class Unavailable(NoUsableAnswer):
    """Not reachable, cut off, or a 5xx, after the client's own retries of reads."""

    reason = "KAONAVI_UNREACHABLE"


class TimedOut(Unavailable):
    """The call's time was over: nobody answered, or the answer came too slowly."""

    reason = "KAONAVI_TIMED_OUT"


class NameUnknown(Unavailable):
    """The name of カオナビ's host could not be resolved."""

    reason = "KAONAVI_NAME_UNKNOWN"


class ConnectionRefused(Unavailable):
    """Nobody listens at カオナビ's address, or no way leads there: usually a firewall."""

    reason = "KAONAVI_CONNECTION_REFUSED"


class CertificateRejected(Unavailable):
    """Whoever answered could not prove to be カオナビ, often because a company's own device reads along."""

    reason = "KAONAVI_CERTIFICATE"


class ProxyRefused(Unavailable):
    """The company's proxy could not be reached, wants a log-in, or lets nobody through to カオナビ."""

    reason = "KAONAVI_PROXY"


class AnswerChanged(KaonaviError):
    """A key that every element of an answer had is in none of them any more. `resource` names what is missing."""

    reason = "KAONAVI_ANSWER_CHANGED"

    def __init__(self, resource: str) -> None:
        super().__init__(f"カオナビの応答が変わりました。{resource}がありません。")
        self.resource = resource


class NotUnderstood(NoUsableAnswer):
    """An answer that is no JSON of the documented envelope: HTML, cut off, no list. Nothing of it is used."""

    reason = "KAONAVI_NOT_UNDERSTOOD"
