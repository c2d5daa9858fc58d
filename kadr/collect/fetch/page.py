"""What was fetched, as it came: the raw bytes with where, when and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Page"]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of a server, whole.

    Attributes:
        url: the address that was asked for; may hold what must not be shown, so print `download.shown_url(url)`.
        final_url: where the answer came from, after redirects.
        status: 200, or 404 or 410 where the store remembers that a page is gone.
        headers: names in lower case; only those that tell of the content.
        body: after transfer and content encodings were undone.
        fetched_at: ISO 8601, UTC, to the second: when the server last said that this is how the page is.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str] = field(hash=False)
    body: bytes = field(repr=False)
    fetched_at: str
