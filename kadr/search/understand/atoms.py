"""A query as a row of atoms: every word belongs to one, and each may be a wish, surround one, or be neither."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from kadr.search.understand.ages import read_age
from kadr.search.understand.forms import base_forms
from kadr.search.understand.known import Person
from kadr.search.understand.lengths import may_be_length, read_runtime
from kadr.search.understand.lexicon import LONGEST, NOMINATIVES, PHRASES, PLACES, WORDS, Entry, Role
from kadr.search.understand.numbers import Read, may_be_number, read_rating, read_short_year, read_years
from kadr.search.understand.people import Found
from kadr.search.understand.tokens import Token

__all__ = ["MOST_DIGITS", "Atom", "atoms_of"]

_NEARLY = frozenset(["около", "примерно", "приблизительно", "around", "circa", "roughly", "approximately"])
_ORIGINS = frozenset(["из", "from"])
_IN = frozenset(["в", "во", "in"])
_LISTS = frozenset(["топ", "top", "подборка", "список", "лучшие", "лучших", "best"])
"""Words behind which a number says how many films are wanted."""
_NUMBERS = frozenset(
    "пара пару несколько два две три четыре пять десять two three four five ten several few".split()  # noqa: SIM905  # a row of words reads easily
)
MOST_DIGITS = 3
"""Of such a number; one of four is a year."""
_PARTS = frozenset("серия серии серий сезон сезона сезонов episode episodes season seasons".split())  # noqa: SIM905  # the same
"""What of a series a number counts: no film tells of it."""
_OR = frozenset(["или", "либо", "or"])
_PLACES_FIRST = frozenset(first for first, _, rest in (place.partition(" ") for place in PLACES) if rest)
"""First words of the countries whose names have more than one."""
_STRANGE = Entry(Role.OTHER)


class Atom(NamedTuple):
    """A run of words that means one thing.

    Attributes:
        role: what it does.
        start, end: its tokens; the end is the one after the last.
        kind, values: the wish that it may be; "" and none where it is no wish.
        sure: False for a bare year and a lone surname, which may be something else.
        person, role_of: who is meant, and the column that the words beside the name tell, "" for any.
        idle: it says nothing of a film, and is no word to look for either: "5" of «5 фильмов», «популярные фильмы».
    """

    role: Role
    start: int
    end: int
    kind: str = ""
    values: tuple[str, ...] = ()
    sure: bool = True
    person: Person | None = None
    role_of: str = ""
    idle: bool = False


def atoms_of(
    tokens: Sequence[Token], people: Sequence[Found], untouched: AbstractSet[int], last_year: int
) -> tuple[Atom, ...]:
    """Return the atoms of a query in order.

    Args:
        tokens: its words.
        people: the people that it names.
        untouched: tokens that are no wish, whatever they say: titles and quotations.
        last_year: the newest year that may be meant.
    """
    named = {found.start: found for found in people}
    named.update((found.denied, found) for found in people if found.denied is not None)
    return _joined(list(_atoms(tokens, named, untouched, last_year)), tokens)


def _joined(atoms: list[Atom], tokens: Sequence[Token]) -> tuple[Atom, ...]:
    """Return the atoms with «фильм или сериал» as one, which asks for no kind."""
    joined: list[Atom] = []
    for atom in atoms:
        if len(joined) > 1 and joined[-1].role is Role.JOIN and tokens[joined[-1].start].word in _OR:
            first = joined[-2]
            plain = first.role is atom.role is Role.NOUN and {first.kind, atom.kind} == {"", "kind"}
            if plain:
                joined[-2:] = [Atom(Role.NOUN, first.start, atom.end, idle=True)]
                continue
        joined.append(atom)
    return tuple(joined)


def _atoms(
    tokens: Sequence[Token], named: dict[int, Found], untouched: AbstractSet[int], last_year: int
) -> Iterator[Atom]:
    at = 0
    atom: Atom | None = None
    opening = True
    while at < len(tokens):
        token = tokens[at]
        opening = opening and (atom is None or atom.role is Role.FILLER)
        alone = None if at in named else _alone(token.word, token.stem)
        if at in untouched or alone is _STRANGE:
            atom = Atom(Role.OTHER, at, at + 1)
        elif alone is not None:
            atom = Atom(alone.role, at, at + 1, alone.kind, alone.values, idle=alone.idle)
        else:
            last = last_year if token.word not in _IN or _may_date(atom) else 0
            before, atom = atom, _person(named.get(at), at) or _number(tokens, at, last)
            atom = atom or _short_year(tokens, at, before, last_year) or _count(tokens, at, opening=opening)
            atom = atom or _phrase(tokens, at) or Atom(Role.OTHER, at, at + 1)
        if atom.role is not Role.OTHER and not untouched.isdisjoint(range(atom.start, atom.end)):
            atom = Atom(Role.OTHER, at, at + 1)
        yield atom
        at = atom.end


@lru_cache(maxsize=8192)
def _alone(word: str, stem: str) -> Entry | None:
    """Return what a word means whatever stands behind it; None where that decides, as with few words."""
    longest = max(LONGEST[0].get(word, 1), LONGEST[1].get(stem, 1))
    if longest > 1 or word in _PLACES_FIRST or word in _NUMBERS or _may_count(word):
        return None
    entry = _entry(word, stem)
    if entry is not None and entry.role is not Role.PREPOSITION:
        return entry
    return next((PLACES[form] for form in base_forms(word) if form in PLACES), entry or _STRANGE)


def _person(found: Found | None, at: int) -> Atom | None:
    """Return the atom of a person at a token, or that of the words that lead to the name and deny it."""
    if found is None:
        return None
    if at == found.denied:
        return Atom(Role.NOT, at, found.start)
    person = found.person
    return Atom(Role.ALONE, found.start, found.end, "person", (person.key,), found.sure, person, found.role)


def _may_date(before: Atom | None) -> bool:
    """Tell whether "в 90-х" may say when a film is from behind an atom: «комедия в 90-х», but not «семья в 90-х»."""
    return before is None or before.role in {Role.NOUN, Role.WEAK, Role.HEDGE} or before.kind == "person"


def _count(tokens: Sequence[Token], at: int, *, opening: bool) -> Atom | None:
    """Read how many films are wanted: "топ 10", and at the beginning of a query "5 фильмов", "10 лучших комедий".

    So is how long a series is, «из 8 серий».
    """
    start, at = at, at + (tokens[at].word == "из" and at + 1 < len(tokens))
    word = tokens[at].word
    if word not in _NUMBERS and not (word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS):
        return None
    if at + 1 < len(tokens) and tokens[at + 1].word in _PARTS:
        return Atom(Role.FILLER, start, at + 2, idle=True)
    if start < at:
        return None
    led = at > 0 and tokens[at - 1].word in _LISTS
    counted = _phrase(tokens, at + 1) if opening and at + 1 < len(tokens) and tokens[at + 1].gap == " " else None
    if counted is not None and counted.values == ("good",) and counted.end < len(tokens):
        counted = _phrase(tokens, counted.end)
    if led or (counted is not None and counted.role in {Role.NOUN, Role.WEAK}):
        return Atom(Role.FILLER, at, at + 1, idle=True)
    return None


def _number(tokens: Sequence[Token], at: int, last_year: int) -> Atom | None:
    if not _may_count(tokens[at].word):
        return None
    readers: tuple[tuple[str, Read], ...] = (
        ("rating", read_rating(tokens, at)),
        ("age", read_age(tokens, at)),
        ("runtime", read_runtime(tokens, at)),
        ("years", read_years(tokens, at, last_year) if last_year else None),
    )
    for kind, read in readers:
        if read is not None:
            end, value = read
            if kind == "years" and at and tokens[at - 1].word in _NEARLY:
                value = _widened(value)
            told = at > 0 and tokens[at - 1].word in _IN
            bare = kind == "years" and end == at + 1 and tokens[at].word.isdigit() and not told
            return Atom(Role.ALONE, at, end, kind, (value,), not bare)
    return None


def _may_count(word: str) -> bool:
    """Tell whether a wish that is a number may begin with a word."""
    return may_be_number(word) or may_be_length(word)


def _short_year(tokens: Sequence[Token], at: int, before: Atom | None, last_year: int) -> Atom | None:
    """Read "98 года" right behind a noun: behind anything else somebody may be so old."""
    if before is None or before.role not in {Role.NOUN, Role.WEAK} or tokens[at].broken or not last_year:
        return None
    read = read_short_year(tokens, at, last_year)
    return None if read is None else Atom(Role.ALONE, at, read[0], "years", (read[1],))


def _widened(years: str) -> str:
    """Return a single year with two more on either side; other years as they are."""
    low, _, high = years.partition("-")
    return f"{int(low) - 2}-{int(high) + 2}" if low and low == high else years


def _phrase(tokens: Sequence[Token], at: int) -> Atom | None:
    longest = max(LONGEST[0].get(tokens[at].word, 1), LONGEST[1].get(tokens[at].stem, 1))
    for width in range(min(longest, len(tokens) - at), 0, -1):
        run = tokens[at : at + width]
        if width > 1 and any(token.broken for token in run[1:]):
            continue
        entry = _entry(" ".join(token.word for token in run), " ".join(token.stem for token in run))
        if entry is not None:
            place = _place(tokens, at) if entry.role is Role.PREPOSITION else None
            return place or Atom(entry.role, at, at + width, entry.kind, entry.values, idle=entry.idle)
    return _place(tokens, at)


def _entry(word: str, stem: str) -> Entry | None:
    """Return what the tables know of a run of words, given joined by spaces, and their stems."""
    if word in WORDS:
        return WORDS[word]
    single = " " not in word
    if single and len(word) < 4 and not word.isascii():
        return None  # "нем" is no silent film; short English words have no case forms
    found = PHRASES.get(stem)
    if found is not None and found.kind == "mood" and single and word.isascii() and word not in NOMINATIVES:
        return None  # "darkness" is no dark film: English adjectives have no forms
    if found is not None or not single:
        return found
    return next((NOMINATIVES[form] for form in base_forms(word) if form in NOMINATIVES), None)


def _place(tokens: Sequence[Token], at: int) -> Atom | None:
    """Read a country's name, in any case form, with "из" or "from" before it."""
    start = at + 1 if tokens[at].word in _ORIGINS else at
    for width in range(min(3, len(tokens) - start), 0, -1):
        words = [token.word for token in tokens[start : start + width]]
        for form in base_forms(words[-1]):
            entry = PLACES.get(" ".join([*words[:-1], form]))
            if entry is not None:
                return Atom(Role.PLACE, at, start + width, entry.kind, entry.values)
    return None
