"""What a misspelt query means: "Showing results for ...; search instead for ...".

A noisy channel (Kernighan, Church, Gale: A Spelling Correction Program Based on a Noisy Channel Model, COLING 1990): of
all readings of a query the one stands that is likeliest by the words and pairs of words of the catalogue, times how
likely the mistakes are that lead from it to what was typed. A name that was typed exactly is never touched, a word that
the catalogue knows almost never, a case of a known name never, and no reading stands that the films do not meet better
than what was typed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kadr.analysis import STOP_WORDS
from kadr.index.lexical import LexicalIndex
from kadr.index.names import KINDS
from kadr.index.titles import TitleIndex
from kadr.keyboard import swapped, swaps
from kadr.search.readings import LEAST_SWAPPED, SPLIT, Chances, Reading, doubted, readings, settled
from kadr.search.types import Correction
from kadr.text import fold, normalise, words

__all__ = ["Speller"]

MOST_WORDS = 24
"""Words of a query that is corrected: in a longer one, one word more or less does not move the answer."""
FEW_WORDS = 6
"""Words of a query in which known words may be doubted, too."""
SHARE_KNOWN, SHARE_STRANGE = 0.75, 0.25
"""Of a query's letters, how many must stand in words that are known when it is corrected, and may as it was typed."""
_LEADS = """
с со от у режиссер режиссера режиссеру актер актера актера актриса актрисы актеры имени роли сценарист starring actor
actress director directed by with
"""
LEADS = frozenset(_LEADS.split())
"""Words behind which somebody's name stands."""

_TOKEN = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Typed:
    """A part of the query: where it stands, and what it may mean, as it is first. `raw`: with the signs about it."""

    start: int
    end: int
    raw: str
    readings: Sequence[Reading]

    @property
    def word(self) -> str:
        """What it is as it was typed; of two words the last."""
        return self.readings[0].meant[-1]


@dataclass(frozen=True, slots=True)
class Speller:
    """Spelling over the words of one bundle. `lexical`: asked whether a correction finds more; None where nobody is."""

    titles: TitleIndex
    lexical: LexicalIndex | None = None

    def correct(self, query: str) -> Correction | None:
        """Return the query as it was meant; None where it stands as it is."""
        found = list(_TOKEN.finditer(query))
        if not found or len(found) > MOST_WORDS or self._is_name(query):
            return None
        chances = Chances.of(self.titles, self.lexical)
        if other := self._other_layout(query, chances):
            return other
        typed = self._doubted(list(_parts(query, found, chances)), chances)
        if not any(len(part.readings) > 1 for part in typed):
            return None
        if len(typed) == 1:
            chosen = [max(typed[0].readings, key=lambda each: chances.whole(each.meant) - each.cost)]
        else:
            chosen = _likeliest(typed, chances)
        changed = [(part, reading) for part, reading in zip(typed, chosen, strict=True) if reading.why]
        if not changed:
            return None
        corrected = _written(query, typed, chosen)
        # A word made sense of among words that make none is chance.
        sense = chances.share_known(corrected.shown) >= SHARE_KNOWN
        return corrected if sense and self._finds_more(corrected, changed, chances) else None

    def _is_name(self, query: str) -> bool:
        names, text = self.titles.names, normalise(query)
        spans = (names.texts.same(text, names.block(kind)) for kind in KINDS)
        return any(low < high for low, high in spans)

    def _finds_more(self, corrected: Correction, changed: Sequence[tuple[_Typed, Reading]], chances: Chances) -> bool:
        """Tell whether films meet a correction better.

        Words that nobody knows are worth nothing as they were: only what stands for them must be found, or else the
        year beside it would be met as well without. A known word gives way where some film has all words together.
        """
        if self._better(corrected.shown, corrected.original):
            return True
        if any(chances.known(part.word) for part, _ in changed):
            return False
        meant = " ".join(word for _, reading in changed for word in reading.meant)
        return self._better(meant, " ".join(part.word for part, _ in changed))

    def _better(self, one: str, other: str) -> bool:
        if self.lexical is None:
            return True
        return bool(self.lexical.scores(one).max(initial=0.0) > self.lexical.scores(other).max(initial=0.0))

    def _other_layout(self, query: str, chances: Chances) -> Correction | None:
        """Return the whole query in the other keyboard layout, if its words are known there and not here."""
        if not swaps(query) or chances.share_known(query) > SHARE_STRANGE:
            return None
        shown = swapped(query)
        meant = words(shown)
        # What letters there became signs here, and says nothing, was no word in the other layout either.
        written = sum(map(len, meant)) / max(1, len("".join(query.split())))
        sense = chances.share_known(shown) * min(1.0, written) >= SHARE_KNOWN and any(
            chances.tells(word) for word in meant if word not in STOP_WORDS
        )
        if not sense and (len(normalise(shown)) < LEAST_SWAPPED or not self._is_name(shown)):
            return None
        return Correction(shown, query, ((0, len(shown)),), "layout")

    def _doubted(self, typed: Sequence[_Typed], chances: Chances) -> Sequence[_Typed]:
        """Return the parts of a short query with the readings of words that are known, but not beside each other."""
        if not 1 < len(typed) <= FEW_WORDS:
            return typed
        alone = all(len(part.readings) == 1 for part in typed)
        if alone and settled([(part.word, part.raw) for part in typed], chances):
            return typed
        meant = [{word for reading in part.readings for word in reading.meant} for part in typed]
        return [
            replace(part, readings=doubted(part.word, part.raw, (before, behind), chances))
            if len(part.readings) == 1 and chances.known(part.word)
            else part
            for part, before, behind in zip(typed, [set(), *meant], [*meant[1:], set()], strict=False)
        ]


