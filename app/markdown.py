"""Text that is no Markdown, for the labels of buttons and links, which Streamlit reads as Markdown."""

import re

__all__ = ["JOINER", "literal"]

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_COLON = re.compile(r":(?=\S)")
JOINER = "\u2060"
"""Seen by nobody; emoji and icons, which are found after the escapes were read, end at it."""


def literal(text: str) -> str:
    """Return Markdown that shows a text as it is, on one line: no link, picture, colour, formula, icon or emoji.

    Every mark of ASCII may be escaped with a backslash (CommonMark 0.31, section 2.4).
    """
    joined = _COLON.sub(f":{JOINER}", " ".join(text.split()))
    return _PUNCTUATION.sub(r"\\\1", joined)
