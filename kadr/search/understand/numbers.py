"""Wishes that are numbers: years and decades, and a rating. Each reader looks at one place of a query.

A reader returns where the wish ends and what it says, or None. What it says is "low-high", either of which may be
missing, in years or points; both bounds are included. `ages` and `lengths` have the readers of their numbers.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TypeVar

from kadr.search.understand.ages import AGE_WORDS
from kadr.search.understand.tokens import Token

__all__ = [
    "SPOKEN",
    "Read",
    "by_first",
    "decimal",
    "may_be_number",
    "prefix",
    "read_rating",
    "read_short_year",
    "read_years",
]

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
_SPOKEN_ENDINGS = frozenset(["е", "х", "ые", "ых", "тые", "тых"])
"""Those of them that may stand behind a blank: «90 х»."""
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
SPOKEN = frozenset(chain(_EN_DECADES, _YEAR_WORDS, _PARTS, *_BOUNDS))
"""Words that tell years or bound them."""
_ORIGINS = frozenset(["из", "from", "of", "в", "во", "in", "за"])
_LAST = frozenset(["последние", "последних", "last", "past"])
_YEARS_LONG = frozenset(["лет", "года", "years"])
MOST_LAST = 50
"""Of such years: "the last 100 years" are all there are of films."""

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
        "балла",
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
_BEHIND = frozenset(["балл", "балла", "баллов", "на", "по", "on", "и", "выше", "imdb", "кинопоиске", "кинопоиску"])
"""What may stand behind the points: «7 баллов и выше на кинопоиске»."""


def by_first(table: Mapping[tuple[str, ...], T]) -> Mapping[str, Sequence[tuple[tuple[str, ...], T]]]:
    """Return the phrases of a table, and what each means, by their first words; longer ones first."""
    ordered = sorted(table.items(), key=lambda each: -len(each[0]))
    return {words[0]: [each for each in ordered if each[0][0] == words[0]] for words, _ in ordered}


_BOUNDS_BY_FIRST = by_first(_BOUNDS)
_FIRST = frozenset(
    [*_BOUNDS_BY_FIRST, *_EN_DECADES, *_PARTS, *_ORIGINS, *_LAST, *_SCALES, *_ABOVE, *AGE_WORDS, "between"]
)


def may_be_number(word: str) -> bool:
    """Tell whether a wish that is a number may begin with a word; nearly all words are told so by one look-up."""
    return word in _FIRST or word[0].isdigit() or _RU_DECADE.fullmatch(word) is not None


def read_years(tokens: Sequence[Token], at: int, last_year: int) -> Read:
    """Read years at a place: a year, a range, a decade or a part of one, or a bound ("до 2000", "since 2010")."""
    bound = prefix(tokens, at, _BOUNDS_BY_FIRST)
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
        return _last_years(tokens, start, last_year)
    end, low, high = found
    up = _after_range_word(tokens, end, low, last_year)
    return (up[0], f"{low}-{up[1]}") if up is not None else (end, f"{low}-{high}")


def read_short_year(tokens: Sequence[Token], at: int, last_year: int) -> Read:
    """Read a year of two digits at a place, as it is said behind a noun: «фильм 98 года», «кино за 22 год»."""
    at += tokens[at].word == "за"
    if at + 1 >= len(tokens) or tokens[at + 1].word not in _YEAR_WORDS - _DECADE_WORDS or tokens[at + 1].broken:
        return None
    word = tokens[at].word
    if len(word) != len("98") or not (word.isascii() and word.isdigit()):
        return None
    year = last_year - last_year % 100 + int(word)
    year -= 100 if year > last_year else 0
    return at + 2, f"{year}-{year}"


def _last_years(tokens: Sequence[Token], at: int, last_year: int) -> Read:
    """Read «последние 5 лет», "the last 10 years" at a place, counted from the newest film."""
    if at < len(tokens) and tokens[at].word == "the":
        at += 1
    if at >= len(tokens) or tokens[at].word not in _LAST:
        return None
    count = decimal(tokens, at + 1)
    if count is None or not 0 < count[1] <= MOST_LAST or count[0] >= len(tokens):
        return None
    return (count[0] + 1, f"{last_year - int(count[1])}-") if tokens[count[0]].word in _YEARS_LONG else None


def read_rating(tokens: Sequence[Token], at: int) -> Read:
    """Read a least rating at a place: "рейтинг выше 7", "imdb 8+", "rated above 7.5", «не ниже 8 на кинопоиске»."""
    end = at
    while end < len(tokens) and end < at + 6 and tokens[end].word in _ABOVE | _SCALES:
        end += 1
    points = decimal(tokens, end)
    if points is None or not 1 <= points[1] <= 10:
        return None
    last = points[0]
    while last < min(len(tokens), points[0] + 5) and tokens[last].word in _BEHIND and not tokens[last].broken:
        last += 1
    if any(token.word in _SCALES for token in tokens[at:end]):
        return points[0], f"{points[1]:g}-"
    behind = any(token.word in _SCALES for token in tokens[points[0] : last])
    return (last, f"{points[1]:g}-") if behind and (end > at or last > points[0] + 1) else None


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
    if token.gap in {"-", "'", "’", "–"} or (token.gap == " " and token.word in _SPOKEN_ENDINGS):
        if token.word in _DECADE_ENDINGS:
            return at + 1
        return at if _decade(tokens, at) is not None else None  # "80-90-х" are two decades
    # "с 1990 по 2000 годы" ends with a year.
    return at if token.word in _DECADE_WORDS and not token.broken and len(tokens[at - 1].word) == len("90") else None


def _past_year_word(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if at < len(tokens) and tokens[at].word in _YEAR_WORDS and not tokens[at].broken else at


def _is_year(word: str, last_year: int) -> bool:
    return len(word) == 4 and word.isascii() and word.isdigit() and FIRST_YEAR <= int(word) <= last_year


def prefix(
    tokens: Sequence[Token], at: int, table: Mapping[str, Sequence[tuple[tuple[str, ...], T]]]
) -> tuple[int, T] | None:
    """Return how many words of a table's phrase stand at a place, and what it means; None where none of them does."""
    for words, found in table.get(tokens[at].word, ()):
        if tuple(token.word for token in tokens[at : at + len(words)]) == words:
            return len(words), found
    return None


def decimal(tokens: Sequence[Token], at: int) -> tuple[int, float] | None:
    """Return where a number at a place ends, and the number: "7", "7.5", "7,5"; None where there is none."""
    if at >= len(tokens) or not _is_small(tokens[at].word):
        return None
    if at + 1 < len(tokens) and tokens[at + 1].gap in {".", ","} and _is_small(tokens[at + 1].word):
        return at + 2, float(f"{tokens[at].word}.{tokens[at + 1].word}")
    return at + 1, float(tokens[at].word)


def _is_small(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 3
