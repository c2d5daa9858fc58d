"""Embedding a whole catalogue: everything that is not in the cache yet is sent, checked and kept."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Canary, Role, checked_texts
from kadr.encode.hosted.batches import batches
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.call import Call
from kadr.encode.hosted.calls import Calls
from kadr.encode.hosted.cost import Spent, canary_texts
from kadr.encode.hosted.embedder import TRUSTED_COSINE, Embedder, Guard
from kadr.encode.hosted.options import Options
from kadr.encode.hosted.pace import Pace
from kadr.errors import (
    ConfigError,
    ServiceBusy,
    ServiceDrifted,
    ServiceError,
    ServiceMissing,
    ServiceRefused,
    TextRefused,
    WrongDimension,
)

__all__ = ["Embedded", "SetAside", "embed"]

CONTINUE = "run again to continue"
MENDED_FIRST = (ServiceRefused, ServiceMissing, TextRefused, WrongDimension)
"""Another run would end alike: the message says what to mend."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A text that the service would not encode. `places`: where it stands among the texts, 0-based, in order."""

    places: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a job did; the vectors stand in the cache.

    `set_aside`: by place. `spent`: what it took. `canaries`: those that were wished for, with the vectors that they had
    when the first vector of the cache was made; empty where nothing was ever sent.
    """

    set_aside: tuple[SetAside, ...]
    spent: Spent
    canaries: tuple[Canary, ...]


def embed(
    texts: Sequence[str],
    role: Role,
    embedder: Embedder,
    cache: VectorCache,
    options: Options,
    advance: Callable[[int], None],
) -> Embedded:
    """Make sure that every text has its vector in the cache.

    Each distinct text that is not there is sent once, in batches that carry a canary. Before the first of them the
    canaries are asked alone, and must have the vectors that they had when the cache was filled. What is answered is
    kept at once, so that a run that ends early, in whatever way, is continued by the next. A run that is interrupted
    tells what it has kept. A text that was refused is not sent again for some weeks.

    Args:
        texts: without prefixes, in any order, the same one as often as need be.
        role: what they are.
        embedder: the hosted model.
        cache: of the same model.
        options: bounds, and who is told of a service that gives nothing.
        advance: called with the number of texts done, of those that were to be sent.

    Raises:
        ServiceError: why the job stopped; the message says how much is done.
        EncodeError: a text is blank.
        ConfigError: the cache cannot be written, or is another model's.
    """
    checked_texts(texts)
    if cache.profile != embedder.profile:
        raise ConfigError(f"{cache.path}: is open for {cache.profile}, not for {embedder.profile}")
    missing = cache.missing(texts, role)
    known = cache.refused(missing, role)
    sent = [text for text in missing if text not in known]
    total = len({cache.key(text, role) for text in texts})
    job = _Job(role, embedder, cache, options)
    begun = time.monotonic()
    try:
        job.ask_canaries(canary_texts(cache, options, sending=bool(sent)))
        job.send_all(sent, advance, total=total, aside=len(known))
    except (ServiceError, KeyboardInterrupt) as fault:
        done = f"{total - len(missing) + job.kept:,} of {total:,} texts are embedded and kept"
        told = f"{done}; {job.spent(begun).to_text()}"
        if isinstance(fault, ServiceError):
            raise _with_progress(fault, told, cache.path.name) from fault
        options.tell(f"stopped; {told}; {CONTINUE}")
        raise
    cache.mark(texts, role)
    canaries = {canary.text: canary for canary in cache.canaries()}
    return Embedded(
        set_aside=_places(texts, role, cache, known | job.refused),
        spent=job.spent(begun),
        canaries=tuple(canaries[text] for text in options.canaries),
    )


class _Job:
    """One run of calls, and what it counts: `refused`, by text the reason; the rest as in `Spent`."""

    def __init__(self, role: Role, embedder: Embedder, cache: VectorCache, options: Options) -> None:
        self._role, self._embedder, self._cache, self._options = role, embedder, cache, options
        self._pace = Pace()
        self._lock = threading.Lock()
        self._canaries: dict[str, NDArray[np.float32]] = {}
        self.refused: dict[str, str] = {}
        self.kept = self.characters = self.requests = self.failed = 0

    def spent(self, begun: float) -> Spent:
        """Return what was taken since a time of `time.monotonic()`."""
        return Spent(self.kept, self.characters, self.requests, self.failed, time.monotonic() - begun)

    def ask_canaries(self, texts: Sequence[str]) -> None:
        """Ask for the canaries, each alone: nothing would tell yet in which order they came back together."""
        if not self._cache.size:
            self._cache.drop_canaries()
        self._run(
            Calls(self._check_canary, None, self._options, self._pace), [Call((text,)) for text in texts], _unwatched
        )
        self._cache.put_canaries([Canary(text, tuple(self._canaries[text].tolist())) for text in texts])

    def send_all(self, texts: Sequence[str], advance: Callable[[int], None], *, total: int, aside: int) -> None:
        """Send the texts in batches, a canary with each in turn. `total` and `aside` are as `Calls` has them."""
        profile = self._embedder.profile
        guards: Sequence[Guard | None] = (
            [Guard.of(profile, canary) for canary in self._cache.canaries()] if self._options.guards_batches else [None]
        )
        cut = batches(texts, self._role, profile, self._options)
        calls = [Call(batch, guards[i % len(guards)]) for i, batch in enumerate(cut)]
        crew = Calls(self._send, self._probe, self._options, self._pace, answered=bool(self._canaries))
        try:
            self._run(crew, calls, advance, total=total, aside=aside)
        except TextRefused:  # so many that it is not the texts: mended, they are to be sent again
            crew.tally.refused.clear()
            raise
        finally:
            self.kept, self.refused = crew.tally.kept, crew.tally.refused
            self._cache.put_refused(self.refused, self._role)

    def _run(self, crew: Calls, calls: Sequence[Call], advance: Callable[[int], None], **known: int) -> None:
        try:
            crew.run(calls, advance, **known)
        finally:
            self.requests += crew.tally.requests
            self.failed += crew.tally.failed

    def _send(self, call: Call) -> float:
        self._cache.put(call.texts, self._role, self._ask(call.texts, self._role, call.guard))
        return self._embedder.rest

    def _probe(self) -> None:
        if canaries := self._options.canaries:
            self._ask(canaries[:1], Role.QUERY)

    def _check_canary(self, call: Call) -> float:
        text = call.texts[0]
        vector = self._ask(call.texts, Role.QUERY)[0]
        known = {canary.text: canary for canary in self._cache.canaries()}
        if text in known:
            cosine = float(Guard.of(self._embedder.profile, known[text]).cosines(vector[None, :])[0])
            if cosine < TRUSTED_COSINE:
                raise ServiceDrifted(
                    f"{self._embedder.profile} gives other vectors than when {self._cache.path.name} was filled "
                    f"(cosine {cosine:.3f}), so that new ones would not fit the kept ones"
                )
        self._canaries[text] = vector
        return self._embedder.rest

    def _ask(self, texts: Sequence[str], role: Role, guard: Guard | None = None) -> NDArray[np.float32]:
        profile = self._embedder.profile
        vectors = self._embedder.embed(texts, role, timeout=self._options.timeout, guard=guard)
        with self._lock:
            self.characters += sum(len(profile.text_for(text, role)) for text in texts)
            self.characters += len(guard.text) if guard else 0
        return vectors


def _unwatched(_: int) -> None:
    """Nobody watches the canaries."""


def _with_progress(fault: ServiceError, done: str, cache: str) -> ServiceError:
    """Return an error that says, too, how much is done, what that took, and how to go on where that is all it needs."""
    remedy = "" if isinstance(fault, MENDED_FIRST) else f"; {CONTINUE}"
    if isinstance(fault, ServiceDrifted):
        remedy = f"; run again in case the service goes back, or remove the cache file {cache} to embed everything anew"
    message = f"{fault}; {done}{remedy}"
    if isinstance(fault, ServiceBusy):
        return ServiceBusy(message, wait=fault.wait, limited=fault.limited)
    return type(fault)(message)


def _places(texts: Sequence[str], role: Role, cache: VectorCache, refused: dict[str, str]) -> tuple[SetAside, ...]:
    reasons = {cache.key(text, role): reason for text, reason in refused.items()}
    places: dict[bytes, list[int]] = {}
    for place, text in enumerate(texts if reasons else ()):
        if (key := cache.key(text, role)) in reasons:
            places.setdefault(key, []).append(place)
    return tuple(SetAside(tuple(found), reasons[key]) for key, found in places.items())
