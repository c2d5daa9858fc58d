"""Text normalisation: what makes two spellings of one title, name or word the same. Pure functions, no state."""

import html
import re
import unicodedata

__all__ = ["collapse", "is_placeholder", "language_of", "normalise", "plain", "sentences", "words"]

# Each repeat stops at the next opening of its own kind, so that hostile text costs linear time, not quadratic.
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,2000}|!--(?:(?!<!--).)*?--|![^<>]{0,200})>", re.DOTALL)
_BREAK = re.compile(r"<(?:br|/?p|/?li|/?div|/?h[1-6])\b[^<>]{0,2000}>", re.IGNORECASE)
_INVISIBLE = re.compile(r"<(script|style)\b(?:(?!<\1\b).)*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_HUGE_REFERENCE = re.compile(r"&#\d{20,}")
"""No character has such a number, and Python refuses to read one of thousands of digits."""
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_SIMPLE = re.compile(r"[\x00-\x7fа-я«»—–…]*")
"""Folded text that no decomposition would change: most of it, and it halves the time of a build to know."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)

_PLACEHOLDERS = frozenset(
    [
        "description not found",
        "no description",
        "no description available",
        "no overview",
        "no overview found",
        "not available",
        "not found",
        "n a",
        "na",
        "nan",
        "none",
        "null",
        "undefined",
        "tba",
        "tbd",
        "unknown",
        "нет описания",
        "без описания",
        "описание отсутствует",
        "описания нет",
        "описание не найдено",
        "описание скоро появится",
        "описание появится позже",
        "нет данных",
        "неизвестно",
        "отсутствует",
    ]
)
"""Normalised texts that sites print where they have nothing to say."""


def plain(text: str) -> str:
    """Return text without tags, entities and control characters, with single spaces.

    Entities are resolved twice, because exports often escape text that was escaped already. A bare `<` that opens no
    tag stays as it is.
    """
    text = _CONTROL.sub("", text)
    for _ in range(2):
        if "<" in text:
            text = _INVISIBLE.sub(" ", text)
            text = _TAG.sub("", _BREAK.sub(" ", text))
        if "&" not in text:
            break
        text = _CONTROL.sub("", html.unescape(_HUGE_REFERENCE.sub("", text)))
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", _INVISIBLE.sub(" ", text)))
    if _TAG.search(text):
        # Tags nested so that taking one out makes another: nobody writes that by accident.
        text = text.replace("<", " ")
    return collapse(text)


def collapse(text: str) -> str:
    """Return text with every run of white space as one space, and none at the ends."""
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """Return text in lower case, with ё as е and without accents over Latin letters (й stays й)."""
    # Decomposition would write № as "No", a word where there was a sign.
    text = text.casefold().replace("ё", "е").replace("№", " ")
    if _SIMPLE.fullmatch(text):
        return text
    decomposed = unicodedata.normalize("NFKD", text).casefold()  # again: "ℌ" gives "H" only here
    kept = [c for i, c in enumerate(decomposed) if not unicodedata.combining(c) or _is_short_i(decomposed, i)]
    return unicodedata.normalize("NFC", "".join(kept)).replace("ё", "е")


def _is_short_i(text: str, at: int) -> bool:
    return text[at] == "\u0306" and at > 0 and text[at - 1] in "иу"


def words(text: str) -> list[str]:
    """Return the folded words of a text in order: runs of letters and digits."""
    return _WORD.findall(fold(text))


def normalise(text: str) -> str:
    """Return the key under which titles, names and values are compared: folded words joined by single spaces."""
    return " ".join(words(text))


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in order; it is taken to be one where no sign ends another."""
    return _SENTENCE_END.split(text)


def is_placeholder(text: str) -> bool:
    """Tell whether a description says only that there is none ("Description not found", "нет описания", "-")."""
    return not _LETTER.search(text) or normalise(text) in _PLACEHOLDERS


def language_of(text: str) -> str:
    """Return "ru" when Cyrillic letters prevail, "en" when Latin ones do, else ""."""
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if cyrillic == latin == 0:
        return ""
    return "ru" if cyrillic >= latin else "en"
