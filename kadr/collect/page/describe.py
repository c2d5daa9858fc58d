"""Descriptions as pages claim them -> texts about the film: no calls to watch, no placeholders, not cut short where a
longer one is known. Pure functions.
"""

import re
from typing import Any

from kadr.collect import values
from kadr.collect.headers import Field
from kadr.collect.page.claims import Trust
from kadr.collect.page.merge import Found, Pool
from kadr.collect.rows import MAX_DESCRIPTION
from kadr.film import Description
from kadr.text import is_placeholder, language_of, normalise, plain, words

__all__ = ["descriptions", "is_described"]

MIN_DESCRIPTION = 30
"""Characters; shorter ones are headings and slogans: the shortest honest plot met has 40."""
MAX_CALL = 300
"""Characters of a sentence that may be a call; a longer one tells something."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_VERB = re.compile(r"\b(?:смотр(?:ите|еть)|скача(?:ть|йте)|watch|stream|download)\b", re.IGNORECASE)
_OFFER = re.compile(
    r"\b(?:онлайн|бесплатно|качестве|hd|торрент|без регистрации|на сайте|online|free|movies?|trailers?)\b",
    re.IGNORECASE,
)
_ADVERT = re.compile(
    r"(?:discover|find|check out|read|explore|browse|get|see|stay (?:updated|tuned)|узнай(?:те)?|читай(?:те)?"
    r"|посмотри(?:те)?)\b"
    r".{0,200}\b(?:reviews|ratings|trailers|showtimes|scores|tickets|отзывы|рецензии|трейлеры?|сеансы|билеты|рейтинг)\b",
    re.IGNORECASE,
)
"""A sentence that begins with an invitation to other parts of the site."""
_CUT = re.compile(r"(?:\s*(?:\.{3}|…))+\s*$")

_CYRILLIC = frozenset({"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn"})
_UKRAINIAN = re.compile(r"[іїєґ]", re.IGNORECASE)
_ENGLISH = frozenset({"the", "and", "of", "is", "with", "his", "her", "to"})
"""Words of which an English text of any length has two."""


def is_described(pool: Pool) -> bool:
    """Tell whether a place made for it gives a description, so that the page's text need not be searched."""
    return any(found.trust >= Trust.FACTS for found in pool.every(Field.DESCRIPTION, _text))


def descriptions(pool: Pool, source: str, declared: str) -> Found[tuple[Description, ...]] | None:
    """Return the most trusted description, and the most trusted short one if that says something else.

    Args:
        pool: the claims on the film.
        source: the name of the source.
        declared: the language that the page declares, "" where it does not.
    """
    every = list(pool.every(Field.DESCRIPTION, _text))
    shorts = list(pool.every(Field.SHORT_DESCRIPTION, _text))
    chosen = [_whole(every)] if every else []
    chosen += [short for short in shorts[:1] if not any(_begins(short.value, each.value) for each in chosen)]
    if not chosen:
        default = pool.default(Field.DESCRIPTION, values.text_of)
        chosen = [default] if default and default.value else []
    if not chosen:
        return None
    texts = tuple(Description(each.value, source, _language(each.value, declared)) for each in chosen)
    return Found(texts, ", ".join(dict.fromkeys(each.origin for each in chosen)))


def _whole(every: list[Found[str]]) -> Found[str]:
    """Return the first description, or a longer one that begins with it when the first was cut short.

    Meta tags hold no more than fits a search result, cut at a sentence's end or within one.
    """
    first = every[0]
    if first.trust is not Trust.SHARING and not _CUT.search(first.value):
        return first
    return next(
        (each for each in every[1:] if _begins(first.value, each.value) and len(each.value) > len(first.value)), first
    )


def _begins(short: str, text: str) -> bool:
    """Tell whether `text` begins as `short` does, a word that was cut in two aside."""
    return normalise(text).startswith(normalise(_CUT.sub("", short)))


def _text(value: Any) -> str:
    """Return a description's own words, "" when it has none or too few."""
    text = plain(values.text_of(value))
    text = _without_calls(text)[:MAX_DESCRIPTION].strip()
    return text if len(text) >= MIN_DESCRIPTION and not is_placeholder(text) else ""


def _without_calls(text: str) -> str:
    """Drop sentences at both ends that only call to watch or download."""
    sentences = _SENTENCE.split(text)
    while sentences and _is_call(sentences[-1]):
        sentences.pop()
    while sentences and _is_call(sentences[0]):
        sentences.pop(0)
    return " ".join(sentences)


def _is_call(sentence: str) -> bool:
    if len(sentence) >= MAX_CALL:
        return False
    return bool(_VERB.search(sentence) and _OFFER.search(sentence)) or _ADVERT.match(sentence) is not None


def _language(text: str, declared: str) -> str:
    """Return the language of a text: by its letters, and of those with the same letters the one the page declares."""
    guess = language_of(text)
    if declared in {"", "ru", "en"} or len(declared) != 2:
        return guess
    if guess == "ru":
        return declared if declared in _CYRILLIC and (declared != "uk" or _UKRAINIAN.search(text)) else guess
    if guess == "en":
        return guess if declared in _CYRILLIC or len(_ENGLISH & set(words(text))) > 1 else declared
    return declared
