"""A hosted model whose vectors are a function of the text and whose calls go as a test says, and how it is asked."""

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Canary, Profile, Role
from kadr.encode.hosted.breaker import BreakerOptions
from kadr.encode.hosted.embedder import Guard
from kadr.encode.hosted.lack import Lack
from kadr.encode.hosted.queries import Answer, QueryOptions, QueryService
from kadr.errors import TextRefused

FULL_DIM, DIM = 16, 8
PATIENCE = 20.0
"""Seconds after which a test gives up waiting for what should happen at once."""


def full_vector(text: str) -> NDArray[np.float32]:
    """Return the vector that the model gives a text, float32 (FULL_DIM,), length one."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(FULL_DIM).astype(np.float32)
    unit: NDArray[np.float32] = vector / np.linalg.norm(vector)
    return unit


CANARIES = tuple(Canary(text, tuple(map(float, full_vector(text)))) for text in ("маяк в тумане", "a lighthouse"))


@dataclass(frozen=True)
class Sent:
    """One call that arrived."""

    texts: tuple[str, ...]
    role: Role
    timeout: float
    guarded: bool


class Scripted:
    """An `Embedder`. `script`: what the next calls raise, None for an answer; then `always`, if set, for all others.

    While `held` is clear calls do not return. Calls with a text in `poison` are refused.
    """

    def __init__(self, *script: Exception | None, canaries: tuple[Canary, ...] = CANARIES) -> None:
        self.profile = Profile("tei", "m", DIM, query_prefix="query: ", native_dim=FULL_DIM, canaries=canaries)
        self.script = deque(script)
        self.always: Exception | None = None
        self.poison: set[str] = set()
        self.sent: list[Sent] = []
        self.free = threading.Event()
        self.free.set()
        self._arrived = threading.Condition()

    @property
    def rest(self) -> float:
        return 0.0

    def embed(
        self, texts: Sequence[str], role: Role, *, timeout: float, guard: Guard | None = None
    ) -> NDArray[np.float32]:
        with self._arrived:
            fault = self.script.popleft() if self.script else self.always
            gate = self.free
            self.sent.append(Sent(tuple(texts), role, timeout, guard is not None))
            self._arrived.notify_all()
        assert gate.wait(PATIENCE)
        if fault is not None:
            raise fault
        if self.poison & set(texts):
            raise TextRefused("a text was refused")
        return np.stack([full_vector(text) for text in texts])

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Let the calls that arrive within this context return only when it ends."""
        gate = self.free = threading.Event()
        try:
            yield
        finally:
            self.free = threading.Event()
            self.free.set()
            gate.set()

    def await_calls(self, count: int) -> None:
        """Wait until so many calls have arrived in all."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.sent) >= count, PATIENCE), self.sent


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


SOON = 0.02
"""A budget that passes before anything is answered."""
OPTIONS = QueryOptions(max_calls=4, max_batch=16, breaker=BreakerOptions(quick=SOON))
"""Visitors in such haste count as missed, so that no test has to wait for longer."""


@contextmanager
def service(model: Scripted, options: QueryOptions = OPTIONS) -> Iterator[tuple[QueryService, Clock]]:
    """Yield a service with a clock of its own, and close it."""
    clock = Clock()
    queries = QueryService(model, options=options, clock=clock)
    try:
        yield queries, clock
    finally:
        queries.close()


def becomes(told: Callable[[], object]) -> None:
    """Wait until something is true."""
    until = time.monotonic() + PATIENCE
    while not told():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.002)


def at_work() -> int:
    """Return how many threads make calls."""
    return sum(thread.name == "kadr-query" for thread in threading.enumerate())


def right(answer: Answer, text: str) -> bool:
    """Tell whether an answer is the vector of a text, truncated, at length one."""
    cut = full_vector(text)[:DIM]
    return answer.vector is not None and np.allclose(answer.vector, cut / np.linalg.norm(cut), atol=1e-6)


def left_behind(queries: QueryService, texts: Sequence[str]) -> None:
    """Ask without waiting."""
    for text in texts:
        assert queries.vector(text, 0).lack is Lack.SLOW
