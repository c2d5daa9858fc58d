"""The words that lead to a person's name: «с», «режиссёр», "starring", and those that deny one between."""

from collections.abc import Sequence

from kadr.search.understand.lexicon import PHRASES, WORDS, Role
from kadr.search.understand.tokens import Token

__all__ = ["CERTAIN", "LEADING", "MARKERS", "MARKER_WORDS", "NOT", "denial", "is_known", "marker", "surely_led"]

MARKERS: dict[tuple[str, ...], str] = {
    ("с",): "", ("со",): "", ("with",): "", ("от",): "", ("by",): "director", ("directed", "by"): "director",
    ("starring",): "actor", ("feat",): "actor", ("режиссер",): "director", ("режиссера",): "director",
    ("режиссером",): "director", ("реж",): "director", ("director",): "director", ("from", "director"): "director",
    ("от", "режиссера"): "director", ("актер",): "actor", ("актера",): "actor", ("актриса",): "actor",
    ("актрисы",): "actor", ("актером",): "actor", ("актрисой",): "actor", ("actor",): "actor", ("actress",): "actor",
    ("с", "участием"): "actor", ("в", "главной", "роли"): "actor", ("в", "роли"): "actor",
    ("в", "главной", "роли", "с"): "actor", ("где", "играет"): "actor", ("где", "снимался"): "actor",
    ("где", "снялся"): "actor", ("играет",): "actor", ("снял",): "director", ("снимал",): "director",
    ("с", "актером"): "actor", ("with", "actor"): "actor", ("without",): "", ("без",): "",
    ("где", "играют"): "actor", ("где", "играл"): "actor", ("где", "играла"): "actor", ("где", "снимаются"): "actor",
    ("где", "снимались"): "actor", ("где", "снимается"): "actor", ("где", "снималась"): "actor",
    ("в", "ролях"): "actor", ("в", "главных", "ролях"): "actor", ("с", "актрисой"): "actor",
    ("где", "главную", "роль", "играет"): "actor", ("снимался",): "actor", ("снимались",): "actor",
    ("снимается",): "actor", ("снималась",): "actor", ("играют",): "actor", ("играл",): "actor", ("играла",): "actor",
    ("that", "has"): "actor", ("that", "have"): "actor", ("featuring",): "actor", ("played", "by"): "actor",
}  # fmt: skip
"""Words before a name, and what they say of the person."""
NOT = frozenset(["without", "без"])
_DENIALS = frozenset([("не",), ("not",), ("is", "not"), ("isn", "t"), ("isnt",)])
"""Words that deny a name between it and what leads to it: «режиссёр не Нолан»."""
LEADING = frozenset(["starring", "feat", "featuring", "directed", "played"])
"""Those of their words that are in nobody's name, however it sounds."""
CERTAIN = frozenset(words for words, role in MARKERS.items() if role and words != ("by",))
"""Words that only a person follows: behind them a surname may be known by its sound alone."""
MARKER_WORDS = frozenset(words[0] for words in MARKERS)
"""The first of the words that may lead to a person."""
_LAST_MARKERS = frozenset(words[-1] for words in MARKERS)
_LAST_DENIALS = frozenset(words[-1] for words in _DENIALS)
"""The last of such words: most names stand behind another, and are told so by one look-up."""
_FILM_STEMS = frozenset(key for key, entry in PHRASES.items() if entry.role is Role.NOUN and not entry.kind)
"""So it may behind "фильмы"."""


def denial(tokens: Sequence[Token], at: int) -> int:
    """Return the token that a denial before a token begins with, «не», "is not"; the token itself where none is."""
    if not at or tokens[at - 1].word not in _LAST_DENIALS:
        return at
    for start in range(max(at - 2, 0), at):
        words = tuple(token.word for token in tokens[start:at])
        if words in _DENIALS and not any(token.broken for token in tokens[start : at + 1]):
            return start
    return at


def surely_led(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether only a person can stand at a token: «режиссёр», «фильм», "film by", "not by" lead to it."""
    words = marker(tokens, denial(tokens, at), 0)
    if words in CERTAIN:
        return True
    film = at - len(words) - 1 if words == ("by",) else at - 1
    return film >= 0 and (tokens[film].stem in _FILM_STEMS or (words == ("by",) and tokens[film].word == "not"))


def is_known(token: Token) -> bool:
    """Tell whether a word is in the tables; another may go on with a name ("режиссер Роман Либеров")."""
    return token.word in WORDS or token.stem in PHRASES


def marker(tokens: Sequence[Token], at: int, least: int) -> tuple[str, ...]:
    """Return the words before a token that lead to a person; none of them stands before the token `least`."""
    if not at or tokens[at - 1].word not in _LAST_MARKERS:
        return ()
    for width in (4, 3, 2, 1):
        start = at - width
        words = tuple(token.word for token in tokens[max(start, 0) : at])
        if start >= least and words in MARKERS and not any(token.broken for token in tokens[start + 1 : at + 1]):
            return words
    return ()
