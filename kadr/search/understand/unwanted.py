"""What a film is not to be about: «про войну, но без зомби», "not about love": words that no wish has a name for.

Most of what is denied is a plot: "девочка без имени" asks for a girl without a name. So words are unwanted only where
the query names a kind of film or says "about", and the denial stands against it: behind the noun, or behind "но".
Behind a few words of a plot alone one thing may be denied that a comma or "но" sets apart ("школа, но без драк"), and
without them only what people ask to be spared ("война без зомби"), which may also be all that is asked ("no gore").
"""

from collections.abc import Callable, Sequence

from kadr.analysis import stem
from kadr.search.understand.asking import NOTHING
from kadr.search.understand.atoms import Atom
from kadr.search.understand.lexicon import Role
from kadr.search.understand.tables import DULL, GRAPHIC, NO_THING, SPARED, WORLDS
from kadr.search.understand.tokens import Token
from kadr.text import words

__all__ = ["UNWANTED", "with_unwanted"]

UNWANTED = "words"
"""The kind of a wish that is words alone."""
MOST_WORDS = 4
"""Words of one denial, those that join them included."""
_ABOUT = frozenset(["про", "о", "об", "обо", "about"])
_AND = frozenset(["и", "или", "ни", "and", "or", "nor"])
_AGAINST = frozenset(["но", "только", "лишь", "but", "only"])
_EXCEPT = frozenset(["кроме", "исключая", "except", "excluding"])
_BARE = frozenset(["без", "without", "no", "никаких", "никакого"])
_WITHOUT = _EXCEPT | _BARE
MOST_TOLD, MOST_TOLD_RUNNING = 4, 2
"""Words of a bare plot before what is denied of it, where that is set apart, and where it is not. Before what is
`GRAPHIC` only those of the plot itself count."""
_SPARED = frozenset(words(SPARED))
_GRAPHIC = frozenset(words(GRAPHIC))
_NO_THING = frozenset(words(NO_THING))
_DULL = frozenset(map(stem, words(DULL)))
_WHO = frozenset(["я", "мы", "он", "она", "они", "кто", "i", "we", "he", "she", "they", "who"])
_WORLDS = frozenset(words(WORLDS))
_NO_NOUN = ("ого", "его", "ых", "их", "ться", "ly")
"""Endings of words that are no nouns where they are denied."""
_NOUNS = frozenset([Role.NOUN, Role.WEAK])
_ASKING = frozenset([Role.FILLER, Role.HEDGE, Role.JOIN])
"""What may stand around «без насилия» where nothing else is said of a film."""
_END = frozenset([Role.ABOUT, Role.JOIN, Role.NOT, Role.FILLER, Role.HEDGE])
"""What may follow such words; a noun, a number or a preposition goes on with them, and tells something else."""


def with_unwanted(atoms: Sequence[Atom], tokens: Sequence[Token], is_title: Callable[[str], bool]) -> tuple[Atom, ...]:
    """Return the atoms with the words that a film is not to be about as one atom, behind that of the negation.

    `is_title` tells whether folded words are the title of a film: «про роботов, но не Терминатор».
    """
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
        dull = i + (i + 1 < len(atoms) and atoms[i].role is Role.FILLER)  # "not too slow"
        if _is_dull(result, atoms[dull : dull + 2], tokens, named=named):
            one = atoms[dull]
            result += [*atoms[i:dull], Atom(Role.ALONE, one.start, one.end, UNWANTED, (tokens[one.start].word,))]
            i = dull + 1
            continue
        about = i < len(atoms) and tokens[atoms[i].start].word in _ABOUT
        end = _end(atoms, i + about, tokens, any_word=about)
        if end == i + about:
            continue
        values = " ".join(token.word for token in tokens[atoms[i + about].start : atoms[end - 1].end])
        if (
            _stands(result, tokens, about=about, named=named)
            or _spares(result, atoms[i : end + 1], end - i, tokens)
            or _bars(result, tokens, named=named, titled=is_title(values), capital=tokens[atoms[i].start].capital)
        ):
            result.append(Atom(Role.ALONE, atoms[i].start, atoms[end - 1].end, UNWANTED, (values,)))
            i = end
            named = True
    return tuple(result)


