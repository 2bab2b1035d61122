"""What the client needs from whoever runs it: a shared place for the token, and the book of calls."""

from typing import Protocol

from integrations.kaonavi.types import Token


class Permit(Protocol):
    """The right to send an update, which its holder may lose at any moment, also while this process is stopped."""

    def __call__(self, *, afresh: bool) -> None:
        """Raise whatever shall end the call where the right is gone.

        Asked right before the request's first byte (`afresh`: what was known before counts for nothing) and each piece.
        """


class TokenStore(Protocol):
    """Keeps what belongs to a pair of keys, for a deployment's processes: one token, and what has worked with them."""

    def read(self) -> str | None:
        """A token that is good for a while yet, or None."""

    def save(self, token: Token) -> None:
        """Keep a fresh token."""

    def forget(self, value: str) -> None:
        """Drop this token if it is still the one that is kept."""

    def has_worked(self, operation: str) -> bool:
        """Whether this operation (`wire.Call.operation`) has ever succeeded with these keys."""

    def note_success(self, operation: str) -> None:
        """It has."""


class Quota(Protocol):
    """Counts the calls of the whole company."""

    def reserve(self, *, update: bool) -> int:
        """Note a call that is about to be made and return its ticket. Raises MustWait when there is no room."""

    def returned(self, ticket: int, outcome: str = "none") -> None:
        """The call of this ticket has returned: an update call's 60 seconds begin now.

        `outcome` is the HTTP status, or "none" where no answer came.
        """
