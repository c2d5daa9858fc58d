"""Films as HTML. Whatever comes from data is hostile: it is escaped here, and addresses are looked at, whole."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlsplit

from app.posters import data_uri, draw
from app.texts import language, say
from kadr.film import MAX_TITLE, Film, Kind
from kadr.search.types import Hit, Piece, Why
from kadr.vocabulary import country, country_en, genre, genre_en

__all__ = [
    "DOT",
    "country_name",
    "facts",
    "found",
    "genre_name",
    "licences",
    "marked",
    "other_title",
    "poster",
    "safe_url",
    "strip",
    "title_of",
]

MOST_GENRES = 3
MOST_COUNTRIES = 2
DOT = "\u00a0· "
"""Parts facts; no line begins with it."""
MAX_URL = 2_000
"""The longest address that browsers and servers agree on."""
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[a-z\u00c0-\u024f\u1e00-\u1eff]", re.IGNORECASE)


def title_of(film: Film) -> str:
    """Return the title that leads: the catalogue's.

    On the English page an original title in Latin letters leads where the catalogue's own is in others.
    """
    original = film.original_title
    if language() == "ru" or not _readable(original) or _in_latin(film.title):
        return film.title
    return original if _in_latin(original) else film.title


def other_title(film: Film) -> str:
    """Return the title that does not lead, the original one or the catalogue's; "" where there is no other."""
    other = film.title if title_of(film) != film.title else film.original_title
    return other if other != title_of(film) else ""


def poster(film: Film) -> str:
    """Return a film's poster: the drawn one with the film's own image over it.

    An image that fails to load leaves the drawing.
    """
    key = "poster_alt_year" if film.year else "poster_alt"
    alt = escape(say(key, title=title_of(film), year=film.year))
    image = safe_url(film.image_url)
    own = f'<img alt="" loading="lazy" src="{escape(image)}">' if image else ""
    drawn = f'<img alt="{alt}" loading="lazy" src="{data_uri(draw(film, title_of(film)))}">'
    return f'<div class="kadr-poster">{drawn}{own}</div>'


def facts(film: Film) -> str:
    """Return what is known of a film in one line: its own title where another leads, year, kind, genres, and so on."""
    own = film.title if title_of(film) != film.title else ""
    rating = f"★\u00a0{film.rating:.1f}" if film.rating is not None else ""
    age = f"{film.age_rating}+" if film.age_rating is not None else ""
    genres = ", ".join(genre_name(name) for name in film.genres[:MOST_GENRES])
    countries = ", ".join(country_name(name) for name in film.countries[:MOST_COUNTRIES])
    kind = say("series") if film.kind is Kind.SERIES else ""
    named = [own, str(film.year or ""), kind, genres, countries, age, rating]
    text = escape(DOT.join(each for each in named if each))
    return f'<p class="kadr-facts">{text}</p>' if text else ""


def found(hit: Hit) -> str:
    """Return what a result says below its title: facts, the snippet, and, folded away, why it is here."""
    snippet = f'<p class="kadr-snippet">{marked(hit.snippet)}</p>' if hit.snippet else ""
    reasons = _why(hit.why)
    why = f"<p>{escape(reasons)}</p>" if reasons else ""
    more = f"{why}{licences(hit.film)}"
    folded = f'<details class="kadr-why"><summary>{escape(say("why"))}</summary>{more}</details>' if more else ""
    return f'<div class="kadr-body">{facts(hit.film)}{snippet}{folded}</div>'


def strip(films: Iterable[Film]) -> str:
    """Return films as posters in one row, and nothing else of them."""
    return f'<div class="kadr-strip">{"".join(map(poster, films))}</div>'


def genre_name(name: str) -> str:
    """Return a genre in the visitor's language; one that the vocabulary lacks, as the catalogue has it."""
    known = genre(name)
    return known if language() == "ru" else genre_en(known)


def country_name(name: str) -> str:
    """Return a country in the visitor's language; one that the vocabulary lacks, as the catalogue has it."""
    return name if language() == "ru" else country_en(country(name))


def marked(pieces: Sequence[Piece]) -> str:
    """Return text with some of its parts marked."""
    return "".join(f"<mark>{escape(p.text)}</mark>" if p.marked else escape(p.text) for p in pieces)


def safe_url(url: str, schemes: Sequence[str] = ("https",)) -> str:
    """Return an address that has a host and one of these schemes, as it is; of any other, an empty text."""
    if len(url) > MAX_URL or not url.isprintable() or any(c in url for c in " \\"):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in schemes and parts.hostname else ""


def licences(film: Film) -> str:
    """Return whose texts these are, where a licence asks for it: the place, a link to its page, and the licence."""
    named = []
    for link in film.sources:
        if link.licence:
            page = safe_url(link.url, ("https", "http"))
            text = escape(f"{urlsplit(page).hostname or link.name}, {link.licence}")
            where = f'<a href="{escape(page)}" target="_blank" rel="noopener noreferrer">{text}</a>'
            named.append(where if page else text)
    return f"<p>{escape(say('licences'))} {DOT.join(named)}</p>" if named else ""


def _readable(title: str) -> bool:
    """Return whether a title that nothing has looked at may stand for the film: no dash alone, no page of text."""
    return len(title) <= MAX_TITLE and any(letter.isalnum() for letter in title)


def _in_latin(title: str) -> bool:
    """Return whether at least half of a title's letters are Latin; so it is with one that has figures only."""
    return 2 * len(_LATIN.findall(title)) >= len(_LETTER.findall(title))


def _why(why: Why) -> str:
    reasons = [say("why_title")] if why.exact_title else []
    fields: dict[str, list[str]] = {}
    for match in why.words:
        fields.setdefault(match.field, []).append(match.word)
    reasons += [f"{say(f'field_{field}')}: {', '.join(words)}" for field, words in fields.items()]
    if share := round((why.nearness or 0) * 100):
        reasons.append(say("why_near", share=share))
    return DOT.join(reasons)
