"""What the stand-ins for reranking and chat have in common: who is let in, what goes wrong, and what was asked."""

import itertools
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from tests.servers.faults import NO_FAULT, Fault, Script, script
from tests.servers.wire import Loopback, Received, Reply, json_reply, text_reply

__all__ = ["AnsweringServer"]


class AnsweringServer:
    """Serves JSON on the loopback from the constructor on, until `close` or the end of the `with` block.

    Args:
        routes: what answers, by path: from the JSON that was asked and the fault at hand to the reply.
        token: what is asked for; empty: nothing.
        faults: what goes wrong: a sequence, one a call, or a function of number and texts (of which there are none).

    `asked` lists what came, in order: paths and bodies.
    """

    def __init__(
        self,
        routes: Mapping[str, Callable[[Any, Fault], Reply]],
        *,
        token: str = "",
        faults: Sequence[Fault | None] | Script = (),
    ) -> None:
        self.asked: list[tuple[str, Any]] = []
        self._routes, self._token = routes, token
        self._script, self._numbers = script(faults), itertools.count()
        self._lock = threading.Lock()
        self._loopback = Loopback(self._answer)

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self._loopback.url

    @property
    def log(self) -> str:
        """Everything that was received, as it stood on the wire."""
        return self._loopback.log

    def misbehave(self, faults: Sequence[Fault | None] | Script) -> None:
        """Follow another script of faults from the next call on, whose number is 0 again."""
        with self._lock:
            self._script, self._numbers = script(faults), itertools.count()

    def close(self) -> None:
        """Stop; what never was answered ends now."""
        self._loopback.close()

    def __enter__(self) -> Self:
        """Return the server; it listens already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _answer(self, received: Received) -> Reply:
        route = self._routes.get(received.path)
        if route is None:
            return text_reply("Not Found", 404)
        if self._token and received.headers.get("authorization") != f"Bearer {self._token}":
            return json_reply({"error": "Invalid username or password."}, 401)
        asked = json.loads(received.body)
        with self._lock:
            self.asked.append((received.path, asked))
            fault = self._script(next(self._numbers), ()) or NO_FAULT
        reply = fault.reply or route(asked, fault)
        self._loopback.rest(received.at + fault.delay_s)
        return fault.delivered(reply)
