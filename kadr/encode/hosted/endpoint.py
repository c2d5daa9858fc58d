"""One address that takes JSON and gives JSON: what reranking and rewriting ask, one request a call.

The address, the token, the connections and the faults are those of the embeddings' `service`; what is sent, and what
an answer means, is the caller's.
"""

import json
import re
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kadr.encode.hosted.addresses import checked_address, host_of, is_hugging_face, is_near
from kadr.encode.hosted.faults import Asked, fault_of
from kadr.encode.hosted.json_body import read_json
from kadr.encode.hosted.secrets import OWN_TOKEN, Keys
from kadr.encode.hosted.wire import HEADERS
from kadr.errors import ConfigError, ServiceMissing, TextRefused

if TYPE_CHECKING:
    from kadr.encode.hosted.line import Lines

__all__ = ["Endpoint", "checked_model"]

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_MODEL = re.compile(rf"(?P<model>{_NAME}/{_NAME})(?P<provider>:[a-z0-9-]{{1,32}})?", re.ASCII)
"""organisation/name, as the Hub allows them, and, where the router is asked for a chat, who is to serve it."""


class Endpoint:
    """Where a model is asked. Threads may share it; it never tries twice, and nothing is sent before the first call."""

    def __init__(self, address: str, model: str, keys: Keys, *, setting: str) -> None:
        """Check where to ask.

        Args:
            address: the whole address, route included.
            model: the model's name.
            keys: the tokens; which of them is sent depends on the address alone.
            setting: the key that names the model, such as "search.rerank"; its address stands in `setting` + "_url".

        Raises:
            ConfigError: the address has a wrong form, or a token would travel in the clear through public networks.
        """
        self._url = checked_address(address, f"{setting}_url")
        if self._url.startswith("http:") and keys.token_for(self._url) and not is_near(self._url):
            raise ConfigError(
                f"{setting}_url: must begin with https, or {OWN_TOKEN} could be read by anyone on the way"
            )
        self._keys = keys
        self.asked: Asked = _Said(host_of(self._url), model, keys.variable_for(self._url), keys, setting)
        self._lock = threading.Lock()
        self._opened: Lines | None = None

    @property
    def may_ask(self) -> bool:
        """Tell whether a call can succeed: Hugging Face answers nobody without a token."""
        return bool(self._keys.token_for(self._url)) or not is_hugging_face(self._url)

    @property
    def token_variable(self) -> str:
        """The environment variable that holds the token for this address."""
        return self.asked.variable

    def post(self, body: Mapping[str, Any], *, timeout: float, most: int) -> Any:
        """Send one request, and return the JSON of its answer.

        Args:
            body: what is asked; half surrogates become question marks.
            timeout: seconds from the call to the last byte of the answer.
            most: bytes that an answer may have.

        Raises:
            ServiceError: one of its kinds.
        """
        until = time.monotonic() + timeout
        if timeout <= 0:
            raise self.asked.busy("was not asked: no time was left")
        from kadr.encode.hosted.line import Post

        sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        token = self._keys.token_for(self._url)
        reply = self._lines().post(Post(self._url, sent, HEADERS, token, timeout, until, most), self.asked)
        if reply.status != 200:
            raise fault_of(reply, self.asked, datetime.now(UTC))
        if not reply.whole:
            raise self.asked.wrong(f"gave more than {most:,} bytes, which no answer to this can take")
        return read_json(reply.body, self.asked)

    def close(self) -> None:
        """Close the connections. Calls that still wait end with ServiceBusy, and so does every later one."""
        self._lines().close()

    def _lines(self) -> "Lines":
        """Return the connections; the first call makes them, so that opening a bundle need not load a client."""
        from kadr.encode.hosted.line import Lines

        with self._lock:
            if self._opened is None:
                self._opened = Lines(encrypted=self._url.startswith("https:"))
                weakref.finalize(self, self._opened.close)  # an engine may be dropped without being closed
            return self._opened


@dataclass(frozen=True, slots=True)
class _Said(Asked):
    """What an error says of a call whose model stands under `setting`, not under the encoder's."""

    setting: str

    def missing(self, what: str) -> ServiceMissing:
        """Return the error of a model that is not served there."""
        return ServiceMissing(self._line(what, f"check {self.setting} and {self.setting}_url in the catalogue file"))

    def text_refused(self, what: str) -> TextRefused:
        """Return the error of a request that the service does not take."""
        return TextRefused(self._line(what, f"another model in {self.setting} may take it"))


def checked_model(model: str, setting: str, *, provider: bool = False) -> str:
    """Return a model's name that may stand in an address of the router.

    Args:
        model: organisation/name.
        setting: where it was said, for the message.
        provider: whether ":" and who is to serve it may follow.

    Raises:
        ConfigError: it is something else.
    """
    match = _MODEL.fullmatch(model)
    if match is None or (match["provider"] and not provider):
        raise ConfigError(f"{setting}: must be organisation/name, as the Hub has it")
    return model
