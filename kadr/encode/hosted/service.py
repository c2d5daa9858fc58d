"""One call to hosted inference: the request, the answer, and all that is checked before a vector is believed."""

import math
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Profile, Role, checked_texts
from kadr.encode.hosted.addresses import host_of
from kadr.encode.hosted.answers import Expected, most_bytes, unguarded, vectors_of
from kadr.encode.hosted.embedder import Guard
from kadr.encode.hosted.faults import Asked, wait_of
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.sender import Sender
from kadr.encode.hosted.wire import ROUTER, address_of, body_of
from kadr.errors import EncodeError

__all__ = ["ROUTER", "Service"]


class Service(Sender):
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
        address = address_of(profile, base, keys)
        super().__init__(address, Asked(host_of(address), profile.model, keys.variable_for(address), keys))
        self._profile = profile
        self._rest_until = -math.inf  # by `time.monotonic()`

    @property
    def profile(self) -> Profile:
        """What decides the vectors."""
        return self._profile

    @property
    def host(self) -> str:
        """The host that it is asked at."""
        return self.asked.host

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
        reply = self.send(body_of(self._profile, sent), timeout=timeout, most=most_bytes(expected))
        if not reply.whole:
            raise self.asked.wrong(f"gave more than {expected.count} vectors can take", "send fewer texts in a call")
        vectors = vectors_of(reply.body, expected, self.asked)
        # A time of another thread's answer may be lost here: the next call is told it again.
        self._rest_until = time.monotonic() + (wait_of(reply.headers, None, datetime.now(UTC)) or 0.0)
        return vectors if guard is None else unguarded(vectors, place, guard, self.asked)
