"""A poster drawn for a film that has no image: its title and year on a colour that its first genre decides."""

import base64
import hashlib
import textwrap
from html import escape

from kadr.film import Film
from kadr.vocabulary import genre

__all__ = ["data_uri", "draw"]

WIDTH, HEIGHT = 200, 300
"""Two to three, as printed posters are."""
SIZES = ((9, 4, 26), (12, 5, 20), (16, 7, 15), (20, 8, 12))
"""Letters a line, lines, and font size in units of the drawing: the largest that holds the title is taken. Cyrillic
letters of common fonts are .65 of the size wide, so a line stays inside the 160 units between the edges."""


def draw(film: Film) -> str:
    """Return the poster as SVG, 200 by 300 units. It holds no script, no link and no outside font."""
    hue = _hue(film)
    lines, size = _wrapped(film.title)
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
    title = "".join(c for c in title if c.isprintable())  # XML has no place for control characters
    for letters, most, size in SIZES:
        lines = textwrap.wrap(title, letters, break_long_words=False)
        if len(lines) <= most and all(len(line) <= letters for line in lines):
            return lines, size
    letters, most, size = SIZES[-1]
    return textwrap.wrap(title, letters, max_lines=most, placeholder="…"), size
