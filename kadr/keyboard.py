"""The Russian and the English keyboard: what was typed with the other layout on, and which keys lie side by side."""

from collections.abc import Mapping

__all__ = ["NEIGHBOURS", "swapped", "swaps"]

_LATIN_ROWS = ("`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./")
_RUSSIAN_ROWS = ("ё1234567890-=", "йцукенгшщзхъ\\", "фывапролджэ", "ячсмитьбю.")
_SHIFTED_LATIN = {"~": "Ё", "{": "Х", "}": "Ъ", ":": "Ж", '"': "Э", "<": "Б", ">": "Ю"}
_SIGNS = {"@": '"', "#": "№", "$": ";", "^": ":", "&": "?", "/": ".", "?": ","}
"""Keys that write a sign in both layouts, and another one in each."""
_PAIRS = [
    (latin, russian)
    for latin_row, russian_row in zip(_LATIN_ROWS, _RUSSIAN_ROWS, strict=True)
    for latin, russian in zip(latin_row, russian_row, strict=True)
    if russian.isalpha()
]
_SWAP = {**dict(_PAIRS), **{a.upper(): b.upper() for a, b in _PAIRS if a.isalpha()}, **_SHIFTED_LATIN, **_SIGNS}
_TO_RUSSIAN = str.maketrans(_SWAP)
_TO_LATIN = str.maketrans({russian: latin for latin, russian in _SWAP.items()})


def _neighbours(rows: tuple[str, ...]) -> dict[str, frozenset[str]]:
    # Each row is shifted to the right by about half a key: a key touches those beside it, and two above and below.
    place = {key: (y, x) for y, row in enumerate(rows) for x, key in enumerate(row)}
    touching = ((0, -1), (0, 1), (-1, 0), (-1, 1), (1, -1), (1, 0))
    at = {spot: key for key, spot in place.items()}
    return {
        key: frozenset(at[y + dy, x + dx] for dy, dx in touching if at.get((y + dy, x + dx), "").isalnum())
        for key, (y, x) in place.items()
        if key.isalpha()
    }


NEIGHBOURS: Mapping[str, frozenset[str]] = {**_neighbours(_LATIN_ROWS), **_neighbours(_RUSSIAN_ROWS)}
"""The letters and digits whose keys touch that of a small letter, in its own layout."""


def swapped(text: str) -> str:
    """Return what the same keys write in the other layout: `ghbdtn` is `привет`, `руддщ` is `hello`.

    The layout it was typed in is told by its letters: Russian ones mean Russian. What stands on no key stays as it is.
    """
    russian = sum("а" <= c <= "я" or c == "ё" for c in text.lower())
    latin = sum("a" <= c <= "z" for c in text.lower())
    return text.translate(_TO_LATIN if russian > latin else _TO_RUSSIAN)


def swaps(text: str) -> bool:
    """Tell whether a text has letters of one alphabet alone, so that it may have been typed in a wrong layout."""
    lowered = text.lower()
    russian = any("а" <= c <= "я" or c == "ё" for c in lowered)
    return russian != any("a" <= c <= "z" for c in lowered)
