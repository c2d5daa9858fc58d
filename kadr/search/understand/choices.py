"""«Драма или комедия», «80-х и 90-х»: wishes of which any is meant."""

from kadr.search.understand.atoms import Atom
from kadr.search.understand.lexicon import Role

__all__ = ["one_more"]

_OR = frozenset(["или", "or", "либо"])
_AND = frozenset(["и", "and"])
_KINDS = frozenset(["genre", "country", "person", "mood"])


def one_more(first: Atom, joined_by: str, other: Atom) -> bool:
    """Tell whether an atom is one more of what `first` lets one choose from."""
    if first.kind != other.kind:
        return False
    if first.kind != "years":
        return first.kind in _KINDS and joined_by in _OR
    if first.role is not Role.ALONE or other.role is not Role.ALONE:
        return False  # "old or 90s" is no span
    bounded = not any(value[0] == "-" or value[-1] == "-" for value in first.values + other.values)
    return joined_by in _OR or (joined_by in _AND and bounded)  # "after 2000 and before 2010" are two wishes
