"""From a word in some case form to the forms in which a title or a name may be written."""

from functools import lru_cache

__all__ = ["base_forms", "base_phrases"]

# Ending -> what may stand in its place in the nominative. Longer endings first; all that fit are tried, because
# "Тарковского" is Тарковский while "Живаго" is Живаго, and a wrong guess names nobody.
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ского", ("ский", "ской")),
    ("скому", ("ский", "ской")),
    ("ого", ("ый", "ой", "ий", "ое")),
    ("его", ("ий", "ее")),
    ("ому", ("ый", "ой", "ий", "ое")),
    ("ему", ("ий", "ее")),
    ("ыми", ("ые", "ый")),
    ("ими", ("ие", "ий")),
    ("ами", ("ы", "а", "")),
    ("ями", ("и", "я")),
    ("ых", ("ые", "ый")),
    ("их", ("ие", "ий")),
    ("ах", ("ы", "а")),
    ("ях", ("и", "я")),
    ("ам", ("ы", "а")),
    ("ям", ("и", "я")),
    ("ов", ("ы", "")),
    ("ей", ("и", "ь", "я", "а")),
    ("ой", ("а", "ая", "", "ый")),
    ("ую", ("ая",)),
    ("юю", ("яя",)),
    ("ым", ("ый", "")),
    ("им", ("ий", "")),
    ("ом", ("", "ый", "ий", "о")),
    ("ем", ("й", "ь", "", "е")),
    ("ье", ("ья",)),
    ("а", ("", "о")),
    ("я", ("й", "ь", "е", "")),
    ("у", ("", "а", "о")),
    ("ю", ("й", "ь", "я", "е")),
    ("е", ("", "а", "я", "й", "ь")),
    ("ы", ("", "а")),
    ("и", ("", "а", "я", "ь", "й", "е")),
)
_FLEETING = frozenset("бвгджзклмнпрстфхцчшщ")
_PHRASES = 64
"""Readings of one phrase at the most: three words of four forms each."""


@lru_cache(maxsize=4096)
def base_forms(word: str) -> tuple[str, ...]:
    """Return a folded word and the nominatives it may be a case form of, itself first, each once.

    Words that are not Russian, and those of fewer than three letters, are their own only form. A vowel that flees
    comes back: "павла" may be "павел".
    """
    if len(word) < 3 or not "а" <= word[-1] <= "я":
        return (word,)
    found = {word: None}
    for ending, bases in _ENDINGS:
        rest = word[: -len(ending)]
        if len(rest) >= 2 and word.endswith(ending):
            found.update(dict.fromkeys(rest + base for base in bases))
            if "" in bases and rest[-1] in _FLEETING and rest[-2] in _FLEETING:
                found[f"{rest[:-1]}е{rest[-1]}"] = None
    return tuple(found)


def base_phrases(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the phrases that these words may be a case form of, joined by spaces; as typed first, a bounded number."""
    phrases = [""]
    for word in words:
        forms = base_forms(word)[: max(1, _PHRASES // len(phrases))]
        phrases = [f"{phrase} {form}" if phrase else form for phrase in phrases for form in forms]
    return tuple(phrases)
