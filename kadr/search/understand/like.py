"""«Фильм как Матрица, но про …»: the film that an answer is to be like."""

from collections.abc import Sequence
from dataclasses import dataclass

from kadr.search.understand.forms import base_phrases
from kadr.search.understand.known import Known
from kadr.search.understand.lexicon import WORDS, Role
from kadr.search.understand.tokens import Token

__all__ = ["Alike", "find_like"]

_MARKERS = frozenset(
    tuple(marker.split())
    for marker in (
        "как", "типа", "вроде", "наподобие", "аналог", "аналоги", "в стиле", "в духе", "похожий на", "похожее на",
        "похожие на", "похожая на", "похожего на", "похожую на", "похоже на", "похож на", "что то вроде", "like",
        "similar to", "in the style of", "in the vein of", "in the spirit of", "reminiscent of", "close to",
        "как в фильме", "как в сериале", "по типу", "а ля", "на подобие", "с атмосферой", "уровня", "напоминает",
        "напоминающий", "напоминающее", "in the same vein as", "same vibe as", "same vibes as",
        "with the vibe of", "along the lines of", "comparable to",
    )
)  # fmt: skip
_FIRST = frozenset(marker[0] for marker in _MARKERS)
_NOUNS = frozenset(
    [
        *("фильм", "фильма", "фильмы", "сериал", "сериала", "мультфильм", "мультик", "кино"),
        *("the", "movie", "film", "series", "show"),
    ]
)
"""Words that may stand before the title: "похожий на фильм Семь"."""
_ASKING = _NOUNS | {"movies", "films", "something", "anything"}
"""Words behind which "like" compares films, and not what happens in one: "movies like matrix"."""
MOST_NOUNS = 2
MOST_WORDS = 7
"""Words of a title that is looked for behind "как": longer ones are not typed in a comparison."""
MOST_FILMS = 5
"""Films of one title at the most, the best known: remakes of one story are alike, namesakes seldom more than two."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A film named for its likeness: tokens from the comparing word to the title's end, the title, and its rows."""

    start: int
    end: int
    title: str
    rows: tuple[int, ...]


def find_like(tokens: Sequence[Token], known: Known) -> Alike | None:
    """Return the first comparison with a film of the catalogue."""
    for at in range(len(tokens) - 1):
        if tokens[at].word not in _FIRST:
            continue
        for width in (4, 3, 2, 1):
            marker = tuple(token.word for token in tokens[at : at + width])
            if marker in _MARKERS:
                found = _behind(tokens, at, at + len(marker), known)
                if found is not None:
                    return found
    return None


def _behind(tokens: Sequence[Token], marker: int, at: int, known: Known) -> Alike | None:
    """Return the title that begins behind a comparing word, or behind the words for a film that follow it."""
    for start in range(at, min(at + MOST_NOUNS + 1, len(tokens))):
        found = _title(tokens, marker, start, known)
        if found is not None or tokens[start].word not in _NOUNS:
            return found
    return None


def _title(tokens: Sequence[Token], marker: int, at: int, known: Known) -> Alike | None:
    """Return the longest title that begins behind a comparing word, in any case form."""
    for end in range(min(at + MOST_WORDS, len(tokens)), at, -1):
        words = tuple(token.word for token in tokens[at:end])
        if len(words) == 1 and not _ends(tokens, at):
            continue
        phrases = base_phrases(words)
        if words[0].isascii() and (not marker or tokens[marker - 1].word in _ASKING):
            phrases = (*phrases, f"the {phrases[0]}")
        hit = known.are_titles(phrases)
        if hit.any():
            title = phrases[int(hit.argmax())]
            return Alike(marker, end, title, known.rows(title)[:MOST_FILMS])
    return None


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a title of one word may end a comparison here: "как матрица но" may, "как волк воет" may not."""
    if tokens[at].word in WORDS:
        return False
    after = at + 1
    if after >= len(tokens) or tokens[after].broken:
        return True
    entry = WORDS.get(tokens[after].word)
    return entry is not None and entry.role is not Role.HEDGE
