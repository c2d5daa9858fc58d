"""An address as people, pages and sitemaps write it -> the one form it is asked and stored by."""

from urllib.parse import urljoin, urlsplit

from kadr.collect.fetch.reasons import NOT_WEB, Fault

__all__ = ["is_same_origin", "normal_url", "place_of", "redirected"]

_LONGEST = 7_500  # characters; servers refuse more than 8,000
_LONGEST_SCHEME = 20
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
    host = (parts.host or "").rstrip(".")  # a name with its root is the same name
    if not host or host.startswith((".", "*")) or "%" in host:
        raise Fault(NOT_WEB, "no host")
    if parts.auth is not None:
        raise Fault(NOT_WEB, "it holds a user's name; take that out")
    port = None if parts.port == _PORTS[parts.scheme] else parts.port
    return parts._replace(host=host, port=port, path=parts.path or "/", fragment=None).url


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
        scheme = location.strip()[:_LONGEST_SCHEME].partition(":")[0]
        away = ":" in location and scheme.isascii() and scheme.isalnum() and scheme.lower() not in _PORTS
        raise Fault(fault.reason, f"it redirects to {scheme}:" if away else f"a redirect: {fault.detail}") from fault


def is_same_origin(url: str, other: str) -> bool:
    """Tell whether two normal addresses have one scheme, host and port: what is secret for one may go to the other."""
    one, two = urlsplit(url), urlsplit(other)
    return (one.scheme, one.netloc) == (two.scheme, two.netloc)


def place_of(url: str) -> str:
    """Return host and port of a normal address: what is asked at a pace of its own, by http and https alike."""
    return urlsplit(url).netloc
