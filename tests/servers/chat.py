"""A stand-in for hosted chat models behind OpenAI's interface, as the router and servers of one's own have it."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.servers.answering import AnsweringServer
from tests.servers.faults import Fault, Script
from tests.servers.wire import Reply, json_reply

__all__ = ["ChatServer"]


class ChatServer(AnsweringServer):
    """Says what a function of the user's message says.

    `schemas`: whether it takes a JSON schema; where not, it refuses requests that have one, as some providers do.
    """

    def __init__(
        self,
        say: Callable[[str], Any],
        *,
        schemas: bool = True,
        token: str = "",
        faults: Sequence[Fault | None] | Script = (),
    ) -> None:
        self._say, self._schemas = say, schemas
        super().__init__({"/v1/chat/completions": self._completion}, token=token, faults=faults)

    @property
    def users(self) -> list[str]:
        """The users' messages that came, in order."""
        return [asked["messages"][-1]["content"] for _, asked in self.asked]

    def _completion(self, asked: Any, _: Fault) -> Reply:
        if "response_format" in asked and not self._schemas:
            error = {"message": "response_format json_schema is not supported", "type": "invalid_request_error"}
            return json_reply({"error": error}, 400)
        message = {"role": "assistant", "content": self._say(asked["messages"][-1]["content"])}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 300, "completion_tokens": 60, "total_tokens": 360}
        return json_reply({"object": "chat.completion", "model": asked["model"], "choices": [choice], "usage": usage})
