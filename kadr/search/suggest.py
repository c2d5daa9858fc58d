"""Suggestions while somebody types: what is found, in which order, and how many of a kind."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kadr.index.titles import TitleIndex
from kadr.index.vectors import VectorIndex
from kadr.search.closeness import closeness, meanings
from kadr.search.finding import Finder, Found
from kadr.search.highlight import highlight
from kadr.search.types import Suggestion

__all__ = ["Suggester"]

WHOLE, BEGINNING, ARTICLE, PHRASE, FIRST, ANYWHERE = 1.3, 1.0, 0.95, 0.8, 0.65, 0.5
"""How well a name meets what was typed: is it, begins with it, does behind an article, holds it, begins with its first
word, has all of its words."""
COMPARED = 24
"""Candidates whose nearness to recent queries is asked: three times what is shown."""
FILLED, FAME, NEAR = 0.2, 0.3, 0.4
"""What counts beside it: how much of the name is typed, how well known it is, how near to the last queries."""
GIVEN = 0.1
"""What it costs a person that nothing but the given name is typed: others bear it, too, and titles begin so."""
PENALTY = {"prefix": 0.0, "layout": 0.1, "alphabet": 0.15, "typo": 0.25, "inside": 0.3}
"""What it costs a name to be found otherwise than as typed."""
EACH = {**PENALTY, "layout": 0.25, "alphabet": 0.2}
"""What each error costs besides: as much as a typo again; in the other alphabet, each degree of unusual spelling."""
SHARES = {"title": 5 / 8, "person": 3 / 8, "genre": 2 / 8, "query": 3 / 8}
"""How much of the list a kind may take while there is anything else to show."""
OF_A_FAMILY = 2
"""Names with one beginning, as sequels have, while there is anything else to show."""
ARTICLES = frozenset(("the", "a", "an"))


@dataclass(frozen=True, slots=True)
class _Scored:
    name: int
    score: float
    text: str
    rows: tuple[int, ...]
    found: Found

    @property
    def order(self) -> tuple[bool, float, int]:
        """What was found as typed stands before all that is meant by it otherwise."""
        return self.found.how != "prefix", -self.score, self.name


@dataclass(frozen=True, slots=True)
class Suggester:
    """Suggestions over the names of one bundle. `vectors`: those of the films, None where nobody asks for closeness."""

    titles: TitleIndex
    vectors: VectorIndex | None = None

    def suggest(self, text: str, k: int = 8, recent: Sequence[NDArray[np.float32]] = ()) -> tuple[Suggestion, ...]:
        """Return what a text may be the beginning of, the likeliest first, none where nothing comes near.

        Args:
            text: what was typed so far; any of its words may be unfinished.
            k: how many suggestions at the most.
            recent: vectors of the visitor's last queries, float32 (dim,) each, the last one last: names whose films are
                near to them come sooner. Those of another dimension, from before the bundle changed, say nothing.
        """
        scored = self._score(Finder(self.titles).find(text))
        if self.vectors is not None:
            scored = _lifted(scored, self.vectors, recent)
        ranked = sorted(scored, key=lambda each: each.order)
        return tuple(self._suggestion(each) for each in _diverse(ranked, self._kind, k))

    def _score(self, found: dict[int, Found]) -> list[_Scored]:
        names = self.titles.names
        scored = []
        for name, each in found.items():
            text = names.texts[name]
            cost = PENALTY[each.how] + EACH[each.how] * each.errors + GIVEN * self._is_given(name, text, each)
            fame = FAME * int(names.fame[name]) / 255
            rows = tuple(names.rows[name].tolist())
            scored.append(_Scored(name, _quality(text, each.typed) + fame - cost, text, rows, each))
        return scored

    def _is_given(self, name: int, text: str, found: Found) -> bool:
        """Tell whether what was typed is no more than a person's given name, or its beginning."""
        first, _, rest = text.partition(" ")
        alone = len(found.typed) == 1 and bool(rest) and self.titles.names.kind(name) == "person"
        return (
            alone
            and first[:1] == found.typed[0][:1]
            and not any(word.startswith(found.typed[0]) for word in rest.split())
        )

    def _kind(self, each: _Scored) -> str:
        return self.titles.names.kind(each.name)

    def _suggestion(self, each: _Scored) -> Suggestion:
        shown = self.titles.names.shown[each.name]
        return Suggestion(shown, self._kind(each), highlight(shown, each.found.typed), each.rows, each.found.how)


def _lifted(scored: list[_Scored], vectors: VectorIndex, recent: Sequence[NDArray[np.float32]]) -> list[_Scored]:
    """Return the candidates with what nearness to recent queries adds to their scores."""
    asked = [vector for vector in recent if vector.shape == (vectors.dim,)]
    if not asked:
        return scored
    best = sorted(scored, key=lambda each: (-each.score, each.name))[:COMPARED]
    near = closeness(meanings(vectors, [each.rows for each in best]), asked)
    return [replace(each, score=each.score + NEAR * float(close)) for each, close in zip(best, near, strict=True)]


def _quality(text: str, typed: tuple[str, ...]) -> float:
    """Return how well a name meets typed words, higher is better."""
    phrase = " ".join(typed)
    first, _, rest = text.partition(" ")
    filled = FILLED * min(1.0, len(phrase) / len(text))
    if text == phrase:
        return WHOLE + filled
    if text.startswith(phrase):
        return BEGINNING + filled
    if first in ARTICLES and rest.startswith(phrase):
        return ARTICLE + filled
    if f" {phrase}" in f" {text}":
        return PHRASE + filled
    return (FIRST if first[:1] == typed[0][:1] else ANYWHERE) + filled


def _diverse(ranked: Sequence[_Scored], kind_of: Callable[[_Scored], str], k: int) -> list[_Scored]:
    """Return k of the ranked, in their order: few of one kind and one family while there is anything else."""
    shown: list[_Scored] = []
    spare: list[_Scored] = []
    kinds: Counter[str] = Counter()
    families: Counter[tuple[str, ...]] = Counter()
    seen: set[tuple[str, tuple[int, ...]]] = set()
    for each in ranked:
        kind, family = kind_of(each), _family(each.text)
        if each.rows and (kind, each.rows) in seen:
            continue  # the other language's name of the same films
        seen.add((kind, each.rows))
        room = kinds[kind] < max(1, round(SHARES[kind] * k)) and families[kind, *family] < OF_A_FAMILY
        (shown if room and len(shown) < k else spare).append(each)
        if room:
            kinds[kind] += 1
            families[kind, *family] += 1
    chosen = shown + spare[: k - len(shown)]
    return sorted(chosen, key=lambda each: each.order)


def _family(text: str) -> tuple[str, ...]:
    """Return the beginning that the parts of a series share: two words, but for articles and numbers."""
    return tuple(word for word in text.split() if word not in ARTICLES and not word.isdigit())[:2]
