"""Understanding a query: what is wished of a film, and what remains to be looked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from kadr.search.types import Span, Wish
from kadr.search.understand.atoms import MOST_DIGITS, Atom, atoms_of
from kadr.search.understand.cutting import LEADS, zones_of
from kadr.search.understand.forms import base_phrases
from kadr.search.understand.known import Known
from kadr.search.understand.lexicon import Role
from kadr.search.understand.like import Alike, find_like
from kadr.search.understand.meanings import Draft, conflicting, wish_of
from kadr.search.understand.people import find_people
from kadr.search.understand.tokens import Token, tokenise
from kadr.search.understand.types import Understood
from kadr.search.understand.untouched import is_title, quoted_or_capital, titles_within
from kadr.search.understand.unwanted import UNWANTED, with_unwanted
from kadr.search.understand.zones import Accepted, Zone
from kadr.text import collapse, language_of, words

__all__ = ["LONG", "understand"]

LONG = 12
"""Words from which a query is a description: years, genres and countries in it are mostly its plot's."""
STRANGE = 4
"""Words of such a description that are no wish and surround none: with fewer it is a long wish, told politely."""
MOST_OF_A_TITLE = 6
"""Words of a title that somebody asks for in other words."""
MOST_WORDS = 200
"""Words that are read: a retelling says at its beginning what it wants, and its reader's time stays bounded."""
_KEPT = frozenset(["mood", "language"])
_CLOSING = frozenset('»”“"')
_STRIPPED = " \t\n,.;:!?-–—()[]"  # dashes of all sorts are meant


@dataclass(frozen=True, slots=True)
class _Reading:
    """A wish, the words that only led to it, and whether its own stay in the text.

    Those of a mood or a language stay, because they say more than the wish's filters do, and those of a person who may
    be somebody in the plot. Words that were `denied` never go back to the text: they would ask for the contrary.
    """

    wish: Wish
    around: tuple[Span, ...]
    stays: bool
    denied: bool


def understand(query: str, known: Known, ignored: Collection[str] = ()) -> Understood:
    """Return the wishes of a query, and what remains of it.

    A title of the catalogue is never taken apart. In a query of `LONG` words, `STRANGE` of which are no wish's, every
    wish is soft, and the whole text remains. Of wishes that no film can meet together both are soft. Takes time linear
    in the length of the query.

    Args:
        query: as typed.
        known: the catalogue.
        ignored: keys of wishes that are none this time; their words go back to the text, unless they were denied.
    """
    tokens = tokenise(query)[:MOST_WORDS]
    if not tokens or is_title(tokens, known):
        return Understood(query, query)
    alike = find_like(tokens, known)
    long, found, idle = _readings(query, tokens, known, alike)
    readings = [reading for reading in found if reading.wish.key not in ignored]
    clash = conflicting([r.wish for r in readings])
    wishes = tuple(replace(r.wish, soft=r.wish.soft or long or r.wish.key in clash) for r in readings)
    taken = [reading for reading in found if reading.denied or reading.wish.key not in ignored]
    text = query if long else _remainder(query, taken, idle)
    like = alike.rows if alike is not None and any(wish.kind == "like" for wish in wishes) else ()
    return Understood(query, text, wishes, like, long)


def _readings(
    query: str, tokens: tuple[Token, ...], known: Known, alike: Alike | None
) -> tuple[bool, list[_Reading], tuple[Span, ...]]:
    """Return whether the query is a description, the wishes, and the words that are neither, nor to be looked for."""
    people = find_people(tokens, known)
    atoms = _with_like(atoms_of(tokens, people, frozenset(), known.last_year), alike)
    untouched = quoted_or_capital(tokens, atoms) | titles_within(tokens, atoms, known)
    if alike is not None:
        untouched -= set(range(alike.start, alike.end))
    if any(Atom(Role.OTHER, i, i + 1) not in atoms for i in untouched):
        atoms = _with_like(atoms_of(tokens, people, untouched, known.last_year), alike)
    long = _is_long(tokens, alike) and sum(atom.role is Role.OTHER for atom in atoms) >= STRANGE
    if not long:
        atoms = with_unwanted(
            _uncounted(atoms, tokens, known), tokens, lambda text: bool(known.are_titles([text, f"the {text}"]).any())
        )
    titled = not long and _asks_for_title(atoms, tokens, known)
    found: dict[str, _Reading] = {}
    opening: tuple[Span, ...] = ()
    idle: list[Span] = []
    english = language_of(query) == "en"
    for zone in zones_of(atoms, tokens, long=long):
        around = _around(zone, tokens)
        if zone.opens:
            opening = around
        if zone.idle or (titled and not any(atom.kind for atom in zone.atoms)):
            idle += around
        for accepted in zone.accepted():
            wish = _wish(_draft(accepted, tokens), known, query, english=english)
            if wish is not None:
                before = found.get(wish.key)
                wish = wish if before is None else replace(before.wish, spans=(*before.wish.spans, *wish.spans))
                found[wish.key] = _Reading(wish, (*opening, *around), _stays(wish, zone), accepted.negated)
    return long, list(found.values()), tuple(idle)


