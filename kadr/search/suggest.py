"""Suggestions while somebody types: what is found, in which order, and how many of a kind."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from kadr.index.fuzzy import errors_allowed
from kadr.index.names import KINDS
from kadr.index.skeleton import MIN_KEY, skeletons
from kadr.index.titles import TitleIndex
from kadr.index.vectors import VectorIndex
from kadr.keyboard import swapped, swaps
from kadr.search.closeness import closeness, meanings
from kadr.search.highlight import highlight
from kadr.search.types import Suggestion
from kadr.text import words

__all__ = ["Suggester"]

MOST_LETTERS = 100
"""Characters that are read; somebody who has typed more describes a film."""
MOST_WORDS = 6
"""Words that are looked up, the last ones."""
OF_A_KIND = 16
"""Candidates of each kind and each way of matching: twice what is shown, so that there is something to choose from."""
MISSPELT = 48
"""Candidates found by their errors."""
FEW = 3
"""With fewer suggestions than this, what was typed may be misspelt."""
SURE = 10
"""Letters from which what was found as typed is what is meant, however few it is."""
SHORTEST_INSIDE, LONGEST_INSIDE = 3, 40
"""Letters of a text that is looked for inside words: hardly any word is longer."""
MOST_INSIDE = 40

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
"""What it costs a name to be found otherwise than as typed; each error costs as much as a typo again."""
SHARES = {"title": 5 / 8, "person": 3 / 8, "genre": 2 / 8, "query": 3 / 8}
"""How much of the list a kind may take while there is anything else to show."""
OF_A_FAMILY = 2
"""Names with one beginning, as sequels have, while there is anything else to show."""
_NONE = np.empty(0, dtype=np.int64)
ARTICLES = frozenset(("the", "a", "an"))


@dataclass(frozen=True, slots=True)
class _Found:
    """A name that may be meant: the words that were typed for it, and the errors in them."""

    how: str
    typed: tuple[str, ...]
    errors: int = 0


@dataclass(frozen=True, slots=True)
class _Scored:
    name: int
    score: float
    text: str
    rows: tuple[int, ...]
    found: _Found


@dataclass(slots=True)
class _Pool:
    """Candidates by name: the first way in which one was found stands."""

    found: dict[int, _Found] = field(default_factory=dict)

    def add(self, names: Iterable[int], found: _Found) -> None:
        for name in names:
            self.found.setdefault(name, found)

    @property
    def few(self) -> bool:
        return len(self.found) < FEW


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
        pool = _Pool()
        self._collect(text[:MOST_LETTERS], pool)
        scored = self._score(pool.found)
        if self.vectors is not None:
            scored = _lifted(scored, self.vectors, recent)
        ranked = sorted(scored, key=lambda each: (-each.score, each.name))
        return tuple(self._suggestion(each) for each in _diverse(ranked, self._kind, k))

    def _collect(self, text: str, pool: _Pool) -> None:
        typed = tuple(words(text)[-MOST_WORDS:])
        if not typed:
            return
        other = tuple(words(swapped(text))[-MOST_WORDS:]) if swaps(text) else ()
        self._as_typed(typed, "prefix", pool)
        if not pool.found:
            self._as_typed(other, "layout", pool)
        if pool.found and len(text) >= SURE:
            return
        if pool.few:
            self._in_the_other_alphabet(text, typed, pool)
        if pool.few:
            self._misspelt(typed, "typo", pool)
        if not pool.found:
            pool.add(self.titles.near_titles(text).names[:OF_A_KIND].tolist(), _Found("typo", typed))
        if not pool.found:
            self._misspelt(other, "layout", pool)
        if not pool.found and SHORTEST_INSIDE <= len(typed[-1]) <= LONGEST_INSIDE:
            self._inside(typed, pool)

    def _as_typed(self, typed: tuple[str, ...], how: str, pool: _Pool) -> None:
        """Find the names of which each typed word begins a word."""
        names, texts = self.titles.names, self.titles.words.texts
        spans = list(takewhile(lambda span: span[0] < span[1], (texts.span(word) for word in typed)))
        if not spans or len(spans) < len(typed):
            return
        held = np.ones(len(names), dtype=np.bool_)
        for low, high in spans:
            held &= self._marked(self._holders(low, high))
        phrase, found = " ".join(typed), _Found(how, typed)
        for kind in KINDS:
            block = names.block(kind)
            for beginning in (phrase, f"the {phrase}"):
                a, b = names.texts.span(beginning, block)
                pool.add(self._best_known(np.arange(a, b)), found)
        pool.add(self._of_each_kind(held), found)

    def _of_each_kind(self, held: NDArray[np.bool_]) -> list[int]:
        """Return the best known of the names marked, of each kind as many."""
        blocks = [self.titles.names.block(kind) for kind in KINDS]
        return [name for low, high in blocks for name in self._best_known(low + np.flatnonzero(held[low:high]))]

    def _in_the_other_alphabet(self, text: str, typed: tuple[str, ...], pool: _Pool) -> None:
        """Find titles that begin as the text sounds, and names that have its words in the other alphabet."""
        found = _Found("alphabet", typed)
        for key in skeletons(text):
            if len(key) >= MIN_KEY:
                pool.add(self._best_known(self.titles.sounds.beginning(key).astype(np.int64)), found)
                joined = self.titles.names.of_word.take(self.titles.word_sounds.beginning(key))
                pool.add(self._of_each_kind(self._marked(joined)), found)
        held = np.ones(len(self.titles.names), dtype=np.bool_)
        for word in typed:
            if len(word) < MIN_KEY:
                held &= self._marked(self._holders(*self.titles.words.texts.span(word)))
                continue
            # The hard sign alone has no sound, however often it is typed: nothing sounds like it.
            alike: list[NDArray[np.integer]] = [_NONE]
            alike += (self.titles.word_sounds.beginning(key) for key in skeletons(word) if key)
            held &= self._marked(self.titles.names.of_word.take(np.concatenate(alike)))
        if max(map(len, typed)) >= MIN_KEY:
            pool.add(self._of_each_kind(held), found)

    def _misspelt(self, typed: tuple[str, ...], how: str, pool: _Pool) -> None:
        """Find the names that have each typed word but for its errors; the last one may be unfinished."""
        if not any(errors_allowed(len(word)) for word in typed):
            return
        names = self.titles.names
        total = np.zeros(len(names), dtype=np.uint16)
        for i, word in enumerate(typed):
            total += self._errors(word, finished=i < len(typed) - 1)
        ids = np.flatnonzero(total < MISSING)
        best = ids[np.lexsort((ids, -names.fame[ids].astype(np.int64), total[ids]))[:MISSPELT]]
        for name in best.tolist():
            pool.add((name,), _Found(how, typed, int(total[name])))

    def _errors(self, word: str, *, finished: bool) -> NDArray[np.uint16]:
        """Return the errors with which each name has a word, uint16 (names,); MISSING where it has not."""
        texts = self.titles.words.texts
        least = np.full(len(self.titles.names), MISSING, dtype=np.uint16)
        if allowed := errors_allowed(len(word)):
            close = texts.near(word, allowed) if finished else texts.beginning(word, allowed)
            for errors in range(allowed, 0, -1):
                least[self.titles.names.of_word.take(close.ids[close.errors == errors])] = errors
        least[self._holders(*texts.span(word))] = 0
        return least

    def _inside(self, typed: tuple[str, ...], pool: _Pool) -> None:
        """Find the names that have the last typed word inside one of theirs, and the others where there are any."""
        found = self.titles.words.texts.holding(typed[-1], MOST_INSIDE)
        held = self._marked(self.titles.names.of_word.take(found))
        for word in typed[:-1]:
            held &= self._marked(self._holders(*self.titles.words.texts.span(word)))
        pool.add(self._best_known(np.flatnonzero(held)), _Found("inside", typed))

    def _marked(self, names: NDArray[np.integer]) -> NDArray[np.bool_]:
        mark = np.zeros(len(self.titles.names), dtype=np.bool_)
        mark[names] = True
        return mark

    def _holders(self, low: int, high: int) -> NDArray[np.integer]:
        """Return the names that hold any of a range of words; one may stand there twice."""
        of_word = self.titles.names.of_word
        return of_word.values[int(of_word.starts[low]) : int(of_word.starts[high])]

    def _best_known(self, names: NDArray[np.integer]) -> list[int]:
        fame = self.titles.names.fame[names].astype(np.int64)
        if names.size > OF_A_KIND:
            kept = np.argpartition(-fame * len(self.titles.names) + names, OF_A_KIND)[:OF_A_KIND]
            names = names[kept]
        chosen: list[int] = np.sort(names).tolist()
        return chosen

    def _score(self, found: dict[int, _Found]) -> list[_Scored]:
        names = self.titles.names
        scored = []
        for name, each in found.items():
            text = names.texts[name]
            cost = PENALTY[each.how] + PENALTY["typo"] * each.errors + GIVEN * self._is_given(name, text, each)
            fame = FAME * int(names.fame[name]) / 255
            rows = tuple(names.rows[name].tolist())
            scored.append(_Scored(name, _quality(text, each.typed) + fame - cost, text, rows, each))
        return scored

    def _is_given(self, name: int, text: str, found: _Found) -> bool:
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


MISSING = 1_000
"""More errors than any words that are found can have together."""


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
    return sorted(chosen, key=lambda each: (-each.score, each.name))


def _family(text: str) -> tuple[str, ...]:
    """Return the beginning that the parts of a series share: two words, but for articles and numbers."""
    return tuple(word for word in text.split() if word not in ARTICLES and not word.isdigit())[:2]
