"""Wishes that are numbers: years and decades, length, rating, age. Each reader looks at one place of a query.

A reader returns where the wish ends and what it says, or None. What it says is "low-high", either of which may be
missing, in years, minutes, points or years of age; both bounds are included.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from kadr.search.understand.ages import AGE_WORDS
from kadr.search.understand.tokens import Token

__all__ = ["Read", "may_be_number", "read_rating", "read_runtime", "read_years"]

T = TypeVar("T")

Read = tuple[int, str] | None
"""Where it ends (the token after its last), and what it says."""

FIRST_YEAR = 1895
"""The Lumières' first showing: a number below it is none of a film's years."""

_RU_DECADES = {
    "двадцат": 1920, "тридцат": 1930, "сороков": 1940, "пятидесят": 1950, "шестидесят": 1960, "семидесят": 1970,
    "восьмидесят": 1980, "девяност": 1990, "нулев": 2000, "двухтысячн": 2000, "десят": 2010,
}  # fmt: skip
_RU_DECADE = re.compile(f"({'|'.join(_RU_DECADES)})(?:ые|ых|ым|ыми)")
_EN_DECADES = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960, "seventies": 1970,
    "eighties": 1980, "nineties": 1990, "noughties": 2000,
}  # fmt: skip
_DIGITS = re.compile(r"((?:19|20)?\d0)(s|е|ые|х|ых|тые|тых)?")
_DECADE_ENDINGS = frozenset(["s", "е", "ые", "х", "ых", "тые", "тых", "ми"])
_DECADE_WORDS = frozenset(["годы", "годов", "годах", "гг"])
_YEAR_WORDS = _DECADE_WORDS | {"год", "года", "году", "годом", "г"}
_PARTS = {
    "начало": (0, 4), "начала": (0, 4), "начале": (0, 4), "early": (0, 4), "середина": (3, 6), "середины": (3, 6),
    "середине": (3, 6), "mid": (3, 6), "middle": (3, 6), "конец": (6, 9), "конца": (6, 9), "конце": (6, 9),
    "late": (6, 9),
}  # fmt: skip
# The words before a bound, and whether it bounds from above or below, and by how much it is moved.
_BOUNDS = {
    ("до",): ("to", -1), ("before",): ("to", -1), ("раньше",): ("to", -1), ("ранее",): ("to", -1), ("pre",): ("to", -1),
    ("не", "позже"): ("to", 0), ("не", "позднее"): ("to", 0), ("until",): ("to", 0), ("older", "than"): ("to", -1),
    ("not", "later", "than"): ("to", 0), ("no", "later", "than"): ("to", 0), ("старше",): ("to", -1),
    ("не", "раньше"): ("from", 0), ("не", "ранее"): ("from", 0), ("не", "старше"): ("from", 0),
    ("начиная", "с"): ("from", 0), ("since",): ("from", 0), ("с",): ("from", 0), ("со",): ("from", 0),
    ("после",): ("from", 1), ("after",): ("from", 1), ("позже",): ("from", 1), ("новее",): ("from", 1),
    ("newer", "than"): ("from", 1), ("not", "older", "than"): ("from", 0),
}  # fmt: skip
_ORIGINS = frozenset(["из", "from", "of", "в", "во", "in"])

_COUNTS = {
    "полутора": 1.5, "полтора": 1.5, "один": 1, "одного": 1, "два": 2, "двух": 2, "три": 3, "трех": 3, "четыре": 4,
    "четырех": 4, "one": 1, "two": 2, "three": 3, "four": 4, "пол": 0.5, "an": 1,
}  # fmt: skip
_UNITS = dict.fromkeys(["час", "часа", "часов", "часу", "ч", "hour", "hours", "hr", "hrs", "h"], 60.0)
_UNITS.update(dict.fromkeys(["минут", "минуты", "минута", "мин", "min", "mins", "minute", "minutes"], 1.0))
_LENGTHS = {
    ("до",): "to", ("меньше",): "to", ("менее",): "to", ("короче",): "to", ("не", "длиннее"): "to", ("under",): "to",
    ("не", "дольше"): "to", ("не", "больше"): "to", ("не", "более"): "to", ("максимум",): "to", ("less", "than"): "to",
    ("shorter", "than"): "to", ("up", "to"): "to", ("at", "most"): "to", ("no", "longer", "than"): "to",
    ("not", "longer", "than"): "to", ("больше",): "from", ("более",): "from", ("длиннее",): "from", ("дольше",): "from",
    ("минимум",): "from", ("over",): "from", ("more", "than"): "from", ("longer", "than"): "from", ("от",): "from",
    ("at", "least"): "from", ("не", "короче"): "from", ("не", "меньше"): "from", ("не", "менее"): "from",
}  # fmt: skip

_SCALES = frozenset(
    [
        "рейтинг",
        "рейтинга",
        "рейтингом",
        "рейтинге",
        "оценка",
        "оценкой",
        "оценки",
        "оценку",
        "балл",
        "баллов",
        "imdb",
        "кинопоиск",
        "кинопоиска",
        "кинопоиске",
        "rating",
        "rated",
        "score",
    ]
)
_ABOVE = frozenset(
    [
        "выше",
        "от",
        "больше",
        "более",
        "не",
        "ниже",
        "меньше",
        "above",
        "over",
        "at",
        "least",
        "higher",
        "than",
        "of",
        "с",
        "на",
        "и",
    ]
)


def _by_first(table: Mapping[tuple[str, ...], T]) -> Mapping[str, Sequence[tuple[tuple[str, ...], T]]]:
    """Return the phrases of a table, and what each means, by their first words; longer ones first."""
    ordered = sorted(table.items(), key=lambda each: -len(each[0]))
    return {words[0]: [each for each in ordered if each[0][0] == words[0]] for words, _ in ordered}


_BOUNDS_BY_FIRST, _LENGTHS_BY_FIRST = _by_first(_BOUNDS), _by_first(_LENGTHS)
_FIRST = frozenset(
    [*_BOUNDS_BY_FIRST, *_LENGTHS_BY_FIRST, *_EN_DECADES, *_PARTS, *_ORIGINS, *_SCALES, *_ABOVE, *AGE_WORDS, "between"]
)


def may_be_number(word: str) -> bool:
    """Tell whether a wish that is a number may begin with a word; nearly all words are told so by one look-up."""
    return word in _FIRST or word[0].isdigit() or _RU_DECADE.fullmatch(word) is not None


def read_years(tokens: Sequence[Token], at: int, last_year: int) -> Read:
    """Read years at a place: a year, a range, a decade or a part of one, or a bound ("до 2000", "since 2010")."""
    bound = _prefix(tokens, at, _BOUNDS_BY_FIRST)
    if bound is not None:
        width, (side, move) = bound
        found = _span(tokens, at + width, last_year)
        if found is None:
            return None
        end, low, high = found
        if side == "to":
            return end, f"-{(high if move == 0 else low) + move}"
        up = _after_range_word(tokens, end, low, last_year)
        return (up[0], f"{low}-{up[1]}") if up is not None else (end, f"{(low if move == 0 else high) + move}-")
    start = at + 1 if tokens[at].word in _ORIGINS else at
    if start < len(tokens) and tokens[start].word == "between":
        start += 1
    found = _span(tokens, start, last_year)
    if found is None:
        return None
    end, low, high = found
    up = _after_range_word(tokens, end, low, last_year)
    return (up[0], f"{low}-{up[1]}") if up is not None else (end, f"{low}-{high}")


def read_runtime(tokens: Sequence[Token], at: int) -> Read:
    """Read a bound on the length at a place: "до двух часов", "under 90 minutes"."""
    bound = _prefix(tokens, at, _LENGTHS_BY_FIRST)
    if bound is None:
        return None
    width, side = bound
    at += width
    count, at = _count(tokens, at)
    if at >= len(tokens) or tokens[at].word not in _UNITS:
        return None
    minutes = round(count * _UNITS[tokens[at].word])
    if not 0 < minutes <= 600:
        return None
    return at + 1, f"-{minutes}" if side == "to" else f"{minutes}-"


def read_rating(tokens: Sequence[Token], at: int) -> Read:
    """Read a least rating at a place: "рейтинг выше 7", "imdb 8+", "rated above 7.5"."""
    end = at
    while end < len(tokens) and end < at + 6 and tokens[end].word in _ABOVE | _SCALES:
        end += 1
    if end >= len(tokens) or not any(token.word in _SCALES for token in tokens[at:end]):
        return None
    points = _decimal(tokens, end)
    if points is None or not 1 <= points[1] <= 10:
        return None
    return points[0], f"{points[1]:g}-"


def _span(tokens: Sequence[Token], at: int, last_year: int) -> tuple[int, int, int] | None:
    """Return the end, and the first and last year, of a year or a decade at a place."""
    if at < len(tokens) and tokens[at].word in {"the", "самого", "самый"}:
        at += 1
    if at >= len(tokens):
        return None
    part = _PARTS.get(tokens[at].word)
    if part is not None:
        at += 1
        if at < len(tokens) and tokens[at].word in {"the", "of"}:
            at += 1
    found = _decade(tokens, at)
    if found is not None:
        end, first = found
        low, high = part or (0, 9)
        return _past_year_word(tokens, end), first + low, first + high
    if part is None and at < len(tokens) and _is_year(tokens[at].word, last_year):
        year = int(tokens[at].word)
        return _past_year_word(tokens, at + 1), year, year
    return None


def _after_range_word(tokens: Sequence[Token], at: int, first: int, last_year: int) -> tuple[int, int] | None:
    """Return the end and the last year of a range that `first` opens, and goes on at a place: "-2010", "по 2010"."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.gap.strip() in {"-", "–", "—"}:
        found = _span(tokens, at, last_year)
    elif token.word in {"по", "до", "to", "till", "and", "и"}:
        found = _span(tokens, at + 1, last_year)
    else:
        return None
    return (found[0], found[2]) if found is not None and found[2] >= first else None


