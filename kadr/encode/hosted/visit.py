"""What goes into a visitor's query and what comes out: options, an answer, how the service stands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.encode.hosted.breaker import BreakerOptions
from kadr.encode.hosted.lack import Lack
from kadr.encode.hosted.waiting import Waiting

__all__ = ["Answer", "Asking", "QueryOptions", "State"]


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """How queries are sent; times in seconds.

    `timeout`: of a call, whoever waits for it. `max_calls`: at once; a dead service gets no more than these before the
    breaker opens. `max_batch`: queries a call, beside a canary; with both, of 200 visitors at once nearly all get their
    vector within 1.5 s from a service that takes 150 ms a call and 20 ms a text (`python -m bench.inference`).
    `most_waiting`: queries in the line. `most_kept`: vectors in memory. `check_every`: how long a canary's answer is
    trusted, and how long a refused text is remembered.
    """

    timeout: float = 60.0
    max_calls: int = 5
    max_batch: int = 31
    most_waiting: int = 256
    most_kept: int = 4_096
    check_every: float = 600.0
    breaker: BreakerOptions = BreakerOptions()  # noqa: RUF009  # frozen: one may serve all


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A vector, float32 (dim,), of length one and read-only, or why there is none; exactly one of them.

    `seconds`: how long the visitor waited. `cached`: the vector was in memory.
    """

    vector: NDArray[np.float32] | None
    lack: Lack | None
    seconds: float
    cached: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """A query that was sent, in the hands of the one visitor who asked it.

    `vector`: to be called once; gives the vector, or why there is none, after at most so many seconds. With 0 or less
    nobody waits, and nobody waits for longer than a call may take. `waiting`: None where the answer was there at once.
    """

    vector: Callable[[float], Answer]
    waiting: Waiting | None = None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Return one that was answered at once."""
        return cls(lambda _: answer)

    @property
    def settled(self) -> bool:
        """Whether the answer is there, so that nobody need wait for it."""
        return self.waiting is None or self.waiting.done.is_set()


@dataclass(frozen=True, slots=True)
class State:
    """How the service stands; holds no secret. `fault` may quote the server, and a server may quote a visitor.

    `lack`: why nobody waits for it now, None while it is asked. `ailing`: why the last call that told something of the
    service failed, None where it was answered or none was made; the service is asked all the same. `retry_in`: seconds
    until it is tried again. `trusted`: whether the last canary came back as it was, None before the first. `fault`:
    what went wrong last, empty if nothing did. `asked`: queries; `calls`: requests sent; `cached`: queries answered
    from memory; `late`: queries whose budget passed.
    """

    lack: Lack | None
    retry_in: float
    trusted: bool | None
    fault: str
    asked: int
    calls: int
    cached: int
    late: int
    ailing: Lack | None = None
