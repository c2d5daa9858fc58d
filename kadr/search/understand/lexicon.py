"""The words that may be a wish, and those that only surround one: tables, read once into a look-up by stems.

A noun that names a kind of film carries wishes about it ("французская комедия"). A weak one names other things too
("детектив" is a man, "drama" stands before "teacher"), and counts only where nothing hangs on it. English nouns are
all weak, because any of them may stand before another noun. Adjectives need a noun, or nothing else beside them; plain
ones are no wish, and only stand between those that are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

from kadr.analysis import stem
from kadr.search.understand import asking, tables
from kadr.text import normalise, words
from kadr.vocabulary import COUNTRIES, COUNTRY_ADJECTIVES

__all__ = [
    "LANGUAGE_COUNTRIES",
    "LONGEST",
    "MOOD_GENRES",
    "NOMINATIVES",
    "PHRASES",
    "PLACES",
    "REGIONS",
    "WORDS",
    "Entry",
    "Role",
]


class Role(Enum):
    """What a phrase does in a query."""

    NOUN = auto()
    WEAK = auto()
    ADJECTIVE = auto()
    ALONE = auto()
    """A wish that needs no noun: a decade, a length, a person."""
    PLACE = auto()
    """A country's name: a wish only beside a noun, or where all is wishes."""
    FILLER = auto()
    HEDGE = auto()
    NOT = auto()
    JOIN = auto()
    ABOUT = auto()
    """What the film is about begins here."""
    PREPOSITION = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """What a phrase of the tables means: `kind` and `values` of the wish, "" and none where it is no wish.

    `idle`: it says nothing of a film, and is no word to look for either.
    """

    role: Role
    kind: str = ""
    values: tuple[str, ...] = ()
    idle: bool = False


def _lines(table: str) -> Iterable[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        name, _, phrases = line.partition(": ")
        yield name, phrases.split(", ")


def _listed(phrases: str) -> list[str]:
    return [phrase for phrase in phrases.replace("\n", " ").replace(",", "\n").split("\n") if phrase.strip()]


MOOD_GENRES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {mood: tuple(genres) for mood, genres in _lines(tables.MOOD_GENRES)}
)
"""What films of a mood mostly are, the surest first."""
LANGUAGE_COUNTRIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        language: tuple(countries.split("/"))
        for language, _, countries in (head.partition("|") for head, _ in _lines(tables.LANGUAGES))
    }
)
"""Where films in a language mostly come from; catalogues seldom know the language itself."""
_REGIONS = {tuple(head.split("|")): phrases for head, phrases in _lines(tables.REGIONS)}
REGIONS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {name: (english, tuple(countries.split("/"))) for name, english, countries in _REGIONS}
)
"""A part of the world -> its English name, and its countries."""


def _wishes() -> Iterable[tuple[str, Entry]]:
    """Yield the phrases that are wishes, the less certain reading of one phrase first."""
    for adjective, countries in COUNTRY_ADJECTIVES.items():
        yield adjective, Entry(Role.ADJECTIVE, "country", countries)
    for (region, *_), phrases in _REGIONS.items():
        yield from ((p, Entry(Role.ADJECTIVE, "country", (region,))) for p in phrases)
    for table, role in (
        (tables.ADJECTIVES, Role.ADJECTIVE),
        (tables.WEAK, Role.WEAK),
        (tables.STRONG, Role.NOUN),
        (tables.ALONE, Role.ALONE),
    ):
        for genre, phrases in _lines(table):
            yield from ((p, Entry(role, "genre", (genre,))) for p in phrases)
    for mood, phrases in _lines(tables.MOODS):
        yield from ((p, Entry(Role.ADJECTIVE, "mood", (mood,))) for p in phrases)
    for kind, phrases in _lines(tables.KINDS):
        yield from ((p, Entry(Role.NOUN, "kind", (kind,))) for p in phrases)
    for listed, kind, value in (
        (tables.GOOD, "rating", "good"),
        (tables.OLD, "years", "old"),
        (tables.NEW, "years", "new"),
        (tables.SHORT, "runtime", "short"),
        (tables.LONG, "runtime", "long"),
    ):
        yield from ((p, Entry(Role.ADJECTIVE, kind, (value,))) for p in _listed(listed))


