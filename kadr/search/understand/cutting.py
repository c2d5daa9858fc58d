"""Cutting a query's atoms into zones: runs without a strange word, with what stands on either side of each."""

from collections.abc import Iterator, Sequence

from kadr.search.understand.asking import NOTHING
from kadr.search.understand.atoms import Atom
from kadr.search.understand.lexicon import Role
from kadr.search.understand.tokens import Token
from kadr.search.understand.zones import Edge, Zone

__all__ = ["LEADS", "zones_of"]

_BREAKS = (Role.OTHER, Role.ABOUT, Role.PREPOSITION)  # not a set: hashing an enum's member costs more than a look
_WHERE = frozenset(["где", "where", "котором", "которой", "которых"])
_SO_THAT = frozenset(["чтобы", "чтоб"])
"""They lead to what the film is to be like: «комедия, чтоб не грустно»."""
LEADS = _WHERE | _SO_THAT
"""Words before a zone that go with its wishes: «фильмы, в которых снимался ...»."""
_TELLS = frozenset(["про", "о", "об", "обо", "about"])
_BUT = frozenset(["но", "а", "but"])
_NOUNS = (Role.NOUN, Role.WEAK)


def zones_of(atoms: Sequence[Atom], tokens: tuple[Token, ...], *, long: bool) -> Iterator[Zone]:
    """Yield the zones of a query in order; `long`: it is a description rather than a wish."""
    settled = _settled(atoms, tokens)
    start = 0
    told = named = False
    for i in range(len(settled) + 1):
        behind = settled[i] if i < len(settled) else None
        if behind is not None and behind.role not in _BREAKS:
            continue
        if i > start:
            left = _left(settled[start - 1] if start else None, tokens[settled[start].start], tokens)
            right = _edge(behind, tokens[behind.start] if behind is not None else None)
            if right is Edge.WORD and start == 0 and _denies_more(atoms, i, tokens):
                right = Edge.OPEN
            whole = start == 0 and behind is None
            zone = Zone(tuple(settled[start:i]), left, right, whole, told, long, tokens, named)
            named = named or any(atom.role in _NOUNS for atom in zone.atoms)
            yield zone
        if behind is not None:
            about = behind.role is Role.ABOUT
            told = (told and not tokens[behind.start].broken) or about
            named = named and not (about and tokens[behind.start].word not in _TELLS)
        start = i + 1


def _denies_more(atoms: Sequence[Atom], at: int, tokens: Sequence[Token]) -> bool:
    """Tell whether a denial of what nothing is known of is set against what stands before it: "scary but not gory"."""
    against = tokens[atoms[at].start].word in _BUT or tokens[atoms[at - 1].start].word in _BUT
    return atoms[at].role is Role.NOT and against and tokens[atoms[at].end - 1].word not in NOTHING


def _settled(atoms: Sequence[Atom], tokens: Sequence[Token]) -> list[Atom]:
    """Return the atoms with a negation of nothing as a strange word: "без имени" is part of a plot.

    So is what does not begin a part of the query in "he found nothing funny", and has no contrary in "nothing new".
    """
    settled = list(atoms)
    for i, atom in enumerate(atoms):
        if atom.role is Role.NOT:
            after = next((a for a in atoms[i + 1 :] if a.role not in {Role.FILLER, Role.HEDGE}), None)
            amid = i > 0 and settled[i - 1].role in _BREAKS and not tokens[atom.start].broken
            vague = after is not None and (amid or after.kind == "years") and tokens[atom.end - 1].word in NOTHING
            if after is None or not after.kind or vague:
                plain = after is not None and after.role is Role.NOUN  # «не фильм, а сериал»
                settled[i] = Atom(Role.FILLER if plain else Role.OTHER, atom.start, atom.end)
    return settled


def _edge(beside: Atom | None, second: Token | None) -> Edge:
    """Return the edge between a zone and an atom beside it; `second`: the later one's first token."""
    if beside is None or second is None or second.broken:
        return Edge.OPEN
    if beside.role is Role.ABOUT:
        return Edge.ABOUT
    if second.gap == "-":
        return Edge.PREPOSITION  # "мама-детектив" is one word
    return Edge.PREPOSITION if beside.role is Role.PREPOSITION else Edge.WORD


def _left(beside: Atom | None, first: Token, tokens: Sequence[Token]) -> Edge:
    """Return what stands before a zone that begins with a token."""
    edge = _edge(beside, first)
    if beside is None or edge is not Edge.ABOUT:
        return edge
    word = tokens[beside.start].word
    return Edge.WHERE if tokens[beside.end - 1].word in _WHERE else Edge.OPEN if word in _SO_THAT else edge