def _asks_for_title(atoms: Sequence[Atom], tokens: Sequence[Token], known: Known) -> bool:
    """Tell whether all words that mean nothing here are one title, in any case form: «скачать фильм Челюсти»."""
    strange = [atom for atom in atoms if atom.role is Role.OTHER]
    asks = any(atom.idle or atom.role is Role.NOUN for atom in atoms)
    told = any(atom.role in {Role.ABOUT, Role.PREPOSITION, Role.NOT} for atom in atoms)
    if told or not (asks and strange) or strange[-1].end - strange[0].start > MOST_OF_A_TITLE:
        return False
    words_of = tuple(token.word for token in tokens[strange[0].start : strange[-1].end])
    return bool(known.are_titles(base_phrases(words_of)).any())


def _uncounted(atoms: tuple[Atom, ...], tokens: Sequence[Token], known: Known) -> tuple[Atom, ...]:
    """Return the atoms with a number that ends a query of wishes alone as none to look for: «комедия 5».

    It stays behind a surname alone («лето 84»), where it is a title itself («сериал 24»), and where it goes on with
    one («ужастики 2»).
    """
    number = tokens[-1].word
    if not number.isdigit() or len(number) > MOST_DIGITS or atoms[-1].role is not Role.OTHER:
        return atoms
    *before, last = atoms
    wishes = bool(before) and before[-1].kind and before[-1].sure and all(a.role is not Role.OTHER for a in before)
    if not wishes or known.are_titles([number, " ".join(token.word for token in tokens[:-1])]).any():
        return atoms
    return (*before, last._replace(role=Role.FILLER, idle=True))


def _is_long(tokens: Sequence[Token], alike: Alike | None) -> bool:
    """Tell whether a query is a description; a film that it begins by naming is no part of one."""
    named = alike.end if alike is not None and not alike.start else 0
    return len(tokens) - named >= LONG


def _wish(draft: Draft, known: Known, query: str, *, english: bool) -> Wish | None:
    """Return the wish of a draft; a genre or country that is denied and no film here has is a word not wanted."""
    wish = wish_of(draft, known, english=english)
    if wish is None and draft.negated and draft.kind in {"genre", "country"}:
        words_of = " ".join(words(query[draft.spans[0][0] : draft.spans[-1][1]]))
        wish = wish_of(replace(draft, kind=UNWANTED, values=(words_of,)), known, english=english)
    return wish


def _with_like(atoms: Sequence[Atom], alike: Alike | None) -> tuple[Atom, ...]:
    """Return the atoms with the comparison as one of them."""
    if alike is None:
        return tuple(atoms)
    one = Atom(Role.ALONE, alike.start, alike.end, "like", (alike.title,))
    before = [atom for atom in atoms if atom.end <= alike.start]
    return (*before, one, *(atom for atom in atoms if atom.start >= alike.end))


def _draft(accepted: Accepted, tokens: Sequence[Token]) -> Draft:
    first = accepted.atoms[0]
    return Draft(
        kind=first.kind,
        values=tuple(value for atom in accepted.atoms for value in atom.values),
        spans=tuple(_span(atom, tokens) for atom in accepted.atoms),
        negated=accepted.negated,
        soft=accepted.soft,
        people=tuple(atom.person for atom in accepted.atoms if atom.person is not None),
        role=first.role_of,
    )


def _span(atom: Atom, tokens: Sequence[Token]) -> Span:
    """Return the characters of an atom; the plus of "18+" is one of them, and so is the mark that ends a title."""
    last = tokens[atom.end - 1]
    closed = (atom.kind in {"age", "rating"} and last.after == "+") or (atom.kind == "like" and last.after in _CLOSING)
    return tokens[atom.start].start, last.end + closed


def _around(zone: Zone, tokens: Sequence[Token]) -> tuple[Span, ...]:
    """Return the words of a zone that ask for nothing by themselves, with «чтобы» or «в которых» before it."""
    plain = [_span(atom, tokens) for atom in zone.atoms if not atom.kind and atom.role is not Role.ADJECTIVE]
    at = zone.atoms[0].start
    if at and tokens[at - 1].word in LEADS:
        first = at - 1 - (at > 1 and tokens[at - 2].word == "в")
        plain.append((tokens[first].start, tokens[at - 1].end))
    return tuple(plain)


def _stays(wish: Wish, zone: Zone) -> bool:
    amid = wish.kind == "person" and wish.soft and zone.hedge is None
    return not wish.negated and (wish.kind in _KEPT or amid)


def _remainder(query: str, readings: Sequence[_Reading], idle: Sequence[Span]) -> str:
    """Return the query without the words of its wishes, and without those that only led to them.

    Of a query that is all moods nothing remains: «что-нибудь грустное» asks for no film that holds the word.
    """
    every = [reading for reading in readings if any(r.stays for r in readings)]
    if every and not _without(query, every, idle):
        return ""
    return _without(query, [reading for reading in readings if not reading.stays], idle)


def _without(query: str, readings: Sequence[_Reading], idle: Sequence[Span]) -> str:
    """Return the query without the words of these wishes and around them, and without idle ones."""
    spans = sorted({*idle, *(span for reading in readings for span in (*reading.wish.spans, *reading.around))})
    if not spans:
        return query
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        pieces.append(query[at:start])
        at = max(at, end)
    pieces.append(query[at:])
    kept = [piece.strip(_STRIPPED) for piece in pieces]
    remainder = collapse(" ".join(piece for piece in kept if piece))
    return remainder if words(remainder) else ""  # what is left may be marks alone