def _is_dull(result: Sequence[Atom], behind: Sequence[Atom], tokens: Sequence[Token], *, named: bool) -> bool:
    """Tell whether the negation that ends a row of atoms denies a film's own fault: «не тупая комедия», "not boring".

    `behind`: the atom that is denied, and the one after it. In a plot somebody is not stupid: so nothing else is told.
    """
    if not behind or behind[0].role is not Role.OTHER or tokens[behind[0].start].stem not in _DULL:
        return False
    plain = all(atom.kind or atom.role in _ASKING or atom.role in _NOUNS for atom in result[:-1])
    ends = len(behind) == 1 or behind[1].role in _NOUNS or _apart(behind[1], tokens)
    return ends and plain and (named or len(behind) > 1 or any(atom.kind for atom in result))


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
    return end if end == len(atoms) or _apart(atoms[end], tokens) else at


def _apart(atom: Atom, tokens: Sequence[Token]) -> bool:
    """Tell whether an atom behind denied words says no more of them: «для детей» behind «без насилия» does not.

    A number does, as in «без песен 90-х».
    """
    token = tokens[atom.start]
    by_itself = atom.role is Role.ALONE and atom.sure and not token.word.isdigit()
    return token.broken or atom.role in _END or by_itself


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
    against = _against(result, tokens)
    if about or word in _WITHOUT:
        apart = against or tokens[negation.start].broken or word in _EXCEPT
        return named and (apart or on_a_wish)
    # "but not rich" is said of people too: it must stand right behind the film, or go on with what is denied.
    return behind.kind == UNWANTED or (against and on_a_wish and word not in NOTHING)


def _bars(result: Sequence[Atom], tokens: Sequence[Token], *, named: bool, titled: bool, capital: bool) -> bool:
    """Tell whether a title or a name is denied: «про роботов, но не Терминатор», "keanu reeves not matrix".

    Of titles, «вампиры, но не Сумерки», whatever stands before; «кроме» bars anything behind what asks for any film.
    """
    *told, negation = result
    if _against(result, tokens):
        return (named and (capital or titled)) or (titled and _bare_plot(told, tokens))
    person = bool(told) and told[-1].kind == "person"
    if tokens[negation.end - 1].word in _EXCEPT or tokens[negation.start].word == "anything":
        named = tokens[negation.end].word not in _NO_THING
        return person or (named and all(atom.role in _ASKING or atom.role is Role.NOUN for atom in told))
    return person and titled


def _against(result: Sequence[Atom], tokens: Sequence[Token]) -> bool:
    """Tell whether the negation that ends a row of atoms is set against them: "but not"."""
    *rest, negation = result
    joined = bool(rest) and rest[-1].role is Role.JOIN
    return tokens[negation.start].word in _AGAINST or (joined and tokens[rest[-1].start].word in _AGAINST)


def _spares(result: Sequence[Atom], behind: Sequence[Atom], length: int, tokens: Sequence[Token]) -> bool:
    """Tell whether the negation that ends a row of atoms takes single things away from a plot told in a few words.

    `behind`: the atoms that are denied, as many as `length`, and the one after them, if any.
    """
    *told, negation = result
    if tokens[negation.end - 1].word not in _BARE:
        return False
    joined = bool(told) and told[-1].role is Role.JOIN
    against = joined and tokens[told[-1].start].word in _AGAINST
    told = told[:-1] if joined else told
    things = [tokens[atom.start].word for atom in behind[:length] if atom.role is Role.OTHER]
    if len(things) != (length + 1) // 2 or any(atom.role is Role.OTHER for atom in behind[length:]):
        return False  # "без особых причин", "девочка, без имени, ищет дом": the course of a plot
    if all(atom.kind or atom.role in _ASKING for atom in told):
        ends = all(atom.kind or atom.role in _ASKING or tokens[atom.start].broken for atom in behind[length:])
        return ends and _SPARED.issuperset(things)
    if (joined and not against) or not _bare_plot(told, tokens):
        return False
    if against or tokens[negation.start].broken:
        return told[-1].end <= MOST_TOLD and all(map(_thing, things))
    last = tokens[told[-1].end - 1].word
    if last in _WORLDS:
        return False
    if _GRAPHIC.issuperset(things):
        return sum(atom.role is Role.OTHER for atom in told) <= MOST_TOLD
    return told[-1].end <= MOST_TOLD_RUNNING and _SPARED.issuperset(things)


def _bare_plot(told: Sequence[Atom], tokens: Sequence[Token]) -> bool:
    """Tell whether atoms are a plot in plain words, "war" among them, and no clause: one denies a part of itself."""
    plot = any(atom.role is Role.OTHER or (atom.role is Role.ADJECTIVE and atom.kind == "genre") for atom in told)
    clause = any(atom.role in {Role.ABOUT, Role.NOT} or tokens[atom.start].word in _WHO for atom in told)
    return plot and not clause


def _thing(word: str) -> bool:
    return len(word) > 2 and word not in _NO_THING and not (word.endswith(_NO_NOUN) and word not in _SPARED)
