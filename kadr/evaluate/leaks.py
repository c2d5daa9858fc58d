"""Judged texts that stand in the films they are asked of: such a query measures copying, not finding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kadr.evaluate.judgments import Judgment
from kadr.film import Film
from kadr.text import words

__all__ = ["SHINGLE", "Leak", "leaks"]

SHINGLE = 8
"""Words in a row that two people do not write by chance. A shorter query is never a copy: it is what visitors type."""
COPIED = 0.9
"""Share of a query's shingles in one text from which on it is a near copy: a description of 80 words keeps it with one
word changed. Services that tell of a film after the same press text reach .86: that is what a catalogue is like, and
the slices of `overlap` tell it apart."""
_PROBE, _STRIDE = 4, 5
"""Of a text, four words at every fifth place are looked at first: any eight words in a row hold such four."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A judged query whose words stand in a film.

    `share`: of its runs of eight words, how many a text of the film holds; 1 where the text contains it.
    """

    judgment: Judgment
    film_id: str
    film_title: str
    share: float


def leaks(judgments: Sequence[Judgment], films: Iterable[Film]) -> tuple[Leak, ...]:
    """Return the judged queries of eight words or more that a film's text contains or nearly copies, in file order.

    Each is told with the film that holds most of it. Texts are compared as normalised words; a film's texts are its
    descriptions and its tagline.
    """
    runs = {at: _runs(words(judgment.query), SHINGLE) for at, judgment in enumerate(judgments)}
    asked: dict[str, list[int]] = {}
    for at, own in runs.items():
        for run in own:
            asked.setdefault(run, []).append(at)
    probes = frozenset(probe for at in runs for probe in _runs(words(judgments[at].query), _PROBE))
    worst: dict[int, Leak] = {}
    for film in films:
        for text in (*(description.text for description in film.descriptions), film.tagline):
            for at, count in _met(words(text), asked, probes).items():
                share = count / len(runs[at])
                if share >= COPIED and (at not in worst or share > worst[at].share):
                    worst[at] = Leak(judgments[at], film.id, film.title, share)
    return tuple(worst[at] for at in sorted(worst))


def _met(text: Sequence[str], asked: dict[str, list[int]], probes: frozenset[str]) -> dict[int, int]:
    """Return how many different runs of each query a text holds."""
    starts = range(0, len(text) - _PROBE + 1, _STRIDE)
    if not any(" ".join(text[at : at + _PROBE]) in probes for at in starts):
        return {}
    met: dict[int, int] = {}
    for run in _runs(text, SHINGLE) & asked.keys():
        for at in asked[run]:
            met[at] = met.get(at, 0) + 1
    return met


def _runs(text: Sequence[str], length: int) -> frozenset[str]:
    return frozenset(" ".join(text[at : at + length]) for at in range(len(text) - length + 1))
