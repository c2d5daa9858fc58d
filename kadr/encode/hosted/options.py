"""How the job may use a service. The defaults are what providers were seen to take."""

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Options"]


def _unheard(_: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Options:
    """Bounds of one embedding job.

    Attributes:
        canaries: query texts that show, call by call, that it is still the same model and the order that was asked for.
            They count as texts of a call.
        batch: texts a call; with 1 no canary travels along, and the job is guarded by its first calls alone.
        most_bytes: of the texts of a call, in UTF-8; providers refuse bodies of 2 MB, and JSON escapes add to a text.
        concurrency: calls in flight.
        timeout: seconds a call may take. A model that was asleep is loaded within its first call, which takes a minute.
        tries: calls that may fail one after another before a batch is divided, or its last text given up.
        deadline: seconds without any progress after which the job stops; also the longest wait that it obeys.
        unreached: that deadline where no call ever came through, because nobody is there: a misspelt address is not
            worth the time that a model takes to wake.
        backoff: seconds that the first repetition waits at the most; each further one up to twice as long.
        quiet: seconds without progress, behind a failure, after which a person is told; again each `reminder` seconds.
        tell: how a person is told, in the thread of the job's caller.
    """

    canaries: tuple[str, ...] = ()
    batch: int = 32
    most_bytes: int = 1_000_000
    concurrency: int = 4
    timeout: float = 120.0
    tries: int = 6
    deadline: float = 600.0
    unreached: float = 60.0
    backoff: float = 0.5
    quiet: float = 10.0
    reminder: float = 60.0
    tell: Callable[[str], None] = field(default=_unheard, compare=False)

    @property
    def texts_a_call(self) -> int:
        """Texts of the catalogue that go into one call, beside the canary."""
        return self.batch - 1 if self.guards_batches else self.batch

    @property
    def guards_batches(self) -> bool:
        """Whether a canary travels with every batch."""
        return bool(self.canaries) and self.batch > 1
