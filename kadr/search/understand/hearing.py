"""Who is meant by a name that is typed in one alphabet and written in the other."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kadr.index.fuzzy import Spellings
from kadr.index.heard import heard
from kadr.search.understand.forms import base_forms
from kadr.search.understand.known import Known, Person
from kadr.search.understand.leads import MARKER_WORDS, denial, is_known, surely_led
from kadr.search.understand.lexicon import WORDS, Role
from kadr.search.understand.tokens import Token
from kadr.transliteration import coarse_sounds

__all__ = ["MOST_BEARERS", "best_known", "heard_surname", "how_unlike", "nearest"]

MOST_BEARERS = 64
"""Bearers of one surname that are compared; one that more people share says nothing by itself."""
LETTERS = 3
"""Letters of a word, behind as many, that allow a spelling to be unusual by one degree more."""
LONG = 6
"""Letters of a word that says enough however few consonants it has, as Murray."""
FAR, NEAR = 9, 1
"""How unusual a name is that is not spelled like a word at all, and by how much one may be, and still be meant as well
as another: Круз is Cruise as well as Cruz."""
_SIGNS = str.maketrans("", "", "ьъ")
"""They have no sound, and a Latin name does not show them at its end: Keitel is Кейтель."""


def heard_surname(tokens: Sequence[Token], at: int, group: NDArray[np.integer], known: Known) -> NDArray[np.integer]:
    """Return those of the best known of some people whose surname a token is in the other alphabet.

    Where nothing leads to it, it must stand by itself, and be spelled nearly as usual.
    """
    token, led = tokens[at], surely_led(tokens, at)
    if not (led or (_says_enough(token.word) and token.word not in MARKER_WORDS and _begins_a_name(tokens, at))):
        return group[:0]
    people = np.sort(best_known(group, known))
    names = [known.person(int(number)).key.split() for number in people]
    surnames = [{name[-1], "".join(name[-2:])} for name in names]  # «Ди Каприо» is "DiCaprio"
    every = set().union(*surnames)
    if led:
        told = _hear(token.word, every)
    else:
        told = _hear_plainly(token.word, every, capital=token.capital, denied=_is_denied(tokens, at))
    unlike = [min((told[each] for each in surname if each in told), default=None) for surname in surnames]
    return people[nearest(unlike)]


def best_known(people: NDArray[np.integer], known: Known) -> NDArray[np.integer]:
    """Return `MOST_BEARERS` of some people, those of the most films first."""
    if people.size <= MOST_BEARERS:
        return people
    return people[np.argsort(-known.films_of(people), kind="stable")[:MOST_BEARERS]]


def how_unlike(typed: Sequence[str], person: Person) -> int | None:
    """Return how unusually a name is typed, word by word in the other alphabet; None where it is another's."""
    words = person.key.split()
    if words[-1].isascii() is typed[-1].isascii():
        return 0
    if len(words) == len(typed) + 1:  # "de niro" is one word of the name
        words = [*words[:-2], words[-2] + words[-1]]
    if len(words) != len(typed):
        return None
    unlike = [_hear(one, {other}).get(other) for one, other in zip(typed, words, strict=True)]
    known = [each for each in unlike if each is not None]
    return sum(known) if len(known) == len(typed) else None


def nearest(unlike: Sequence[int | None]) -> list[int]:
    """Return the places of those that are hardly less usual than the most usual; None is none."""
    least = min((each for each in unlike if each is not None), default=0)
    return [i for i, each in enumerate(unlike) if each is not None and each <= least + NEAR]


def _hear(typed: str, names: Collection[str]) -> Mapping[str, int]:
    """Return those of some folded names that a folded word of the other alphabet may be, in some case form.

    Each has how unusually it is spelled, 0 is the usual way: `FAR` where the two only sound alike.
    """
    forms = base_forms(typed)
    keys = {key for form in forms for key in coarse_sounds(form)}
    alike = (name for name in names if not keys.isdisjoint(coarse_sounds(name)))
    return {**dict.fromkeys(alike, FAR), **_unlike(forms, tuple(sorted(names)))}


def _hear_plainly(typed: str, names: Iterable[str], *, capital: bool, denied: bool) -> Mapping[str, int]:
    """Return those of some names that a word can hardly but be; without a capital it is in no case form, either."""
    forms = base_forms(typed) if capital else (typed,)
    most = len(typed) // LETTERS - 1
    if capital:
        most = max(1, most + denied)
    telling = tuple(sorted({name for name in names if _says_enough(name)}))
    return {name: unlike for name, unlike in _unlike(forms, telling).items() if unlike <= most}


def _says_enough(word: str) -> bool:
    """Tell whether a word is long, or known by its consonants alone; others sound like too many words."""
    return len(word) >= LONG or all(not sound.endswith(".") for sound in coarse_sounds(word))


@lru_cache(maxsize=1024)
def _unlike(forms: tuple[str, ...], names: tuple[str, ...]) -> Mapping[str, int]:
    """Return how unusually names spell any form of a word, as `kadr.index.heard` counts; without those that do not."""
    written = {name: name.translate(_SIGNS) for name in names}
    if not any(written.values()):
        return {}
    spellings = Spellings.of(sorted(set(written.values()) - {""}))
    found: dict[str, int] = {}
    for form in forms:
        for each in heard(spellings, form.translate(_SIGNS)):
            found[each.text] = min(each.unlike, found.get(each.text, each.unlike))
    return {name: found[text] for name, text in written.items() if text in found}


def _begins_a_name(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a token is the first of a name: "ryder" is none of "winona ryder"."""
    return not at or tokens[at].broken or is_known(tokens[at - 1]) or denial(tokens, at) < at


def _is_denied(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether "not", «без» or another such word stands before a token."""
    before = WORDS.get(tokens[at - 1].word) if at and not tokens[at].broken else None
    return before is not None and before.role is Role.NOT