def _decade(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    if at >= len(tokens):
        return None
    word = tokens[at].word
    if word in _EN_DECADES:
        return at + 1, _EN_DECADES[word]
    spelled = _RU_DECADE.fullmatch(word)
    if spelled:
        return at + 1, _RU_DECADES[spelled[1]]
    digits = _DIGITS.fullmatch(word)
    if not digits:
        return None
    end = at + 1
    if digits[2] is None:
        ends = _decade_ends(tokens, at + 1)
        if ends is None:
            return None
        end = ends
    decade = int(digits[1])
    if decade < 100:
        decade += 1900 if decade >= 20 else 2000
    return end, decade


def _decade_ends(tokens: Sequence[Token], at: int) -> int | None:
    """Return where a decade ends whose digits stand before a token; None where those are no decade."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.gap in {"-", "'", "’", "–"}:
        if token.word in _DECADE_ENDINGS:
            return at + 1
        return at if _decade(tokens, at) is not None else None  # "80-90-х" are two decades
    # "с 1990 по 2000 годы" ends with a year.
    return at if token.word in _DECADE_WORDS and not token.broken and len(tokens[at - 1].word) == len("90") else None


def _past_year_word(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if at < len(tokens) and tokens[at].word in _YEAR_WORDS and not tokens[at].broken else at


def _is_year(word: str, last_year: int) -> bool:
    return len(word) == 4 and word.isascii() and word.isdigit() and FIRST_YEAR <= int(word) <= last_year


def _prefix(
    tokens: Sequence[Token], at: int, table: Mapping[str, Sequence[tuple[tuple[str, ...], T]]]
) -> tuple[int, T] | None:
    for words, found in table.get(tokens[at].word, ()):
        if tuple(token.word for token in tokens[at : at + len(words)]) == words:
            return len(words), found
    return None


def _count(tokens: Sequence[Token], at: int) -> tuple[float, int]:
    """Return a number at a place and where it ends; 1 and the same place where there is none ("до часа")."""
    if at < len(tokens) and tokens[at].word in _COUNTS:
        return _COUNTS[tokens[at].word], at + 1
    found = _decimal(tokens, at)
    return (1.0, at) if found is None else (found[1], found[0])


def _decimal(tokens: Sequence[Token], at: int) -> tuple[int, float] | None:
    if at >= len(tokens) or not _is_small(tokens[at].word):
        return None
    if at + 1 < len(tokens) and tokens[at + 1].gap in {".", ","} and _is_small(tokens[at + 1].word):
        return at + 2, float(f"{tokens[at].word}.{tokens[at + 1].word}")
    return at + 1, float(tokens[at].word)


def _is_small(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 3
