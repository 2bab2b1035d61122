"""In-memory stand-ins for what the カオナビ client is handed."""

from integrations.kaonavi.errors import MustWait
from integrations.kaonavi.types import Token

BASE_URL = "https://kaonavi.example.jp/api/v2.0"


class FakeTokens:
    """A TokenStore without expiry. It remembers what was saved and forgotten."""

    def __init__(self, value: str | None = None) -> None:
        self.value = value
        self.saved: list[Token] = []
        self.forgotten: list[str] = []
        self.worked: set[str] = set()

    def read(self) -> str | None:
        return self.value

    def save(self, token: Token) -> None:
        self.value = token.value
        self.saved.append(token)

    def forget(self, value: str) -> None:
        self.forgotten.append(value)
        if self.value == value:
            self.value = None

    def has_worked(self, operation: str) -> bool:
        return operation in self.worked

    def note_success(self, operation: str) -> None:
        self.worked.add(operation)


class FakeQuota:
    """A Quota with room for all calls, or for none where `wait` is given.

    `reserved` holds one flag a call, whether it is an update; `open` the tickets of calls that have not returned.
    """

    def __init__(self, wait: MustWait | None = None) -> None:
        self.wait = wait
        self.reserved: list[bool] = []
        self.open: set[int] = set()
        self.outcomes: list[str] = []

    def reserve(self, *, update: bool) -> int:
        if self.wait:
            raise self.wait
        self.reserved.append(update)
        ticket = len(self.reserved)
        self.open.add(ticket)
        return ticket

    def returned(self, ticket: int, outcome: str = "none") -> None:
        self.open.remove(ticket)
        self.outcomes.append(outcome)
