"""A file that cannot be taken at all, and the words for that."""

from integrations.reasons import Reason
from integrations.rules.plan import Issue, issue


class FileRefusedError(Exception):
    """The file cannot be taken at all. `issues` say why; there is at least one."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__(issues[0].detail)
        self.issues = issues


def refusal(told: str) -> FileRefusedError:
    """The file cannot be read; `told` is a sentence about what it is or where it breaks off."""
    return FileRefusedError(issue(Reason.FILE_UNREADABLE, detail=told))


def too_large(what: str) -> FileRefusedError:
    """The file goes beyond a limit; `what` are a few words that name it."""
    return FileRefusedError(issue(Reason.FILE_TOO_LARGE, what=what))
