"""What the stand-in Hub answers to those who write: repositories, large files, commits, tags.

Commits and large files are kept as the original keeps them: what was uploaded is not seen before a commit names it,
and a commit is seen whole or not at all.
"""

import base64
import hashlib
import json
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from tests.servers.hub_depot import Depot, Stale, blob_id
from tests.servers.wire import Received, Reply, json_reply

__all__ = ["WRITE", "Writing", "refusal"]

WRITE = "repo.write"
"""The right of a fine-grained token to write to repositories."""
LARGE_BYTES = 10 << 20
"""From this size on a file goes through LFS, and any that holds a null byte; the original says so, too."""
_ID = r"(?P<repo>[\w.-]+/[\w.-]+)"
_KIND = r"(?P<kind>models|datasets|spaces)"
_API = re.compile(rf"/api/{_KIND}/{_ID}/(?P<what>preupload|commit|tag)/(?P<revision>[^/]+)")
_LFS = re.compile(rf"/(?:(?P<kind>datasets|spaces)/)?{_ID}\.git/info/lfs/objects/batch")
_STORE = re.compile(r"/lfs/(?P<repo>[\w.-]+/[\w.-]+)/(?P<oid>[0-9a-f]{64})(?P<verify>/verify)?")


def refusal(status: int, message: str, code: str = "") -> Reply:
    """Return a refusal in the Hub's words and headers."""
    headers = {"X-Error-Message": message, **({"X-Error-Code": code} if code else {})}
    return json_reply({"error": message}, status, headers)


@dataclass
class Writing:
    """Answers requests that change something; `url` is where the server can be reached."""

    repos: MutableMapping[str, Any]
    url: str = ""

    def answer(self, path: str, received: Received) -> Reply | None:
        """Return the answer to a request that writes; None where it is none."""
        if path == "/api/validate-yaml" and received.method == "POST":
            return _validated(json.loads(received.body)["content"])
        if path == "/api/repos/create" and received.method == "POST":
            return self._create(json.loads(received.body))
        if batch := _LFS.fullmatch(path):
            return self._with(batch["repo"], lambda depot: self._batch(batch["repo"], depot, received))
        if kept := _STORE.fullmatch(path):
            return self._with(kept["repo"], lambda depot: _keep(depot, kept["oid"], bool(kept["verify"]), received))
        if (asked := _API.fullmatch(path)) and received.method in ("POST", "DELETE"):
            return self._with(asked["repo"], lambda depot: self._changed(depot, asked, received))
        return None

    def _with(self, name: str, then: Any) -> Reply:
        depot = self.repos.get(name)
        if not isinstance(depot, Depot):
            return refusal(404, "Repository not found", "RepoNotFound")
        answer: Reply = then(depot)
        return answer

    def _create(self, asked: dict[str, Any]) -> Reply:
        name = f"{asked.get('organization') or 'viewer'}/{asked['name']}"
        kind = f"{asked.get('type') or 'model'}s"
        about = {"url": f"{self.url}/{'' if kind == 'models' else kind + '/'}{name}", "name": name}
        if name in self.repos:
            return json_reply(about | {"error": "You already created this repo"}, 409)
        private = asked.get("private") is True or asked.get("visibility") == "private"
        self.repos[name] = Depot(kind=kind, private=private)
        return json_reply(about)

    def _batch(self, name: str, depot: Depot, received: Received) -> Reply:
        objects = []
        for asked in json.loads(received.body)["objects"]:
            told: dict[str, Any] = {"oid": asked["oid"], "size": asked["size"]}
            if asked["oid"] not in depot.stored:
                href = f"{self.url}/lfs/{name}/{asked['oid']}"
                told["actions"] = {"upload": {"href": href}, "verify": {"href": f"{href}/verify"}}
            objects.append(told)
        return json_reply({"transfer": "basic", "objects": objects})

    def _changed(self, depot: Depot, asked: re.Match[str], received: Received) -> Reply:
        revision = asked["revision"]
        if asked["what"] == "tag" and received.method == "DELETE":
            return Reply(200) if depot.tags.pop(revision, None) else refusal(404, "Tag not found", "RevisionNotFound")
        snapshot = depot.at(revision)
        if snapshot is None:
            return refusal(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        if asked["what"] == "tag":
            name = json.loads(received.body)["tag"]
            if name in depot.tags:
                return refusal(409, f"Tag reference exists already: {name}")
            depot.tags[name] = snapshot.sha
            return Reply(200)
        if asked["what"] == "preupload":
            return json_reply({"files": [_mode(depot, each) for each in json.loads(received.body)["files"]]})
        page = f"{self.url}/{asked['kind']}/{asked['repo']}"
        return _commit(depot, [json.loads(line) for line in received.body.splitlines() if line], page)


def _validated(content: str) -> Reply:
    head = re.match(r"---\n(.*?)\n---\n", content, re.DOTALL)
    wrong = head is not None and any(line and not re.match(r"[-\s]|[\w-]+:", line) for line in head[1].split("\n"))
    told = {"errors": [{"message": "YAML front matter cannot be read"}] if wrong else [], "warnings": []}
    return json_reply(told, 400 if wrong else 200)


def _keep(depot: Depot, oid: str, verify: bool, received: Received) -> Reply:
    if verify:
        asked = json.loads(received.body)
        kept = depot.stored.get(oid)
        return Reply(200) if kept is not None and len(kept) == asked["size"] else refusal(404, "Object not found")
    if received.method != "PUT":
        return Reply(405)
    if hashlib.sha256(received.body).hexdigest() != oid:
        return refusal(400, "BadDigest")
    depot.stored[oid] = received.body
    return Reply(200)


def _mode(depot: Depot, asked: dict[str, Any]) -> dict[str, Any]:
    large = asked["size"] >= LARGE_BYTES or b"\0" in base64.b64decode(asked["sample"])
    content = depot.head.files.get(asked["path"])
    oid = None
    if content is not None:
        oid = hashlib.sha256(content).hexdigest() if asked["path"] in depot.head.large else blob_id(content)
    mode = "lfs" if large else "regular"
    return {"path": asked["path"], "uploadMode": mode, "shouldIgnore": False, "oid": oid}


def _commit(depot: Depot, lines: list[dict[str, Any]], page: str) -> Reply:
    files: dict[str, bytes] = {}
    large, deleted, header = [], [], lines[0]["value"]
    for line in lines[1:]:
        value = line["value"]
        if line["key"] == "file":
            files[value["path"]] = base64.b64decode(value["content"])
        elif line["key"] == "lfsFile":
            if value["oid"] not in depot.stored:
                return refusal(400, f"Your push was rejected because the LFS object {value['oid']} is missing")
            files[value["path"]] = depot.stored[value["oid"]]
            large.append(value["path"])
        else:
            deleted.append(value["path"].rstrip("/") + ("/" if line["key"] == "deletedFolder" else ""))
    parent = header.get("parentCommit", "")
    try:
        made = depot.commit(files, large=large, deleted=deleted, message=header["summary"], parent=parent)
    except Stale:
        return refusal(412, "A commit has happened since. Please refresh and try again.")
    except KeyError as error:
        return refusal(404, f"A file with this name doesn't exist: {error}", "EntryNotFound")
    return json_reply(
        {"success": True, "commitOid": made.sha, "commitUrl": f"{page}/commit/{made.sha}", "hookOutput": ""}
    )
