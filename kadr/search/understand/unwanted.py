"""What a film is not to be about: «про войну, но без зомби», "not about love": words that no wish has a name for.

Most of what is denied is a plot: "девочка без имени" asks for a girl without a name. So words are unwanted only where
the query names a kind of film or says "about", and the denial stands against it: behind the noun, or behind "но".
"""

from collections.abc import Sequence

from kadr.search.understand.atoms import Atom
from kadr.search.understand.lexicon import Role
from kadr.search.understand.tokens import Token

__all__ = ["UNWANTED", "with_unwanted"]

UNWANTED = "words"
"""The kind of a wish that is words alone."""
MOST_WORDS = 4
"""Words of one denial, those that join them included."""
_ABOUT = frozenset(["про", "о", "об", "обо", "about"])
_AND = frozenset(["и", "или", "ни", "and", "or", "nor"])
_AGAINST = frozenset(["но", "только", "лишь", "but", "only"])
_EXCEPT = frozenset(["кроме", "исключая", "except", "excluding"])
_WITHOUT = _EXCEPT | {"без", "without", "no", "никаких"}
_NOUNS = frozenset([Role.NOUN, Role.WEAK])
_END = frozenset([Role.ABOUT, Role.JOIN, Role.NOT, Role.FILLER, Role.HEDGE])
"""What may follow such words; a noun, a number or a preposition goes on with them, and tells something else."""


def with_unwanted(atoms: Sequence[Atom], tokens: Sequence[Token]) -> tuple[Atom, ...]:
    """Return the atoms with the words that a film is not to be about as one atom, behind that of the negation."""
    result: list[Atom] = []
    named = False
    i = 0
    while i < len(atoms):
        atom = atoms[i]
        result.append(atom)
        i += 1
        named = named or atom.role in _NOUNS or atom.kind == "like" or tokens[atom.start].word in _ABOUT
        if atom.role is not Role.NOT:
            continue
        about = i < len(atoms) and tokens[atoms[i].start].word in _ABOUT
        end = _end(atoms, i + about, tokens, any_word=about)
        if end > i + about and _stands(result, tokens, about=about, named=named):
            values = " ".join(token.word for token in tokens[atoms[i + about].start : atoms[end - 1].end])
            result.append(Atom(Role.ALONE, atoms[i].start, atoms[end - 1].end, UNWANTED, (values,)))
            i = end
            named = True
    return tuple(result)


def _end(atoms: Sequence[Atom], at: int, tokens: Sequence[Token], *, any_word: bool) -> int:
    """Return where the denied words end, the place of the atom after them; `at` where they are none."""
    end = at
    while end < len(atoms) and (end == at or not tokens[atoms[end].start].broken):
        atom = atoms[end]
        word = tokens[atom.start].word
        if word in _AND and end > at and end + 1 < len(atoms) and atoms[end + 1].role is Role.OTHER:
            end += 2
        elif (
            atom.role is Role.OTHER
            or (any_word and end == at and atom.role not in _END)
            or _surname(atom, within=end > at)
        ):
            end += 1
        else:
            break
    if end == at or atoms[end - 1].end - atoms[at].start > MOST_WORDS:
        return at
    goes_on = end < len(atoms) and not tokens[atoms[end].start].broken and atoms[end].role not in _END
    return at if goes_on else end


def _surname(atom: Atom, *, within: bool) -> bool:
    """Tell whether an atom within such words is the surname of somebody else: Hugh Grant is not Cary Grant."""
    return within and atom.kind == "person" and not atom.sure


def _stands(result: Sequence[Atom], tokens: Sequence[Token], *, about: bool, named: bool) -> bool:
    """Tell whether the negation that ends a row of atoms denies what a film is about, and not a part of its plot."""
    *rest, negation = result
    word = tokens[negation.end - 1].word
    if not rest:
        return about
    joined = rest[-1].role is Role.JOIN
    behind = rest[-2] if joined and len(rest) > 1 else rest[-1]
    on_a_wish = behind.role in _NOUNS or (behind.role is Role.ALONE and bool(behind.kind))
    against = tokens[negation.start].word in _AGAINST or (joined and tokens[rest[-1].start].word in _AGAINST)
    if about or word in _WITHOUT:
        apart = against or tokens[negation.start].broken or word in _EXCEPT
        return named and (apart or on_a_wish)
    # "but not rich" is said of people too: it must stand right behind the film, or go on with what is denied.
    return behind.kind == UNWANTED or (against and on_a_wish)
