"""The stand-in Hub, with what it answers to those who make Spaces.

with SpacesHub(tokens={"hf_mine": Token("write")}) as hub:
    ...
    hub.settings["me/films"]["secrets"]["HF_TOKEN"]
"""

import json
import re
from collections import defaultdict
from typing import Any

from tests.servers.hub import HubServer
from tests.servers.hub_writing import refusal
from tests.servers.wire import Received, Reply, json_reply

__all__ = ["SpacesHub"]

_SETTING = re.compile(r"/api/spaces/(?P<repo>[\w.-]+/[\w.-]+)/(?P<what>secrets|variables)")


class SpacesHub(HubServer):
    """A Hub that also keeps the settings of Spaces; `paid` is whether the account may create Docker Spaces."""

    def __init__(self, *, paid: bool = True, **options: Any) -> None:
        self.settings: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: {"secrets": {}, "variables": {}})
        self._paid = paid
        super().__init__(**options)

    def _right(self, path: str, received: Received) -> Reply:
        if path == "/api/repos/create" and not self._paid and json.loads(received.body).get("sdk") == "docker":
            return refusal(402, "Docker Spaces need a paid plan.")
        asked = _SETTING.fullmatch(path)
        if asked is None or received.method != "POST":
            return super()._right(path, received)
        if received.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return refusal(401, "Invalid username or password.")
        if asked["repo"] not in self.repos:
            return refusal(404, "Repository not found", "RepoNotFound")
        told = json.loads(received.body)
        self.settings[asked["repo"]][asked["what"]][told["key"]] = told["value"]
        kept = self.settings[asked["repo"]]["variables"]
        return json_reply({key: {"value": value} for key, value in kept.items()})
