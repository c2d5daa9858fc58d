"""A query's way to a vector: the best encoder that answers in time, else the next one, else none.

The distilled encoder shares the space of the model that it was distilled from, hosted or local; embedded and static are
spaces of their own. So a bundle has a model, the distilled encoder or both, or one of the others.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kadr.encode.hosted.queries import Asking, QueryService
from kadr.encode.ready import ReadyQueries

__all__ = ["HOSTED", "NO_ACCESS", "EncoderState", "Ladder", "LocalEncoder", "Meant", "Sought"]

NO_ACCESS = "no_access"
"""Why a hosted encoder was not asked: the program that opened the bundle gave no way to it."""

HOSTED = "hosted"
"""The leg of the hosted encoder."""

Vector = NDArray[np.float32]


class LocalEncoder(Protocol):
    """An encoder that needs no network: well under a millisecond in the bundle, one to six for the local model."""

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


@dataclass(slots=True, eq=False)
class Sought:
    """A query's vector while it is sought: the hosted one may be on its way, the others are at hand. For one thread.

    `asking`: the hosted encoder; None where its answer is known, which is `hosted`, or, where there is none, `lack`
    says why. `seconds`: what was spent on the vector so far.
    """

    local: Mapping[str, LocalEncoder]
    query: str
    asking: Asking | None = None
    hosted: Vector | None = None
    lack: str = ""
    seconds: float = 0.0
    _standing: Meant | None = None

    @property
    def settled(self) -> bool:
        """Whether the best vector that is to be had can be told without waiting."""
        return self.asking is None or self.asking.settled

    def standing(self) -> Meant:
        """Return the best vector that needs no service, while that of the service is on its way."""
        if self._standing is None:
            start = time.perf_counter()
            self._standing = self._at_hand()
            self.seconds += time.perf_counter() - start
        return replace(self._standing, seconds=self.seconds)

    def meant(self, timeout: float) -> Meant:
        """Return the best vector that is to be had after so many seconds at most, without waiting for 0 or less."""
        start = time.perf_counter()
        if self.asking is not None:
            answer, self.asking = self.asking.vector(timeout), None
            self.hosted = answer.vector
            self.lack = "" if answer.lack is None else answer.lack.value
        self.seconds += time.perf_counter() - start
        if self.hosted is not None:
            return Meant(self.hosted, HOSTED, seconds=self.seconds)
        return replace(self.standing(), lack=self.lack)

    def _at_hand(self) -> Meant:
        for leg, encoder in self.local.items():
            vector = encoder.vector(self.query)
            if vector is not None:
                return Meant(vector, leg)
        return Meant(None, "")


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

    def ask(self, query: str, budget: float) -> Sought:
        """Begin to seek a query's vector and return at once. Never raises for a service's faults.

        Args:
            query: what a visitor wrote.
            budget: seconds that the visitor will wait for a hosted vector, from now.
        """
        start = time.perf_counter()
        sought = Sought(self.local, query)
        if self.wants_hosted:
            sought.hosted = self.ready.vector(query) if self.ready else None
            if sought.hosted is None:
                if self.hosted is None:
                    sought.lack = NO_ACCESS
                else:
                    sought.asking = self.hosted.ask(query, budget)
        sought.seconds = time.perf_counter() - start
        return sought

    def at_hand(self, query: str) -> Vector | None:
        """Return a vector of a query for which nobody is asked; None where there is none."""
        if not query.strip():
            return None
        ready = self.ready.vector(query) if self.ready else None
        return Sought(self.local, query).standing().vector if ready is None else ready

    def state(self) -> EncoderState:
        """Return how the encoders stand."""
        legs = (*((HOSTED,) if self.wants_hosted else ()), *self.local)
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
