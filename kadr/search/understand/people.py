"""Finding the people of a catalogue in a query, in any case form and in either alphabet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kadr.index.mentions import PARTICLES, sound_keys
from kadr.search.understand.forms import base_forms
from kadr.search.understand.hearing import MOST_BEARERS, best_known, heard_surname, how_unlike, nearest
from kadr.search.understand.known import Known, Person
from kadr.search.understand.leads import CERTAIN, LEADING, MARKERS, NOT, denial, is_known, marker
from kadr.search.understand.lexicon import PHRASES, PLACES, WORDS, Role
from kadr.search.understand.tables import NAMES_OF_THINGS
from kadr.search.understand.tokens import Token
from kadr.text import words
from kadr.transliteration import transliterations

__all__ = ["Found", "find_people"]

FAMOUS = 2
"""A lone surname means the one of its bearers who has at least so many times the films of any other."""
_COMMON = 5_000
"""People who share a word of a name, beyond which it is not looked at."""
_FILMS = frozenset(["фильмы", "movies", "films"])
_THINGS = frozenset(words(NAMES_OF_THINGS))


@dataclass(frozen=True, slots=True)
class Found:
    """A person whom a query names, with the words that lead to the name.

    `start`, `end`: tokens. `role`: director or actor where the words tell, else "". `sure`: a full name, or a word
    before it that only a person follows; a lone surname may be a word like any other, even after "с" and "with".
    `denied`: where the words begin that lead to it and deny it, «режиссёр не»; None where there are none.
    """

    start: int
    end: int
    person: Person
    role: str
    sure: bool
    denied: int | None = None


def find_people(tokens: Sequence[Token], known: Known) -> tuple[Found, ...]:
    """Return the people of a query in order; a word belongs to one of them at the most."""
    bearers = _bearers(tokens, known)
    found: list[Found] = []
    at = 0
    while at < len(tokens):
        one = None
        if bearers.word[at].size or at in bearers.joined:  # few words are in anybody's name
            one = _full_name(tokens, at, bearers, known) or _surname(tokens, at, bearers, known)
        if one is None:
            at += 1
            continue
        marked = _with_marker(tokens, one, found[-1].end if found else 0)
        # «Леон» is a film before it is an actor whose surname it is, too; "Hitchcock movies" are not the film's.
        led = marked.start < at or (one.end < len(tokens) and tokens[one.end].word in _FILMS)
        if one.end - at > 1 or led or not known.are_titles([tokens[at].word])[0]:
            found.append(marked)
        at = one.end
    return tuple(_paired(found, known))


def _paired(found: Sequence[Found], known: Known) -> Iterator[Found]:
    """Return the people, lone surnames side by side as sure ones where a film has both: «никулин миронов»."""
    paired: set[int] = set()
    for i, (one, other) in enumerate(pairwise(found)):
        lone = one.end == other.start and not (one.sure or other.sure)
        if lone and known.together(one.person, other.person):
            paired |= {i, i + 1}
    return (replace(one, sure=True) if i in paired else one for i, one in enumerate(found))


@dataclass(frozen=True, slots=True)
class _Bearers:
    """People by token.

    `word`: who has the word in the name, or one that sounds like it. `surname`: whose surname it is, as spelled in
    either alphabet. `heard`: whose surname sounds like it. `joined`: whose surname it is together with the next.
    """

    word: list[NDArray[np.integer]]
    surname: list[NDArray[np.integer]]
    heard: list[NDArray[np.integer]]
    joined: dict[int, NDArray[np.integer]]

    def bears(self, token: int, people: NDArray[np.integer]) -> bool:
        """Tell whether a token is a surname of any of these people."""
        return any(_common(people, group[token]).size for group in (self.surname, self.heard))


def _bearers(tokens: Sequence[Token], known: Known) -> _Bearers:
    """Look up in one go the words that were not of late, and then as surnames those that are in a name at all."""
    found = {key: known.borne.get(key) for key in ((token.word, token.stem) for token in tokens)}
    new = [key for key, groups in found.items() if groups is None]
    forms = [_forms(word, stem, other=known.writes_otherwise(word)) for word, stem in new]
    together = [_joined(token.word, after.word, known) for token, after in pairwise(tokens)]
    words = _people(known, [one.word for one in forms] + together)
    named = [one if group.size else _NO_FORMS for one, group in zip(forms, words, strict=False)]
    surnames = _people(known, [one.surname for one in named] + [one.heard for one in named])
    n = len(new)
    found.update(zip(new, zip(words[:n], surnames[:n], surnames[n:], strict=True), strict=True))
    known.keep({key: groups for key in new if (groups := found[key]) is not None})
    of_token = [groups for token in tokens if (groups := found[token.word, token.stem]) is not None]
    joined = {i: group for i, group in enumerate(words[n:]) if group.size}
    return _Bearers([word for word, _, _ in of_token], [s for _, s, _ in of_token], [h for _, _, h in of_token], joined)


@dataclass(frozen=True, slots=True)
class _Forms:
    """The keys under which a word may be found, one group for each list of `_Bearers`."""

    word: tuple[str, ...] = ()
    surname: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()


_NO_FORMS = _Forms()


@lru_cache(maxsize=8192)
def _forms(word: str, stem: str, *, other: bool) -> _Forms:
    """Return how a word of a name may be written, in the nominative and in both alphabets, and how it may sound.

    `other`: whether anybody's name is written in the other alphabet; else only that of the word counts.
    """
    entry = WORDS.get(word)
    silent = stem in PHRASES or (entry is not None and (entry.role is not Role.FILLER or entry.idle))
    silent = silent or word in LEADING
    if len(word) < 2 or word.isdigit() or silent:
        return _NO_FORMS
    if not other:
        spelled = base_forms(word)
        return _Forms(spelled, tuple(f"={form}" for form in spelled))
    spelled = (*base_forms(word), *transliterations(word))
    heard = tuple(dict.fromkeys(key for form in base_forms(word) for key in sound_keys(form, other=True)))
    return _Forms((*spelled, *heard), tuple(f"={form}" for form in spelled), tuple(f"={key}" for key in heard))


def _joined(particle: str, word: str, known: Known) -> tuple[str, ...]:
    """Return the keys of a surname that two words may be together: "ди каприо" is "дикаприо"."""
    if particle not in PARTICLES:
        return ()
    return _forms(particle + word, "", other=known.writes_otherwise(word)).surname


def _people(known: Known, groups: Sequence[tuple[str, ...]]) -> list[NDArray[np.integer]]:
    """Return the people of each group of keys."""
    people = known.mentions.people_of([key for group in groups for key in group])
    found: list[NDArray[np.integer]] = []
    at = 0
    for group in groups:
        found.append(_union(people[at : at + len(group)]) if group else _NOBODY)
        at += len(group)
    return found


def _union(groups: Sequence[NDArray[np.integer]]) -> NDArray[np.integer]:
    filled = [group for group in groups if 0 < group.size <= _COMMON]
    if not filled:
        return _NOBODY
    return filled[0] if len(filled) == 1 else np.unique(np.concatenate(filled))


_NOBODY: NDArray[np.integer] = np.empty(0, dtype=np.int64)


def _full_name(tokens: Sequence[Token], at: int, bearers: _Bearers, known: Known) -> Found | None:
    """Return the person whose first name and surname begin at a token, the best known of namesakes."""
    if not bearers.word[at].size:
        return None
    after = at + 1
    if after >= len(tokens) or tokens[after].broken or not (bearers.word[after].size or after in bearers.joined):
        return None
    for end in range(min(at + 4, len(tokens)), after, -1):
        if any(token.broken for token in tokens[at + 1 : end]):
            continue
        sets, typed = [bearers.word[i] for i in range(at, end)], [token.word for token in tokens[at:end]]
        if end - at == 3 and at + 1 in bearers.joined:
            sets, typed = [bearers.word[at], bearers.joined[at + 1]], [typed[0], typed[1] + typed[2]]
        if not all(group.size for group in sets):
            continue
        both = reduce(_common, sets)
        people = [known.person(int(number)) for number in best_known(both, known)]
        people = [person for person in people if len(person.key.split()) <= end - at + 1]
        unlike = [how_unlike(typed, person) for person in people]
        people = [people[i] for i in nearest(unlike)]
        if people and (len(sets) < end - at or any(bearers.bears(i, both) for i in (at, end - 1))):
            best = max(people, key=lambda person: (person.films, person.key))
            return Found(at, end, best, "", sure=True)
    return None


def _common(one: NDArray[np.integer], other: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return the people of both groups, ascending; in neither does anybody stand twice."""
    few, many = (one, other) if one.size < other.size else (other, one)
    if not few.size:
        return few
    at = many.searchsorted(few)
    at[at == many.size] = 0
    both: NDArray[np.integer] = few[many[at] == few]
    return both