def _parts(query: str, found: Sequence[re.Match[str]], chances: Chances) -> Iterator[_Typed]:
    """Yield the parts of a query, unknown words with their readings; two words that are one count as one part."""
    chunks, index = {match.start(): match for match in _CHUNK.finditer(query)}, chances.index
    i = 0
    while i < len(found):
        token, word = found[i], fold(found[i][0])
        after = fold(found[i + 1][0]) if i + 1 < len(found) else ""
        if after and not (index.knows(word) and index.knows(after)) and index.find(word + after) >= 0:
            both = Reading((word, after), 0.0), Reading((word + after,), SPLIT, "typo")
            yield _Typed(token.start(), found[i + 1].end(), "", both)
            i += 2
            continue
        chunk = chunks.get(token.start())
        alone = chunk is not None and (i + 1 == len(found) or chunk.end() <= found[i + 1].start())
        raw = chunk[0] if chunk and alone else token[0]
        if chances.known(word):
            read: Sequence[Reading] = (Reading((word,), 0.0),)
        else:
            read = readings(word, raw, chances, name=_is_named(found, i))
        yield _Typed(token.start(), token.end(), raw, read)
        i += 1


def _is_named(found: Sequence[re.Match[str]], at: int) -> bool:
    """Tell whether a word stands where a name stands: behind a word that leads to one, or capital amid small ones."""
    if not at:
        return False
    capital = found[at][0][:1].isupper() and not found[at][0].isupper()
    return fold(found[at - 1][0]) in LEADS or (capital and any(match[0].islower() for match in found))


def _likeliest(typed: Sequence[_Typed], chances: Chances) -> list[Reading]:
    """Return the likeliest chain of readings (Viterbi); of equal ones, the one that changes less."""
    chains: list[tuple[float, list[Reading]]] = [(0.0, [])]
    for part in typed:
        longer = []
        for reading in part.readings:
            scored = [(score + _step(chain, reading, chances), chain) for score, chain in chains]
            score, chain = max(scored, key=lambda pair: pair[0])
            longer.append((score, [*chain, reading]))
        chains = longer
    return max(chains, key=lambda pair: pair[0])[1]


def _step(chain: Sequence[Reading], reading: Reading, chances: Chances) -> float:
    return chances.row(reading.meant, chain[-1].meant[-1] if chain else "") - reading.cost


def _written(query: str, typed: Sequence[_Typed], chosen: Sequence[Reading]) -> Correction:
    """Return the query with its readings in place of what was typed, in the case it was typed in."""
    shown, spans, at = "", [], 0
    for part, reading in zip(typed, chosen, strict=True):
        if not reading.why:
            continue
        shown += query[at : part.start]
        new = _cased(" ".join(reading.meant), query[part.start : part.end])
        spans.append((len(shown), len(shown) + len(new)))
        shown, at = shown + new, part.end
    why = "layout" if any(reading.why == "layout" for reading in chosen) else "typo"
    return Correction(shown + query[at:], query, tuple(spans), why)


def _cased(word: str, like: str) -> str:
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word
