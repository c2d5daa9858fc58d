"""Reading an API's JSON, in which anything may be missing or of another kind."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kadr.collect.download import shown_url
from kadr.errors import PageError

if TYPE_CHECKING:
    from kadr.collect.fetch.page import Page

__all__ = ["NO_JSON", "dig", "listed", "object_of", "text_at"]

NO_JSON = "no JSON"
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Half a character of a pair, or both: only the parsed text tells."""


def object_of(page: "Page") -> Mapping[str, Any]:
    """Return the JSON object that an answer is, without the halves of characters, which no file can hold.

    Raises:
        PageError: it is none; the reason is `NO_JSON`.
    """
    try:
        text = page.body.decode("utf-8-sig")  # RFC 8259, 8.1: JSON that is sent about has no other encoding
        answer = json.loads(text)
        if _HALF.search(text):
            answer = json.loads(json.dumps(answer, ensure_ascii=False).encode("utf-8", "ignore"))
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise PageError(shown_url(page.url), NO_JSON, "the answer is a web page, or was cut short")
    return answer


def dig(value: Any, *path: str) -> Any:
    """Return what lies at a path into nested JSON objects; None where it leads nowhere."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def listed(value: Any) -> list[Any]:
    """Return a JSON list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def text_at(value: Any, *path: str) -> str:
    """Return the text at a path, "" where there is none."""
    found = dig(value, *path)
    return found if isinstance(found, str) else ""
