"""Which of a query's atoms are wishes: those that stand where one says what film one wants, not what happens in it.

A zone is a run of atoms without a strange word. What stands before and behind it, and whether a noun like "комедия" or
"movie" is in it, tells a wish ("французская комедия про повара") from a plot ("французский повар приезжает").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from kadr.search.understand.ages import AGE_WORDS
from kadr.search.understand.atoms import Atom
from kadr.search.understand.choices import end_of_choice
from kadr.search.understand.leads import MARKER_WORDS
from kadr.search.understand.lengths import TIME_FOR
from kadr.search.understand.lexicon import PLACES, Role
from kadr.search.understand.tokens import Token

__all__ = ["Accepted", "Edge", "Zone"]

_IN = frozenset(["в", "во", "in"])
_OBLIQUE = ("ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ых", "их", "ыми", "ими")
_OF_A_PLOT = ("ую", "юю")
"""The accusative, which hangs on «про»: «про деревню старую»."""
_OF_A_FILM = ("ое", "ее")
"""The neuter of «кино», which need not be said: «про любовь французское»."""
FILMS_OF_THE_KNOWN = 2
"""A surname alone is a person's who has at least so many films; else it may be a title that is not here."""
FILMS_OF_THE_FAMOUS = 3
"""The same for a surname amid a plot."""


class Edge(Enum):
    """What stands beside a zone."""

    OPEN = auto()
    """The query's edge, or punctuation."""
    ABOUT = auto()
    WHERE = auto()
    """ "где", "where": what happens follows, or who plays."""
    PREPOSITION = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True)
class Accepted:
    """Atoms that are one wish: more than one where any of them is meant ("драма или комедия")."""

    atoms: tuple[Atom, ...]
    negated: bool
    soft: bool


