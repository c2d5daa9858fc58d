"""A query's way to a vector: the best encoder that answers in time, else the next one, else none.

Hosted and distilled share the space of the films' vectors, embedded and static are spaces of their own, so a bundle has
either the first two or one of the others.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kadr.encode.hosted.queries import QueryService
from kadr.encode.ready import ReadyQueries

__all__ = ["NO_ACCESS", "EncoderState", "Ladder", "LocalEncoder", "Meant"]

NO_ACCESS = "no_access"
"""Why a hosted encoder was not asked: the program that opened the bundle gave no way to it."""

Vector = NDArray[np.float32]


class LocalEncoder(Protocol):
    """An encoder in the bundle: no network, well under a millisecond."""

    def vector(self, text: str) -> Vector | None:
        """Return a query's vector, float32 (dim,), of length one; None where the encoder knows nothing of it."""
        ...


@dataclass(frozen=True, slots=True)
class Meant:
    """What became of a query.

    `vector`: float32 (dim,), None where nobody gave one. `leg`: who gave it, of the legs of the manifest, "" for
    nobody. `lack`: why one that stands higher did not, "" where none does. `seconds`: what it took.
    """

    vector: Vector | None
    leg: str
    lack: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class EncoderState:
    """How the encoders of an opened bundle stand; holds no secret.

    `legs`: who may turn a query into a vector, best first. Of the hosted one: `lack`, why it does not answer as far as
    is known, because it is not asked or failed when it was asked last, "" where it is well; `trusted`, whether its
    canary came back as it was, None before the first; `fault`, what went wrong last, for the operator alone: it may
    quote the server, and a server may quote a visitor.
    """

    legs: tuple[str, ...]
    lack: str = ""
    trusted: bool | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The encoders of an opened bundle.

    `local`: by leg, best first. `wants_hosted`: whether the bundle would have a hosted one asked. `hosted`: who asks it
    (None where it is not to be asked), and `closes`: what ends its connections; `fault`: why it
    cannot be asked. `ready`: vectors of likely queries.
    """

    local: Mapping[str, LocalEncoder]
    wants_hosted: bool = False
    hosted: QueryService | None = None
    ready: ReadyQueries | None = None
    closes: Callable[[], None] = lambda: None
    fault: str = ""

    def meant(self, query: str, budget: float) -> Meant:
        """Return the best vector that is to be had within a budget of seconds. Never raises for a service's faults."""
        start = time.perf_counter()
        vector, leg, lack = self._meant(query, budget)
        return Meant(vector, leg, lack, time.perf_counter() - start)

    def _meant(self, query: str, budget: float) -> tuple[Vector | None, str, str]:
        lack = ""
        if self.wants_hosted:
            vector, lack = self._hosted(query, budget)
            if vector is not None:
                return vector, "hosted", ""
        for leg, encoder in self.local.items():
            vector = encoder.vector(query)
            if vector is not None:
                return vector, leg, lack
        return None, "", lack

    def _hosted(self, query: str, budget: float) -> tuple[Vector | None, str]:
        vector = self.ready.vector(query) if self.ready else None
        if vector is not None:
            return vector, ""
        if self.hosted is None:
            return None, NO_ACCESS
        answer = self.hosted.vector(query, budget)
        return answer.vector, "" if answer.lack is None else answer.lack.value

    def state(self) -> EncoderState:
        """Return how the encoders stand."""
        legs = (*(("hosted",) if self.wants_hosted else ()), *self.local)
        if not self.wants_hosted:
            return EncoderState(legs)
        if self.hosted is None:
            return EncoderState(legs, lack=NO_ACCESS, fault=self.fault)
        state = self.hosted.state()
        lack = state.lack or state.ailing  # a breaker opens after some failures; the first one is news already
        return EncoderState(legs, lack.value if lack else "", state.trusted, state.fault)

    def close(self) -> None:
        """Stop asking; calls in flight are abandoned."""
        if self.hosted is not None:
            self.hosted.close()
        self.closes()
