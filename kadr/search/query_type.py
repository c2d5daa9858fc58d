"""How a query is asked, told from its text alone: names, a few words, a sentence, or a long retelling.

What a vector may say beside the words differs by it: a sentence tells of a plot in other words than the catalogue's,
while in a title or three telling words the words themselves decide. Each leg has a scale for each type, measured when
the bundle is built (`kadr.weigh`), and probes are sorted by the same function as queries.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import islice

from kadr.analysis import STOP_WORDS
from kadr.text import fold, language_of

__all__ = ["QueryType", "is_foreign", "is_other", "query_type"]

READ = 2_000
"""Characters that are looked at: thirty words stand well within, and it bounds the time."""
LONG_WORDS = 31
"""Words of a long description: nobody types more in one breath, and probes of sentences have thirty at the most."""
TITLE_WORDS = 8
"""Words of a title that is told by its capitals: longer titles are rare, and sentences of names are not."""
DATED_WORDS = 5
"""Words of a title that is told by the year behind it."""
LEAST_SENTENCE, SURE_SENTENCE, NO_KEYWORDS = 4, 7, 11
"""Words from which a query is a sentence: if some are function words or there is a comma, if one is, in any case."""
SHARE_OF_FUNCTION_WORDS = 0.3
"""Of a short sentence: "a ship in a storm" has three of five, "зомби в торговом центре" one of four."""
LONGEST_FUNCTION = 20
"""Letters of a word that are compared: no function word has more, and the beginning tells a word for a film."""
RARE = 0.1
"""Share of the descriptions in an alphabet below which a query in it is foreign."""
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:18[7-9]|19\d|20\d)\d")
_QUOTES = {"«": "»", "“": "”", "„": "“", '"': '"'}
_FILM = re.compile(r"фильм|кино|сериал|мульт|film|movie|series|cartoon")
"""How words for a film itself begin: who uses one asks for a sort of film, and does not name one."""


class QueryType(StrEnum):
    """How a query is asked. FOREIGN is told by the catalogue, not by the text: see `is_foreign`."""

    TITLE = "title"
    KEYWORDS = "keywords"
    SENTENCE = "sentence"
    LONG = "long"
    FOREIGN = "foreign"


def query_type(query: str) -> QueryType:
    """Return how a query is asked; the time it takes is bounded, however long the text.

    TITLE: one or two words, or a few that are quoted, capitalised as names are, or followed by a year. LONG: 31 words
    and more. SENTENCE: some words with function words among them. KEYWORDS: the rest.
    """
    text = query.strip()[:READ]
    words = [match.group() for match in islice(_WORD.finditer(text), LONG_WORDS)]
    if len(words) >= LONG_WORDS:
        return QueryType.LONG
    folded = [fold(word[:LONGEST_FUNCTION]) for word in words]
    function = sum(word in STOP_WORDS for word in folded)
    if _is_title(text, words, folded, function):
        return QueryType.TITLE
    sure = "," in text or len(words) >= SURE_SENTENCE
    told = len(words) >= LEAST_SENTENCE and function >= (1 if sure else SHARE_OF_FUNCTION_WORDS * len(words))
    return QueryType.SENTENCE if told or len(words) >= NO_KEYWORDS else QueryType.KEYWORDS


def is_foreign(query: str, cyrillic: float) -> bool:
    """Tell whether a query is written in an alphabet that hardly any film is described in, and is no title of it.

    Words can be met in such a query by chance, or where a synonym is known; what it means is told by a model of several
    languages alone.

    Args:
        query: what is asked.
        cyrillic: share of the catalogue's descriptions that are in Cyrillic letters.
    """
    language = language_of(query)
    if not language:
        return is_other(query)
    rare = {"ru": cyrillic, "en": 1 - cyrillic}[language] < RARE
    return rare and query_type(query) is not QueryType.TITLE


def is_other(query: str) -> bool:
    """Tell whether a query has letters, and none of them Cyrillic or Latin.

    Of such a language nothing is known here, not even where its words end; a model may know it.
    """
    return not language_of(query) and any(sign.isalpha() for sign in query)


def _is_title(text: str, words: Sequence[str], folded: Sequence[str], function: int) -> bool:
    if len(words) <= 2:
        return True
    if len(words) > TITLE_WORDS or any(_FILM.match(word) for word in folded):
        return False
    if _QUOTES.get(text[0]) == text[-1]:
        return True
    if len(words) <= DATED_WORDS and not function and _YEAR.fullmatch(words[-1]):
        return True
    names = [word for word, plain in zip(words[1:], folded[1:], strict=True) if plain not in STOP_WORDS]
    named = [word for word in names if not word.isdigit()]
    return bool(named) and all(word[0].isupper() for word in named) and not text.isupper()
