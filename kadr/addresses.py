"""Which network addresses may be connected to: pure functions of addresses."""

import ipaddress

__all__ = ["is_loopback", "is_not_link_local", "is_public", "may_follow"]

_UNICAST = ipaddress.ip_network("2000::/3")
"""All that IPv6 has of the open internet; Python calls global what is reserved, too."""
_STANDING_IN = {ipaddress.ip_network("64:ff9b::/96"): 0, ipaddress.ip_network("2002::/16"): 80}
"""NAT64 and 6to4: addresses that lead to an IPv4 one, and by how many bits that stands from their end."""
_METADATA = frozenset(
    map(ipaddress.ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"))
)
"""Where clouds tell a machine its own secrets, besides 169.254.169.254: Alibaba, Azure, Oracle, Amazon, Google."""


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open internet: not private, loopback, link-local or reserved."""
    ip = _meant(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return ip.is_global and ip in _UNICAST
    return ip.is_global and not ip.is_multicast and ip not in _METADATA


def is_not_link_local(address: str) -> bool:
    """Tell whether an address may be connected to where private ones may: all but those of a cloud's own services.

    Nothing that is sought stands there, but what tells a machine its own secrets.
    """
    ip = _meant(address)
    return not ip.is_link_local and ip not in _METADATA


def is_loopback(address: str) -> bool:
    """Tell whether an IP address is this machine's own."""
    return _meant(address).is_loopback


def may_follow(address: str, home: str) -> bool:
    """Tell whether one may be led to an address.

    The open internet is open to all; the network that the place's own host is in is open to that host.

    Args:
        address: the IP address that a redirect leads to.
        home: the IP address of the host that the operator named.
    """
    return is_public(address) or (
        not is_public(home) and is_loopback(address) == is_loopback(home) and is_not_link_local(address)
    )


def _meant(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address that one leads to: the IPv4 one where it stands for that."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    shifts = [shift for network, shift in _STANDING_IN.items() if ip in network]
    inner = ipaddress.IPv4Address(int(ip) >> shifts[0] & 0xFFFFFFFF) if shifts else ip.ipv4_mapped
    return inner or ip
