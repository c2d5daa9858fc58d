"""A stand-in for the part of GitHub's REST API that deals with releases, kept in memory.

with GithubServer() as github:
    environ = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": github.token}
"""

import hashlib
import itertools
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from tests.servers.faults import Fault, Script
from tests.servers.scripted import ScriptedServer
from tests.servers.wire import Received, Reply, json_reply

__all__ = ["GithubServer"]

_RELEASES = re.compile(r"/repos/(?P<repo>[\w.-]+/[\w.-]+)/releases(?:/(?P<id>\d+|latest))?(?P<assets>/assets)?")
_ASSET = re.compile(r"/repos/[\w.-]+/[\w.-]+/releases/assets/(?P<id>\d+)")
_TAG = re.compile(r"/repos/[\w.-]+/[\w.-]+/git/refs/tags/(?P<tag>.+)")


class GithubServer(ScriptedServer):
    """Serves on the loopback. `releases`, `contents` (by asset) and `tags` are what it holds; `requests` what came.

    Faults are drawn by the path, as `tests.servers.hub.at` aims them.
    """

    token = "ghs_mine"  # noqa: S105  # one that opens nothing

    def __init__(self, faults: Sequence[Fault | None] | Script = ()) -> None:
        self.releases: dict[int, dict[str, Any]] = {}
        self.contents: dict[int, bytes] = {}
        self.tags: set[str] = set()
        self.requests: list[Received] = []
        self._numbered, self._latest = itertools.count(1), 0
        super().__init__(self._reply, faults)

    @property
    def latest(self) -> str:
        """The tag of the latest release."""
        return str(self.releases[self._latest]["tag_name"]) if self._latest in self.releases else ""

    def _reply(self, received: Received) -> Reply:
        with self._turn:
            self.requests.append(received)
            fault = self._fault((f"{received.method} {received.path}",))
        return self._faulty(received, fault, lambda: self._right(received))

    def _right(self, received: Received) -> Reply:
        path, _, query = received.path.partition("?")
        writes = received.headers.get("authorization") == f"Bearer {self.token}"
        if received.method != "GET" and not writes:
            return json_reply({"message": "Resource not accessible by integration"}, 403)
        with self._turn:
            if asset := _ASSET.fullmatch(path):
                return self._asset(int(asset["id"]), received)
            if tag := _TAG.fullmatch(path):
                found = tag["tag"] in self.tags
                self.tags.discard(tag["tag"])
                return Reply(204) if found else json_reply({"message": "Reference does not exist"}, 422)
            if asked := _RELEASES.fullmatch(path):
                return self._release(asked, received, parse_qs(query), writes=writes)
        return _missing()

    def _release(self, asked: re.Match[str], received: Received, query: dict[str, list[str]], *, writes: bool) -> Reply:
        if asked["id"] is None:
            if received.method == "POST":
                return self._create(asked["repo"], json.loads(received.body))
            seen = [each for each in self.releases.values() if writes or not each["draft"]]
            page, size = int(query["page"][0]), int(query["per_page"][0])
            return json_reply(seen[::-1][(page - 1) * size : page * size])
        number = self._latest if asked["id"] == "latest" else int(asked["id"])
        release = self.releases.get(number)
        if release is None:
            return _missing()
        if asked["assets"]:
            if received.method == "GET":
                return json_reply(release["assets"])
            return self._upload(release, query["name"][0], received.body)
        if received.method == "PATCH":
            return self._publish(number, json.loads(received.body))
        if received.method == "DELETE":
            del self.releases[number]
            return Reply(204)
        return json_reply(release)

    def _create(self, repo: str, asked: dict[str, Any]) -> Reply:
        number = next(self._numbered)
        url = f"{self.url}/repos/{repo}/releases/{number}/assets{{?name,label}}"
        release = {**asked, "id": number, "upload_url": url, "assets": [], "published_at": None}
        self.releases[number] = release
        return json_reply(release, 201)

    def _upload(self, release: dict[str, Any], name: str, content: bytes) -> Reply:
        if any(each["name"] == name for each in release["assets"]):
            return json_reply({"message": "Validation Failed", "errors": [{"code": "already_exists"}]}, 422)
        number = next(self._numbered)
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        asset = {"id": number, "name": name, "size": len(content), "state": "uploaded", "digest": digest}
        self.contents[number] = content
        release["assets"].append(asset)
        return json_reply(asset, 201)

    def publish(self, number: int) -> None:
        """Publish a draft as the latest release, as somebody does by hand."""
        self._publish(number, {"draft": False, "make_latest": "true"})

    def _publish(self, number: int, asked: dict[str, Any]) -> Reply:
        release = self.releases[number]
        if release["draft"] and not asked.get("draft", True):
            if release["tag_name"] in self.tags:
                return json_reply({"message": "Validation Failed", "errors": [{"code": "already_exists"}]}, 422)
            release["draft"], release["published_at"] = False, f"2026-01-01T00:00:{len(self.tags):02}Z"
            self.tags.add(release["tag_name"])
        if asked.get("make_latest") == "true":
            self._latest = number
        return json_reply(release)

    def _asset(self, number: int, received: Received) -> Reply:
        if number not in self.contents:
            return _missing()
        if received.method == "DELETE":
            del self.contents[number]
            for release in self.releases.values():
                release["assets"] = [each for each in release["assets"] if each["id"] != number]
            return Reply(204)
        return Reply(200, self.contents[number], {"Content-Type": "application/octet-stream"})


def _missing() -> Reply:
    return json_reply({"message": "Not Found"}, 404)