@dataclass(frozen=True)
class Zone:
    """A run of atoms and its edges.

    `whole`: it is all of the query. `told`: the query said "about" before it. `long`: the query is a description.
    `named`: the query named a kind of film before it, and told since no more than what that is about.
    """

    atoms: tuple[Atom, ...]
    left: Edge
    right: Edge
    whole: bool
    told: bool
    long: bool
    words: tuple[Token, ...]
    named: bool

    @cached_property
    def sound(self) -> tuple[bool, ...]:
        """Of each atom, whether nothing that follows it takes it away: "drama teacher" is no drama."""
        sound = [True] * len(self.atoms)
        after: int | None = None
        for i in range(len(self.atoms) - 1, -1, -1):
            atom = self.atoms[i]
            if atom.role is Role.WEAK:
                sound[i] = self.right is not Edge.WORD if after is None else sound[after]
            elif atom.role is Role.ADJECTIVE:
                named = i > 0 and self._word(self.atoms[i - 1]) == "the"  # "The American" is somebody
                behind = i > 0 and self.atoms[i - 1].role is Role.NOUN and not self._english(atom)
                goes_on = self.right is Edge.PREPOSITION and not behind  # «сериал корейский на выживание» does not
                ends = self.right is not Edge.WORD and not (goes_on or self.right is Edge.WHERE or named)
                sound[i] = ends if after is None else sound[after]
            if atom.kind or atom.role in {Role.NOUN, Role.ADJECTIVE}:
                after = i
        return tuple(sound)

    @cached_property
    def has_noun(self) -> bool:
        """Whether it names a kind of film."""
        return any(
            atom.role in {Role.NOUN, Role.WEAK} and sound for atom, sound in zip(self.atoms, self.sound, strict=True)
        )

    @cached_property
    def hedge(self) -> int | None:
        """The place of the first hedge; None where there is none."""
        return next((i for i, atom in enumerate(self.atoms) if atom.role is Role.HEDGE), None)

    @property
    def opens(self) -> bool:
        """Whether it begins the query and asks for nothing by itself: "хочу фильм"."""
        return self.atoms[0].start == 0 and not any(atom.kind for atom in self.atoms)

    @property
    def idle(self) -> bool:
        """Whether it asks for nothing, and is nothing to look for either: «5 фильмов» of «5 фильмов про космос».

        So is a whole query that only asks for a film: «хочу кино».
        """
        goes_on = self.right not in {Edge.OPEN, Edge.ABOUT} and not self.has_noun
        asks = goes_on or any(a.kind for a in self.atoms)
        plain = self.whole and self.has_noun
        if self.left is Edge.WORD and self.right is Edge.OPEN:  # «звёздные войны все части»
            return all(a.role is Role.FILLER for a in self.atoms) and self._phrased
        return self.left is Edge.OPEN and (plain or any(a.idle for a in self.atoms)) and not asks

    @property
    def _phrased(self) -> bool:
        """Whether it asks in a whole phrase: one word, «смотреть», may be a plot's."""
        phrases = (a for a in self.atoms if a.idle and a.end - a.start > 1)
        return any(not self._word(a).isdigit() for a in phrases)

    def accepted(self) -> Iterator[Accepted]:
        """Yield the wishes of the zone in order."""
        if self.left in {Edge.ABOUT, Edge.PREPOSITION} or (self._within_plot() and self.hedge is None):
            return
        for first, last, negated in self._wishes():
            if self.left is Edge.WHERE and not (self.atoms[first].kind == "person" and self.atoms[first].sure):
                continue
            sound = all(self.sound[i] for i in range(first, last) if self.atoms[i].kind)
            soft = self._softness(self.atoms[first], negated=negated) if sound else None
            if soft is None and sound and self._hedged(first):
                soft = True
            if soft is not None:
                atoms = tuple(atom for atom in self.atoms[first:last] if atom.kind)
                yield Accepted(atoms, negated, soft or self._hedged(first))

    def _within_plot(self) -> bool:
        """Tell whether words stand on both sides, or the zone hangs on the word before it in an oblique case."""
        if self.left is not Edge.WORD:
            return False
        oblique = self.atoms[0].role is Role.ADJECTIVE and self.words[self.atoms[0].start].word.endswith(_OBLIQUE)
        return self.right is not Edge.OPEN or oblique

    def _hedged(self, at: int) -> bool:
        """Tell whether a wish is hedged: the hedge stands before it, or right behind the last wish of the zone."""
        if self.hedge is None:
            return False
        return self.hedge < at or not any(atom.kind for atom in self.atoms[self.hedge :])

    def _softness(self, atom: Atom, *, negated: bool) -> bool | None:
        """Return whether a wish that stands here is soft; None where it is none."""
        if atom.kind == "person":
            return self._person(atom, negated=negated)
        if atom.kind == "words":
            return True if negated else None
        if atom.kind == "years" and self._word(atom) in _IN:
            return self._in_years()
        if not self.has_noun and self._of_a_plot(atom):
            return None
        if atom.role is Role.ALONE and atom.kind in {"rating", "age", "language"}:
            return False
        if self.has_noun:
            return not (negated or self.whole) and (self.left is Edge.WORD or self.right is Edge.WORD)
        if self.long or (atom.kind == "genre" and atom.role is Role.ADJECTIVE and self._english(atom)):
            return None  # "1987 год. Бродяга ..." tells of the plot; "war", "kids" are things as well
        if self.whole:
            return not atom.sure and atom.kind == "years"
        if negated and Edge.OPEN in {self.left, self.right}:
            return False
        return self._nounless(atom)

    def _of_a_plot(self, atom: Atom) -> bool:
        """Tell whether a number counts something in a plot: «для сына 6 лет отец строит дом», «муж на час»."""
        word = self._word(atom)
        aged = atom.kind == "age" and self.right is Edge.WORD and word in AGE_WORDS
        return aged or (word == TIME_FOR and not self.whole)

    def _in_years(self) -> bool | None:
        """Return the softness of "в 90-х": by itself it asks, behind a noun it may be when the plot takes place.

        So it may behind a person alone: "хэнкс в 1994".
        """
        people = [self._person(atom, negated=False) for atom in self.atoms if atom.kind == "person"]
        if self.whole and not self.has_noun and None not in people:
            return bool(people)
        return True if self.has_noun and self.left is Edge.OPEN else None

    def _nounless(self, atom: Atom) -> bool | None:
        """Return the softness of a wish in a zone that is a part of the query, and names no kind of film."""
        if self.left is Edge.OPEN:
            if self.right in {Edge.OPEN, Edge.ABOUT}:
                return atom.kind in {"years", "country"} and self.right is Edge.OPEN
            if atom.kind == "like":
                return False
            return True if self.right is Edge.WORD and self._opens_with_decade(atom) else None
        if self.right is not Edge.OPEN or atom.kind == "like":
            return None
        if atom.role is not Role.ALONE or atom.kind == "mood":
            return self._says_more(atom)
        return None if atom.kind == "years" and self.told else True

    def _opens_with_decade(self, atom: Atom) -> bool:
        """Tell whether a wish is a decade that a query begins with: "90s disney", but not «1945 год, солдат ...»."""
        low, _, high = atom.values[0].partition("-") if atom.kind == "years" else ("", "", "")
        return self._word(atom)[0].isdigit() and low != high and atom.start == 0

    def _says_more(self, atom: Atom) -> bool | None:
        """Return the softness of what a query ends with that named a film: «сериал про врачей русский»."""
        word = self._word(atom)
        said = atom.role is Role.ADJECTIVE and atom.kind in {"country", "mood", "years"}
        placed = atom.role is Role.PLACE and word in PLACES
        nominative = not (word.isascii() or word.endswith(_OF_A_PLOT))
        named = self.named or (self.told and word.endswith(_OF_A_FILM))
        return True if named and nominative and (said or placed) else None

    def _person(self, atom: Atom, *, negated: bool) -> bool | None:
        """Return the softness of a person: a full name is one nearly anywhere, a surname needs something beside it."""
        marked = self._marked(atom)
        amid = Edge.WORD in {self.left, self.right}
        if atom.sure:
            led = bool(atom.role_of) or self._marked(atom) or negated or self.has_noun
            return amid and not led
        if not marked and self._beside_surname(atom):
            return None
        if negated and self._bare_not(atom) and not self._surely_denied(atom):
            return None
        if negated or (self.has_noun and (marked or self.left is Edge.OPEN)):
            return amid and not negated
        films = atom.person.films if atom.person is not None else 0
        if self.whole or (self.left is Edge.OPEN and self.right is not Edge.WORD and marked):
            return False if marked or films >= FILMS_OF_THE_KNOWN else None
        return True if marked and films >= FILMS_OF_THE_FAMOUS else None

    def _surely_denied(self, atom: Atom) -> bool:
        """Tell whether "не" stands before a surname that is known, and not before a verb that looks like one.

        With a capital, or as the name itself is written, it is none.
        """
        if atom.person is None or self.right is Edge.WORD:
            return False
        last = self.words[atom.end - 1]
        plain = last.capital or last.word == atom.person.key.rpartition(" ")[2]
        least = 1 if plain else FILMS_OF_THE_KNOWN
        return atom.person.films >= (FILMS_OF_THE_FAMOUS if self.left is Edge.WORD else least)

    def _marked(self, atom: Atom) -> bool:
        """Tell whether a word that leads to a person is part of the atom: "с Хэнксом", "directed by Nolan"."""
        return atom.person is not None and self._word(atom) in MARKER_WORDS

    def _beside_surname(self, atom: Atom) -> bool:
        """Tell whether another surname stands right beside: two together name somebody else ("Dick Tracy")."""
        return any(
            other.kind == "person" and not other.sure and other.end - other.start == 1
            for other in self.atoms
            if (other.end == atom.start or other.start == atom.end)
            and not self.words[max(atom.start, other.start)].broken
        )

    def _bare_not(self, atom: Atom) -> bool:
        """Tell whether a wish is denied by "не", which stands before verbs as well, and not by "без" or "кроме"."""
        return any(
            other.role is Role.NOT and other.end == atom.start and self.words[other.end - 1].word in {"не", "not", "no"}
            for other in self.atoms
        )

    def _english(self, atom: Atom) -> bool:
        return self._word(atom).isascii()

    def _wishes(self) -> Iterator[tuple[int, int, bool]]:
        """Yield where each wish begins and ends, and whether it is negated; joined by "или" two of a kind are one."""
        at, negated = 0, False
        previous = ""
        while at < len(self.atoms):
            atom = self.atoms[at]
            if atom.role is Role.NOT:
                negated, previous = True, ""
            elif atom.kind:
                end = end_of_choice(self.atoms, at, self.words)
                yield at, end, negated or (previous == atom.kind)
                previous = atom.kind if negated or previous == atom.kind else ""
                negated, at = False, end - 1
            elif not (atom.role is Role.JOIN and self._word(atom) in {"и", "and", "или", "or"}):
                previous = ""
            at += 1

    def _word(self, atom: Atom) -> str:
        return self.words[atom.start].word
