"""Other spellings of titles and names, as terms: written as one word or as two, or in the other alphabet.

A film's terms and a query's are made apart, so that only what is *otherwise* written meets: «человекпаук» meets
«Человек-паук», "Tarantino" meets «Тарантино»; a word as it stands is the business of the other analysers.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from kadr.analysis import STOP_WORDS, stem, telling_words
from kadr.transliteration import sounds

__all__ = ["asked_spellings", "held_spellings", "sounded", "spelled_otherwise"]

MIN_JOINED = 6
"""Letters of a word that may be two in one."""
MIN_SOUNDED = 4
"""Letters of a word that is known by its sound; shorter ones sound like too many others."""
MIN_SOUND = 4
"""Letters of a sound: of three letters, one in ten random words has one that somebody's name has, too."""
OPENING = 3
"""Letters by which a word is told from those that are asked for before it is stemmed."""
MAX_ASKED = 20
"""Telling words of a query that are looked for in other spellings: who writes more, writes sentences."""


def held_spellings(text: str) -> list[str]:
    """Return the terms of a title or of names."""
    found = telling_words(text)
    return [*_joined(found, "one", "two"), *_sounded(found, "cl")]


def asked_spellings(text: str) -> list[str]:
    """Return the terms of a query that meet those of titles and names that are written otherwise."""
    found = telling_words(text)[:MAX_ASKED]
    return list(dict.fromkeys((*_joined(found, "two", "one"), *_sounded(found, "lc"))))


def sounded(word: str) -> list[str]:
    """Return the terms of a folded word that meet those of words of the other alphabet that sound alike."""
    return list(_sounded((word,), "lc"))


def spelled_otherwise(found: Sequence[str], asked: AbstractSet[str]) -> list[int]:
    """Return which words of a title or of names, folded, meet a query's other spellings: their places, ascending.

    Args:
        found: all words, function words too, which count for nothing.
        asked: terms of `asked_spellings`.
    """
    # To stem and to sound out costs far more than to see that a word begins otherwise than all that are asked for.
    openings = {term[4 : 4 + OPENING] for term in asked if term.startswith(("one ", "two "))}
    sounded = any(term.startswith(("c ", "l ")) for term in asked)
    telling = [place for place, word in enumerate(found) if word not in STOP_WORDS]
    met = set[int]()
    for place in telling:
        if (sounded and not asked.isdisjoint(_sounded((found[place],), "cl"))) or (
            found[place][:OPENING] in openings and f"one {stem(found[place])}" in asked
        ):
            met.add(place)
    for one, other in pairwise(telling):
        joined = found[one] + found[other]
        if joined[:OPENING] in openings and f"two {stem(joined)}" in asked:
            met.update((one, other))
    return sorted(met)


def _joined(found: Sequence[str], single: str, pair: str) -> Iterator[str]:
    for word in found:
        if len(word) >= MIN_JOINED and not word.isdigit():
            yield f"{single} {stem(word)}"
    for one, other in pairwise(found):
        if len(one) + len(other) >= MIN_JOINED and not (one + other).isdigit():
            yield f"{pair} {stem(one + other)}"


def _sounded(found: Sequence[str], marks: str) -> Iterator[str]:
    """Yield how words sound, each behind the first mark for a Cyrillic word and behind the second for a Latin one."""
    for word in found:
        if len(word) >= MIN_SOUNDED:
            for key in (sound for sound in sounds(word) if len(sound) >= MIN_SOUND):
                yield f"{marks['a' <= word[0] <= 'z']} {key}"
