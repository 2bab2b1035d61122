"""A file that cannot be taken at all, and the words for that."""

from integrations.reasons import Reason
from integrations.rules.plan import Finding, finding
from integrations.rules.wording import in_words


class FileRefusedError(Exception):
    """The file cannot be taken at all. `issues` say why; there is at least one."""

    def __init__(self, *issues: Finding) -> None:
        super().__init__(in_words(issues[0], of_file=True).sentence)
        self.issues = issues


def refusal(told: str) -> FileRefusedError:
    """The file cannot be read; `told` is a sentence about what it is or where it breaks off."""
    return FileRefusedError(finding(Reason.FILE_UNREADABLE, detail=told))


def too_large(what: str) -> FileRefusedError:
    """The file goes beyond a limit; `what` are a few words that name it."""
    return FileRefusedError(finding(Reason.FILE_TOO_LARGE, what=what))
