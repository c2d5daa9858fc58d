"""An address that is asked: with its token, over its connections, and with a fault wherever no answer is good.

Vectors, reranking and rewriting all ask through it; what is sent, and what an answer means, is theirs.
"""

import threading
import time
import weakref
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kadr.encode.hosted.addresses import is_hugging_face
from kadr.encode.hosted.faults import Asked, Reply, fault_of
from kadr.encode.hosted.wire import HEADERS

if TYPE_CHECKING:
    from kadr.encode.hosted.line import Lines

__all__ = ["Sender"]


class Sender:
    """Where a model is asked. Threads may share it; it never tries twice, and nothing is sent before the first call."""

    def __init__(self, address: str, asked: Asked) -> None:
        """Keep where to ask.

        Args:
            address: the whole address, route included, as `checked_address` let it pass.
            asked: what an error says of a call; its keys hold the tokens, and the address alone decides which is sent.
        """
        self._address = address
        self.asked = asked
        self._lock = threading.Lock()
        self._opened: Lines | None = None

    @property
    def address(self) -> str:
        """Where it is asked."""
        return self._address

    @property
    def token_variable(self) -> str:
        """The environment variable that holds the token for this address."""
        return self.asked.variable

    @property
    def has_token(self) -> bool:
        """Tell whether there is a token for this address."""
        return bool(self.asked.keys.token_for(self._address))

    @property
    def may_ask(self) -> bool:
        """Tell whether a call can succeed: Hugging Face answers nobody without a token."""
        return self.has_token or not is_hugging_face(self._address)

    def send(self, body: bytes, *, timeout: float, most: int, kind: str = HEADERS["content-type"]) -> Reply:
        """Send one request, and return its answer of status 200.

        Args:
            body: what is asked, of the content type `kind`.
            timeout: seconds from the call to the last byte of the answer; looking up the host's name may add to it.
            most: bytes that an answer may have; of a longer one so many come, and it is not `whole`.
            kind: its content type.

        Raises:
            ServiceError: one of its kinds.
        """
        until = time.monotonic() + timeout
        if timeout <= 0:
            raise self.asked.busy("was not asked: no time was left")
        from kadr.encode.hosted.line import Post

        token = self.asked.keys.token_for(self._address)
        headers = {**HEADERS, "content-type": kind}
        reply = self._lines().post(Post(self._address, body, headers, token, timeout, until, most), self.asked)
        if reply.status != 200:
            raise fault_of(reply, self.asked, datetime.now(UTC))
        return reply

    def close(self) -> None:
        """Close the connections. Calls that still wait end with ServiceBusy, and so does every later one."""
        self._lines().close()

    def _lines(self) -> "Lines":
        """Return the connections; the first call makes them, so that opening a bundle need not load a client."""
        from kadr.encode.hosted.line import Lines

        with self._lock:
            if self._opened is None:
                self._opened = Lines(encrypted=self._address.startswith("https:"))
                weakref.finalize(self, self._opened.close)  # an engine may be dropped without being closed
            return self._opened
