"""Reading back what `kadr export` wrote: the nested columns that no other file has.

A catalogue that was exported, mended by hand and read again keeps every source's text and link. A text that was mended
in the `description` column stands first; the texts that it replaced nowhere stay beside it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kadr.collect.values import raw_text, url_of
from kadr.film import Description, SourceLink
from kadr.text import plain

__all__ = ["NESTED", "Nested", "read_nested"]

NESTED = ("descriptions", "sources", "extra")
"""The nested columns of an export. A file is one of ours when the first two hold lists of objects as written there."""
MAX_ENTRIES = 50
"""Texts or links of one film; more are no film's."""
MAX_TEXT = 20_000
MAX_NAME = 500


@dataclass(frozen=True, slots=True)
class Nested:
    """The nested fields of one exported film."""

    descriptions: tuple[Description, ...]
    sources: tuple[SourceLink, ...]
    extra: Mapping[str, str]


def read_nested(cells: Mapping[str, Any]) -> Nested | None:
    """Return the nested fields of a row that `kadr export` wrote; None when it is any other row."""
    texts, links = (_objects(cells.get(name)) for name in NESTED[:2])
    if not links or not all("name" in link and "id" in link for link in links):
        return None
    if not all("text" in text and "source" in text for text in texts):
        return None
    extra = _decoded(cells.get("extra"))
    return Nested(
        descriptions=tuple(
            Description(clean, _name(text["source"]), _name(text.get("language")))
            for text in texts
            if (clean := plain(raw_text(text["text"])[:MAX_TEXT]))
        ),
        sources=tuple(
            SourceLink(_name(x["name"]), _name(x["id"]), _address(x.get("url")), _name(x.get("licence"))) for x in links
        ),
        extra={_name(k): plain(raw_text(v))[:1000] for k, v in extra.items()} if isinstance(extra, dict) else {},
    )


def _objects(value: Any) -> list[dict[str, Any]]:
    found = _decoded(value)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        return []
    return found[:MAX_ENTRIES]


def _decoded(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith(("[", "{")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _name(value: Any) -> str:
    return plain(raw_text(value))[:MAX_NAME]


def _address(value: Any) -> str:
    try:
        return url_of(value)
    except ValueError:
        return ""
