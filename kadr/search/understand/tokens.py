"""The words of a query with their places, as understanding reads them."""

import re
from functools import lru_cache
from typing import NamedTuple

from kadr.analysis import MAX_LETTERS, stem
from kadr.text import fold

__all__ = ["Token", "tokenise"]

# A combining mark belongs to its letter: "й" may be typed as two characters. Every alternative eats at least one
# character and none may begin in the middle of another, so the time is linear.
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")
_QUOTED = re.compile('«[^«»]*»|“[^“”]*”|„[^„“”]*[“”]|"[^"]*"')  # fmt: skip
_BREAK = re.compile(r"[,.;!?()\[\]\n—–]|\s-\s")
"""What sets a part of a query off from the next. A hyphen inside a word does not, nor does the colon of a title."""


class Token(NamedTuple):
    """One word of a query.

    Attributes:
        start, end: its characters in the query as typed.
        word: folded.
        stem: the word's Snowball stem.
        gap: what stands between the word before and this one, as typed; for the first word, what stands before it.
        broken: punctuation stands in the gap.
        after: the character after it, "" at the end.
        capital: it begins with a capital letter, but is not all capitals.
        quoted: it stands within quotation marks.
    """

    start: int
    end: int
    word: str
    stem: str
    gap: str
    broken: bool
    after: str
    capital: bool
    quoted: bool


def tokenise(query: str) -> tuple[Token, ...]:
    """Return the words of a query in order; takes time linear in its length."""
    quotes = [match.span() for match in _QUOTED.finditer(query)]
    tokens: list[Token] = []
    at = quote = 0
    for match in _WORD.finditer(query):
        start, end = match.span()
        word, stemmed, capital = _read(match[0][:MAX_LETTERS])
        if not word:
            continue
        while quote < len(quotes) and quotes[quote][1] <= start:
            quote += 1
        quoted = quote < len(quotes) and quotes[quote][0] < start
        gap = query[at:start]
        broken = gap != " " and bool(_BREAK.search(gap))
        tokens.append(Token(start, end, word, stemmed, gap, broken, query[end : end + 1], capital, quoted))
        at = end
    return tuple(tokens)


@lru_cache(maxsize=4096)
def _read(typed: str) -> tuple[str, str, bool]:
    """Return a word folded, its stem, and whether it has a capital; "" for what holds no letter once it is folded."""
    word = "".join(_WORD.findall(fold(typed)))
    return word, stem(word) if word else "", typed[0].isupper() and (len(typed) == 1 or not typed.isupper())
