"""Running times in the languages of pages -> minutes. Pure functions, linear time."""

import re
from typing import Any

from kadr.collect import values

__all__ = ["is_duration", "runtime_of"]

_HOURS = re.compile(
    r"(?<=\d)\s?(?:год[а-яі]{0,4}\.?(?=\s?\d{1,2}\s?хв)|std\b\.?|stunden?\b|heures?\b|horas?\b|ore\b|ora\b|godz[a-z]{0,4}\b\.?"
    r"|hod[a-z]{0,3}\b\.?|saat\b|小时|小時|時間|시간)",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    r"(?<=\d)\s?(?:хв[а-яі]{0,6}\b\.?|minut[a-zęóyů]{0,4}\b|мін\b\.?|dk\b\.?|dakika\b|分钟|分鐘|分|분)", re.IGNORECASE
)
_WHOLE = re.compile(
    r"(?:(?:pt)?\d{1,2}\s?(?:h|hr|hrs|hours?|ч|час|часа|часов)\.?,?\s?)?\d{1,3}\s?(?:m|min|mins|minutes?|мин|минут|минуты|минута)\.?",
    re.IGNORECASE,
)
MIN_WHOLE = 20
"""Minutes: a shorter time that stands alone is a trailer's."""


def runtime_of(value: Any) -> int | None:
    """Return minutes as `values.runtime_of` does, units of further languages taken, too: "107 Minuten", "1 год 47 хв".

    Raises:
        ValueError: the text is no duration.
    """
    return values.runtime_of(_known_units(value) if isinstance(value, str) else value)


def is_duration(text: str) -> bool:
    """Tell whether a text is a film's running time with its unit and nothing else."""
    text = _known_units(text.strip())
    return _WHOLE.fullmatch(text) is not None and (values.runtime_of(text) or 0) >= MIN_WHOLE


def _known_units(text: str) -> str:
    return _MINUTES.sub(" min", _HOURS.sub(" h", text[:100]))