def _surname(tokens: Sequence[Token], at: int, bearers: _Bearers, known: Known) -> Found | None:
    """Return the person of a lone surname: the only bearer, or by far the best known."""
    end, group = at + 1, bearers.surname[at]
    if at in bearers.joined and bearers.joined[at].size:
        end, group = at + 2, bearers.joined[at]
    elif len(tokens[at].word) < 4 or tokens[at].stem in PHRASES or _is_thing(tokens[at].word):
        return None
    elif not group.size and bearers.heard[at].size and _ends_a_name(tokens, at):
        group = heard_surname(tokens, at, bearers.heard[at], known)
    if not 0 < group.size <= MOST_BEARERS or not (tokens[at].capital or known.any_rare(group)):
        return None
    films = known.films_of(group)
    best, *others = np.argsort(-films, kind="stable")[:2].tolist()
    if others and films[best] < FAMOUS * films[others[0]]:
        return None
    first = known.person(int(group[best]))
    if first.ordinary and not tokens[at].capital:
        return None
    return Found(at, end, first, "", sure=False)


def _is_thing(word: str) -> bool:
    """Tell whether a word is rather the name of a country, a feast or a studio, in some case form."""
    return any(form in PLACES or form in _THINGS for form in base_forms(word))


def _ends_a_name(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a token is the last of a name: "bill" is none of "bill murray"."""
    return at + 1 == len(tokens) or tokens[at + 1].broken or is_known(tokens[at + 1])


def _with_marker(tokens: Sequence[Token], found: Found, least: int) -> Found:
    """Return a person with the words before the name that lead to it; those of "without" stay for the negation."""
    name = denial(tokens, found.start)
    words = marker(tokens, name, least)
    if not words:
        return found
    start, denied = name - len(words), None
    if name < found.start:
        start, denied = found.start, start
    elif words[0] in NOT:
        start = found.start
    sure = found.sure or (words in CERTAIN and _ends_a_name(tokens, found.end - 1))
    return Found(start, found.end, found.person, MARKERS[words], sure=sure, denied=denied)