def _exact() -> Iterable[tuple[str, Entry]]:
    """Yield the wishes that are matched as they stand: their stems are those of other words ("детям", "дети")."""
    yield "anime", Entry(Role.WEAK, "genre", ("аниме",))
    yield from ((phrase, Entry(Role.ALONE, "genre", ("семейный",))) for phrase in _watching(asking.FAMILY))
    for mood, phrases in _lines(tables.MOOD_ASKS):
        yield from ((p, Entry(Role.ALONE, "mood", (mood,))) for p in phrases)
    for head, phrases in _lines(tables.OTHER_COUNTRIES):
        kind = "-country" if head[0] == "-" else "country"
        yield from ((p, Entry(Role.ADJECTIVE, kind, tuple(head.lstrip("-").split("/")))) for p in phrases)
    for head, phrases in _lines(tables.LANGUAGES):
        yield from ((p, Entry(Role.ALONE, "language", (head.partition("|")[0],))) for p in phrases)
    for rating, phrases in _lines(tables.RATINGS):
        yield from ((p, Entry(Role.ALONE, "rating", (f"{rating}-",))) for p in phrases)
    for age, phrases in _lines(tables.AGES):
        yield from ((p, Entry(Role.ALONE, "age", (age,))) for p in phrases)


def _function_words() -> Iterable[tuple[str, Entry]]:
    """Yield the phrases that only surround wishes; the later reading of one phrase holds."""
    for listed, role in (
        (asking.FILLERS, Role.FILLER),
        (asking.PREPOSITIONS, Role.PREPOSITION),
        (asking.ABOUTS, Role.ABOUT),
        (asking.JOINS, Role.JOIN),
        (asking.HEDGES, Role.HEDGE),
        (asking.NOTS, Role.NOT),
    ):
        yield from ((phrase, Entry(role)) for phrase in _listed(listed))
    for phrase in (*_listed(asking.ASKS), *_watching(asking.COMPANY)):
        yield phrase, Entry(Role.FILLER, idle=True)


def _watching(company: str) -> Iterable[str]:
    """Yield the ways to say with whom a film is watched: «посмотреть с друзьями», «с друзьями посмотреть»."""
    for others in _listed(company):
        yield from (f"{ask} {others}" for ask in _listed(asking.WATCHING))
        yield from (f"{others} {ask}" for ask in ("посмотреть", "смотреть", "глянуть"))


_ALL = {
    **{normalise(phrase): Entry(Role.NOUN) for phrase in _listed(tables.NOUNS)},
    **{normalise(phrase): Entry(Role.ADJECTIVE) for phrase in _listed(tables.PLAIN)},
    **{normalise(phrase): Entry(Role.FILLER, idle=True) for phrase in _listed(asking.POPULAR)},
    **dict(_wishes()),
}
PHRASES: Mapping[str, Entry] = MappingProxyType({" ".join(map(stem, words(phrase))): e for phrase, e in _ALL.items()})
"""Stems joined by spaces -> what the phrase means, in any case form."""
NOMINATIVES: Mapping[str, Entry] = MappingProxyType({phrase: e for phrase, e in _ALL.items() if " " not in phrase})
"""The same by the words themselves, for those whose stems differ: the stemmer takes "сериал" for a verb."""
PLACES: Mapping[str, Entry] = MappingProxyType(
    {
        normalise(phrase): Entry(Role.PLACE, "country", (country,))
        for country, phrases in [
            *((c, [c, en]) for c, en in COUNTRIES.items() if c not in tables.UNLIKELY),
            *_lines(tables.PLACES),
        ]
        for phrase in phrases
    }
)
"""Normalised names of countries, in the nominative."""
WORDS: Mapping[str, Entry] = MappingProxyType(
    {normalise(phrase): entry for source in (_function_words(), _exact()) for phrase, entry in source}
)
"""Folded words joined by spaces -> what they do; these are matched as they stand, and go before `PHRASES`."""


def _longest(phrases: Iterable[str]) -> Mapping[str, int]:
    longest: dict[str, int] = {}
    for phrase in phrases:
        first, *others = phrase.split()
        longest[first] = max(longest.get(first, 1), 1 + len(others))
    return MappingProxyType(longest)


LONGEST: tuple[Mapping[str, int], Mapping[str, int]] = (_longest(WORDS), _longest(PHRASES))
"""First word of the phrases of `WORDS`, and first stem of those of `PHRASES` -> words of the longest of them."""
