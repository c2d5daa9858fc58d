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
from kadr.text import is_placeholder, language_of, normalise, plain

__all__ = ["descriptions", "is_described"]

MIN_DESCRIPTION = 30
"""Characters; shorter ones are headings and slogans: the shortest honest plot met has 40."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_VERB = re.compile(r"\b(?:смотр(?:ите|еть)|скача(?:ть|йте)|watch|stream|download)\b", re.IGNORECASE)
_OFFER = re.compile(
    r"\b(?:онлайн|бесплатно|качестве|hd|торрент|без регистрации|на сайте|online|free|movies?|trailers?)\b",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:\s*(?:\.{3}|…))+\s*$")


def is_described(pool: Pool) -> bool:
    """Tell whether a place made for it gives a description, so that the page's text need not be searched."""
    return any(found.trust >= Trust.FACTS for found in pool.every(Field.DESCRIPTION, _text))


def descriptions(pool: Pool, source: str) -> Found[tuple[Description, ...]] | None:
    """Return the most trusted description, and the most trusted short one if that says something else."""
    every = list(pool.every(Field.DESCRIPTION, _text))
    shorts = list(pool.every(Field.SHORT_DESCRIPTION, _text))
    chosen = [_whole(every)] if every else []
    chosen += [short for short in shorts[:1] if not any(_begins(short.value, each.value) for each in chosen)]
    if not chosen:
        default = pool.default(Field.DESCRIPTION, values.text_of)
        chosen = [default] if default and default.value else []
    if not chosen:
        return None
    texts = tuple(Description(each.value, source, language_of(each.value)) for each in chosen)
    return Found(texts, ", ".join(dict.fromkeys(each.origin for each in chosen)))


def _whole(every: list[Found[str]]) -> Found[str]:
    """Return the first description, or a longer one that begins with it when the first was cut short."""
    first = every[0]
    if not _CUT.search(first.value):
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
    return len(sentence) < 300 and bool(_VERB.search(sentence) and _OFFER.search(sentence))
