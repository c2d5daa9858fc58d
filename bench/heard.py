"""Whether people are suggested by a name that is typed in the other alphabet: `python -m bench.heard`. One thread.

The saved pages of films write each name in both alphabets. The first letters of a surname are typed in that which the
catalogue does not have, and, for what can be expected at best, in its own: others have names that begin so, too.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.common import test_data
from bench.titles import russian, wikipedia
from kadr.film import Film
from kadr.index.titles import build_titles
from kadr.search.suggest import Suggester
from kadr.text import normalise, words

LETTERS = (4, 5, 6, None)
"""Letters of a surname that are typed; None: all of them. A surname that has fewer is not asked."""
_PERSON = re.compile(r'"__typename":"Person","id":\d+,"name":"([^"]{3,60})"(?:,"originalName":"([^"]{3,60})")?')
_LATIN, _RUSSIAN = re.compile("[a-z]{4,}"), re.compile("[а-я]{4,}")


@dataclass(frozen=True, slots=True)
class Person:
    """One person's name as an English and as a Russian catalogue writes it."""

    english: str
    russian: str


def main() -> None:
    """Measure over Russian titles with the people of the pages, and over the English films of an encyclopedia."""
    data = test_data()
    people = list(known_people(data))
    small = Suggester(build_titles([*russian(data), *paged(data)]))
    films = list(wikipedia(data))
    acting = {normalise(name) for film in films for name in film.actors}
    large = Suggester(build_titles(films))
    _report("Russian", small, [(each.russian, each.english) for each in people])
    english = [(each.english, each.russian) for each in people if normalise(each.english) in acting]
    _report("English", large, english)


def known_people(data: Path) -> Iterator[Person]:
    """Yield the people of the saved pages whose surnames have four letters of one alphabet in either form."""
    names = {english: name for page in _pages(data) for name, english in _PERSON.findall(page) if english}
    for english, name in sorted(names.items()):
        latin, cyrillic = words(english), words(name)
        if latin and cyrillic and _LATIN.fullmatch(latin[-1]) and _RUSSIAN.fullmatch(cyrillic[-1]):
            yield Person(english, name)


def paged(data: Path) -> Iterator[Film]:
    """Yield the films of the saved pages with their Russian people."""
    for i, page in enumerate(_pages(data)):
        names = dict.fromkeys(name for name, _ in _PERSON.findall(page) if normalise(name))
        yield Film(id=f"p{i}", title=f"Лента {i}", actors=tuple(names))


def _pages(data: Path) -> Iterator[str]:
    for path in sorted((data / "pages" / "kinopoisk").glob("*.html")):
        yield path.read_text(encoding="utf-8")


def share(suggester: Suggester, asked: Sequence[tuple[str, str]], letters: int | None) -> float:
    """Return how many people are suggested, of those whose surnames, as they are typed, have so many letters.

    Args:
        suggester: of a catalogue that has them.
        asked: the name there, and the name of which the last word is typed.
        letters: how many of it are; None is all.
    """
    typed = [(name, words(other)[-1]) for name, other in asked]
    typed = [(name, surname[:letters]) for name, surname in typed if len(surname) >= (letters or 0)]
    return sum(_suggested(suggester, name, text) for name, text in typed) / max(1, len(typed))


def _suggested(suggester: Suggester, name: str, text: str) -> bool:
    return normalise(name) in {normalise(each.text) for each in suggester.suggest(text)}


def _report(catalogue: str, suggester: Suggester, asked: Sequence[tuple[str, str]]) -> None:
    names = len(suggester.titles.names)
    print(f"{catalogue} catalogue, {names} names, {len(asked)} people: typed in its alphabet, in the other")
    for letters in LETTERS:
        own = share(suggester, [(name, name) for name, _ in asked], letters)
        start = time.thread_time()
        other = share(suggester, asked, letters)
        ms = 1000 * (time.thread_time() - start) / len(asked)
        print(f"  {f'{letters} letters' if letters else 'the surname':<14} {own:6.1%} {other:6.1%}   {ms:.2f} ms each")


if __name__ == "__main__":
    main()
