"""One address that takes JSON and gives JSON: what reranking and rewriting ask, one request a call.

It is asked as the embeddings' `service` is, through `sender`; what is sent, and what an answer means, is the caller's.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kadr.encode.hosted.addresses import checked_address, host_of, is_near
from kadr.encode.hosted.faults import Asked
from kadr.encode.hosted.json_body import read_json
from kadr.encode.hosted.secrets import OWN_TOKEN, Keys
from kadr.encode.hosted.sender import Sender
from kadr.errors import ConfigError, ServiceMissing, TextRefused

__all__ = ["ROUTER_PLACE", "Endpoint", "checked_model"]

ROUTER_PLACE = "KADR_INFERENCE_URL"
"""The environment variable that names what stands for Hugging Face's router."""
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_MODEL = re.compile(rf"(?P<model>{_NAME}/{_NAME})(?P<provider>:[a-z0-9-]{{1,32}})?", re.ASCII)
"""organisation/name, as the Hub allows them, and, where the router is asked for a chat, who is to serve it."""


class Endpoint(Sender):
    """Where a model is asked for JSON."""

    def __init__(self, address: str, model: str, keys: Keys, *, setting: str, place: str = "") -> None:
        """Check where to ask.

        Args:
            address: the whole address, route included.
            model: the model's name.
            keys: the tokens; which of them is sent depends on the address alone.
            setting: the key that names the model, such as "search.rerank".
            place: what names the address, for the message; `setting` + "_url" where it is not given.

        Raises:
            ConfigError: the address has a wrong form, or a token would travel in the clear through public networks.
        """
        place = place or f"{setting}_url"
        address = checked_address(address, place)
        if address.startswith("http:") and keys.token_for(address) and not is_near(address):
            raise ConfigError(f"{place}: must begin with https, or {OWN_TOKEN} could be read by anyone on the way")
        super().__init__(address, _Said(host_of(address), model, keys.variable_for(address), keys, setting))

    def post(self, body: Mapping[str, Any], *, timeout: float, most: int) -> Any:
        """Send one request, and return the JSON of its answer.

        Args:
            body: what is asked; half surrogates become question marks.
            timeout: seconds from the call to the last byte of the answer.
            most: bytes that an answer may have.

        Raises:
            ServiceError: one of its kinds.
        """
        sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        reply = self.send(sent, timeout=timeout, most=most)
        if not reply.whole:
            raise self.asked.wrong(f"gave more than {most:,} bytes, which no answer to this can take")
        return read_json(reply.body, self.asked)


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
