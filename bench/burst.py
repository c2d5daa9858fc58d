"""Many visitors who ask at the same moment: what they get, and how long each of them waits."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from kadr.encode.hosted.queries import Answer, QueryService

__all__ = ["Burst", "burst"]


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
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(len(self.seconds) * percent / 100))]

    def __str__(self) -> str:
        """Return one line for a table."""
        waits = ", ".join(f"p{p} {self.waited(p):.3f} s" for p in (50, 99, 100))
        return f"{self.answered} of {len(self.answers)} got a vector, lacks {self.lacks}; {waits}"


def burst(service: QueryService, texts: Sequence[str], budget: float) -> Burst:
    """Ask all texts at once, each from a thread of its own; `budget` seconds each."""
    start = threading.Barrier(len(texts))

    def ask(text: str) -> tuple[Answer, float]:
        start.wait()
        began = time.perf_counter()
        return service.vector(text, budget), time.perf_counter() - began

    with ThreadPoolExecutor(len(texts)) as visitors:
        answers, seconds = zip(*visitors.map(ask, texts), strict=True)
    return Burst(answers, seconds)
