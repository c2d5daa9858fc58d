"""Many visitors who ask at the same moment: what they get, and how long each of them waits."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from kadr.encode.hosted.queries import Answer, QueryService

__all__ = ["Burst", "at_once", "burst", "waited"]

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Burst:
    """The answers in the order of the texts, and the seconds that each visitor waited by the wall clock."""

    answers: tuple[Answer, ...]
    seconds: tuple[float, ...]

    @property
    def answered(self) -> int:
        """How many got a vector."""
        return sum(answer.vector is not None for answer in self.answers)

    @property
    def lacks(self) -> dict[str, int]:
        """How many got none, by reason."""
        return dict(sorted(Counter(str(answer.lack) for answer in self.answers if answer.lack).items()))

    def waited(self, percent: float) -> float:
        """Return the seconds within which this share of the visitors had an answer."""
        return waited(self.seconds, percent)

    def __str__(self) -> str:
        """Return one line for a table."""
        waits = ", ".join(f"p{p} {self.waited(p):.3f} s" for p in (50, 99, 100))
        return f"{self.answered} of {len(self.answers)} got a vector, lacks {self.lacks}; {waits}"


def burst(service: QueryService, texts: Sequence[str], budget: float) -> Burst:
    """Ask all texts at once, each from a thread of its own; `budget` seconds each."""
    return Burst(*at_once(lambda text: service.vector(text, budget), texts))


def at_once(ask: Callable[[str], Result], texts: Sequence[str]) -> tuple[tuple[Result, ...], tuple[float, ...]]:
    """Ask for every text at one moment, each from a thread of its own; return the answers, and the seconds of each."""
    start = threading.Barrier(len(texts))

    def timed(text: str) -> tuple[Result, float]:
        start.wait()
        began = time.perf_counter()
        return ask(text), time.perf_counter() - began

    with ThreadPoolExecutor(len(texts)) as visitors:
        answers, seconds = zip(*visitors.map(timed, texts), strict=True)
    return answers, seconds


def waited(seconds: Sequence[float], percent: float) -> float:
    """Return the seconds within which this share of the visitors had an answer."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * percent / 100))]
