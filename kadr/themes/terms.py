"""What the films of a theme tell of, in words a person may read.

A term is a word of a description or a tagline, a genre or a tag. It tells of a theme when many of the theme's films
hold it and few others do: class-based tf-idf as in BERTopic (Grootendorst 2022), with films counted in place of words,
so that one talkative text does not name a theme, and with the logarithm of the lift in place of idf, so that what is as
common elsewhere counts nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import log

from kadr.analysis import stem
from kadr.film import Film
from kadr.index.themes import NO_THEME
from kadr.text import language_of
from kadr.themes.clusters import Labels
from kadr.themes.forms import Forms, genre_terms, tag_terms

__all__ = ["LANGUAGES", "Teller", "Telling"]

LANGUAGES = ("ru", "en")
NAME_TERMS = 3
"""Terms that make a name: "космос, корабль, экипаж"."""
MOST_TERMS = 8
"""Terms kept of a theme and language: those behind the name tell more on its page."""
LEAST_FILMS = 3
"""Films of a theme that hold a term: what two share may be chance."""
LEAST_SHARE = 0.12
"""Share of a theme's films that hold a term: below, it does not speak for them."""
LEAST_LIFT = 2.0
"""How many times as common a term must be in the theme as in the catalogue."""
LEAST_VOICE = 1.0
"""What the first term of a theme must score: half of the films hold it, seven times as often as others. Groups below
were of style on three catalogues ("the main role", "one day"), or of nothing that their titles would show."""
PHRASE = 1.5
"""How much more a word must tell than a tag that holds it, to be shown beside it."""
CHOSEN = 1.25
"""What a tag counts against a word: somebody chose it to tell what the film is."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What tells of one group.

    `terms`: by language, as they are shown, the most telling first; none where too few of its films have a text in it.
    `lead`: the most telling term of all, "" where nothing tells enough for a visitor to see what the films share.
    """

    terms: dict[str, tuple[str, ...]]
    lead: str


class Teller:
    """Knows the terms of a catalogue, and says which of them tell of a group of films."""

    __slots__ = ("_chosen", "_forms", "_genres", "_holders", "_terms")

    def __init__(self, films: Sequence[Film]) -> None:
        self._forms = Forms(films)
        tags, genres = list(map(tag_terms, films)), list(map(genre_terms, films))
        self._genres = frozenset(chain.from_iterable(genres))
        self._chosen = frozenset(chain.from_iterable(tags)) - self._genres
        every = [self._forms.terms(film) | own | of for film, own, of in zip(films, tags, genres, strict=True)]
        self._terms = {
            language: [frozenset(term for term in terms if language_of(term) == language) for terms in every]
            for language in LANGUAGES
        }
        self._holders = {language: Counter(chain.from_iterable(terms)) for language, terms in self._terms.items()}

    def tell(self, labels: Labels) -> list[Telling]:
        """Return what tells of each group, in the order of their numbers.

        Args:
            labels: int32 (n,), the group of each film, NO_THEME for none.
        """
        rows: list[list[int]] = [[] for _ in range(int(labels.max(initial=NO_THEME)) + 1)]
        for row, label in enumerate(labels.tolist()):
            if label != NO_THEME:
                rows[label].append(row)
        return [self._of(members) for members in rows]

    def _of(self, rows: Sequence[int]) -> Telling:
        ranked = {language: self._ranked(rows, language) for language in LANGUAGES}
        best = [scores for scores in ranked.values() if scores and self._is_enough(scores)]
        voice = max(best, key=lambda scores: scores[0][1], default=[("", 0.0)])
        return Telling({language: self._shown(scores) for language, scores in ranked.items()}, voice[0][0])

    def _is_enough(self, ranked: Sequence[tuple[str, float]]) -> bool:
        """Tell whether terms make a theme: one word alone does only where somebody chose it."""
        lead, score = ranked[0]
        return score >= LEAST_VOICE and (len(ranked) > 1 or lead in self._chosen or lead in self._genres)

    def _ranked(self, rows: Sequence[int], language: str) -> list[tuple[str, float]]:
        """Return the telling terms of some films with their scores, best first."""
        texts = [terms for row in rows if (terms := self._terms[language][row])]
        if 2 * len(texts) < len(rows):
            return []
        n_all = sum(map(bool, self._terms[language]))
        scores = {}
        for term, n in Counter(chain.from_iterable(texts)).items():
            share = n / len(texts)
            lift = share / (self._holders[language][term] / n_all)
            if n >= LEAST_FILMS and share >= LEAST_SHARE and lift >= LEAST_LIFT:
                scores[term] = share * log(lift) * (CHOSEN if term in self._chosen else 1)
        return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))

    def _shown(self, ranked: Sequence[tuple[str, float]]) -> tuple[str, ...]:
        """Return terms as they are shown: genres behind the name but one, no word beside a phrase that holds it."""
        phrases = [(set(map(stem, term.split())), score) for term, score in ranked if " " in term]
        genres = [term for term, _ in ranked if term in self._genres][1:]
        terms = [
            term
            for term, score in ranked
            if term not in genres and not any(term in held and score < PHRASE * best for held, best in phrases)
        ]
        terms[NAME_TERMS:NAME_TERMS] = genres
        return tuple(dict.fromkeys(self._forms.shown(term) for term in terms))[:MOST_TERMS]
