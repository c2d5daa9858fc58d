"""Which words of a query are no wish, whatever they say: titles, quotations, and names in capital letters."""

from collections.abc import Iterator, Sequence

from kadr.search.understand.atoms import Atom
from kadr.search.understand.known import Known
from kadr.search.understand.lexicon import Role
from kadr.search.understand.tokens import Token

__all__ = ["is_title", "quoted_or_capital", "titles_within"]

MOST_WORDS = 6
"""Words of a title that is looked for inside a query; nearly all titles that hold a wish are shorter."""
_AROUND = (Role.FILLER, Role.JOIN, Role.HEDGE)  # not a set: hashing a member of an enum costs more than a look
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
    phrases = {(a, b): phrase for a, b, phrase in _windows(tokens, atoms)}
    hits = known.are_titles(list(phrases.values())).tolist()
    return {i for (a, b), hit in zip(phrases, hits, strict=True) if hit for i in range(a, b)}


def _windows(tokens: Sequence[Token], atoms: Sequence[Atom]) -> Iterator[tuple[int, int, str]]:
    """Yield where each run of words begins and ends that may be such a title, and its words."""
    wishful = {i for atom in atoms if atom.kind for i in range(atom.start, atom.end)}
    strange = {atom.start for atom in atoms if atom.role is Role.OTHER}
    # Only fillers, and a plain "фильм", stand around a run that touches all else.
    solid = [a for a in atoms if a.role not in _AROUND and (a.role is not Role.NOUN or a.kind)]
    for a in sorted({i - before for i in wishful for before in range(min(i + 1, MOST_WORDS))}):
        wishes, told = False, False
        for b in range(a + 1, min(a + MOST_WORDS, len(tokens)) + 1):
            wishes, told = wishes or b - 1 in wishful, told or b - 1 in strange
            if not wishes or b - a == len(tokens):
                continue
            if (told and b - a > 1) or not solid or (solid[0].start >= a and solid[-1].end <= b):
                yield a, b, " ".join([token.word for token in tokens[a:b]])
