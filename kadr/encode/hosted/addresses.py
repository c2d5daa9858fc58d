"""Which addresses may be asked, and what kind of place an address is: pure functions of its text."""

import ipaddress
import re
import socket

from kadr.addresses import is_not_link_local
from kadr.errors import ConfigError

__all__ = ["checked_address", "host_of", "is_hugging_face", "is_near"]

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?:/[A-Za-z0-9._~!$&'()*+,;=:%-]*)*",
    re.ASCII,
)
"""The plain part of RFC 3986: no name and password, query or fragment, where secrets stand, and nothing that two
parsers could read differently."""
MAX_ADDRESS = 2_000
MAX_HOST = 253
"""What the domain name system allows."""
_NEAR_NAME = re.compile(r"[a-z][a-z0-9_-]*|(?:.+\.)?(?:localhost|local|internal)", re.ASCII)
"""One word, as containers name each other, and the endings that are never public. A word of digits alone may be an IPv4
address, so it must begin with a letter."""


def checked_address(address: str, setting: str) -> str:
    """Return an address without slashes at its end.

    Args:
        address: http or https, host, port and path.
        setting: where it was said, for the message.

    Raises:
        ConfigError: it is something else, or where a cloud tells a machine its own secrets, which a bundle might name.
            The message never shows it, since it may hold a password.
    """
    match = _ADDRESS.fullmatch(address) if len(address) <= MAX_ADDRESS else None
    if match and len(match["host"]) <= MAX_HOST and int(match["port"] or 1) in range(1, 65_536) and _is_host(match):
        return address.rstrip("/")
    raise ConfigError(
        f"{setting}: must be an address such as https://host.example:8080/path, without a user name, password or "
        "query; write it so, a token belongs into KADR_INFERENCE_TOKEN"
    )


def host_of(address: str) -> str:
    """Return the host of a checked address, lower case, brackets included, with its port where it names one."""
    match = _match(address)
    return match["host"].lower() + (f":{match['port']}" if match["port"] else "")


def is_hugging_face(address: str) -> bool:
    """Tell whether a checked address is the inference router or an Inference Endpoint of Hugging Face, over https."""
    match = _match(address)
    host = match["host"].lower()
    ours = host == "router.huggingface.co" or host.endswith(".endpoints.huggingface.cloud")
    return ours and match["scheme"] == "https" and match["port"] in {None, "443"}


def is_near(address: str) -> bool:
    """Tell whether a checked address names this machine or a private network, where plain http is usual."""
    host = _match(address)["host"].lower()
    try:
        place = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return _NEAR_NAME.fullmatch(host) is not None
    if isinstance(place, ipaddress.IPv6Address) and place.ipv4_mapped:
        place = place.ipv4_mapped
    return place.is_private


def _match(address: str) -> re.Match[str]:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError("not an address that checked_address let pass")
    return match


def _is_host(match: re.Match[str]) -> bool:
    host = match["host"]
    if host.startswith("["):
        try:
            return ipaddress.ip_address(host[1:-1]).version == 6 and is_not_link_local(host[1:-1])
        except ValueError:
            return False
    try:
        return is_not_link_local(socket.inet_ntoa(socket.inet_aton(host)))  # in whatever way it is written
    except OSError:
        return True  # a name
