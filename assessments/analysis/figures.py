"""What the figures of every page, and of every file, have in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from assessments.analysis.filters import Filters
from assessments.analysis.group import Group

Values = Sequence[str | int | float | None]


class Figures(ABC):
    """Figures of a group: those of a page, with its main table as a file, or another table of that `page` alone.

    `texts` are the columns before the numbers.
    """

    page: str
    title: str
    texts = 1
    group: Group

    @property
    def filters(self) -> Filters:
        return self.group.filters

    @property
    @abstractmethod
    def header(self) -> list[str]:
        """The columns of the file."""

    @abstractmethod
    def file_lines(self) -> Iterator[Values]:
        """The rows of the file; what is not told is blank."""
