"""One key for all spellings of a title in either alphabet: `Щелкунчик`, `Shchelkunchik`, `Schelkunchik`.

Nobody keeps to one system of transliteration, so both sides are brought to Latin and there to one spelling of each
sound; spaces, hyphens, apostrophes and doubled letters go too, which makes `Человек-паук`, `человекпаук` and
`chelovek pauk` one. Different titles may share a key, but seldom do.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from kadr.text import normalise

__all__ = ["MIN_KEY", "skeleton", "skeletons"]

MIN_KEY = 3
"""Letters of the shortest key that says enough: below it, half of all short words share one."""

_APOSTROPHES = re.compile(r"['’‘ʼʹ`´\"]")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}
"""Numbers of sequels; `i` is a word, and no sequel has more than ten parts by that sign."""

_CYRILLIC = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufie", strict=True))
    | {"ж": "J", "ц": "C", "ч": "Q", "ш": "X", "щ": "X", "х": "H", "ъ": "", "ь": "", "ю": "iu", "я": "ia"}
)
_LETTERWISE = _CYRILLIC | str.maketrans({"ц": "c", "ж": "j", "х": "h"})
"""What Russian letters stand for where somebody wrote a Latin title letter by letter: цубе is cube."""


def _alone(cluster: str) -> str:
    # The h of «отшельник» and «отжиг» belongs to what stands behind the т.
    return f"{cluster}(?!h)" if cluster in {"ts", "tz", "cz"} else cluster


_BOOKS = {
    # ч, ж, щ, ш, х, ц as they are written in Latin; a capital letter stands for one sound, so that none is cut again.
    **dict.fromkeys(("shch", "shh", "sch", "sh"), "X"),
    "zh": "J",
    "ch": "Q",
    "kh": "H",
    **dict.fromkeys(("ts", "tz", "cz"), "C"),
    # English spellings of what Russian writes with one letter.
    "ph": "f",
    "th": "t",
    "ck": "k",
    "qu": "kv",
    "q": "k",
    "x": "ks",
    "w": "v",
    "y": "i",
    "j": "i",
}
_TYPED = {**_BOOKS, "c": "C", "j": "J", "w": "X", "x": "H"}
"""One key for one letter, as Russians do where they type in Latin: matrica, jizn, wkola."""
_READINGS = [(re.compile("|".join(map(_alone, written))), written) for written in (_BOOKS, _TYPED)]
_SOFT_C = re.compile(r"c(?=[ei])")
_IE = re.compile(r"i+([eo])")
_W = re.compile(r"u(?=[aeio])")
"""Queen, Will and Beauvoir are written with «у» or with «в»."""
_DOUBLED = re.compile(r"([^\W\d])\1+")


@lru_cache(maxsize=4_000)
def skeleton(text: str) -> str:
    """Return the key of a text: Latin letters, digits and whatever has no Latin form, without spaces; "" of no word.

    >>> skeleton("Щелкунчик") == skeleton("shchelkunchik") == skeleton("Schelkunchik")
    True
    """
    return _key(_joined(text).translate(_CYRILLIC), *_READINGS[0])


@lru_cache(maxsize=1_000)
def skeletons(text: str) -> tuple[str, ...]:
    """Return the keys that a typed text may have: its own, and those it has where each letter stands for one other.

    >>> skeleton("Матрица") in skeletons("matrica")
    True
    """
    books, typed = _READINGS
    joined = _joined(text)
    latin, letterwise = joined.translate(_CYRILLIC), joined.translate(_LETTERWISE)
    keys = dict.fromkeys((_key(latin, *books), _key(latin, *typed)))
    return tuple(keys if letterwise == latin else keys | {_key(letterwise, *books): None})


def _joined(text: str) -> str:
    found = normalise(_APOSTROPHES.sub("", text)).split()
    if len(found) > 1 and found[-1] in _ROMAN:
        found[-1] = _ROMAN[found[-1]]
    return "".join(found)


def _key(latin: str, cluster: re.Pattern[str], written: Mapping[str, str]) -> str:
    key = cluster.sub(lambda match: written[match[0]], latin)
    key = _SOFT_C.sub("C", key).replace("c", "k").replace("sQ", "X")  # сч sounds and is written like щ
    # е, ё and э after a soft sound are written e, ye, je, ie, yo, jo or io.
    key = _W.sub("v", _IE.sub("e", key))
    return _DOUBLED.sub(r"\1", key).lower()
