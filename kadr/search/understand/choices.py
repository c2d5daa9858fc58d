"""«Драма или комедия», «80-х и 90-х»: wishes of which any is meant."""

from collections.abc import Sequence

from kadr.search.understand.atoms import Atom
from kadr.search.understand.lexicon import Role
from kadr.search.understand.tokens import Token

__all__ = ["end_of_choice"]

_OR = frozenset(["или", "or", "либо"])
_AND = frozenset(["и", "and"])
_KINDS = frozenset(["genre", "country", "person", "mood"])


def end_of_choice(atoms: Sequence[Atom], at: int, tokens: Sequence[Token]) -> int:
    """Return where a choice ends that begins at an atom: of «драма, комедия или боевик» behind the last."""
    first = atoms[at]
    end = last = at + 1
    while last + 1 < len(atoms):
        atom = atoms[last]
        if atom.role is Role.JOIN and _one_more(first, tokens[atom.start].word, atoms[last + 1]):
            end = last = last + 2
        elif atom.kind == first.kind and "," in tokens[atom.start].gap and _one_more(first, "или", atom):
            last += 1  # a comma says what joins the last of them
        else:
            break
    return end


def _one_more(first: Atom, joined_by: str, other: Atom) -> bool:
    """Tell whether an atom is one more of what `first` lets one choose from."""
    if first.kind != other.kind:
        return False
    if first.kind != "years":
        return first.kind in _KINDS and joined_by in _OR
    if first.role is not Role.ALONE or other.role is not Role.ALONE:
        return False  # "old or 90s" is no span
    bounded = not any(value[0] == "-" or value[-1] == "-" for value in first.values + other.values)
    return joined_by in _OR or (joined_by in _AND and bounded)  # "after 2000 and before 2010" are two wishes
