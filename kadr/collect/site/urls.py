"""A text file of film pages: an address a line."""

from dataclasses import dataclass

from kadr.collect.encoding import decode
from kadr.collect.harvest import Reject
from kadr.collect.site.patterns import canonical
from kadr.collect.unpack import load, shown
from kadr.errors import SourceError

__all__ = ["Addresses", "read_addresses"]

MAX_SHOWN = 80
"""Characters of a line that is no address."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The canonical addresses of a file in its order, each once, and the lines that hold none, by their number."""

    pages: tuple[str, ...]
    rejects: tuple[Reject, ...] = ()


def read_addresses(path: str) -> Addresses:
    """Read a file of addresses. Empty lines and lines that begin with `#` are left out; so is what follows a space.

    Raises:
        SourceError: the file cannot be read, or no line of it holds an address.
    """
    pages: dict[str, None] = {}
    rejects = []
    for number, line in enumerate(_text(path).splitlines(), 1):
        first = line.strip().partition("\t")[0].partition(" ")[0]
        if not first or first.startswith("#"):
            continue
        if address := canonical(first):
            pages.setdefault(address)
        else:
            detail = f"line {number}: {_shown_line(first)!r}"
            rejects.append(Reject(number, "urls", "the line is no http or https address", detail=detail))
    if not pages:
        raise SourceError(f"{shown(path)}: holds no http or https address; write one a line")
    return Addresses(tuple(pages), tuple(rejects))


def _shown_line(text: str) -> str:
    """Return the beginning of what is no address, without what may be secret in it: a user's name, a query."""
    return shown(text).partition("?")[0].rpartition("@")[2][:MAX_SHOWN]


def _text(path: str) -> str:
    data = load(path).data
    try:
        return decode(data)
    except SourceError as fault:
        raise SourceError(f"{shown(path)}: the encoding could not be told; save it as UTF-8") from fault
