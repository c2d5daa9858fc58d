"""A stand-in for a plain web server: files under an address, with ETags and parts of files."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from tests.servers.faults import Fault, Script
from tests.servers.scripted import ScriptedServer
from tests.servers.wire import Received, Reply

__all__ = ["ShelfServer"]


class ShelfServer(ScriptedServer):
    """Serves a folder as it is at the moment.

    Args:
        folder: what lies under the address.
        faults: what goes wrong, one a request or a function of its number and its path.
        parts: whether it gives parts of files.
    """

    def __init__(self, folder: Path, faults: Sequence[Fault | None] | Script = (), *, parts: bool = True) -> None:
        self._folder, self._parts = folder, parts
        super().__init__(self._reply, faults)

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [each.path.lstrip("/") for each in self.received]

    def _reply(self, received: Received) -> Reply:
        return self._faulty(received, self._fault((received.path,)), lambda: self._file(received))

    def _file(self, received: Received) -> Reply:
        path = self._folder / received.path.lstrip("/")
        if not path.is_file():
            return Reply(404, b"nothing here")
        content = path.read_bytes()
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        if received.headers.get("if-none-match") == etag:
            return Reply(304, headers={"ETag": etag})
        asked = re.fullmatch(r"bytes=(\d+)-", received.headers.get("range", ""))
        if not asked or not self._parts:
            return Reply(200, content, {"ETag": etag})
        start = int(asked[1])
        span = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return Reply(206, content[start:], {"ETag": etag, "Content-Range": span})
