"""What the stand-ins for reranking and chat have in common: who is let in, what goes wrong, and what was asked."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.servers.faults import Fault, Script
from tests.servers.scripted import ScriptedServer
from tests.servers.wire import Received, Reply, json_reply, text_reply

__all__ = ["AnsweringServer"]


class AnsweringServer(ScriptedServer):
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
        super().__init__(self._reply, faults)

    def _reply(self, received: Received) -> Reply:
        route = self._routes.get(received.path)
        if route is None:
            return text_reply("Not Found", 404)
        if self._token and received.headers.get("authorization") != f"Bearer {self._token}":
            return json_reply({"error": "Invalid username or password."}, 401)
        asked = json.loads(received.body)
        with self._turn:
            self.asked.append((received.path, asked))
            fault = self._fault()
        return self._faulty(received, fault, lambda: route(asked, fault))
