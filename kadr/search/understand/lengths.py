"""How long a film is to be: "до двух часов", "under 90 minutes", «часа на три». Read at one place of a query."""

from collections.abc import Sequence
from itertools import chain

from kadr.search.understand.numbers import Read, by_first, decimal, prefix
from kadr.search.understand.tokens import Token

__all__ = ["SPOKEN", "TIME_FOR", "may_be_length", "read_runtime"]

_COUNTS = {
    "полутора": 1.5, "полтора": 1.5, "один": 1, "одного": 1, "два": 2, "двух": 2, "три": 3, "трех": 3, "четыре": 4,
    "четырех": 4, "one": 1, "two": 2, "three": 3, "four": 4, "пол": 0.5, "an": 1,
}  # fmt: skip
_UNITS = dict.fromkeys(["час", "часа", "часов", "часу", "часик", "ч", "hour", "hours", "hr", "hrs", "h"], 60.0)
_UNITS["полчаса"] = 30.0
_UNITS.update(dict.fromkeys(["минут", "минуты", "минута", "мин", "min", "mins", "minute", "minutes"], 1.0))
_HALVES = (("с", "половиной"), ("and", "a", "half"))
_BOUNDS = {
    ("до",): "to", ("меньше",): "to", ("менее",): "to", ("короче",): "to", ("не", "длиннее"): "to", ("under",): "to",
    ("не", "дольше"): "to", ("не", "больше"): "to", ("не", "более"): "to", ("максимум",): "to", ("less", "than"): "to",
    ("shorter", "than"): "to", ("up", "to"): "to", ("at", "most"): "to", ("no", "longer", "than"): "to",
    ("not", "longer", "than"): "to", ("больше",): "from", ("более",): "from", ("длиннее",): "from", ("дольше",): "from",
    ("минимум",): "from", ("over",): "from", ("more", "than"): "from", ("longer", "than"): "from", ("от",): "from",
    ("at", "least"): "from", ("не", "короче"): "from", ("не", "меньше"): "from", ("не", "менее"): "from",
}  # fmt: skip
_BEHIND = {
    ("максимум",): "to", ("максимально",): "to", ("или", "меньше"): "to", ("max",): "to", ("maximum",): "to",
    ("at", "most"): "to", ("or", "less"): "to", ("tops",): "to", ("минимум",): "from", ("или", "больше"): "from",
    ("min",): "from", ("minimum",): "from", ("at", "least"): "from", ("or", "more"): "from",
}  # fmt: skip
"""What bounds a length that stands before it: "2 часа максимум"."""
TIME_FOR = "на"
""" «Фильм на час», «часа на три»: so much time there is."""
_ADJECTIVES = frozenset(["hour", "minute"])
ABOUT = 15
"""Minutes by which a "two hour movie" may be off."""
MOST_MINUTES = 600

_BOUNDS_BY_FIRST, _BEHIND_BY_FIRST = by_first(_BOUNDS), by_first(_BEHIND)
_FIRST = frozenset([*_BOUNDS_BY_FIRST, *_COUNTS, *_UNITS, TIME_FOR])

SPOKEN = frozenset(chain(_COUNTS, _UNITS, *_BOUNDS, *_BEHIND))
"""Words that tell a length or bound it."""


def may_be_length(word: str) -> bool:
    """Tell whether a length may begin with a word; nearly all words are told so by one look-up."""
    return word in _FIRST or word[0].isdigit()


def read_runtime(tokens: Sequence[Token], at: int) -> Read:
    """Read a bound on the length at a place."""
    bound = prefix(tokens, at, _BOUNDS_BY_FIRST)
    if bound is not None:
        found = _amount(tokens, at + bound[0])
        return _bounded(found, bound[1])
    if tokens[at].word == TIME_FOR:
        found, side = _amount(tokens, at + 1), "to"
    else:
        turned = _turned(tokens, at)
        found, side = (turned, "to") if turned is not None else (_amount(tokens, at), "")
    if found is None:
        return None
    behind = prefix(tokens, found[0], _BEHIND_BY_FIRST) if found[0] < len(tokens) else None
    if behind is not None:
        return _bounded((found[0] + behind[0], found[1]), behind[1])
    if not side and tokens[found[0] - 1].word in _ADJECTIVES and found[1] > _UNITS[tokens[found[0] - 1].word]:
        return found[0], f"{round(found[1]) - ABOUT}-{round(found[1]) + ABOUT}"
    return _bounded(found, side)


def _bounded(found: tuple[int, float] | None, side: str) -> Read:
    if found is None or not side or not 0 < round(found[1]) <= MOST_MINUTES:
        return None
    minutes = round(found[1])
    return found[0], f"-{minutes}" if side == "to" else f"{minutes}-"


def _amount(tokens: Sequence[Token], at: int) -> tuple[int, float] | None:
    """Return where a length at a place ends, and its minutes: "2 часа", "an hour and a half", "час 20 минут"."""
    count, at = _count(tokens, at)
    at, half = _past_half(tokens, at)
    if at >= len(tokens) or tokens[at].word not in _UNITS:
        return None
    unit = _UNITS[tokens[at].word]
    at, half_behind = _past_half(tokens, at + 1)
    minutes = (count + half + half_behind) * unit
    more = decimal(tokens, at)
    if unit > 1 and more is not None and more[0] < len(tokens) and _UNITS.get(tokens[more[0]].word) == 1:
        return more[0] + 1, minutes + more[1]
    return at, minutes


def _turned(tokens: Sequence[Token], at: int) -> tuple[int, float] | None:
    """Return the same of "часа на три", where the count stands behind."""
    if at + 2 >= len(tokens) or tokens[at].word not in _UNITS or tokens[at + 1].word != TIME_FOR:
        return None
    count, end = _count(tokens, at + 2)
    return (end, count * _UNITS[tokens[at].word]) if end > at + 2 else None


def _past_half(tokens: Sequence[Token], at: int) -> tuple[int, float]:
    for half in _HALVES:
        if tuple(token.word for token in tokens[at : at + len(half)]) == half:
            return at + len(half), 0.5
    return at, 0.0


def _count(tokens: Sequence[Token], at: int) -> tuple[float, int]:
    """Return a number at a place and where it ends; 1 and the same place where there is none ("до часа")."""
    if at < len(tokens) and tokens[at].word in _COUNTS:
        return _COUNTS[tokens[at].word], at + 1
    found = decimal(tokens, at)
    return (1.0, at) if found is None else (found[1], found[0])
