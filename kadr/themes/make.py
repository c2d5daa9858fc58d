"""The themes of a catalogue: sought where it is new or has changed much, kept from the bundle before where it has not.

HDBSCAN finds other groups where one film in a hundred changes, and the embedded encoder turns all its axes with every
fit. So what passes from build to build is which film is in which theme, by the films' ids: the centres are made anew
from the films that stayed, and only films that came, or that now lie clearly nearer to another theme, are placed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.film import Film
from kadr.index.arrays import key_of
from kadr.index.themes import NO_THEME, Theme, Themes
from kadr.themes.clusters import (
    FAR,
    Labels,
    Vectors,
    centres_of,
    compact,
    cores,
    cosines_to,
    merged,
    nearest,
    own_cosines,
    settled,
    steady,
)
from kadr.themes.names import Draft, Namer, named, renamed
from kadr.themes.terms import Teller, Telling

__all__ = ["make_themes"]

FEWEST = 50
"""Films with a vector that a catalogue needs: fewer are seen at a glance."""
SAMPLE = 12_000
"""Films among which themes are sought at the most; all films find their place among those. HDBSCAN's time grows with
the square: 5 s here, a minute at 40,000."""
LARGEST = 0.5
"""Share of a catalogue that one theme may hold; where it would be more, there are no themes to speak of."""
CHANGED = 0.1
"""Share of films that may come or go before themes are sought anew."""
AT_HOME = 0.6
"""Share of films that must still lie nearest to the theme they are in: fewer, and another encoder sees other themes."""
MOST_FAR = 0.4
"""Share of films that may be in no theme."""
SAME = 0.3
"""Share of films in common, of those in either, from which a theme that was sought anew is an old one (Jaccard)."""
EXAMPLES = 10
"""Titles that show what a theme is."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the films of a catalogue lie.

    `rows`: int64 (m,), the films that have a vector; `centred`: float32 (m, dim), their vectors from `middle`, of unit
    length; `keys`: uint64 (n,), of all films.
    """

    rows: NDArray[np.int64]
    centred: Vectors
    middle: Vectors
    keys: NDArray[np.uint64]

    @classmethod
    def of(cls, vectors: Vectors, films: Sequence[Film]) -> Self:
        """Return the places of films; a row that is zero or not finite is no vector."""
        keys = np.fromiter((key_of(film.id) for film in films), dtype=np.uint64, count=len(films))
        rows = np.flatnonzero(np.isfinite(vectors).all(axis=1) & vectors.any(axis=1))
        if not rows.size:
            return cls(rows, vectors[rows], np.zeros(vectors.shape[1], dtype=np.float32), keys)
        unit = _unit(vectors[rows])
        middle = unit.mean(axis=0, dtype=np.float64).astype(np.float32)
        return cls(rows, _unit(unit - middle), middle, keys)

    @property
    def own_keys(self) -> NDArray[np.uint64]:
        """The keys of the films that have a vector, uint64 (m,)."""
        return self.keys[self.rows]


def make_themes(
    vectors: Vectors, films: Sequence[Film], before: Themes | None = None, namer: Namer | None = None
) -> Themes:
    """Return the themes of a catalogue; the same input gives the same themes.

    Args:
        vectors: float32 (n, dim), one a film; rows that are zero or not finite belong to no theme.
        films: the catalogue in row order.
        before: the themes of the bundle before, None where there is none.
        namer: who names the themes better than their telling words do; it is asked for all of them, so that themes
            that are kept get names, too, once there is one. None for nobody.
    """
    places = _Places.of(vectors, films)
    found = _themes(places, films, before)
    if namer is None or not found.themes:
        return found
    central = _central(places, films, found.of_film[places.rows])
    return replace(found, themes=renamed(found.themes, central, namer))


def _themes(places: _Places, films: Sequence[Film], before: Themes | None) -> Themes:
    """Return the themes; those that are new are named by their telling words."""
    if places.rows.size < FEWEST:
        return Themes.none(len(films))
    if before is not None and (labels := _kept(places, before)) is not None:
        return _ordered(places, labels, before.themes, before.founders)
    labels, tellings = _sought(places, films)
    if not tellings:
        return Themes.none(len(films))
    central = _central(places, films, labels)
    drafts = [Draft(telling.terms, own) for telling, own in zip(tellings, central, strict=True)]
    themes = named(drafts, _old_ids(places, labels, before))
    return _ordered(places, labels, themes, np.sort(places.keys))


def _sought(places: _Places, films: Sequence[Film]) -> tuple[Labels, list[Telling]]:
    """Return the theme of each film that has a vector, and what tells of each theme; none where none was found."""
    sample = np.sort(np.argsort(places.own_keys, kind="stable")[:SAMPLE])
    centred = places.centred[sample]
    teller = Teller([films[row] for row in places.rows[sample].tolist()])
    labels = settled(centred, cores(centred))
    labels = settled(centred, merged(centred, labels))
    labels = _told(labels, teller)
    if labels.max(initial=NO_THEME) < 1:
        return labels, []
    # The names tell of the groups before the films of those that tell nothing join them: judged after that, one group
    # after the other would be left out, each for the films of the one before.
    tellings = teller.tell(labels)
    everyone = steady(places.centred, nearest(places.centred, centres_of(centred, labels)))
    sizes = np.bincount(everyone[everyone != NO_THEME])
    if sizes.max() > LARGEST * everyone.size:
        return everyone, []
    return compact(everyone), [tellings[i] for i in np.flatnonzero(sizes).tolist()]


def _told(labels: Labels, teller: Teller) -> Labels:
    """Return the groups without those that nothing tells, and with those made one that the same term tells best."""
    tellings = teller.tell(labels)
    leads = sorted({telling.lead for telling in tellings if telling.lead})
    place = np.array([*(leads.index(t.lead) if t.lead else NO_THEME for t in tellings), NO_THEME], dtype=np.int32)
    return compact(place[labels])  # NO_THEME is -1, the last place


def _kept(places: _Places, before: Themes) -> Labels | None:
    """Return the theme of each film that has a vector, by its place in `before`; None where themes must be sought.

    A new film joins the nearest theme where it is nearer than half of the films that are in none. Films of a theme are
    no measure: each has drawn the centre to itself.
    """
    stayed = np.isin(before.founders, places.keys).sum()
    if not before.themes or stayed < (1 - CHANGED) * max(before.founders.size, places.keys.size):
        return None
    order = np.argsort(before.films, kind="stable")
    at = np.minimum(np.searchsorted(before.films, places.own_keys, sorter=order), before.films.size - 1)
    known = before.films[order[at]] == places.own_keys
    labels: Labels = np.where(known, before.of_film[order[at]], NO_THEME).astype(np.int32)
    if (labels != NO_THEME).sum() == 0:
        return None
    cosines = cosines_to(centres_of(places.centred, labels), places.centred)
    inside = labels != NO_THEME
    if (cosines.argmax(axis=1) == labels)[inside].mean() < AT_HOME:
        return None
    best = cosines.max(axis=1)
    joins = ~known & (best >= np.median(best[known & ~inside])) if (known & ~inside).any() else ~known
    return steady(places.centred, _filled(cosines, np.where(joins, cosines.argmax(axis=1), labels).astype(np.int32)))


def _filled(cosines: Vectors, labels: Labels) -> Labels:
    """Return the themes with as many of the films in none put to the nearest that no more than FAR are left.

    That is done where more than MOST_FAR are in none.
    """
    outside = np.flatnonzero(labels == NO_THEME)
    if outside.size <= MOST_FAR * labels.size:
        return labels
    best = cosines[outside].max(axis=1)
    near = outside[np.argsort(-best, kind="stable")[: outside.size - int(FAR * labels.size)]]
    labels = labels.copy()
    labels[near] = cosines[near].argmax(axis=1)
    return labels


def _old_ids(places: _Places, labels: Labels, before: Themes | None) -> dict[int, str]:
    """Return the ids that themes keep: each of `before` goes to the theme that shares most of its films."""
    if before is None or not before.themes:
        return {}
    _, here, there = np.intersect1d(places.own_keys, before.films, return_indices=True)
    new, old = labels[here], before.of_film[there]
    shared = np.zeros((int(labels.max()) + 1, len(before.themes)))
    both = (new != NO_THEME) & (old != NO_THEME)
    np.add.at(shared, (new[both], old[both]), 1)
    sizes = np.bincount(new[new != NO_THEME], minlength=shared.shape[0])
    olds = np.bincount(old[old != NO_THEME], minlength=shared.shape[1])
    jaccard = shared / np.maximum(sizes[:, None] + olds[None, :] - shared, 1)
    kept: dict[int, str] = {}
    for place in np.argsort(-jaccard, axis=None, kind="stable").tolist():
        theme, was = divmod(place, shared.shape[1])
        if jaccard[theme, was] < SAME:
            break
        if theme not in kept and before.themes[was].id not in kept.values():
            kept[theme] = before.themes[was].id
    return kept


def _central(places: _Places, films: Sequence[Film], labels: Labels) -> list[tuple[Film, ...]]:
    """Return the most central films of each theme, the first one first."""
    own = own_cosines(cosines_to(centres_of(places.centred, labels), places.centred), labels)
    central = []
    for theme in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == theme)
        rows = places.rows[members[np.lexsort((places.own_keys[members], -own[members]))]][:EXAMPLES]
        central.append(tuple(films[row] for row in rows.tolist()))
    return central


def _ordered(places: _Places, labels: Labels, themes: Sequence[Theme], founders: NDArray[np.uint64]) -> Themes:
    """Return the themes that have films, largest first, with all that is stored."""
    sizes = np.bincount(labels[labels != NO_THEME], minlength=len(themes)).tolist()
    order = sorted((i for i in range(len(themes)) if sizes[i]), key=lambda i: (-sizes[i], themes[i].id))
    place = np.full(len(themes) + 1, NO_THEME, dtype=np.int32)  # the last stands for NO_THEME, which is -1
    place[order] = np.arange(len(order))
    of_film = np.full(len(places.keys), NO_THEME, dtype=np.int32)
    of_film[places.rows] = place[labels]
    return Themes(
        of_film=of_film,
        themes=tuple(replace(themes[i], size=sizes[i]) for i in order),
        centres=centres_of(places.centred, place[labels]),
        middle=places.middle,
        films=places.keys,
        founders=founders,
    )


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return unit
