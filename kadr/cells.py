"""Texts as cells of a table that a spreadsheet may open: it runs what begins with a sign of a formula.

An apostrophe before such a text keeps it a text (CWE-1236, "CSV injection"), and the reader takes it away again. Of
texts that begin with apostrophes and then such a sign, each gets one more, so that every text comes back as it was.
"""

import re

__all__ = ["guarded", "unguarded"]

_FORMULA = re.compile("'*[=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
"""The signs, then those that count as one at the beginning of a cell, then the signs as wide as Chinese letters."""


def guarded(text: str) -> str:
    """Return a text as the cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """Return the text that `guarded` made a cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
