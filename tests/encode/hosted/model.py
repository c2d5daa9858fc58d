"""A hosted model inside the process: its vectors are a function of the text, and its calls go as a script says."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.embedder import TRUSTED_COSINE, Guard
from kadr.errors import ServiceDrifted, TextRefused

DIM = 16
CANARIES = ("маяк в тумане", "a lighthouse keeper")
PROFILE = Profile("tei", "m", DIM, query_prefix="query: ", passage_prefix="passage: ", max_chars=200)

Script = Callable[[int, tuple[str, ...]], Exception | None]
"""Says what a call raises, from its number (0-based) and its texts as they are sent; None for an answer."""


def vector_of(sent: str, dim: int = DIM, weights: str = "") -> NDArray[np.float32]:
    """Return the vector of a text as it is sent, float32 (dim,), length one."""
    seed = int.from_bytes(hashlib.sha256(f"{weights}{sent}".encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(dim).astype(np.float32)
    unit: NDArray[np.float32] = vector / np.linalg.norm(vector)
    return unit


def vectors_of(texts: Iterable[str], role: Role, profile: Profile = PROFILE) -> NDArray[np.float32]:
    """Return the vectors that the model gives texts in a role, float32 (n, full_dim)."""
    return np.stack([vector_of(profile.text_for(text, role), profile.full_dim) for text in texts])


def read(cache: VectorCache, texts: Sequence[str], block: int = 1024) -> NDArray[np.float32]:
    """Return the vectors that the cache has for passages, float32 (n, full_dim)."""
    return np.vstack([np.empty((0, cache.profile.full_dim), np.float32), *cache.read(texts, Role.PASSAGE, block)])


def filled(path: Path, texts: Sequence[str], profile: Profile = PROFILE) -> NDArray[np.float32]:
    """Make a cache of these passages; return what it gives for them."""
    with VectorCache(path, profile) as cache:
        cache.put(texts, Role.PASSAGE, vectors_of(texts, Role.PASSAGE, profile))
        return read(cache, texts)


@dataclass(frozen=True)
class Sent:
    """One call that arrived. `answered`: the texts got their vectors."""

    texts: tuple[str, ...]
    role: Role
    guarded: bool
    answered: bool


class Model:
    """An `Embedder`. `script` may raise in a call's stead; texts that hold a word of `poison` are refused.

    `weights`: another value is another model behind the same name.
    """

    def __init__(self, script: Script | None = None, *, profile: Profile = PROFILE, poison: Sequence[str] = ()) -> None:
        self.profile, self.script, self.poison, self.weights = profile, script, poison, ""
        self.sent: list[Sent] = []
        self.flying = self.peak = 0
        self._calls = 0
        self._lock = threading.Lock()

    @property
    def answered(self) -> list[str]:
        """The texts that got vectors, canaries that were asked alone included, in the order of the answers."""
        return [text for call in self.sent if call.answered for text in call.texts]

    @property
    def rest(self) -> float:
        return 0.0

    def embed(
        self, texts: Sequence[str], role: Role, *, timeout: float, guard: Guard | None = None
    ) -> NDArray[np.float32]:
        """Return the vectors, or raise what the script says."""
        assert timeout > 0
        with self._lock:
            number = self._calls
            self._calls += 1
            self.flying += 1
            self.peak = max(self.peak, self.flying)
        try:
            fault = self._fault(number, tuple(self.profile.text_for(text, role) for text in texts), guard)
        finally:
            with self._lock:
                self.flying -= 1
        with self._lock:
            self.sent.append(Sent(tuple(texts), role, guard is not None, fault is None))
        if fault is not None:
            raise fault
        dim, weights = self.profile.full_dim, self.weights
        return np.stack([vector_of(self.profile.text_for(text, role), dim, weights) for text in texts])

    def _fault(self, number: int, sent: tuple[str, ...], guard: Guard | None) -> Exception | None:
        if self.script is not None and (fault := self.script(number, sent)) is not None:
            return fault
        if any(word in text for text in sent for word in self.poison):
            return TextRefused("m: a text was refused (400)")
        dim = self.profile.full_dim
        if guard is not None and guard.vector @ vector_of(guard.text, dim, self.weights) < TRUSTED_COSINE:
            return ServiceDrifted("m: a canary came back changed")
        return None
