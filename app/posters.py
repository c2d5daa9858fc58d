"""A poster drawn for a film that has no image: its title and year on a colour that its first genre decides."""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from html import escape

from kadr.film import Film
from kadr.vocabulary import genre

__all__ = ["data_uri", "draw"]

WIDTH, HEIGHT = 200, 300
"""Two to three, as printed posters are."""
SIZES = ((9, 4, 26), (12, 5, 20), (16, 7, 15), (20, 8, 12))
"""Letters a line, lines, and font size in units of the drawing: the largest that holds the title is taken. Cyrillic
letters of common fonts are .65 of the size wide, so a line stays inside the 160 units between the edges."""
_WIDES = (
    "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60"
    "\U0001f000-\U0001faff\U00020000-\U0003fffd"
)
"""Han, kana, hangul and emoji: as wide as they are high, and a line may end between any two."""
_MORE = 0.6
"""Letters that a wide one counts beyond the first: 1 / .65."""
_JOINERS = "\u200c\u200d"
_WIDE = re.compile(f"[{_WIDES}]")
_TAIL = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"
"""Says how the emoji before it looks."""
_PART = re.compile(f"[{_WIDES}]{_TAIL}*(?:\u200d.{_TAIL}*)*|[^{_WIDES}]+")


def draw(film: Film, title: str) -> str:
    """Return the poster as SVG, 200 by 300 units, with the title the visitor reads.

    It holds no script, no link and no outside font.
    """
    hue = _hue(film)
    lines, size = _wrapped(title)
    top = 150 - (len(lines) - 1) * size * 0.6
    tall = "".join(
        f'<text x="100" y="{top + i * size * 1.2:.1f}" font-size="{size}">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    year = f'<text x="100" y="262" font-size="17" opacity=".75">{film.year}</text>' if film.year else ""
    holes = "".join(
        f'<rect x="{x}" y="{y}" width="8" height="12" rx="2"/>' for x in (7, 185) for y in range(9, HEIGHT, 27)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="hsl({hue},32%,36%)"/>'
        f'<stop offset="1" stop-color="hsl({hue},38%,20%)"/></linearGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#g)"/><g fill="#000" opacity=".28">{holes}</g>'
        '<g fill="#fff" font-family="system-ui,sans-serif" font-weight="600" text-anchor="middle">'
        f"{tall}{year}</g></svg>"
    )


def data_uri(svg: str) -> str:
    """Return a drawing as an address that an image can have."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _hue(film: Film) -> int:
    """Return the hue in degrees: the same for every spelling of a genre; without a genre the title decides."""
    name = genre(film.genres[0]) if film.genres else film.title
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=2).digest()) % 360


def _wrapped(title: str) -> tuple[list[str], int]:
    """Return a title in lines, and the size of its letters."""
    shown = "".join(c for c in title if c.isprintable() or c in _JOINERS)  # XML has no place for control characters
    parts = [part for word in shown.split() for part in _parts(word)]
    for letters, most, size in SIZES:
        lines = _filled(parts, letters)
        if len(lines) <= most and all(_width(line) <= letters for line in lines):
            return lines, size
    letters, most, size = SIZES[-1]
    lines = _filled([piece for part in parts for piece in _broken(part, letters)], letters)
    if len(lines) > most:
        last = lines[most - 1]
        while _width(last) > letters - 1:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last}…"]
    return lines, size


def _parts(word: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a word between which a line may end, and whether a space stands before each."""
    for place, part in enumerate(_PART.finditer(word)):
        yield part[0], place == 0


def _broken(part: tuple[str, bool], letters: int) -> Iterator[tuple[str, bool]]:
    """Yield a part that is longer than a line in pieces that are not."""
    text, spaced = part
    for start in range(0, len(text), letters):
        yield text[start : start + letters], spaced and start == 0


def _filled(parts: Sequence[tuple[str, bool]], letters: int) -> list[str]:
    """Return lines, each as long as it may be; a part that is longer than a line stands alone."""
    lines: list[str] = []
    for text, spaced in parts:
        longer = f"{lines[-1]} {text}" if lines and spaced else (lines[-1] if lines else "") + text
        if lines and _width(longer) <= letters:
            lines[-1] = longer
        else:
            lines.append(text)
    return lines


def _width(text: str) -> float:
    return len(text) + _MORE * len(_WIDE.findall(text))
