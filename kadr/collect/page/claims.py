"""What a page says of a film, before it is decided which of it to believe."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from kadr.collect.headers import Field

__all__ = ["Claim", "Trust"]


class Trust(IntEnum):
    """How far a place in a page is believed; of two claims on a field the more trusted one counts."""

    GUESS = 1
    """The title tag, the first heading, an address."""
    BODY = 2
    """The main text as trafilatura finds it."""
    SHARING = 3
    """OpenGraph and other meta tags: clipped, decorated, but about this page."""
    FACTS = 4
    """Labelled rows a visitor reads: "Режиссёр: ...", "Country ..."."""
    STATE = 5
    """Data that the page's own program carries along."""
    MARKUP = 6
    """schema.org by microdata."""
    DATA = 7
    """schema.org by JSON-LD."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of one field. `value` is as the page has it: text, number, list or object, to be read by
    `kadr.collect.values` and `parts`. `origin`: the place in words a person finds it by: "json-ld: director[].name".
    """

    field: Field
    value: Any
    trust: Trust
    origin: str
