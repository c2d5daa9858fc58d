"""Queries that wait for their vectors: one for all who ask the same, and the line in which they stand."""

import unicodedata
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import islice
from threading import Event
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from kadr.encode.hosted.embedder import Guard
from kadr.encode.hosted.lack import Lack

__all__ = ["Call", "Line", "Recent", "Waiting", "as_sent"]

MOST_CHARS = 2_000
"""Of a query. Models read some 500 tokens; and composing letters takes time with the square of the marks on one, 11 ms
for so many."""

Value = TypeVar("Value")


def as_sent(text: str) -> str:
    """Return a query as it is sent and remembered: composed letters, single spaces, half surrogates made "?"."""
    whole = text[:MOST_CHARS].encode("utf-8", "replace").decode()
    return " ".join(unicodedata.normalize("NFC", whole).split())


class Recent(Generic[Value]):
    """The values that were used last, by text; the one that was unused for longest makes way."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[str, Value] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, text: str) -> Value | None:
        """Return the value of a text, None where there is none; it counts as used."""
        if (value := self._values.get(text)) is not None:
            self._values.move_to_end(text)
        return value

    def put(self, text: str, value: Value) -> None:
        """Keep a value."""
        self._values[text] = value
        self._values.move_to_end(text)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()


@dataclass(slots=True, eq=False)
class Waiting:
    """A query on its way. `watched`: how many visitors still wait. `alone`: its batch was refused, it goes by itself.

    Settled once, with a vector, float32 (dim,), or with a lack; then `done` is set.
    """

    text: str
    asked: float
    budget: float
    watched: int = 0
    alone: bool = False
    vector: NDArray[np.float32] | None = None
    lack: Lack | None = None
    done: Event = field(default_factory=Event)

    def settle(self, vector: NDArray[np.float32] | None, lack: Lack | None) -> None:
        """Let all who wait go."""
        self.vector, self.lack = vector, lack
        self.done.set()


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One request. `circle`, `losses`: how often, when it was sent, all had been sent away and trust had been lost."""

    waiting: tuple[Waiting, ...]
    guard: Guard | None
    circle: int
    losses: int


class Line:
    """Who waits to be sent: in the order they came, but those whom a visitor still watches go first."""

    def __init__(self) -> None:
        self._queue: list[Waiting] = []

    def __len__(self) -> int:
        return len(self._queue)

    def join(self, waiting: Waiting) -> None:
        """Add one at the end."""
        self._queue.append(waiting)

    def rejoin(self, waiting: list[Waiting]) -> None:
        """Add some at the front."""
        self._queue[:0] = waiting

    def take(self, most: int) -> tuple[Waiting, ...]:
        """Remove and return the next batch: one alone, or up to `most`; nothing of an empty line."""
        self._queue.sort(key=lambda waiting: not waiting.watched)
        if self._queue and self._queue[0].alone:
            return (self._queue.pop(0),)
        batch = tuple(islice((waiting for waiting in self._queue if not waiting.alone), most))
        taken = set(batch)
        self._queue = [waiting for waiting in self._queue if waiting not in taken]
        return batch

    def drop(self, before: float) -> list[Waiting]:
        """Remove and return those who asked before a time."""
        dropped = [waiting for waiting in self._queue if waiting.asked < before]
        self._queue = [waiting for waiting in self._queue if waiting.asked >= before]
        return dropped

    def clear(self) -> None:
        """Send everyone away."""
        self._queue.clear()
