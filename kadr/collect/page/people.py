"""Names of people that one text holds, as pages write them. Pure functions, linear time."""

import re
from collections.abc import Iterable

__all__ = ["apart", "without_and"]

MAX_WORDS = 5
"""Words of one name, its particles with it: "Хуан Карлос де ла Роса". A longer text is a sentence."""
_JOIN = r"(?:&|и|й|та|і|and|et|und|y|e|en|og|och|oraz|i|a|ve|és|și)"
"""Words that join two people, in small letters only: "John E Smith" is one man."""
_AND = re.compile(rf"\s{_JOIN}\s")
_FIRST = re.compile(rf"{_JOIN}\s")
_NO_PERSON = ("The ", "Die ", "Les ", "Los ", "His ", "Her ")
"""Beginnings of what follows a singer: "and The Bad Seeds"."""


def apart(names: Iterable[str]) -> list[str]:
    """Return names, those joined by a word or "&" apart: "Мари Дюваль и Жан Пети", "Peter Holloway & Jan Klos".

    Both sides must look like a whole name: two words at least, the first with a capital. "Joel & Ethan Coen" and
    "José Ortega y Gasset" stay as they are.
    """
    return [part for name in names for part in _parts(name)]


def without_and(name: str) -> str:
    """Return what stands last in a list, "and Jane Roe", without the word before it; any other text as it is."""
    first = _FIRST.match(name)
    return name[first.end() :].lstrip() if first and _is_whole(name[first.end() :].lstrip()) else name


def _parts(name: str) -> list[str]:
    found = [part.strip() for part in _AND.split(name)]
    return found if len(found) > 1 and all(map(_is_whole, found)) else [name]


def _is_whole(name: str) -> bool:
    return name[:1].isupper() and 2 <= len(name.split()) <= MAX_WORDS and not name.startswith(_NO_PERSON)
