"""What is sent, and where: pure functions of a profile and the texts."""

import json
import re
from collections.abc import Sequence

from kadr.encode.encoder import Profile
from kadr.encode.hosted.addresses import checked_address, is_near
from kadr.encode.hosted.secrets import OWN_TOKEN, Keys
from kadr.errors import ConfigError

__all__ = ["HEADERS", "ROUTER", "address_of", "body_of"]

ROUTER = "https://router.huggingface.co"
"""Hugging Face's inference router."""
HEADERS = {
    "accept": "application/json",
    "accept-encoding": "identity",  # a body's length is bounded as it comes; nothing unpacks to more
    "content-type": "application/json",
    "user-agent": "kadr",
}
_ROUTES = {
    "hf-inference": "/hf-inference/models/{model}/pipeline/feature-extraction",
    "deepinfra": "/deepinfra/v1/openai/embeddings",
    "scaleway": "/scaleway/v1/embeddings",
    "together": "/together/v1/embeddings",
}
"""The paths that huggingface_hub 2.4 asks, without its look-ups before the first call."""
_OWN_ROUTES = {"tei": "/embed", "openai": "/embeddings"}
_HUB_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}", re.ASCII)
"""organisation/name, as the Hub allows them; it stands in a path, so it must not be one itself."""


def address_of(profile: Profile, base: str, keys: Keys) -> str:
    """Return where a profile's texts are sent.

    Args:
        profile: a hosted one.
        base: what stands for the router's address: `ROUTER`, or a proxy's.
        keys: the tokens.

    Raises:
        ConfigError: the provider is unknown, the address or the model's name has a wrong form, or a token would travel
            over plain http through public networks, where everyone on the way can read and keep it. On this machine and
            in private networks plain http is how containers talk to each other.
    """
    if profile.provider in _ROUTES:
        if profile.provider == "hf-inference" and not _HUB_NAME.fullmatch(_name(profile)):
            raise ConfigError("encoder.model: must be organisation/name, as the Hub has it")
        setting = "KADR_INFERENCE_URL"
        address = checked_address(base, setting) + _ROUTES[profile.provider].format(model=_name(profile))
    elif profile.provider in _OWN_ROUTES:
        # Access puts the environment's address into the profile, where there is one.
        setting = "KADR_INFERENCE_URL" if profile.url == base else "encoder.url"
        route = _OWN_ROUTES[profile.provider]
        address = checked_address(profile.url, setting)
        address = address if address.endswith(route) else address + route
    else:
        known = ", ".join([*_ROUTES, *_OWN_ROUTES])
        raise ConfigError(f"encoder.provider: {profile.provider!r} is not hosted inference; known are {known}")
    if address.startswith("http:") and keys.token_for(address) and not is_near(address):
        raise ConfigError(f"{setting}: must begin with https, or {OWN_TOKEN} could be read by anyone on the way")
    return address


def body_of(profile: Profile, texts: Sequence[str]) -> bytes:
    """Return the body that asks for the vectors of texts, which carry their prefixes already.

    It is a list always, for one text too: only then is the answer's shape certain. Nothing asks for a dimension: what
    is cut off is cut off here. A lone surrogate, which UTF-8 cannot hold, becomes a question mark.
    """
    asked: dict[str, object]
    if profile.provider == "tei":
        asked = {"inputs": [*texts], "normalize": False, "truncate": True}
    elif profile.provider == "hf-inference":
        asked = {
            "inputs": [*texts],
            "truncate": True,
        }  # today's servers cut by themselves; TEI, once there, must be told
    else:
        asked = {"input": [*texts], "model": _name(profile), "encoding_format": "float"}
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _name(profile: Profile) -> str:
    return profile.served_as or profile.model
