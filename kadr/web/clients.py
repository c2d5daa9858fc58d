"""Who asks: the address of a client behind proxies, and whether the key that it shows is one of ours."""

import hashlib
import hmac
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers

from kadr.settings import Network

__all__ = ["Keys", "client_of", "household"]

LOOPBACK = IPv4Address("127.0.0.1")


def client_of(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """Return the address of who asks.

    Each proxy adds at the right end of `X-Forwarded-For` whom it heard from, so it is read from the right for as long
    as who said it is trusted: what stands further left may be the client's own invention.

    The server under us (uvicorn) takes the header's word for who is connected where that is this machine, whatever our
    settings say. So a peer that the header names, or that is no address, counts as this machine again: whoever says so
    of himself shares its one allowance.

    Args:
        peer: who is connected.
        forwarded: the values of the header, in their order.
        trusted: networks of proxies.
    """
    chain = ",".join(forwarded).split(",") if forwarded else []
    client = _address(peer)
    if client is None or any(client == _address(each) for each in chain):
        client = LOOPBACK
    while chain and any(client in network for network in trusted):
        before = _address(chain.pop())
        if before is None:
            break
        client = before
    return str(client)


def household(client: str) -> str:
    """Return whom an address counts for: an IPv6 one for its network of 64 bits, which is what one household has."""
    address = _address(client)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return client


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address, its port and zone taken off; None where it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if isinstance(mapped, IPv4Address) else address


class Keys:
    """The keys that open the API. Comparing takes the same time whichever key is shown, and however much is right."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._digests = [_digest(key) for key in keys]

    @property
    def asked_for(self) -> bool:
        """Whether there are any."""
        return bool(self._digests)

    def holder(self, headers: Headers) -> int | None:
        """Return the place of the key that a request shows, by `X-API-Key` or as a bearer's; None for none of ours."""
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        bearer = credentials.strip() if scheme.lower() == "bearer" else ""
        shown = _digest(headers.get("x-api-key") or bearer)
        same = [hmac.compare_digest(shown, digest) for digest in self._digests]  # all of them: no early end
        return same.index(True) if True in same else None


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
