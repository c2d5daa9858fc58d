"""An address as people, pages and sitemaps write it -> the one form it is asked and stored by."""

from urllib.parse import urljoin, urlsplit

from kadr.collect.fetch.reasons import NOT_WEB, Fault

__all__ = ["normal_url", "place_of", "redirected"]

_LONGEST = 7_500  # characters; servers refuse more than 8,000
_PORTS = {"http": 80, "https": 443}


def normal_url(url: str) -> str:
    """Return an address as it is sent: the host in ASCII, spaces and letters encoded, dots resolved, no fragment.

    Two spellings of one address that must mean the same give the same text, and a normal address gives itself.

    Raises:
        Fault: it is no http or https address, or it holds a user's name.
    """
    from requests.exceptions import RequestException
    from requests.utils import unquote_unreserved
    from urllib3.exceptions import HTTPError
    from urllib3.util import parse_url

    text = url.strip().translate({9: None, 10: None, 13: None})  # as browsers do with what was broken over lines
    if len(text) > _LONGEST:
        raise Fault(NOT_WEB, f"longer than {_LONGEST:,} characters")
    try:
        # Twice: a dot that was written %2E is one only after the first time.
        parts = parse_url(unquote_unreserved(parse_url(text).url))
    except (RequestException, HTTPError, ValueError) as cause:
        raise Fault(NOT_WEB, "it cannot be read") from cause
    if parts.scheme not in _PORTS:
        raise Fault(NOT_WEB, "neither http nor https")
    if not parts.host or parts.host.startswith((".", "*")) or "%" in parts.host:
        raise Fault(NOT_WEB, "no host")
    if parts.auth is not None:
        raise Fault(NOT_WEB, "it holds a user's name; take that out")
    port = None if parts.port == _PORTS[parts.scheme] else parts.port
    return parts._replace(port=port, path=parts.path or "/", fragment=None).url


def redirected(url: str, location: str) -> str:
    """Return the normal address that a `Location` means at `url`.

    Raises:
        Fault: it leads to no web address.
    """
    try:
        return normal_url(urljoin(url, location))
    except ValueError as cause:  # brackets without an IPv6 address in them
        raise Fault(NOT_WEB, "a redirect that cannot be read") from cause
    except Fault as fault:
        raise Fault(fault.reason, f"a redirect: {fault.detail}") from fault


def place_of(url: str) -> str:
    """Return host and port of a normal address: what is asked at a pace of its own, by http and https alike."""
    return urlsplit(url).netloc
