"""Running times, in the languages of pages and tables -> minutes. Pure functions, linear time."""

import re
from typing import Any

from kadr.collect.values import NUMBER, number, short
from kadr.film import MAX_RUNTIME_MINUTES

__all__ = ["MAX_PLAUSIBLE_MINUTES", "is_duration", "runtime_of"]

_H = (
    r"(?:год[а-яі]{0,4}(?=\.?\s?\d{1,2}\s?хв)|час(?:а|ов)?|ч|std|stunden?|hours?|hrs?|heures?|horas?|ore|ora"
    r"|godz[a-z]{0,4}|hod[a-z]{0,3}|saat|h)"
)
_M = (
    r"(?:хв[а-яі]{0,6}|мин(?:ут[а-я]?)?|мін|minut[a-zęóyů]{0,4}|mins?|mns?|dk|dakika|м|m|分钟|分鐘|分|분"
    r"|['\u2019\u2032\u00b4](?!['\u2019\u2032\u00b4]))"
)
_END = r"(?![^\W\d_]|[+%:]|[.,]\d)"
"""A unit or a number ends here: no letter follows, and it was no part of an age ("12+") or of a clock."""
_BARE = rf"(?:\s?[0-5]?\d(?!\d)(?=\s*(?:$|[^\w\s+%:.])|\.?\s*$)|(?<=\w)[0-5]\d(?!\d){_END})"
"""Minutes without a unit: at the end of what is said, "1 ч. 37", or close to the hour, "1h37 VO"."""
_TIME = re.compile(
    rf"(?<![\d.,:'\u2019])(?P<hours>\d{{1,3}}(?:[.,]\d{{1,2}})?|(?P<clock>\d{{1,2}}:\d\d)(?::\d\d)?)\s?"
    rf"(?:{_H}{_END}\.?|{_H}(?=\d)|小时|小時|時間|시간)"
    rf"(?:(?:,?\s?(?:и|and|und|et|y|e|i|і)?\s?(?P<rest>\d{{1,3}})\s?{_M}{_END}|(?P<bare>{_BARE}))\.?)?"
    rf"|(?<![\d.,:])(?P<minutes>\d{{1,5}})(?:[.,]\d+)?\s?{_M}{_END}\.?",
    re.IGNORECASE,
)
_OPEN_END = re.compile(r"[.\s]{0,2}\d{1,2}(?![\d+%:])")
"""A number after hours that was not read: nobody can tell whether it is the minutes."""
_CLOCK = re.compile(r"(\d{1,3}):(\d\d)(?::(\d\d))?")
MAX_PLAUSIBLE_MINUTES = 1_000
"""A bare number above this is seconds: no film in general release runs 16 hours, and 1,000 s is a 17-minute short."""
MIN_WHOLE = 20
"""Minutes: a shorter time that stands alone is a trailer's."""


def runtime_of(value: Any, unit: str = "") -> int | None:
    """Return minutes of a number or a text, None for 0 or nothing.

    "135", "1h37", "01 ч. 37", "107 Minuten", "1 год 47 хв", "97\u2019", "02:15", "PT1H37M". A text that tells one time
    twice, "97 min (1h37)", is read as far as the first.

    Args:
        value: the cell.
        unit: of a bare number: "s", "min", or "" to take numbers above `MAX_PLAUSIBLE_MINUTES` for seconds.

    Raises:
        ValueError: the text is no duration, or one longer than any film.
    """
    text = re.sub(r"(?i)^pt(?=\d)", "", short(value))
    if not text:
        return None
    if NUMBER.fullmatch(text):
        minutes = number(text)
        if unit == "s" or (unit == "" and minutes > MAX_PLAUSIBLE_MINUTES):
            minutes = max(minutes / 60, 1.0) if minutes > 0 else 0
    elif clock := _CLOCK.fullmatch(text):
        minutes = _clock_minutes(int(clock[1]), int(clock[2]), third=clock[3] is not None)
    elif found := _TIME.search(text):
        minutes = _in_minutes(found)
    else:
        raise ValueError("is not a duration")
    if minutes > MAX_RUNTIME_MINUTES or minutes < 0:
        raise ValueError("is not a duration")
    return round(minutes) or None


def is_duration(text: str) -> bool:
    """Tell whether a text is a film's running time with its unit and nothing else."""
    found = _TIME.fullmatch(re.sub(r"(?i)^pt(?=\d)", "", short(text)))
    return found is not None and MIN_WHOLE <= _in_minutes(found) <= MAX_RUNTIME_MINUTES


def _in_minutes(found: re.Match[str]) -> float:
    """Return a time with its units in minutes.

    Raises:
        ValueError: hours, and then a number that may be minutes or not.
    """
    if found["minutes"]:
        return int(found["minutes"])
    rest = found["rest"] or (found["bare"] or "").strip()
    if not rest and _OPEN_END.match(found.string, found.end()):
        raise ValueError("is not a duration")
    if found["clock"]:
        hours, minutes = found["clock"].split(":")
        return _clock_minutes(int(hours), int(minutes), third=False)
    return number(found["hours"]) * 60 + int(rest or 0)


def _clock_minutes(first: int, second: int, *, third: bool) -> float:
    """Read H:MM:SS, H:MM, or MM:SS: nothing runs ten hours, so 95:30 is minutes and seconds."""
    return first * 60 + second if third or first < 10 else first
