"""One call to hosted inference: the request, the answer, and all that is checked before a vector is believed."""

import math
import secrets
import threading
import time
import weakref
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Profile, Role, checked_texts
from kadr.encode.hosted.addresses import host_of, is_hugging_face
from kadr.encode.hosted.answers import Expected, most_bytes, unguarded, vectors_of
from kadr.encode.hosted.embedder import Guard
from kadr.encode.hosted.faults import Asked, Reply, fault_of, wait_of
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.wire import HEADERS, ROUTER, address_of, body_of
from kadr.errors import EncodeError

if TYPE_CHECKING:
    from kadr.encode.hosted.line import Lines

__all__ = ["ROUTER", "Service"]


class Service:
    """A hosted model, asked one request a call. Threads may share it; it never tries twice."""

    def __init__(self, profile: Profile, keys: Keys, *, base: str = ROUTER) -> None:
        """Check where to ask; nothing is sent.

        Args:
            profile: the model, and who serves it.
            keys: the tokens; which of them is sent depends on the address alone.
            base: what stands for the router's address, as a proxy does.

        Raises:
            ConfigError: the address or the model's name has a wrong form, or a token would travel in the clear.
        """
        self._profile = profile
        self._keys = keys
        self._url = address_of(profile, base, keys)
        self._asked = Asked(host_of(self._url), profile.model, keys.variable_for(self._url), keys)
        self._lock = threading.Lock()
        self._opened: Lines | None = None
        self._rest_until = -math.inf  # by `time.monotonic()`

    @property
    def profile(self) -> Profile:
        """What decides the vectors."""
        return self._profile

    @property
    def address(self) -> str:
        """Where it is asked."""
        return self._url

    @property
    def host(self) -> str:
        """The host that it is asked at."""
        return self._asked.host

    @property
    def token_variable(self) -> str:
        """The environment variable that holds the token for this address."""
        return self._asked.variable

    @property
    def has_token(self) -> bool:
        """Tell whether there is a token for this address."""
        return bool(self._keys.token_for(self._url))

    @property
    def may_ask(self) -> bool:
        """Tell whether a call can succeed: Hugging Face answers nobody without a token."""
        return self.has_token or not is_hugging_face(self._url)

    @property
    def rest(self) -> float:
        """Seconds for which the service, by what it said with an answer, wants no further call; 0 for none."""
        return max(0.0, self._rest_until - time.monotonic())

    def embed(
        self, texts: Sequence[str], role: Role, *, timeout: float, guard: Guard | None = None
    ) -> NDArray[np.float32]:
        """Send one request, and return one vector a text, float32 (n, full_dim), each of length one, in order.

        Args:
            texts: what to encode, without prefixes; at least one, none blank.
            role: what the texts are.
            timeout: seconds from the call to the last byte of the answer; looking up the host's name may add to it.
            guard: a canary to send among the texts at a random place; the answer is believed only where its vector
                comes back at that place.

        Raises:
            ServiceError: one of its kinds. Nothing is tried twice.
            EncodeError: a text is blank, or there is none.
        """
        if not checked_texts(texts):
            raise EncodeError("there is no text to encode")
        sent = [self._profile.text_for(text, role) for text in texts]
        place = secrets.randbelow(len(sent) + 1)
        if guard is not None:
            sent.insert(place, guard.text)
        expected = Expected(len(sent), self._profile.full_dim, self._profile.pooling)
        reply = self._post(sent, timeout, most_bytes(expected))
        if reply.status != 200:
            raise fault_of(reply, self._asked, datetime.now(UTC))
        if not reply.whole:
            raise self._asked.wrong(f"gave more than {expected.count} vectors can take", "send fewer texts in a call")
        vectors = vectors_of(reply.body, expected, self._asked)
        # A time of another thread's answer may be lost here: the next call is told it again.
        self._rest_until = time.monotonic() + (wait_of(reply.headers, None, datetime.now(UTC)) or 0.0)
        return vectors if guard is None else unguarded(vectors, place, guard, self._asked)

    def close(self) -> None:
        """Close the connections. Calls that still wait end with ServiceBusy, and so does every later one."""
        self._lines().close()

    def _post(self, sent: Sequence[str], timeout: float, most: int) -> Reply:
        until = time.monotonic() + timeout
        if timeout <= 0:
            raise self._asked.busy("was not asked: no time was left")
        from kadr.encode.hosted.line import Post

        token = self._keys.token_for(self._url)
        post = Post(self._url, body_of(self._profile, sent), HEADERS, token, timeout, until, most)
        return self._lines().post(post, self._asked)

    def _lines(self) -> "Lines":
        """Return the connections; the first call makes them, so that opening a bundle need not load a client."""
        from kadr.encode.hosted.line import Lines

        with self._lock:
            if self._opened is None:
                self._opened = Lines(encrypted=self._url.startswith("https:"))
                weakref.finalize(self, self._opened.close)  # an engine may be dropped without being closed
            return self._opened
