"""How the people of one sheet are put into update calls (chunks)."""

from collections.abc import Callable, Sequence

from integrations.rules.results.plan import Send


class ChunkFiller:
    """People in the order in which they come fill a chunk until the next would pass a limit.

    Nobody is split: one who is too big goes alone. `weigh` says how many bytes the update of these people takes; the
    update of nobody is what every one has around its people.
    """

    def __init__(self, *, max_records: int, max_bytes: int, weigh: Callable[[Sequence[Send]], int]) -> None:
        self._max_records = max_records
        self._max_bytes = max_bytes
        self._weigh = weigh
        self._envelope = weigh([])
        self._chunk: list[Send] = []
        self._records = 0
        self._bytes = self._envelope

    def add(self, send: Send) -> list[Send]:
        """Put one more in. Returns the chunk that was full before, or nothing."""
        size = self._weigh([send]) - self._envelope
        comma = bool(self._chunk)
        is_over = self._records + len(send.records) > self._max_records or self._bytes + comma + size > self._max_bytes
        full = self.take() if is_over else []
        self._bytes += size + bool(self._chunk)
        self._records += len(send.records)
        self._chunk.append(send)
        return full

    def take(self) -> list[Send]:
        """What is in the chunk now, which is empty afterwards."""
        taken, self._chunk = self._chunk, []
        self._records, self._bytes = 0, self._envelope
        return taken
