"""For whom a film is to be fit: "6+", «для ребёнка 6 лет», "for a 6 year old". Read at one place of a query."""

from collections.abc import Sequence

from kadr.search.understand.tokens import Token

__all__ = ["AGE_WORDS", "read_age"]

Read = tuple[int, str] | None
"""Where it ends (the token after its last), and the least or greatest age mark: "18-", "-6"."""

_MARKS = frozenset(["0", "6", "12", "13", "14", "16", "17", "18", "21"])
_FOR = frozenset(["для", "for"])
_WATCH = frozenset(["посмотреть", "глянуть", "смотреть", "watch"])
_WITH = frozenset(["с", "со", "with"])
_TO_WHOM = frozenset(["детям", "ребенку", "малышу", "малышам", "сыну", "дочке", "дочери", "внуку", "внучке"])
_OF_WHOM = frozenset(
    [
        *("детей", "ребенка", "малыша", "малышей", "сына", "дочки", "дочери", "внука", "внучки", "внуков", "мальчика"),
        *("девочки", "мальчиков", "девочек", "школьника", "школьников", "подростка", "подростков", "child", "children"),
        *("ребенком", "детьми", "дочкой", "дочерью", "сыном", "внуком", "внучкой", "племянником", "племянницей"),
        *("kid", "kids", "toddler", "toddlers", "son", "daughter", "boy", "girl", "boys", "girls", "teen", "teens"),
    ]
)
_BESIDE = frozenset(["a", "an", "my", "our", "aged", "age", "ages", "of", "under", "from", "моего", "моей", "возраста"])
_BOUNDS = frozenset(["от", "до", "с", "по", "to", "up", "in", "возрасте", "и", "and"])
_YEARS = frozenset(["лет", "года", "год", "годика", "годиков", "летнего", "летней", "летних", "year", "years", "yo"])
_AFTER = frozenset(["old", "olds"])
AGE_WORDS = _FOR | _TO_WHOM | _WATCH
"""Words that such a wish may begin with, digits aside."""
MOST_WORDS = 9
ADULT = 18


def read_age(tokens: Sequence[Token], at: int) -> Read:
    """Read an age mark ("6+" is fit for six, "18+" is for adults), or a child's age; of several the greatest."""
    token = tokens[at]
    if token.after == "+" and token.word in _MARKS:
        return at + 1, f"{token.word}-" if int(token.word) >= ADULT else f"-{token.word}"
    if token.word not in AGE_WORDS:
        return None
    end = at + 1
    if token.word in _WATCH:
        if end >= len(tokens) or tokens[end].word not in _WITH:
            return None
        end += 1
    found = [token.word] if token.word in _TO_WHOM else []
    while end < min(len(tokens), at + MOST_WORDS) and _belongs(tokens[end]):
        found.append(tokens[end].word)
        end += 1
    years = [int(word) for word in found if word.isdigit()]
    # "for 2 kids" counts the kids: without "years" the number must stand behind them.
    told = not _YEARS.isdisjoint(found) or (found[-1:] != [] and found[-1].isdigit() and not found[0].isdigit())
    if not years or not told or not 0 < max(years) < ADULT or found[-1] in _BESIDE | _BOUNDS:
        return None
    return end, f"-{max(years)}"


def _belongs(token: Token) -> bool:
    word = token.word
    if token.broken:
        return False
    if word.isascii() and word.isdigit():
        return len(word) < len("100")
    return word in _OF_WHOM | _TO_WHOM | _BESIDE | _BOUNDS | _YEARS | _AFTER
