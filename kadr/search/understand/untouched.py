"""Which words of a query are no wish, whatever they say: titles, quotations, and names in capital letters."""

from collections.abc import Sequence

from kadr.search.understand.atoms import Atom
from kadr.search.understand.known import Known
from kadr.search.understand.lexicon import Role
from kadr.search.understand.tokens import Token

__all__ = ["is_title", "quoted_or_capital", "titles_within"]

MOST_WORDS = 6
"""Words of a title that is looked for inside a query; nearly all titles that hold a wish are shorter."""
_AROUND = frozenset([Role.FILLER, Role.JOIN, Role.HEDGE])
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "de",
        "for",
        "from",
        "in",
        "la",
        "le",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "а",
        "в",
        "и",
        "из",
        "к",
        "на",
        "о",
        "от",
        "по",
        "под",
        "с",
        "у",
    ]
)


def is_title(tokens: Sequence[Token], known: Known) -> bool:
    """Tell whether a query is a title of the catalogue, also with its number at the other end ("одиссея 2001")."""
    words = [token.word for token in tokens]
    phrases = [" ".join(words)]
    if words[-1].isdigit():
        phrases.append(" ".join([words[-1], *words[:-1]]))
    if words[0].isdigit():
        phrases.append(" ".join([*words[1:], words[0]]))
    return bool(known.are_titles(phrases).any())


def quoted_or_capital(tokens: Sequence[Token], atoms: Sequence[Atom]) -> set[int]:
    """Return the tokens within quotation marks, and those of a title in capital letters.

    Such a title is two capital words side by side, small words between them aside, of which one means nothing here:
    "Старая Гвардия" is one, "French Comedy" is none. Where every word of the query has a capital there must be a noun.
    """
    found = {i for i, token in enumerate(tokens) if token.quoted}
    role = {i: atom for atom in atoms for i in range(atom.start, atom.end)}
    for start, end in _capital_runs(tokens):
        roles = [role[i] for i in range(start, end) if tokens[i].word not in _SMALL]
        strange = any(atom.role is Role.OTHER for atom in roles)
        whole = start == 0 and end == len(tokens)
        nameless = whole and not any(atom.role in {Role.NOUN, Role.WEAK, Role.ALONE} for atom in roles)
        if strange or nameless:
            found.update(i for i in range(start, end) if role[i].kind != "person")
    return found


def _capital_runs(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the runs of at least two capital words; small words may stand between them, and so may numbers."""
    runs: list[tuple[int, int]] = []
    start = last = -1
    count = 0
    for i, token in enumerate([*tokens, None]):
        passing = (
            token is not None and start >= 0 and not token.broken and (token.word in _SMALL or token.word.isdigit())
        )
        if token is not None and token.capital and (start < 0 or not token.broken):
            start, last, count = (i if start < 0 else start), i, count + 1
        elif not passing:
            if count > 1:
                runs.append((start, last + 1))
            start, last, count = (i, i, 1) if token is not None and token.capital else (-1, -1, 0)
    return runs


def titles_within(tokens: Sequence[Token], atoms: Sequence[Atom], known: Known) -> set[int]:
    """Return the tokens of titles that stand inside the query and would be taken for wishes.

    A title of wish words alone ("русский фильм"), or of one word ("1984"), is one only where nothing but fillers
    stands around it: as part of a longer query those words are rather meant as they stand.
    """
    wishful = {i for atom in atoms if atom.kind for i in range(atom.start, atom.end)}
    role = {i: atom.role for atom in atoms for i in range(atom.start, atom.end)}
    if not wishful:
        return set()
    windows = [
        (a, b)
        for a in range(len(tokens))
        for b in range(a + 1, min(a + MOST_WORDS, len(tokens)) + 1)
        if b - a < len(tokens) and not wishful.isdisjoint(range(a, b))
    ]
    hits = known.are_titles([" ".join(token.word for token in tokens[a:b]) for a, b in windows])
    found: set[int] = set()
    for (a, b), hit in zip(windows, hits.tolist(), strict=True):
        if hit and (_tells(range(a, b), role) or _alone(a, b, atoms)):
            found.update(range(a, b))
    return found


def _tells(window: range, role: dict[int, Role]) -> bool:
    return len(window) > 1 and any(role[i] is Role.OTHER for i in window)


def _alone(start: int, end: int, atoms: Sequence[Atom]) -> bool:
    """Tell whether only fillers, and a plain "фильм", stand around a window."""
    around = [atom for atom in atoms if atom.end <= start or atom.start >= end]
    return all(atom.role in _AROUND or (atom.role is Role.NOUN and not atom.kind) for atom in around)
