"""How likely a mistake is: what separates a typed word from the word that may be meant."""

from kadr.keyboard import NEIGHBOURS

__all__ = ["mistake"]

LIKELY, OTHER = 5.5, 7.0
"""Costs of one error, as -ln of its probability: of one word in twenty with an error, a likely one is one of a
dozen that this word may have, any other one of fifty."""
SECOND = 3.0
"""What a second error costs beside itself: a word with two is more often another word."""
FIRST_LETTER = 1.5
"""The first letter is seldom mistyped."""
_ALIKE = frozenset(
    frozenset(pair)
    for pair in "оа еи иы ея еэ йи зс дт бп гк вф жш шщ цс ьъ ae ei ou yi ck cs sz vw ao ie gj dt bp mn".split()  # noqa: SIM905  # a table of pairs is read more easily so
)
"""Letters that sound alike, at least where no stress is."""


def mistake(typed: str, meant: str, errors: int) -> float:
    """Return what it costs to take one word for another, -ln of a probability, from the edits between them."""
    first = FIRST_LETTER if typed[:1] != meant[:1] else 0.0
    if errors == 0:
        return 0.0
    if errors > 1:
        return first + OTHER * errors + SECOND
    return first + (LIKELY if _likely(typed, meant) else OTHER)


def _likely(typed: str, meant: str) -> bool:
    """Tell whether one edit is of a usual kind: neighbours exchanged, a letter doubled, a key or a sound beside it."""
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    longer = max(typed, meant, key=len)
    if len(typed) != len(meant):
        return longer[at] in longer[max(at - 1, 0) : at] + longer[at + 1 : at + 2]
    a, b = typed[at], meant[at]
    swapped = typed[at : at + 2] == meant[at : at + 2][::-1]
    return swapped or b in NEIGHBOURS.get(a, ()) or frozenset((a, b)) in _ALIKE
